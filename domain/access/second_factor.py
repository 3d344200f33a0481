"""The second factor: six digits that a telephone makes every 30 seconds (TOTP, RFC 6238), and codes of reserve."""

import secrets
from base64 import b32encode
from datetime import datetime
from hmac import compare_digest
from string import ascii_lowercase, digits

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from domain.instant import to_ms

ISSUER = "IOC Long An"
STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
"""As long as the hash, as RFC 4226 (4, R6) advises."""
RECOVERY_CODES = 10
_AROUND = 1
"""Steps before and after now whose codes count: a telephone's clock may be half a minute wrong."""
_LETTERS = "".join(one for one in ascii_lowercase + digits if one not in "ilo01")
_RECOVERY_CHARS = 10


def new_secret() -> bytes:
    """A secret that a telephone and the centre share."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """The code of the time step ``step``, which counts STEP_S from 1970 on."""
    return _totp(secret).generate(step * STEP_S).decode()


def step_at(now: datetime) -> int:
    """The time step of ``now``."""
    return to_ms(now) // 1000 // STEP_S


def step_of(secret: bytes, code: str, now: datetime, used: int) -> int | None:
    """The time step whose code was typed, around ``now`` and after ``used``: none counts twice. None: a wrong one."""
    for step in range(step_at(now) - _AROUND, step_at(now) + _AROUND + 1):
        if compare_digest(code_at(secret, step).encode(), code.encode()) and step > used:
            return step
    return None


def address_of_secret(secret: bytes, name: str) -> str:
    """What a telephone's application reads from a QR code (the form of Google's Key URI)."""
    return _totp(secret).get_provisioning_uri(name, ISSUER)


def spelled(secret: bytes) -> str:
    """The secret to type, in base32 and groups of four."""
    told = b32encode(secret).decode().rstrip("=")
    return " ".join(told[at : at + 4] for at in range(0, len(told), 4))


def new_recovery_codes() -> list[str]:
    """Codes to write down, each for one sign-in without the telephone, of 49 bits."""
    return ["".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_CHARS)) for _ in range(RECOVERY_CODES)]


def shown_recovery_code(code: str) -> str:
    """The code in two halves."""
    return f"{code[: _RECOVERY_CHARS // 2]}-{code[_RECOVERY_CHARS // 2 :]}"


def read_code(typed: str) -> str:
    """The code that somebody typed, of a telephone or of reserve, however it was divided."""
    return "".join(one for one in typed.casefold() if one.isalnum())[: 2 * _RECOVERY_CHARS]


def _totp(secret: bytes) -> TOTP:
    # SHA-1 because telephones' applications read no other; as an HMAC nothing known weakens it (RFC 6238, 1.2).
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303
