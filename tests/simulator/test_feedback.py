"""Simulated feedback: readable by the centre's own feed and marked."""

from datetime import UTC, datetime

import orjson

from data_sources.feedback import FEED
from domain.case import CaseEvent
from domain.feeds.payload import Payload
from domain.feeds.scrub import Secrets
from domain.instant import VIETNAM
from domain.observation import Kind
from simulator.feedback import PAST, changed

NOW = datetime(2026, 11, 27, 10, tzinfo=VIETNAM).astimezone(UTC)


def test_the_centre_reads_every_item_as_simulated():
    records = changed(NOW - PAST, NOW)
    assert len(records) > 1_000
    body = orjson.dumps(records)
    payload = Payload(feed=FEED.key, format="feedback", body=body, received_at=NOW, source="x")
    found = list(FEED.decode(FEED.scrub(payload, Secrets(b"0" * 16)).payload))
    assert all(isinstance(one, CaseEvent) and one.kind is Kind.SIMULATED for one in found)
    said = [one.attributes for one in found if isinstance(one, CaseEvent)]
    assert any("answered" not in one and "refused" not in one for one in said), "some are open"
    assert any("liked" in one for one in said)
    assert changed(NOW - PAST, NOW) == records
    assert changed(NOW, NOW) == []
