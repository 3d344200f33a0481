"""The assessor on a database: it judges runs as fixes come; late fixes, dispatchers and a new plan correct them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from collection_centre import HOUR, Centre
from collection_world import BEGINS, DAY, ROUND, STREETS, end_min, stand, street, trace
from plan_fixtures import done
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from street_fixtures import DEGREE_M

from domain.waste.facility import Facility, FacilityKind
from domain.waste.plan_import import Content
from domain.waste.run import ClosedBy, Override, RunResult, RunState, StreetState
from intake.assessor.assessing import Assessor
from store.records import RegisteredVehicle
from store.registry import Registry
from store.rounds.facilities import Facilities
from store.rounds.runs import Runs


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
    for minute in range(0, 27, 3):
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
    fresh_eyes.once(BEGINS + timedelta(minutes=28))
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


def test_a_closed_run_hears_that_another_truck_collected_what_it_left_out(centre: Centre):
    own = trace(ROUND[:3], kmh=5)
    centre.arrive([*own, *stand((500, 300), start_min=end_min(own), minutes=150)])
    centre.assessor.once(BEGINS + 3 * HOUR)
    assert states(centre) == [StreetState.SERVED, StreetState.SERVED, StreetState.MISSED]
    elsewhere = trace([(0, 100), (300, 100)], kmh=5, start_min=181)
    again = trace([(500, 300), (0, 300)], kmh=5, start_min=200)
    for fixes, later in ((elsewhere, False), (again, True)):
        centre.arrive(fixes, vehicle="LA-009")
        centre.assessor.once(BEGINS + timedelta(minutes=end_min(fixes)))
        assert (centre.run().streets[2].later_at is not None) is later
    assert states(centre)[2] is StreetState.MISSED, "by its own run"
    assert centre.runs.audits(DAY) == []


def test_a_day_of_ten_minute_polling_is_unknown_and_never_missed(centre: Centre):
    fixes = [fix for n in range(8) for fix in trace(ROUND, start_min=n * 12)]
    centre.arrive(fixes[::40])
    centre.assessor.once(BEGINS + 6 * HOUR)
    assert set(states(centre)) == {StreetState.UNKNOWN}


def test_a_dispatchers_word_is_followed(centre: Centre):
    Registry(centre.engine).put_vehicles(
        [RegisteredVehicle(id="LA-001", feed="waste_trucks", place="", in_service=True)], BEGINS
    )
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


def test_today_is_judged_before_the_days_before_it(centre: Centre, monkeypatch: pytest.MonkeyPatch):
    """All days arrive at once after a start or an outage; what stops yesterday does not stop today."""
    written: list[date] = []
    put = Runs.put

    def noted(self: Runs, runs: Iterable[RunResult] = (), *others: Iterable[Any]) -> None:
        runs = list(runs)
        written.extend({run.day for run in runs})
        put(self, runs, *others)

    monkeypatch.setattr(Runs, "put", noted)
    centre.arrive([(at_s - 86_400, x, y) for at_s, x, y in trace(ROUND)])
    centre.arrive(trace(ROUND))
    centre.assessor.once(BEGINS + 3 * HOUR)
    assert written == [DAY, DAY - timedelta(days=1)]
    assert states(centre) == [StreetState.SERVED] * 3
