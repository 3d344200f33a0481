"""Simulated teams: the centre's own feed reads every record, all marked, in the numbers the communes return."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import orjson

from data_sources.team_work import FEED
from domain.case import CaseEvent
from domain.feeds.payload import Payload
from domain.feeds.scrub import Secrets
from domain.instant import VIETNAM
from domain.observation import Kind
from simulator import communes
from simulator.team_work import PAST, register, reported

NOW = datetime(2026, 11, 27, 22, tzinfo=VIETNAM).astimezone(UTC)


def test_the_centre_reads_every_record_as_simulated():
    records = [*register(), *reported(NOW - timedelta(days=2), NOW)]
    payload = Payload(feed=FEED.key, format="team_work", body=orjson.dumps(records), received_at=NOW, source="x")
    found = list(FEED.decode(FEED.scrub(payload, Secrets(b"0" * 16)).payload))
    assert {type(one) for one in found} == {CaseEvent}
    assert {one.kind for one in found if isinstance(one, CaseEvent)} == {Kind.SIMULATED}


def test_the_register_has_the_published_numbers_and_agrees_with_the_returns():
    sorts = Counter(one["team"][6] for one in register())
    assert (sorts["T"], sorts["X"]) == (communes.TEAMS, 188)
    returned = sum(row["it_xanh_launched"] for row in communes.teams(2026, 10).values())
    assert sum(one["team"][6] == "X" and one["launched"] is not None for one in register()) == returned


def test_most_teams_report_within_a_month_and_none_before_its_hour():
    told = reported(NOW - PAST, NOW)
    assert 800 < len({one["team"] for one in told}) < communes.TEAMS
    assert all(datetime.fromisoformat(one["at"]) < NOW for one in told)
    assert reported(NOW, NOW) == []
