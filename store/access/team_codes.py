"""Stores the codes that communes hand out to teams: each opens one phone, once, and can be revoked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, insert, select, update

from domain.access.enrolled import hash_token, new_code
from domain.access.principal import Principal
from domain.audit import Act
from domain.instant import to_ms
from store.audit import note
from store.database import writing
from store.tables.team_codes import team_codes, team_photos

CODE_LASTS = timedelta(days=7)
"""A code that no phone typed by then is worth nothing."""
PHOTOS_A_DAY = 30
"""A team's photos of one day; more are refused."""

_c = team_codes.c


@dataclass(frozen=True, slots=True)
class Phones:
    """How many phones send for a team, and how many codes wait to be typed."""

    sending: int = 0
    waiting: int = 0


class TeamCodes:
    """Codes and photos in SQL; blocking, thread-safe. Codes and tokens are stored as hashes only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def hand_out(self, team: str, by: Principal, now: datetime) -> str:
        """A new code for one phone of the team."""
        code, id_ = new_code(), secrets.token_hex(4)
        row = {"id": id_, "team": team, "code": hash_token(code), "created_ms": to_ms(now), "created_by": by.name}
        with writing(self._engine) as connection:
            connection.execute(insert(team_codes).values(**row))
            note(connection, Act.TEAM_CODE_HANDED_OUT, team, by, now, after={"id": id_})
        return code

    def take(self, code: str, by: Principal, now: datetime) -> tuple[str, str] | None:
        """The team that a code is for and the token of the phone that typed it; None when it is worth nothing."""
        token = secrets.token_urlsafe(32)
        fresh = _c.created_ms > to_ms(now - CODE_LASTS)
        usable = (_c.code == hash_token(code), _c.token.is_(None), _c.revoked_ms.is_(None), fresh)
        with writing(self._engine) as connection:
            row = connection.execute(select(_c.id, _c.team).where(*usable)).one_or_none()
            if row is None:
                return None
            taken = {"token": hash_token(token), "used_ms": to_ms(now)}
            # Of two phones that type one code at once the later finds it taken.
            usable_still = update(team_codes).where(_c.id == row.id, _c.token.is_(None)).values(**taken)
            if not connection.execute(usable_still).rowcount:
                return None
            note(connection, Act.TEAM_PHONE_LET_IN, row.team, by, now, after={"id": row.id})
        return row.team, token

    def team_of(self, token: str) -> str | None:
        """The team whose phone has this token; None when it was revoked or never given."""
        query = select(_c.team).where(_c.token == hash_token(token), _c.revoked_ms.is_(None))
        with self._engine.connect() as connection:
            found: str | None = connection.scalar(query)
        return found

    def revoke(self, team: str, by: Principal, now: datetime) -> int:
        """End every code and every phone of a team; returns how many."""
        with writing(self._engine) as connection:
            ended = update(team_codes).where(_c.team == team, _c.revoked_ms.is_(None)).values(revoked_ms=to_ms(now))
            many = connection.execute(ended).rowcount
            if many:
                note(connection, Act.TEAM_CODES_REVOKED, team, by, now, after={"many": many})
        return many

    def phones(self, now: datetime) -> Mapping[str, Phones]:
        """Phones and waiting codes by team, of teams that have any."""
        fresh = _c.token.is_(None) & (_c.created_ms > to_ms(now - CODE_LASTS))
        query = (
            select(_c.team, func.count(_c.token), func.count().filter(fresh))
            .where(_c.revoked_ms.is_(None))
            .group_by(_c.team)
        )
        with self._engine.connect() as connection:
            return {team: Phones(sending, waiting) for team, sending, waiting in connection.execute(query)}

    def keep_photo(self, case_key: str, team: str, jpeg: bytes, now: datetime) -> bool:
        """Keep the photo of a report, once; False when the team sent too many today."""
        p = team_photos.c
        today = select(func.count()).where(p.team == team, p.taken_ms > to_ms(now - timedelta(days=1)))
        with writing(self._engine) as connection:
            if connection.scalar(select(p.team).where(p.case_key == case_key)) is not None:
                return True
            if int(connection.scalar(today) or 0) >= PHOTOS_A_DAY:
                return False
            row = {"case_key": case_key, "team": team, "taken_ms": to_ms(now), "jpeg": jpeg}
            connection.execute(insert(team_photos).values(**row))
        return True

    def photos(self, team: str, by: Principal, now: datetime, limit: int = 20) -> list[str]:
        """Keys of a team's newest photos; people are on them, so the look is in the audit log before it is answered."""
        p = team_photos.c
        query = select(p.case_key).where(p.team == team).order_by(p.taken_ms.desc()).limit(limit)
        with writing(self._engine) as connection:
            found = list(connection.scalars(query))
            if found:
                note(connection, Act.TEAM_PHOTOS_READ, team, by, now, after={"photos": len(found)})
        return found

    def photo(self, team: str, case_key: str) -> bytes | None:
        """A photo of the team; None when it has none with this key."""
        p = team_photos.c
        with self._engine.connect() as connection:
            found = connection.scalar(select(p.jpeg).where(p.team == team, p.case_key == case_key))
        return None if found is None else bytes(found)
