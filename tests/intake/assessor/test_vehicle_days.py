"""Vehicles' days through the database: silent vehicles with their cause, and days without any plan."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from collection_centre import FEED, HOUR, Centre
from collection_world import BEGINS, DAY, ROUND, STREETS, end_min, stand, trace
from plan_fixtures import done
from sqlalchemy import Engine
from street_fixtures import DEGREE_M

from domain.access.principal import CENTRE
from domain.instant import day_start, from_ms
from domain.observation import Fix, Kind, Rejection
from domain.reason import Reason
from domain.waste.facility import Facility, FacilityKind, Ticket
from domain.waste.plan_import import Content
from domain.waste.work import Cause, EventKind, Step
from intake.assessor.assessing import Assessor
from store.intake import Batch
from store.records import RegisteredVehicle, RejectedItem
from store.registry import Registry
from store.rounds.facilities import Facilities

ON_DUTY: Mapping[str, float] = {
    "in_service": 1, "tracker_fitted": 1, "duty_from_s": 16 * 3_600, "duty_to_s": 22 * 3_600
}  # fmt: skip
SHIFT = day_start(DAY) + 16 * HOUR


@pytest.fixture
def centre(engine: Engine, tmp_path: Path) -> Centre:
    made = Centre(engine, tmp_path / "maps")
    made.plans(STREETS)
    return made


@pytest.fixture
def planless(engine: Engine, tmp_path: Path) -> Centre:
    return Centre(engine, tmp_path / "maps")


def refused(device: str, at: Any) -> RejectedItem:
    rejection = Rejection(feed=FEED, reason=Reason.ZERO_COORDINATES, received_at=at, source="GPS")
    return RejectedItem(rejection=rejection, stream_id="9-0", device=device)


def no_lock(device: str, at: Any) -> Fix:
    return Fix(
        feed=FEED, device=device, at=at, received_at=at, latitude=10.5, longitude=106.4, kind=Kind.MEASURED,
        source="GPS", valid=False,
    )  # fmt: skip


def test_every_vehicle_on_duty_has_its_step_and_a_silent_one_its_likely_cause(centre: Centre):
    for id_ in ("LA-001", "LA-002", "LA-003", "LA-004"):
        centre.says(id_, **ON_DUTY)
    centre.says("LA-005", **{**ON_DUTY, "tracker_fitted": 0})
    centre.take(Batch(rejections=[refused("LA-003", SHIFT + HOUR)]))
    centre.take(Batch(fixes=[no_lock("LA-004", SHIFT + HOUR)]))
    centre.arrive(trace(ROUND))
    centre.assessor.once(BEGINS + HOUR)
    told = {one.vehicle: (one.step, one.cause, one.on_duty) for one in centre.runs.vehicle_days(DAY)}
    assert told == {
        "LA-001": (Step.COMPLETE, None, True),
        "LA-002": (Step.FITTED, Cause.NO_POWER, True),
        "LA-003": (Step.FITTED, Cause.NO_FIX, True),
        "LA-004": (Step.FITTED, Cause.NO_FIX, True),
        "LA-005": (Step.NONE, Cause.NOT_FITTED, True),
    }
    silent = centre.vehicle_day("LA-002")
    assert silent is not None
    assert (silent.as_of, silent.distance_m, silent.moving_s, silent.fixes) == (None, None, None, 0), "never zero"


def test_nobody_is_silent_before_the_shift_nor_in_its_first_minutes(centre: Centre):
    centre.says("LA-002", **ON_DUTY)
    for now in (SHIFT - HOUR, SHIFT + timedelta(minutes=8)):
        centre.assessor.once(now)
        found = centre.vehicle_day("LA-002")
        assert found is not None
        assert (found.cause, found.on_duty, found.step) == (None, False, Step.FITTED)
    centre.assessor.once(SHIFT + timedelta(minutes=11))
    found = centre.vehicle_day("LA-002")
    assert found is not None
    assert (found.cause, found.on_duty) == (Cause.NO_POWER, True)


def test_a_vehicle_out_of_service_is_not_missed(centre: Centre):
    centre.says("LA-002", **{**ON_DUTY, "in_service": 0})
    centre.says("LA-003", **ON_DUTY)
    Registry(centre.engine).put_vehicles(
        [RegisteredVehicle(id="LA-003", feed="waste_trucks", place="", in_service=False)], BEGINS
    )
    centre.assessor.once(BEGINS + HOUR)
    assert centre.runs.vehicle_days(DAY) == []


def test_a_registered_vehicle_without_hours_is_missed_when_the_day_is_over(centre: Centre):
    Registry(centre.engine).put_vehicles(
        [RegisteredVehicle(id="LA-002", feed="waste_trucks", place="27694", in_service=True)], BEGINS
    )
    Registry(centre.engine).bind("T-2", "LA-002", feed="waste_trucks", by=CENTRE, now=BEGINS - 30 * HOUR)
    centre.assessor.once(BEGINS + HOUR)
    found = centre.vehicle_day("LA-002")
    assert found is not None
    assert (found.on_duty, found.cause, found.place) == (None, None, "27694")
    centre.assessor.once(BEGINS + 8 * HOUR)
    found = centre.vehicle_day("LA-002")
    assert found is not None
    assert found.cause is Cause.NO_POWER


def test_the_first_fix_ends_a_silence_and_nothing_new_writes_nothing(centre: Centre):
    centre.says("LA-001", **ON_DUTY)
    centre.assessor.once(SHIFT + timedelta(minutes=20))
    silent = centre.vehicle_day("LA-001")
    centre.assessor.once(SHIFT + timedelta(minutes=25))
    assert centre.vehicle_day("LA-001") == silent, "not even the time of judging moves"
    Assessor(centre.engine, centre.maps).once(SHIFT + timedelta(minutes=30))
    assert centre.vehicle_day("LA-001") == silent, "a restart says the same"
    centre.arrive(trace(ROUND))
    centre.assessor.once(BEGINS + HOUR)
    heard = centre.vehicle_day("LA-001")
    assert heard is not None
    assert (heard.cause, heard.step, heard.on_duty) == (None, Step.COMPLETE, True)


def test_a_day_that_changes_all_the_time_is_made_once_a_minute_and_nothing_of_it_is_forgotten(centre: Centre):
    at = BEGINS + HOUR
    early, late = trace(ROUND)[:20], trace(ROUND)[20:40]
    centre.arrive(early)
    centre.assessor.once(at)
    centre.arrive(late)
    centre.assessor.once(at + timedelta(seconds=10))
    waiting = centre.vehicle_day("LA-001")
    assert waiting is not None
    assert waiting.fixes == 20
    centre.assessor.once(at + timedelta(seconds=70))
    made = centre.vehicle_day("LA-001")
    assert made is not None
    assert made.fixes == 40, "although nothing came any more"
    centre.assessor.once(at + timedelta(seconds=140))
    assert centre.vehicle_day("LA-001") == made, "not made again for nothing"


def test_of_a_vehicle_that_was_not_read_yet_no_silence_is_told(centre: Centre, monkeypatch: pytest.MonkeyPatch):
    for id_ in ("LA-001", "LA-002"):
        centre.says(id_, **ON_DUTY)
    with monkeypatch.context() as before:
        # What came is stored after the assessor asked what there is.
        before.setattr(centre.assessor, "_news", lambda *_: ({}, set()))
        centre.arrive(trace(ROUND))
        centre.assessor.once(BEGINS + HOUR)
    assert centre.vehicle_day("LA-001") is None
    silent = centre.vehicle_day("LA-002")
    assert silent is not None
    assert silent.cause is Cause.NO_POWER
    centre.assessor.once(BEGINS + HOUR + timedelta(seconds=5))
    found = centre.vehicle_day("LA-001")
    assert found is not None
    assert (found.cause, found.fixes) == (None, len(trace(ROUND)))


def test_a_day_that_waits_says_that_it_is_behind_what_was_read(centre: Centre):
    at, fixes = BEGINS + HOUR, trace(ROUND)
    for number, (first, after, behind) in enumerate(((0, 10, False), (10, 20, False), (20, 35, True), (35, 36, True))):
        centre.arrive(fixes[first:after])
        centre.assessor.once(at + timedelta(seconds=10 * number))
        found = centre.vehicle_day("LA-001")
        assert found is not None
        assert (found.fixes, found.behind) == (10, behind)
    centre.assessor.once(at + timedelta(seconds=70))
    made = centre.vehicle_day("LA-001")
    assert made is not None
    assert (made.fixes, made.behind) == (36, False)


def test_a_vehicle_that_one_tracker_rode_twice_keeps_both_rides(centre: Centre):
    fixes = trace(ROUND)
    registry, half = Registry(centre.engine), len(fixes) // 2
    for vehicle, fix in (("LA-001", fixes[0]), ("LA-002", fixes[half]), ("LA-001", fixes[half + 5])):
        registry.bind("T-1", vehicle, feed="waste_trucks", by=CENTRE, now=from_ms(round(fix[0] * 1000)))
    centre.arrive(fixes, vehicle="T-1")
    centre.assessor.once(BEGINS + HOUR)
    told = {one.vehicle: one.fixes for one in centre.runs.vehicle_days(DAY) if one.fixes}
    assert told == {"LA-001": len(fixes) - 5, "LA-002": 5}


def test_what_is_weighed_after_the_drive_is_counted_and_of_a_silent_vehicle_too(centre: Centre):
    centre.says("LA-002", **ON_DUTY)
    centre.arrive(trace(ROUND))
    centre.assessor.once(BEGINS + HOUR)
    tickets = [
        Ticket(id=plate, plant="N", plate=plate, entered_at=BEGINS + HOUR, net_kg=1_300.0)
        for plate in ("LA001", "LA002")
    ]
    Facilities(centre.engine).add(replace(done(Content.WEIGHBRIDGE), id="t1"), tickets=tickets)
    centre.assessor.once(BEGINS + HOUR + timedelta(minutes=2))
    for id_ in ("LA-001", "LA-002"):
        found = centre.vehicle_day(id_)
        assert found is not None
        assert (found.loads, found.net_kg) == (1, 1_300.0)


def test_a_weighing_without_a_number_is_named_by_its_hour_in_viet_nam(centre: Centre):
    centre.arrive(trace(ROUND))
    centre.says("LA-001", at=BEGINS + HOUR + timedelta(seconds=5), weighed_kg=1_300)
    centre.assessor.once(BEGINS + HOUR + timedelta(minutes=2))
    found = centre.vehicle_day("LA-001")
    assert found is not None
    assert found.tickets_unheard == ("18:00:05",)


def test_a_day_without_any_plan_still_tells_what_vehicles_did(planless: Centre):
    depot = Facility(id="B", name="Bãi", kind=FacilityKind.DEPOT, points=((0.0, float(3_000 / DEGREE_M)),), radius_m=90)
    Facilities(planless.engine).add(replace(done(Content.FACILITIES), id="f1"), [depot])
    out = trace([(0, 0), (0, 2_000)], kmh=30)
    stop = stand((0, 2_000), start_min=5, minutes=10)
    home = trace([(0, 2_000), (0, 3_000)], kmh=30, start_min=16)
    planless.arrive([*out, *stop, *home, *stand((0, 3_000), start_min=19, minutes=5)])
    assert planless.assessor.once(BEGINS + HOUR) == 0
    assert planless.runs.runs(DAY) == []
    found = planless.vehicle_day("LA-001")
    assert found is not None
    assert found.distance_m == pytest.approx(3_000, rel=0.03)
    assert [one.facility for one in found.visits] == ["B"]
    assert found.off_plan_m is None
    assert found.planned is False
    assert (found.count(EventKind.STOP), found.count(EventKind.UNPLANNED_STOP)) == (1, 0), (
        "without a plan none is unplanned"
    )
    assert planless.runs.days_judged() == [DAY]


def test_late_fixes_of_a_day_without_a_plan_are_followed(planless: Centre):
    fixes = trace([(0, 0), (0, 2_000)], kmh=30)
    planless.arrive(fixes[::2])
    planless.assessor.once(BEGINS + HOUR)
    before = planless.vehicle_day("LA-001")
    planless.arrive(fixes[1::2], received=BEGINS + 20 * HOUR)
    planless.assessor.once(BEGINS + 20 * HOUR)
    after = planless.vehicle_day("LA-001")
    assert before is not None
    assert after is not None
    assert after.fixes == len(fixes) > before.fixes


def test_yesterdays_load_is_told_of_the_departure_this_morning(centre: Centre):
    depot = Facility(id="B", name="Bãi", kind=FacilityKind.DEPOT, points=((0.0, 0.0),), radius_m=60.0)
    Facilities(centre.engine).add(replace(done(Content.FACILITIES), id="f1"), [depot])
    work = trace(ROUND)
    night = stand((0, 0), start_min=end_min(work), minutes=int(7 * 60 - end_min(work)) - 1)
    centre.arrive([*work, *night])
    centre.assessor.once(BEGINS + 6 * HOUR + timedelta(minutes=55))
    evening = centre.vehicle_day("LA-001")
    assert evening is not None
    assert (evening.loaded, evening.count(EventKind.LOADED_DEPARTURE)) == (True, 0)
    parked = stand((0, 0), start_min=7 * 60, minutes=30)
    centre.arrive([*parked, *trace([(0, 0), (500, 0)], kmh=30, start_min=7 * 60 + 30)])
    Assessor(centre.engine, centre.maps).once(BEGINS + 8 * HOUR)
    morning = centre.vehicle_day("LA-001", DAY + timedelta(days=1))
    assert morning is not None
    assert (morning.count(EventKind.LOADED_DEPARTURE), morning.count(EventKind.LOADED_RETURN)) == (1, 0)
