"""A feed's health: expected reporters, silent ones, and that only fixes show trackers as alive."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from evaluating import devices_of
from run_fixtures import run
from said import vehicle

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.feeds.reporter import Listed, Register
from domain.fleets.vehicle import Vehicle
from domain.kpis.health import Silent
from domain.observation import Kind, Observation
from domain.organisation import Organisation, OrganisationKind
from domain.places.place import IN_FORCE, PROVINCE
from domain.subject import organisation, place
from evaluation.inputs.rounds import CollectionDay
from intake.evaluator.health import health
from intake.evaluator.judged import Collected
from intake.evaluator.known import KnownFeed
from store.records import FeedCounts

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
FEEDS = discover(data_sources, "FEED", Feed)
FEED = FEEDS["waste_trucks"]
TYPED_NOW = FeedCounts(
    feed=FEED.key, accepted=31, duplicates=0, rejected=0, late=0, corrected=0, last_received_at=NOW, last_at=NOW
)  # fmt: skip
ROSTER = Observation(
    feed=FEED.key, measure="in_service", at=NOW, received_at=NOW, value=1.0, kind=Kind.DECLARED, source="roster",
    entity="LA-001", place="27694",
)  # fmt: skip


def known(*vehicles: Vehicle) -> KnownFeed:
    found = KnownFeed(FEED, (), ())
    found.take([ROSTER])
    found.devices = devices_of([], vehicles, NOW.date())
    return found


def truck(age: timedelta) -> Vehicle:
    return vehicle("LA-001", at=NOW - age, device="T1", kind=Kind.MEASURED)


def test_a_roster_before_the_first_fix_is_no_silence() -> None:
    found = health(FEED, known(), TYPED_NOW, ["LA-001"], NOW)
    assert found.last_at is None, "nothing was heard yet, so nothing fell silent"
    assert (found.reporting, found.expected) == (0, 1)


def test_a_roster_typed_in_today_shows_no_dead_tracker_alive() -> None:
    silent = known(truck(timedelta(hours=3)))
    found = health(FEED, silent, TYPED_NOW, ["LA-001"], NOW)
    assert found.last_at == NOW - timedelta(hours=3)
    assert (found.reporting, found.last_received_at) == (0, NOW)


def test_a_time_that_has_not_come_makes_nobody_fresh_and_no_feed_young() -> None:
    later = TYPED_NOW.last_at + timedelta(days=1) if TYPED_NOW.last_at else None
    ahead = health(FEED, known(truck(timedelta(days=-1))), replace(TYPED_NOW, last_at=later), ["LA-001"], NOW)
    assert (ahead.last_at, ahead.reporting) == (None, 0)
    assert [one.since for one in ahead.silent] == [None], "when it was last heard is unknown"
    services = FEEDS["services"]
    told = replace(TYPED_NOW, feed=services.key, last_at=later)
    assert health(services, KnownFeed(services, (), ()), told, [], NOW).last_at is None


def test_who_is_silent_is_named_and_never_is_told_apart_from_late() -> None:
    feed = FEEDS["coverage"]
    given = KnownFeed(feed, (), ("27694", "27712", "27715", "80"))
    given.take([statement("27694", NOW - timedelta(days=1)), statement("27712", NOW - timedelta(days=46))])
    owing = given.expected(NOW, None)
    found = health(feed, given, None, owing, NOW)
    assert (found.reporting, found.expected) == (1, 3), "the province itself owes nothing"
    assert found.silent == (Silent("27715", None), Silent("27712", NOW - timedelta(days=46)))


def test_a_feed_of_the_province_waits_for_the_province_alone() -> None:
    feed = FEEDS["schedule_lookups"]
    given = KnownFeed(feed, (), ("27694", "27712", "80"))
    assert dict(given.expected(NOW, None)) == {PROVINCE: PROVINCE}
    assert health(feed, given, None, given.expected(NOW, None), NOW).silent == (Silent(PROVINCE, None),)


def test_listed_reporters_are_exactly_those() -> None:
    two = (organisation("H53.12"), place("27694", IN_FORCE))
    given = KnownFeed(replace(FEEDS["coverage"], reporters=Listed(two)), (), ("27694", "27712"))
    assert dict(given.expected(NOW, None)) == {"H53.12": "", "27694": "27694"}


def test_reporters_of_a_register_that_nobody_keeps_are_an_error_not_nobody() -> None:
    with pytest.raises(ValueError, match="lighthouse"):
        Register("lighthouse")


def test_organisations_of_a_kind_owe_figures_whether_they_report_or_not() -> None:
    feed = replace(FEEDS["coverage"], reporters=Register(OrganisationKind.DEPARTMENT))
    given = KnownFeed(feed, (), ("27694",))
    given.organisations = [
        Organisation(code="H53.01", name="Sở A", kind=OrganisationKind.DEPARTMENT),
        Organisation(code="H53.02", name="Sở B", kind=OrganisationKind.DEPARTMENT),
        Organisation(
            code="H53.90", name="UBND phường", kind=OrganisationKind.COMMUNE, territory=IN_FORCE, place="27694"
        ),
    ]
    told = replace(statement("27694", NOW), place="", territory="", organisation="H53.01")
    given.take([told])
    owing = given.expected(NOW, None)
    assert dict(owing) == {"H53.01": "", "H53.02": ""}
    found = health(feed, given, None, owing, NOW)
    assert (found.reporting, found.expected, found.silent) == (1, 2, (Silent("H53.02", None),))


def test_the_office_of_a_commune_counts_where_the_commune_is() -> None:
    given = KnownFeed(replace(FEEDS["coverage"], reporters=Register(OrganisationKind.COMMUNE)), (), ("27694",))
    told = {"name": "UBND", "kind": OrganisationKind.COMMUNE}
    given.organisations = [
        Organisation(code="H53.90", territory=IN_FORCE, place="27694", **told),
        Organisation(code="H53.91", territory="2024-12", place="27703", **told),
    ]
    assert dict(given.expected(NOW, None)) == {"H53.90": "27694", "H53.91": ""}


def test_what_is_simulated_declared_or_restated_was_not_measured() -> None:
    feed = FEEDS["coverage"]
    given = KnownFeed(feed, (), ("27694", "27712"))
    given.take([replace(statement("27694", NOW), kind=Kind.SIMULATED)])
    found = health(feed, given, None, given.expected(NOW, None), NOW)
    assert (found.measured_share, found.simulated_share) == (None, 1.0)
    given.take([statement("27712", NOW)])
    found = health(feed, given, None, given.expected(NOW, None), NOW)
    assert (found.measured_share, found.simulated_share) == (0.0, 0.5), "one declared value, by whatever way it came"
    given.take([replace(statement("27712", NOW), kind=Kind.MEASURED, measure="households")])
    given.take([replace(statement("27712", NOW), kind=Kind.ESTIMATED, measure="population")])
    assert health(feed, given, None, given.expected(NOW, None), NOW).measured_share == 1 / 3


def test_after_midnight_yesterdays_runs_still_show_that_routes_are_heard() -> None:
    feed, midnight = FEEDS["waste_routes"], datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    last = midnight - timedelta(minutes=4)
    collected = Collected(day=CollectionDay(before=(run(as_of=last),)), residents={})
    found = health(feed, KnownFeed(feed, (), ()), None, ["mau-01"], midnight + timedelta(minutes=1), collected)
    assert (found.last_at, found.reporting, found.accepted) == (last, 1, 0)
    late = health(feed, KnownFeed(feed, (), ()), None, ["mau-01"], midnight + timedelta(hours=7), collected)
    assert (late.last_at, late.reporting) == (last, 0), "it was heard, but long ago"


def statement(code: str, at: datetime) -> Observation:
    return Observation(
        feed="coverage", measure="has_fibre", at=at, received_at=NOW, value=1.0, kind=Kind.DECLARED, source="VNPT",
        place=code, territory=IN_FORCE,
    )  # fmt: skip
