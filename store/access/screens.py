"""Stores the screens that look without anybody signing in: hashes of tokens, where they stand."""

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select, update

from domain.access.enrolled import EnrolledScreen
from domain.access.principal import Actor, Principal, Role
from domain.audit import Act
from domain.instant import from_ms, to_ms
from store.audit import note
from store.database import writing
from store.rows import instant_or_none
from store.tables.screens import screens

FRESH_S = 5.0
"""A screen that was revoked by another process ends after so long at the latest."""
SEEN_EVERY = timedelta(minutes=10)
ELSEWHERE_EVERY_S = 600.0


class Screens:
    """Screens in SQL; blocking, thread-safe."""

    def __init__(self, engine: Engine, ticks: Callable[[], float] = time.monotonic) -> None:
        """``ticks`` are monotonic seconds."""
        self._engine = engine
        self._ticks = ticks
        self._known: tuple[float, Mapping[str, EnrolledScreen]] | None = None
        self._told_elsewhere: dict[str, float] = {}

    def known(self) -> Mapping[str, EnrolledScreen] | None:
        """Every screen that was not revoked, by its token's hash, as read within FRESH_S; None: read them again."""
        kept = self._known
        return kept[1] if kept and self._ticks() - kept[0] < FRESH_S else None

    def everyone(self) -> Mapping[str, EnrolledScreen]:
        """Every screen that was not revoked, by its token's hash (`hash_token`), read now."""
        read_s = self._ticks()
        with self._engine.connect() as connection:
            found = connection.execute(
                select(screens).where(screens.c.revoked_ms.is_(None)).order_by(screens.c.name)
            ).all()
        told = {
            row.hash: EnrolledScreen(
                id=row.id,
                name=row.name,
                path=row.path,
                network=row.network,
                created_at=from_ms(row.created_ms),
                created_by=row.created_by,
                seen_at=instant_or_none(row.seen_ms),
                elsewhere=row.elsewhere,
            )
            for row in found
        }
        self._known = read_s, told
        return told

    def let_in(self, name: str, path: str, network: str, hashed: str, by: Principal, now: datetime) -> None:
        """Let in for good the screen whose token has the hash ``hashed``."""
        id_ = secrets.token_hex(4)
        told = {"name": name, "path": path, "network": network}
        row = {"id": id_, "hash": hashed, "created_ms": to_ms(now), "created_by": by.name, "elsewhere": ""}
        with writing(self._engine) as connection:
            connection.execute(insert(screens).values(**row, **told))
            note(connection, Act.SCREEN_LET_IN, id_, by, now, after=told)
        self._known = None

    def revoke(self, id_: str, by: Principal, now: datetime) -> bool:
        """End the screen's token; False when there is none."""
        c = screens.c
        with writing(self._engine) as connection:
            ended = update(screens).where(c.id == id_, c.revoked_ms.is_(None)).values(revoked_ms=to_ms(now))
            if not connection.execute(ended).rowcount:
                return False
            note(connection, Act.SCREEN_REVOKED, id_, by, now)
        self._known = None
        return True

    def note_seen(self, screen: EnrolledScreen, now: datetime) -> None:
        """The screen shows its page; written every SEEN_EVERY."""
        if screen.seen_at is None or now - screen.seen_at >= SEEN_EVERY:
            with writing(self._engine) as connection:
                connection.execute(update(screens).where(screens.c.id == screen.id).values(seen_ms=to_ms(now)))
            self._known = None

    def note_elsewhere(self, screen: EnrolledScreen, network: str, by: Principal, now: datetime) -> None:
        """Somebody shows the screen's token from another ``network``.

        Each change of it is logged, but in a process one in ELSEWHERE_EVERY_S: whoever has the token and many
        addresses fills no log.
        """
        due_s = self._told_elsewhere.get(screen.id, float("-inf")) + ELSEWHERE_EVERY_S
        if screen.elsewhere != network and self._ticks() >= due_s:
            self._told_elsewhere[screen.id] = self._ticks()
            with writing(self._engine) as connection:
                connection.execute(update(screens).where(screens.c.id == screen.id).values(elsewhere=network))
                note(connection, Act.SCREEN_ELSEWHERE, screen.id, by, now, after={"network": network})
            self._known = None


def screen_principal(screen: EnrolledScreen, address: str) -> Principal:
    """A screen looks as a leader does and changes nothing."""
    return Principal(actor=Actor.SCREEN, name=screen.name, roles=frozenset({Role.LEADER}), address=address)
