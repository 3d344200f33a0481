"""Teams as they stand: a report told twice counts once, a correction moves its month, silence ends activity."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from data_sources.team_work import FEED
from domain.case import CaseEvent
from domain.feeds.payload import Payload
from domain.feeds.scrub import Secrets
from domain.observation import Kind
from domain.teams.team import by_commune
from store.cases import write_events
from store.casework.teams import Teams
from store.database import writing

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
TODAY = date(2026, 11, 28)
SECRETS = Secrets(b"a key of the test, 32 bytes long")
pytestmark = pytest.mark.servers


def tell(engine: Engine, *records: dict[str, Any]) -> tuple[int, int, int]:
    payload = Payload(feed=FEED.key, format="team_work", body=orjson.dumps(records), received_at=NOW, source="x")
    events = [one for one in FEED.decode(FEED.scrub(payload, SECRETS).payload) if isinstance(one, CaseEvent)]
    assert len(events) == len(records)
    with writing(engine) as connection:
        return write_events(connection, events)


def team(number: int, hamlet: str, **said: Any) -> dict[str, Any]:
    return {"team": f"27694-T{number:02d}", "hamlet": hamlet, **said}


def report(id_: str, number: int = 1, day: date = TODAY, guided: int = 10) -> dict[str, Any]:
    return {
        "id": id_, "team": f"27694-T{number:02d}", "at": "2026-11-28T07:00:00+00:00", "day": day.isoformat(),
        "sessions": 1, "guided": guided, "installs": 2, "households": 3,
    }  # fmt: skip


def test_a_report_sent_twice_counts_once(engine: Engine):
    tell(engine, team(1, "Ấp 1"), team(2, "Ấp 2"))
    assert tell(engine, report("a"), report("b")) == (2, 0, 0)
    assert tell(engine, report("a"), report("b")) == (0, 0, 2)
    (first, second) = Teams(engine).board().standings
    assert (first.reports, first.counts["guided"], first.last) == (2, 20, TODAY)
    assert (second.reports, second.last) == (0, None)
    assert Teams(engine).stored("27694-T01") == 2


def test_a_correction_replaces_what_was_told_and_leaves_the_wrong_month(engine: Engine):
    tell(engine, team(1, "Ấp 1"), report("a", day=date(2026, 10, 31), guided=40))
    assert tell(engine, report("a", day=date(2026, 11, 1), guided=4)) == (1, 1, 0)
    (only,) = Teams(engine).board().standings
    assert (only.reports, only.counts["guided"], only.last) == (1, 4, date(2026, 11, 1))


def test_active_is_a_report_of_the_last_thirty_days(engine: Engine):
    tell(engine, team(1, "Ấp 1"), team(2, "ấp 1"), team(3, "Ấp 3"), team(4, "Ấp 4", ended=True))
    tell(engine, {"team": "27688-X1", "launched": "2024-10-12"})
    tell(engine, report("a", 1, TODAY - timedelta(days=29)), report("b", 2, TODAY - timedelta(days=30)))
    (commune,) = by_commune(Teams(engine).board().standings, TODAY)
    assert (commune.listed, commune.active, commune.hamlets, commune.reports) == (3, 1, 2, 2)
    assert commune.kinds == {Kind.DECLARED}


def test_nothing_told_is_no_board_of_zeroes(engine: Engine):
    board = Teams(engine).board()
    assert (list(board.standings), board.told) == ([], None)
    assert Teams(engine).known("27694-T01") is None
