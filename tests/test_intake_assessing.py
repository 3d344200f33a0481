"""The assessor on a database: runs judged as fixes come, corrected by late ones, by dispatchers and by a new plan."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from collection_world import BEGINS, DAY, ROUND, STREETS, end_min, stand, street, trace
from plan_fixtures import done
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from street_fixtures import DEGREE_M

from domain.facility import Facility, FacilityKind
from domain.instant import from_ms
from domain.observation import Fix, Kind
from domain.plan import EVERY_DAY, PlannedStreet, Route
from domain.plan_import import Content
from domain.run import ClosedBy, Override, RunState, StreetState
from intake.assessing import Assessor
from kpi._trackers import tracker_day
from store.facilities import Facilities
from store.intake import FIRST_CURSOR, Batch, IntakeStore
from store.map_layers import MapLayers
from store.plan import Plan
from store.records import RegisteredVehicle
from store.registry import Registry
from store.runs import Runs

FEED = "waste_trucks"
HOUR = timedelta(hours=1)


class Centre:
    """The writing side as the assessor meets it: a plan, fixes that arrive, a clock."""

    def __init__(self, engine: Engine, maps: Path) -> None:
        self.engine, self.runs = engine, Runs(engine)
        self.intake, self.plan = IntakeStore(engine), Plan(engine)
        self.maps = MapLayers(engine, maps)
        self.assessor = Assessor(engine, self.maps)
        self.cursor = self.intake.cursor(FEED)
        self.stored: list[Fix] = []
        self.count = 0
        assert self.cursor == FIRST_CURSOR

    def plans(self, streets: Iterable[PlannedStreet], id_: str = "i1") -> None:
        route = Route(id="01", name="Tuyến 01", streets=tuple(streets), weekdays=EVERY_DAY, ends_s=63_000, source="S")
        self.plan.add(replace(done(Content.PLAN), id=id_), [route], valid={"01": True})

    def arrive(
        self, fixes: Iterable[tuple[float, float, float]], vehicle: str = "LA-001", received: datetime | None = None
    ) -> None:
        given = [
            Fix(
                feed=FEED, device=vehicle, at=from_ms(round(at_s * 1000)),
                received_at=received or from_ms(round(at_s * 1000) + 2_000),
                longitude=x / DEGREE_M, latitude=y / DEGREE_M, kind=Kind.MEASURED, source="GPS",
            )
            for at_s, x, y in fixes
        ]  # fmt: skip
        known = [fix for fix in self.stored if fix.device == vehicle]
        late = sum(fix.at < max((f.at for f in known), default=fix.at) for fix in given)
        self.stored += given
        before = self.intake.tracker_day(vehicle, DAY)
        days = [tracker_day([*known, *given], out_of_order=late + (before.out_of_order if before else 0))]
        self.count += 1
        batch = Batch(fixes=given, days=days)
        self.intake.write(FEED, expected_cursor=self.cursor, cursor=f"{self.count}-0", batch=batch)
        self.cursor = f"{self.count}-0"

    def run(self):
        found = self.runs.run(DAY, "01")
        assert found is not None
        return found


@pytest.fixture
def centre(engine: Engine, tmp_path: Path) -> Centre:
    made = Centre(engine, tmp_path / "maps")
    made.plans(STREETS)
    return made


def states(centre: Centre) -> list[StreetState]:
    return [s.state for s in centre.run().streets]


def test_a_run_is_followed_as_its_fixes_come(centre: Centre):
    fixes = trace(ROUND, kmh=4)
    centre.assessor.once(BEGINS - HOUR)
    assert centre.run().state is RunState.PLANNED
    seen = []
    for minute in range(0, 24, 3):
        since, now = BEGINS + timedelta(minutes=minute - 3), BEGINS + timedelta(minutes=minute)
        fresh = [fix for fix in fixes if since.timestamp() < fix[0] <= now.timestamp()]
        if fresh:
            centre.arrive(fresh)
        centre.assessor.once(now + timedelta(seconds=2))
        seen.append(states(centre).count(StreetState.SERVED))
    assert seen == sorted(seen), "what was served stays served"
    result = centre.run()
    assert states(centre) == [StreetState.SERVED] * 3
    assert (result.state, result.closed_by) == (RunState.CLOSED, ClosedBy.COMPLETE)
    assert result.as_of is not None
    assert centre.runs.audits(DAY) == []
    fresh_eyes = Assessor(centre.engine, centre.maps)
    fresh_eyes.once(BEGINS + timedelta(minutes=25))
    assert [s.state for s in centre.run().streets] == [s.state for s in result.streets], "a restart says the same"


def test_nothing_new_writes_nothing(centre: Centre):
    centre.arrive(trace(ROUND))
    assert centre.assessor.once(BEGINS + 3 * HOUR) >= 1
    assert centre.assessor.once(BEGINS + 3 * HOUR + timedelta(seconds=5)) == 0


def test_streets_ahead_are_expected_while_the_run_is_open(centre: Centre):
    now = BEGINS + timedelta(minutes=9)
    centre.arrive([fix for fix in trace(ROUND, kmh=4) if fix[0] <= now.timestamp()])
    centre.assessor.once(now)
    assert centre.run().state is RunState.RUNNING
    assert centre.run().streets[2].expected is not None


def test_a_buffer_uploaded_six_hours_late_corrects_yesterday_with_an_audit_line(centre: Centre):
    fixes = trace(ROUND)
    third = len(fixes) // 3
    rest = stand((0, 300), start_min=end_min(fixes), minutes=90)
    centre.arrive([*fixes[:third], *rest])
    centre.assessor.once(BEGINS + 3 * HOUR)
    before = centre.run()
    assert before.state is RunState.CLOSED
    assert before.count(StreetState.UNKNOWN) >= 1
    assert before.count(StreetState.MISSED) == 0
    next_day = BEGINS + 9 * HOUR
    centre.arrive(fixes[third:], received=next_day)
    centre.assessor.once(next_day)
    after = centre.run()
    assert states(centre) == [StreetState.SERVED] * 3
    assert after.revision == before.revision + 1
    (audit,) = centre.runs.audits(DAY)
    assert audit.because == "late fixes"
    assert audit.before != audit.after
    assert centre.runs.runs(DAY + timedelta(days=1))[0].count(StreetState.SERVED) == 0, "today is untouched"


def test_a_day_of_ten_minute_polling_is_unknown_and_never_missed(centre: Centre):
    fixes = [fix for n in range(8) for fix in trace(ROUND, start_min=n * 12)]
    centre.arrive(fixes[::40])
    centre.assessor.once(BEGINS + 6 * HOUR)
    assert set(states(centre)) == {StreetState.UNKNOWN}


def test_a_dispatchers_word_is_followed(centre: Centre):
    Registry(centre.engine).put_vehicles([RegisteredVehicle(id="LA-001", place="", in_service=True)], BEGINS)
    centre.arrive(trace(ROUND))
    centre.arrive(stand((9_000, 9_000), start_min=-60, minutes=240), "LA-002")
    centre.assessor.once(BEGINS + 3 * HOUR)
    assert centre.run().vehicles == ("LA-001",)
    word = Override(
        vehicle="LA-002", day=DAY, route="01", number=1, since=BEGINS - HOUR, until=BEGINS + 2 * HOUR, by="bàn 3",
        said_at=BEGINS + 3 * HOUR,
    )  # fmt: skip
    centre.runs.override(word)
    centre.assessor.once(BEGINS + 3 * HOUR + timedelta(minutes=1))
    assert set(centre.run().vehicles) == {"LA-001", "LA-002"}
    assert [a.because for a in centre.runs.audits(DAY)] == ["dispatcher"]


def test_an_arrival_at_the_depot_after_the_window_closes_a_run(centre: Centre):
    depot = Facility(
        id="B", name="Bãi", kind=FacilityKind.DEPOT, points=((float(2_000 / DEGREE_M), 0.0),), radius_m=200.0
    )
    Facilities(centre.engine).add(replace(done(Content.FACILITIES), id="f1"), [depot])
    fixes = trace(ROUND[:3])
    away = trace([(600, 300), (2_000, 0)], kmh=20, start_min=40)
    waiting = stand((500, 300), start_min=end_min(fixes), minutes=int(39 - end_min(fixes)))
    centre.arrive([*fixes, *waiting, *away])
    centre.assessor.once(BEGINS + timedelta(minutes=60))
    result = centre.run()
    assert (result.state, result.closed_by) == (RunState.CLOSED, ClosedBy.FACILITY)
    assert states(centre)[2] is StreetState.MISSED


def test_a_new_plan_is_judged_anew(centre: Centre):
    centre.arrive(trace(ROUND))
    centre.assessor.once(BEGINS + 3 * HOUR)
    centre.plans([*STREETS, street(4, (0, 300), (0, 0), at_min=20)], id_="i2")
    centre.assessor.once(BEGINS + 3 * HOUR + timedelta(minutes=1))
    assert len(centre.run().streets) == 4
    assert centre.run().streets[3].state is not StreetState.SERVED


def test_without_a_plan_there_is_nothing_to_judge(engine: Engine, tmp_path: Path):
    centre = Centre(engine, tmp_path)
    centre.arrive(trace(ROUND))
    assert centre.assessor.once(BEGINS + 3 * HOUR) == 0
    assert centre.runs.runs(DAY) == []


def test_a_vehicles_day_goes_on_when_its_runs_are_over(centre: Centre):
    fixes = trace(ROUND)
    centre.arrive(fixes)
    centre.assessor.once(BEGINS + timedelta(minutes=30))
    assert centre.run().state is RunState.CLOSED
    (before,) = centre.runs.vehicle_days(DAY)
    centre.arrive(trace([(0, 300), (0, 2_300)], kmh=30, start_min=31))
    centre.assessor.once(BEGINS + timedelta(minutes=40))
    (after,) = centre.runs.vehicle_days(DAY)
    assert after.fixes > before.fixes
    assert after.distance_m > before.distance_m + 1_500
    assert centre.runs.audits(DAY) == []


def test_what_could_not_be_written_is_written_the_next_time(centre: Centre, monkeypatch: pytest.MonkeyPatch):
    centre.arrive(trace(ROUND))
    put = Runs.put

    def locked(*_given: object, **_named: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(Runs, "put", locked)
    with pytest.raises(OperationalError):
        centre.assessor.once(BEGINS + 3 * HOUR)
    assert centre.runs.vehicle_days(DAY) == []
    monkeypatch.setattr(Runs, "put", put)
    centre.assessor.once(BEGINS + 3 * HOUR + timedelta(seconds=5))
    assert states(centre) == [StreetState.SERVED] * 3
    assert len(centre.runs.vehicle_days(DAY)) == 1
