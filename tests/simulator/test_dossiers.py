"""Simulated dossiers: readable by the centre's own feed, marked, told again only when something happened."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import orjson
import pytest

from data_sources.dossiers import FEED
from domain.case import CaseEvent
from domain.feeds.payload import Payload
from domain.feeds.scrub import Secrets
from domain.instant import VIETNAM
from domain.observation import Kind
from simulator.dossiers import PAST, again, changed

NOW = datetime(2026, 11, 27, 10, tzinfo=VIETNAM).astimezone(UTC)


@pytest.mark.long
def test_the_centre_reads_every_record_as_simulated():
    records = changed(NOW - PAST, NOW)
    assert len(records) > 3_000
    payload = Payload(
        feed=FEED.key, format="dossiers", body=orjson.dumps(records[-4_000:]), received_at=NOW, source="x"
    )
    found = list(FEED.decode(FEED.scrub(payload, Secrets(b"0" * 16)).payload))
    assert all(isinstance(one, CaseEvent) and one.kind is Kind.SIMULATED for one in found)
    said = [one.attributes for one in found if isinstance(one, CaseEvent)]
    assert any(one.get("waits") for one in said)
    assert any(one["supplements"] == 2 for one in said)
    assert any("ended" not in one for one in said)
    assert {one["channel"] for one in said} == {"online", "counter"}


def test_what_happens_is_told_once_and_the_same_for_the_same_seed():
    hours = [NOW + timedelta(hours=h) for h in range(4)]
    told = [changed(a, b) for a, b in pairwise(hours)]
    assert [len(one) > 0 for one in told] == [True] * 3
    assert changed(hours[0], hours[1]) == told[0]
    assert changed(NOW, NOW) == []


@pytest.mark.long
def test_on_a_day_without_work_the_newest_record_is_told_again_once_an_hour():
    sunday = datetime(2026, 11, 29, 14, 30, tzinfo=VIETNAM).astimezone(UTC)
    assert again(sunday - timedelta(minutes=1), sunday) == []
    (newest,) = again(sunday - timedelta(hours=1), sunday)
    assert newest in changed(sunday - PAST, sunday)
