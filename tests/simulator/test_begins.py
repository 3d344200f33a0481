"""The demonstration at any hour of the day: its past, sent through the centre's own reading, is judged at once."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from plan_fixtures import done

from data_sources.plan.readers import read_plan
from data_sources.waste_trucks import FEED as WASTE
from domain.feeds.feed import Format, Payload
from domain.feeds.part import Part
from domain.instant import day_start
from domain.waste.run import STREET_LATE, RunResult, StreetState
from intake.assessor.assessing import Assessor
from intake.collector.session import Session
from simulator import past
from simulator.plan import plan_geojson
from simulator.trackers import LONGEST_DELAY
from store.database import open_database
from store.intake import IntakeStore
from store.maps.map_layers import MapLayers
from store.registry import Registry
from store.rounds.plan import Plan
from store.rounds.runs import Runs

DAY = date(2026, 11, 26)
MINUTE = timedelta(minutes=1)
# Just after midnight; the first crews; by day; after the evening's rounds.
INSTANTS = (day_start(DAY) + minute * MINUTE for minute in (25, 5 * 60, 13 * 60 + 20, 22 * 60))


class Demonstration:
    """A centre with the demonstration's plan, whose simulator was told the time and starts again and again."""

    def __init__(self, url: str, folder: Path) -> None:
        self.engine = open_database(url)
        Registry(self.engine).seed_places()
        routes = read_plan(json.dumps(plan_geojson()).encode(), "p.geojson", "Mô phỏng").routes
        Plan(self.engine).add(done(), list(routes), valid={route.id: True for route in routes})
        self.assessor = Assessor(self.engine, MapLayers(self.engine, folder / "maps"))
        self.store, self.told = IntakeStore(self.engine), 0

    def starts(self, since: datetime, now: datetime) -> None:
        """The simulator starts at ``now`` and sends what it has not sent since ``since``; the assessor looks once.

        What a tracker still kept at ``since`` it sends itself in the ten minutes after, so it is told here again.
        """
        session = Session(WASTE, Part(WASTE.key), self.store, Registry(self.engine), now)
        for call in past.calls(since - LONGEST_DELAY, now):
            for first in range(0, len(call), 5_000):
                self.told += 1
                body = orjson.dumps(call[first : first + 5_000])
                payload = Payload(
                    feed=WASTE.key, format=Format.OBSERVATIONS, body=body, received_at=now, source="Mô phỏng"
                )
                session.keep(session.judge([(f"{self.told}-0", payload)], now), now, float(self.told))
        self.assessor.once(now)

    def runs(self, day: date = DAY) -> list[RunResult]:
        return Runs(self.engine).runs(day)

    def judged_share(self, now: datetime) -> float:
        """Of the streets that should have been served by now, the share that is served, passed or missed."""
        streets = [street for run in self.runs() for street in run.streets]
        states = [one.state for one in streets if one.begins is not None and one.begins + STREET_LATE <= now]
        assert states, "no street was due by now"
        return sum(state not in (StreetState.UNKNOWN, StreetState.DUE) for state in states) / len(states)


def facts(runs: Iterable[RunResult]) -> list[object]:
    """What happened, without what is expected: that also rests on what was learnt meanwhile."""
    return [
        (run.key, run.state, run.revision, run.fixes, [(one.state, one.first_at, one.vehicle) for one in run.streets])
        for run in runs
    ]


@pytest.fixture
def demonstration(sqlite_url: str, tmp_path: Path) -> Iterator[Demonstration]:
    """On SQLite, as on a fresh machine; the store's own tests run on both databases."""
    made = Demonstration(sqlite_url, tmp_path)
    yield made
    made.engine.dispose()


@pytest.mark.long
def test_at_every_hour_most_streets_are_judged_and_a_retelling_changes_nothing(demonstration: Demonstration):
    since, weighed = day_start(DAY), 0.0
    for now in INSTANTS:
        demonstration.starts(since, now)
        assert demonstration.judged_share(now) >= 0.6, now
        tickets = demonstration.store.observations_between(WASTE.key, "weighed_kg", day_start(DAY), now)
        assert sum(ticket.value or 0.0 for ticket in tickets) >= weighed
        weighed = sum(ticket.value or 0.0 for ticket in tickets)
        since = now
    assert weighed > 50_000
    assert {street.state for run in demonstration.runs() for street in run.streets} == set(StreetState)
    before, days = facts(demonstration.runs()), Runs(demonstration.engine).vehicle_days(DAY)
    demonstration.starts(day_start(DAY), since)
    assert facts(demonstration.runs()) == before
    assert Runs(demonstration.engine).vehicle_days(DAY) == days
