"""A failure stops nothing else: an override for a withdrawn run, a vehicle, a run, a file of streets."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from collection_centre import HOUR, Centre
from collection_world import BEGINS, DAY, ROUND, STREETS, stand, street, trace
from map_fixtures import streets
from plan_fixtures import done
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

import intake.assessor.assessing
import intake.assessor.vehicle_days
from domain.access.principal import CENTRE
from domain.waste.plan import EVERY_DAY, PlannedStreet, Route
from domain.waste.plan_import import Content
from domain.waste.run import Override, RunState, StreetState
from intake.assessor.assessing import Assessor
from rounds.drive import Columns, GrowingDrive

EVENING = BEGINS + 3 * HOUR
SOUTH = [(x, y - 5_000.0) for x, y in ROUND]
OTHER = [street(n + 1, SOUTH[n], SOUTH[n + 1], at_min=5 * n) for n in range(3)]


def route(id_: str, streets: Sequence[PlannedStreet]) -> Route:
    return Route(id=id_, name=f"Tuyến {id_}", streets=tuple(streets), weekdays=EVERY_DAY, ends_s=63_000, source="S")


def imported(centre: Centre, id_: str, *routes: Route) -> None:
    centre.plan.add(replace(done(Content.PLAN), id=id_), routes, valid={one.id: True for one in routes})


def word(route_: str = "01") -> Override:
    return Override(
        vehicle="LA-001", day=DAY, route=route_, number=1, since=BEGINS - HOUR, until=BEGINS + 2 * HOUR, by="bàn 3",
        said_at=EVENING,
    )  # fmt: skip


@pytest.fixture
def centre(engine: Engine, tmp_path: Path) -> Centre:
    """Two routes of two imports; LA-001 drives the first, LA-002 the second; everything is judged."""
    made = Centre(engine, tmp_path / "maps")
    imported(made, "i1", route("01", STREETS))
    imported(made, "i2", route("02", OTHER))
    made.arrive(trace(ROUND))
    made.arrive(trace(SOUTH), "LA-002")
    made.assessor.once(EVENING)
    assert judged(made) == {"01": ("LA-001",), "02": ("LA-002",)}
    return made


def judged(centre: Centre) -> dict[str, tuple[str, ...]]:
    return {run.route: run.vehicles for run in centre.runs.runs(DAY)}


def goes_on(centre: Centre, minutes: int) -> None:
    """Something new of both vehicles is judged, in the process under way and in a new one."""
    now = EVENING + HOUR * minutes / 60
    before = {one.vehicle: one.fixes for one in centre.runs.vehicle_days(DAY)}
    for vehicle in ("LA-001", "LA-002"):
        centre.arrive(stand((9_000, 9_000), start_min=180 + minutes, minutes=2), vehicle)
    centre.assessor.once(now)
    after = {one.vehicle: one.fixes for one in centre.runs.vehicle_days(DAY)}
    assert all(after[vehicle] > before[vehicle] for vehicle in before), "the vehicles' days go on"
    Assessor(centre.engine, centre.maps).once(now)


def test_a_word_whose_plan_is_withdrawn_stops_no_judging(centre: Centre):
    centre.runs.override(word())
    centre.plan.withdraw("i1", CENTRE, BEGINS)
    goes_on(centre, 5)
    assert len(centre.assessor.unjudged) == 0, "a word of no run is no fault"
    centre.plan.activate("i1", CENTRE, BEGINS)
    goes_on(centre, 10)
    assert [one.by.value for one in centre.run().assignments] == ["override"], "the run is back, and so is the word"


def test_a_word_whose_plan_is_replaced_by_one_without_the_run(centre: Centre):
    centre.runs.override(word())
    imported(centre, "i3", replace(route("01", STREETS), weekdays=EVERY_DAY - {DAY.isoweekday()}))
    goes_on(centre, 5)
    assert judged(centre)["02"] == ("LA-002",)


def test_a_word_of_a_route_that_never_was_and_a_plan_that_is_all_gone(centre: Centre):
    centre.runs.override(word("99"))
    goes_on(centre, 5)
    centre.runs.override(word())
    centre.plan.withdraw("i1", CENTRE, BEGINS)
    centre.plan.withdraw("i2", CENTRE, BEGINS)
    goes_on(centre, 10)


def test_a_vehicle_that_cannot_be_judged_is_left_out_and_told_once(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    made = intake.assessor.vehicle_days.vehicle_day

    def broken(drive, *given, **named):
        if drive.vehicle == "LA-001":
            raise IndexError("a drive nobody foresaw")
        return made(drive, *given, **named)

    monkeypatch.setattr(intake.assessor.vehicle_days, "vehicle_day", broken)
    caplog.set_level(logging.ERROR)
    before = centre.vehicle_day("LA-001")
    for minute in (1, 2):
        for vehicle in ("LA-001", "LA-002"):
            centre.arrive(stand((9_000, 9_000), start_min=180 + 5 * minute, minutes=2), vehicle)
        centre.assessor.once(EVENING + minute * HOUR / 6)
    other, mine = centre.vehicle_day("LA-002"), centre.vehicle_day("LA-001")
    assert other is not None
    assert other.as_of is not None
    assert other.as_of > EVENING, "the other one's day goes on"
    assert mine == before, "what is known stands; nothing is made up"
    told = [record for record in caplog.records if "day of LA-001" in record.getMessage()]
    assert len(told) == 1
    assert len(centre.assessor.unjudged) == 1
    monkeypatch.setattr(intake.assessor.vehicle_days, "vehicle_day", made)
    centre.arrive(stand((9_000, 9_000), start_min=200, minutes=2))
    centre.assessor.once(EVENING + HOUR / 2)
    assert len(centre.assessor.unjudged) == 0


def test_a_run_and_a_drive_that_cannot_be_judged_leave_the_others(centre: Centre, monkeypatch: pytest.MonkeyPatch):
    judge = intake.assessor.assessing.judge

    def broken(plan, fleet, now):
        if plan.due.route.id == "01":
            raise ZeroDivisionError
        return judge(plan, fleet, now)

    monkeypatch.setattr(intake.assessor.assessing, "judge", broken)
    tomorrow = BEGINS + 24 * HOUR
    centre.assessor.once(tomorrow - HOUR)
    assert [run.route for run in centre.runs.runs(tomorrow.date())] == ["02"]
    assert [run.state for run in centre.runs.runs(tomorrow.date())] == [RunState.PLANNED]


def test_a_vehicle_that_cannot_be_matched_with_others_leaves_them_their_drives(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    keep = GrowingDrive.keep

    def broken(driver: GrowingDrive, fixes: Columns) -> None:
        if driver.drive().vehicle == "LA-001":
            raise IndexError("a track nobody foresaw")
        keep(driver, fixes)

    monkeypatch.setattr(GrowingDrive, "keep", broken)
    caplog.set_level(logging.ERROR)
    for vehicle in ("LA-001", "LA-002"):
        centre.arrive(stand((9_000, 9_000), start_min=185, minutes=2), vehicle)
    centre.assessor.once(EVENING + HOUR / 6)
    other = centre.vehicle_day("LA-002")
    assert other is not None
    assert other.as_of is not None
    assert other.as_of > EVENING, "the other one's day goes on"
    assert len(centre.assessor.unjudged) == 1
    assert "drive of LA-001" in caplog.text
    assert "drive of LA-002" not in caplog.text
    monkeypatch.setattr(GrowingDrive, "keep", keep)
    centre.arrive(stand((9_000, 9_000), start_min=200, minutes=2))
    centre.assessor.once(EVENING + HOUR / 2)
    assert len(centre.assessor.unjudged) == 0


def test_an_outage_of_the_database_is_no_fault_of_a_vehicle(centre: Centre, monkeypatch: pytest.MonkeyPatch):
    def away(*_given: object, **_named: object) -> None:
        raise OperationalError("SELECT", {}, Exception("the database is locked"))

    monkeypatch.setattr(intake.assessor.assessing, "judge", away)
    centre.runs.override(word("02"))
    with pytest.raises(OperationalError):
        centre.assessor.once(EVENING + HOUR / 6)
    assert len(centre.assessor.unjudged) == 0


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04cut off", None])
def test_a_file_of_streets_that_cannot_be_read_leaves_the_plans_own_lines(
    centre: Centre, tmp_path: Path, content: bytes | None
):
    graph = tmp_path / "graph"
    graph.write_bytes(content or b"")
    centre.maps.add(streets(), {}, {"graph": graph} if content is not None else {})
    fresh = Assessor(centre.engine, centre.maps)
    centre.arrive(stand((9_000, 9_000), start_min=200, minutes=2))
    fresh.once(EVENING + HOUR)
    assert judged(centre) == {"01": ("LA-001",), "02": ("LA-002",)}
    assert {street.state for street in centre.run().streets} == {StreetState.SERVED}
