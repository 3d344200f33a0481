"""Digital teams as they stand: the register, and the sums of what each has reported."""

from collections.abc import Sequence
from datetime import date

import orjson
from sqlalchemy import Connection, Engine, func, select, text

from domain.instant import from_ms
from domain.observation import Kind
from domain.teams.team import COUNTS, TEAM, TEAM_REPORT, Team, TeamBoard, TeamStanding
from store.database import upsert
from store.rows import Row
from store.tables.teams import team_months, team_reports, teams

_SUMMED = ("reports", *COUNTS)
_AT_ONCE = 200


def project(connection: Connection, events: Sequence[Row]) -> None:
    """Write the teams and reports of these newest records, and the months they change, with the events themselves."""
    listed = [_team_row(one) for one in events if one["case_type"] == TEAM.key]
    reported = [_report_row(one) for one in events if one["case_type"] == TEAM_REPORT.key]
    if listed:
        upsert(connection, teams, list({row["code"]: row for row in listed}.values()))
    if reported:
        fresh = {str(row["case_key"]): row for row in reported}
        changed = _months_of(connection, sorted(fresh)) | {(str(r["team"]), str(r["day"])[:7]) for r in reported}
        upsert(connection, team_reports, list(fresh.values()))
        _sum_up(connection, sorted(changed))


def _team_row(event: Row) -> dict[str, object]:
    said = orjson.loads(event["attributes"])
    return {
        "code": said["code"],
        "territory": event["territory"],
        "place": event["place"],
        "hamlet": said["hamlet"],
        "launched": said.get("launched", ""),
        "ended": said["ended"],
        "kind": event["kind"],
        "told_ms": event["received_ms"],
    }


def _report_row(event: Row) -> dict[str, object]:
    said = orjson.loads(event["attributes"])
    counts = {name: int(said[name]) for name in COUNTS}
    of = {"team": said["team"], "day": said["day"], "kind": event["kind"], "told_ms": event["received_ms"]}
    return {"case_key": event["case_key"], **of, **counts}


def _months_of(connection: Connection, keys: Sequence[str]) -> set[tuple[str, str]]:
    """The months that these reports counted in before: a corrected day leaves one."""
    r, found = team_reports.c, set[tuple[str, str]]()
    for first in range(0, len(keys), _AT_ONCE):
        query = select(r.team, r.day).where(r.case_key.in_(keys[first : first + _AT_ONCE]))
        found |= {(row.team, row.day[:7]) for row in connection.execute(query)}
    return found


def _sum_up(connection: Connection, changed: Sequence[tuple[str, str]]) -> None:
    r, m, rows = team_reports.c, team_months.c, []
    month = func.substr(r.day, 1, 7).label("month")
    for first in range(0, len(changed), _AT_ONCE):
        wanted = changed[first : first + _AT_ONCE]
        days = min(one for _, one in wanted), max(one for _, one in wanted) + "-99"
        query = (
            select(
                r.team, month, func.max(r.day).label("last_day"), func.count().label("reports"),
                *(func.sum(r[name]).label(name) for name in COUNTS), func.max(r.told_ms).label("told_ms"),
            )
            .where(r.team.in_({team for team, _ in wanted}), r.day >= days[0], r.day <= days[1])
            .group_by(r.team, text("month"))
        )  # fmt: skip
        rows += [dict(row) for row in connection.execute(query).mappings()]
        there = {(row["team"], row["month"]) for row in rows}
        for team, of in (one for one in wanted if one not in there):
            connection.execute(team_months.delete().where(m.team == team, m.month == of))
    upsert(connection, team_months, rows)


class Teams:
    """Queries on teams; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def board(self) -> TeamBoard:
        """Every team by code with the sums of its reports; reads a row a team and month, never a report."""
        t, m = teams.c, team_months.c
        sums = (
            select(m.team, func.max(m.last_day).label("last_day"), *(func.sum(m[name]).label(name) for name in _SUMMED))
            .group_by(m.team)
            .subquery()
        )
        query = select(teams, *(c for c in sums.c if c.name != "team")).outerjoin(sums, sums.c.team == t.code)
        with self._engine.connect() as connection:
            found = [_standing(row) for row in connection.execute(query.order_by(t.code)).mappings()]
            newest = (select(func.max(c.told_ms)).scalar_subquery() for c in (t, m))
            told = [ms for ms in connection.execute(select(*newest)).one() if ms is not None]
        return TeamBoard(standings=found, told=from_ms(max(told)) if told else None)

    def known(self, code: str) -> Team | None:
        """The team with this code; None when the register has none."""
        with self._engine.connect() as connection:
            row = connection.execute(select(teams).where(teams.c.code == code)).mappings().one_or_none()
        return None if row is None else _team(row)

    def stored(self, team: str) -> int:
        """How many reports of a team are stored."""
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(team_reports).where(team_reports.c.team == team)
            return int(connection.scalar(query) or 0)


def _standing(row: Row) -> TeamStanding:
    last: str | None = row["last_day"]
    return TeamStanding(
        team=_team(row),
        last=None if last is None else date.fromisoformat(last),
        reports=int(row["reports"] or 0),
        counts={name: int(row[name] or 0) for name in COUNTS},
    )


def _team(row: Row) -> Team:
    return Team(
        code=row["code"],
        territory=row["territory"],
        place=row["place"],
        hamlet=row["hamlet"],
        launched=date.fromisoformat(row["launched"]) if row["launched"] else None,
        ended=row["ended"],
        kind=Kind(row["kind"]),
    )
