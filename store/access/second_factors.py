"""Stores second factors: secrets sealed, codes for reserve as keyed hashes; no code counts twice."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from domain.access.principal import Principal
from domain.access.second_factor import new_recovery_codes, new_secret, read_code, step_of
from domain.audit import Act
from store.access.sealing import Sealing
from store.audit import note
from store.database import writing
from store.tables.accounts import accounts, recovery_codes

OFFERED = timedelta(minutes=15)
"""How long a new secret may be confirmed."""
_OFFER, _STORED = "offer", "stored"


class SecondFactors:
    """Second factors in SQL; blocking, thread-safe."""

    def __init__(self, engine: Engine, sealing: Sealing) -> None:
        self._engine, self._sealing = engine, sealing

    def offer(self, name: str, now: datetime) -> str:
        """A new secret for the account ``name``, sealed, for its owner's page to send back with a first code."""
        return self._sealing.seal(_OFFER, (name, new_secret().hex()), now)

    def offered(self, name: str, offer: str, now: datetime) -> bytes | None:
        """The secret in ``offer``; None when it is another account's, too old or made up."""
        told = self._sealing.open(_OFFER, offer, now, OFFERED)
        return bytes.fromhex(str(told[1])) if told and told[0] == name else None

    def confirm(self, name: str, secret: bytes, code: str, by: Principal, now: datetime) -> list[str] | None:
        """Make ``secret`` the account's second factor in place of any other; ends its sessions.

        Returns new codes for reserve, told this once; None when ``code`` is not the secret's.
        """
        step = step_of(secret, read_code(code), now, used=0)
        if step is None:
            return None
        codes, c = new_recovery_codes(), accounts.c
        sealed = self._sealing.seal(_STORED, (name, secret.hex()), now)
        with writing(self._engine) as connection:
            kept = update(accounts).where(c.name == name)
            connection.execute(kept.values(second_secret=sealed, second_step=step, epoch=c.epoch + 1))
            _forget_codes(connection, name)
            rows = [{"account": name, "hash": self._sealing.hashed(f"{name} {code}")} for code in codes]
            connection.execute(insert(recovery_codes), rows)
            note(connection, Act.SECOND_FACTOR_SET, name, by, now)
        return codes

    def is_right(self, name: str, typed: str, by: Principal, now: datetime) -> bool:
        """Whether ``typed`` is the telephone's code of about now, or a code of reserve; either counts once."""
        code, c, r = read_code(typed), accounts.c, recovery_codes.c
        with writing(self._engine) as connection:
            kept = select(c.second_secret, c.second_step).where(c.name == name, c.second_secret.is_not(None))
            found = connection.execute(kept).one_or_none()
            if found is None:
                return False
            told = self._sealing.open_stored(_STORED, found.second_secret)
            secret = bytes.fromhex(str(told[1])) if told and told[0] == name else None
            step = step_of(secret, code, now, found.second_step) if secret else None
            if step is not None:
                # Of two requests with one code the later finds the step used.
                used = update(accounts).where(c.name == name, c.second_step < step).values(second_step=step)
                return connection.execute(used).rowcount > 0
            hashed = self._sealing.hashed(f"{name} {code}")
            spent = connection.execute(delete(recovery_codes).where(r.account == name, r.hash == hashed)).rowcount > 0
            if spent:
                note(connection, Act.RECOVERY_CODE_USED, name, by, now)
            return spent

    def codes_left(self, name: str) -> int:
        """How many codes of reserve the account still has."""
        with self._engine.connect() as connection:
            counted = select(func.count()).where(recovery_codes.c.account == name)
            return connection.scalar(counted) or 0

    def remove(self, name: str, by: Principal, now: datetime) -> bool:
        """Take the account's second factor off and end its sessions; False when it has none."""
        c = accounts.c
        with writing(self._engine) as connection:
            had = update(accounts).where(c.name == name, c.second_secret.is_not(None))
            if not connection.execute(had.values(second_secret=None, epoch=c.epoch + 1)).rowcount:
                return False
            _forget_codes(connection, name)
            note(connection, Act.SECOND_FACTOR_REMOVED, name, by, now)
        return True


def _forget_codes(connection: Connection, name: str) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account == name))
