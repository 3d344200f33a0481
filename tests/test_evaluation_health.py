"""The health of a feed of trackers: only trackers show it alive."""

from datetime import UTC, datetime, timedelta

import data_sources
from domain.discovery import discover
from domain.feed import Feed
from domain.observation import Kind, Observation
from domain.vehicle import Vehicle
from intake.evaluator.health import health
from intake.evaluator.known import Known
from store.records import FeedCounts

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
FEED = discover(data_sources, "FEED", Feed)["waste_trucks"]
TYPED_NOW = FeedCounts(
    feed=FEED.key, accepted=31, duplicates=0, rejected=0, late=0, corrected=0, last_received_at=NOW, last_at=NOW
)  # fmt: skip
ROSTER = Observation(
    feed=FEED.key, measure="in_service", at=NOW, received_at=NOW, value=1.0, kind=Kind.DECLARED, source="roster",
    entity="LA-001", place="27694",
)  # fmt: skip


def known(vehicles=()) -> Known:
    found = Known(FEED, (), ())
    found.take([ROSTER])
    found.vehicles = vehicles
    return found


def truck(age: timedelta) -> Vehicle:
    at = NOW - age
    return Vehicle(
        id="LA-001", device="T1", bound=True, at=at, received_at=at, latitude=10.5, longitude=106.4,
        kind=Kind.MEASURED, source="test",
    )  # fmt: skip


def test_a_roster_before_the_first_fix_is_no_silence() -> None:
    found = health(FEED, known(), TYPED_NOW, ["LA-001"], NOW)
    assert found.last_at is None, "nothing was heard yet, so nothing fell silent"
    assert (found.reporting, found.expected) == (0, 1)


def test_a_roster_typed_in_today_shows_no_dead_tracker_alive() -> None:
    silent = known([truck(timedelta(hours=3))])
    found = health(FEED, silent, TYPED_NOW, ["LA-001"], NOW)
    assert found.last_at == NOW - timedelta(hours=3)
    assert (found.reporting, found.last_received_at) == (0, NOW)
