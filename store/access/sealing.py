"""Seals what the database or a page may carry but not tell: encrypted and signed with the centre's key of accounts."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import orjson
from cryptography.fernet import Fernet, InvalidToken

from domain.instant import to_ms
from store.key_file import key_in


class Sealing:
    """The key of accounts; its repr never shows it. What is sealed for one purpose opens for no other."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(urlsafe_b64encode(_derived(key, "seal")))
        self._hashing = _derived(key, "hash")

    def seal(self, purpose: str, told: Sequence[str | int], now: datetime) -> str:
        """``told`` as a text that only this centre opens (Fernet: AES-128-CBC with HMAC-SHA256)."""
        return self._fernet.encrypt_at_time(orjson.dumps((purpose, *told)), to_ms(now) // 1000).decode()

    def open(self, purpose: str, sealed: str, now: datetime, within: timedelta) -> list[str | int] | None:
        """What was sealed for ``purpose`` at most ``within`` ago; None for anything else."""
        try:
            age_s = int(within.total_seconds())
            told = orjson.loads(self._fernet.decrypt_at_time(sealed.encode(), age_s, to_ms(now) // 1000))
        except InvalidToken:
            return None
        return told[1:] if told[0] == purpose else None

    def open_stored(self, purpose: str, sealed: str) -> list[str | int] | None:
        """What was sealed for ``purpose``, whenever; None for anything else, as under another key."""
        try:
            told = orjson.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            return None
        return told[1:] if told[0] == purpose else None

    def hashed(self, said: str) -> str:
        """A keyed hash: whoever has the database alone cannot try out short codes."""
        return hmac.new(self._hashing, said.encode(), sha256).hexdigest()


def sealing(given: str, file: Path) -> Sealing:
    """The key from IOC_ACCOUNT_KEY, else from ``file``; see `key_in`."""
    return Sealing(key_in(given, file, "IOC_ACCOUNT_KEY"))


def _derived(key: bytes, use: str) -> bytes:
    return hmac.new(key, use.encode(), sha256).digest()
