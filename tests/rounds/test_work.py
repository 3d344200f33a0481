"""A vehicle's day: distance, stops, idling, speeding, detours, stays, loads; and events that must not be claimed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from collection_world import BEGINS, DAY, ROUND, STREETS, WAYS, degrees, drive, end_min, stand, trace
from street_fixtures import DEGREE_M, graph, places

from domain.fleets.tracker_day import TrackerDay
from domain.observation import Kind
from domain.waste.facility import Facility, FacilityKind, Ticket
from domain.waste.work import Cause, EventKind, VehicleDay
from rounds.arrivals import arrivals, fences
from rounds.assigning import OnRun
from rounds.drive import Drive, GrowingDrive
from rounds.honesty import cause
from rounds.standing import idling, speeding, stops
from rounds.visits import visits, weighed
from rounds.work import About, unheard_day, vehicle_day
from streets.ways import Ways

NOW = BEGINS + timedelta(hours=5)
WORK = OnRun("01#1", BEGINS.timestamp() - 60, BEGINS.timestamp() + 7_200, 1.0)
DEPOT = Facility(id="B", name="Bãi", kind=FacilityKind.DEPOT, points=degrees((0, 0)), radius_m=60.0)
PLANT = Facility(id="N", name="Nhà máy", kind=FacilityKind.PLANT, points=degrees((2_000, 0)), radius_m=80.0)


def day(of: Drive, *, facilities: Sequence[Facility] = (), tickets: Sequence[Ticket] = (), **other: Any) -> VehicleDay:
    values: dict[str, Any] = {
        "ways": WAYS, "lines": {WORK.key: [np.array(street.points) for street in STREETS]}, "spans": [WORK]
    }  # fmt: skip
    before, meant = other.pop("before", None), other.pop("meant", frozenset())
    about = About(
        day=DAY, place="27694", kind=Kind.MEASURED, source="GPS", cause=None, now=NOW, before=before, meant=meant
    )  # fmt: skip
    return vehicle_day(of, about, fences=fences(facilities), tickets=tickets, **(values | other))


def told(
    fixes: Sequence[tuple[float, float, float]], speed_kmh: Any = None, ignition: Any = None, ways: Ways = WAYS
) -> Drive:
    rows = np.array(fixes, float)
    driver = GrowingDrive("LA-001", ways)
    driver.extend(rows[:, 0], rows[:, 1:] / DEGREE_M, speed_kmh, ignition)
    return driver.drive()


def ticket(id_: str, minute: float, **other: Any) -> Ticket:
    return Ticket(
        id=id_,
        plant=other.pop("plant", "N"),
        plate="LA001",
        entered_at=BEGINS + timedelta(minutes=minute),
        net_kg=1_300.0,
    )


def test_distance_is_the_matched_path_and_not_the_chords():
    corners = drive(trace(ROUND, every_s=120))
    found = day(corners)
    chords = np.hypot(*np.diff(WAYS.graph.metres(corners.places), axis=0).T).sum()
    assert found.distance_m > chords + 20
    assert found.distance_m == pytest.approx(1_296, abs=6)
    assert found.unmatched_m == 0
    far = day(drive([(t, x, y + 9_000) for t, x, y in trace(ROUND)]), spans=[])
    assert far.unmatched_m == pytest.approx(1_300, abs=40)
    assert far.off_plan_m is None, "on no run nothing is off the plan"


@pytest.mark.parametrize(("every_s", "count"), [(5.0, 1), (10.0, 1), (30.0, 0)])
def test_a_stop_of_seventy_seconds_is_told_only_when_it_can_be_seen(every_s: float, count: int):
    begin = trace([(0, 0), (300, 0)], every_s=every_s)
    end_s = begin[-1][0]
    still = [(end_s + t, 301.0, 1.0) for t in np.arange(every_s, 70.1, every_s)]
    on = [
        (fix[0] - BEGINS.timestamp() + still[-1][0] + every_s, *fix[1:])
        for fix in trace([(340, 0), (500, 0)], every_s=every_s)
    ]
    of = drive([*begin, *still, *on])
    assert len(stops(of, WAYS.graph.metres(of.places))) == count


def test_a_silence_is_no_stop():
    of = drive([(BEGINS.timestamp() + t, 0.0, 0.0) for t in (0.0, 30.0, 2_000.0, 2_030.0)])
    assert stops(of, WAYS.graph.metres(of.places)) == []


def test_an_unplanned_stop_is_away_from_planned_streets_and_facilities():
    parked = stand((300, 500), start_min=30, minutes=9)
    found = day(drive([*trace(ROUND), *parked]))
    (event,) = [event for event in found.events if event.kind is EventKind.UNPLANNED_STOP]
    assert event.duration_s == 480
    on_street = day(drive([*trace(ROUND), *stand((0, 310), start_min=30, minutes=9)]))
    assert on_street.count(EventKind.UNPLANNED_STOP) == 0
    inside = Facility(id="B", name="Bãi", kind=FacilityKind.DEPOT, points=degrees((300, 500)), radius_m=50.0)
    assert day(drive([*trace(ROUND), *parked]), facilities=[inside]).count(EventKind.UNPLANNED_STOP) == 0


def test_idling_is_told_only_by_a_tracker_that_tells_the_ignition():
    fixes = stand((300, 500), start_min=0, minutes=9)
    on, slow = np.ones(9, np.int8), np.zeros(9)
    found = day(told(fixes, slow, on))
    assert (found.idle_s, found.ignition_known) == (480, True)
    assert day(told(fixes, slow, np.zeros(9, np.int8))).idle_s == 0
    unknown = day(told(fixes, slow))
    assert (unknown.idle_s, unknown.ignition_known) == (0, False)
    collecting = stand((100, 0), start_min=0, minutes=9)
    assert day(told(collecting, slow, on)).idle_s == 0, "the engine compacts what is collected"
    assert idling(told(fixes, np.full(9, np.nan), on)) == []


def test_speeding_takes_half_a_minute_and_two_fixes():
    fixes = trace(ROUND, kmh=40, every_s=10)
    fast = np.full(len(fixes), 70.0)
    (found,) = speeding(told(fixes, fast), WAYS.graph)
    assert found.value == 70
    assert speeding(told(fixes[:2], fast[:2]), WAYS.graph) == [], "ten seconds are no offence"
    once = np.where(np.arange(len(fixes)) == 3, 90.0, 30.0)
    assert speeding(told(fixes, once), WAYS.graph) == []
    slow_street = Ways(graph([((0, 0), (500, 0))], kind=(1,)))
    driver = GrowingDrive("v", slow_street)
    driver.extend(np.arange(5) * 15.0, places(*[(x * 100.0, 0.0) for x in range(5)]), np.full(5, 58.0))
    assert len(speeding(driver.drive(), slow_street.graph)) == 1, "58 km/h where 50 is the limit"


def test_a_haul_to_the_plant_is_allowed_and_a_detour_is_not():
    work = trace(ROUND)
    haul = trace([(0, 300), (2_000, 0), (0, 0)], kmh=40, start_min=end_min(work), every_s=10)
    found = day(drive([*work, *haul]), facilities=[PLANT])
    assert found.off_plan_m == 0
    assert found.count(EventKind.OFF_ROUTE) == 0
    detour = trace([(0, 300), (0, 3_000), (40, 300)], kmh=40, start_min=end_min(work), every_s=10)
    strayed = day(drive([*work, *detour, *stand((10, 300), start_min=end_min(detour), minutes=4)]), facilities=[PLANT])
    assert strayed.count(EventKind.OFF_ROUTE) == 1
    assert strayed.off_plan_m is not None
    assert strayed.off_plan_m > 4_000


def test_a_haul_around_a_river_is_as_long_as_the_shortest_way():
    round_the_river = [(0, 300), (-3_000, 300), (-3_000, 1_300), (0, 1_300)]
    across = Facility(id="S", name="Bên sông", kind=FacilityKind.PLANT, points=degrees((0, 1_300)), radius_m=80.0)
    work = trace(ROUND)
    over = trace(round_the_river, kmh=40, start_min=end_min(work), every_s=10)
    back = trace(round_the_river[::-1], kmh=40, start_min=end_min(over), every_s=10)
    drives = [*work, *over, *back, *stand((0, 300), start_min=end_min(back), minutes=4)]
    streets = [((0, 0), (500, 0)), ((500, 0), (500, 300)), ((500, 300), (0, 300)), *pairwise(round_the_river)]
    river, bridge = (Ways(graph([*streets, *more])) for more in ((), [((0, 300), (0, 1_300))]))
    assert day(told(drives, ways=river), facilities=[across], ways=river).count(EventKind.OFF_ROUTE) == 0
    assert day(told(drives, ways=bridge), facilities=[across], ways=bridge).count(EventKind.OFF_ROUTE) == 2


@pytest.mark.parametrize(("minutes", "count"), [(4, 0), (9, 1)])
def test_standing_away_from_the_plan_during_a_run_is_off_route(minutes: int, count: int):
    work = trace(ROUND)
    aside = stand((0, 450), start_min=end_min(work), minutes=minutes)
    on = trace([(0, 300), (200, 300)], start_min=end_min(aside))
    found = day(drive([*work, *aside, *on]))
    assert found.count(EventKind.OFF_ROUTE) == count
    assert found.off_plan_m == 0, "it drove no detour"
    inside = replace(DEPOT, points=degrees((0, 450)))
    assert day(drive([*work, *aside, *on]), facilities=[inside]).count(EventKind.OFF_ROUTE) == 0
    assert day(drive([*work, *aside, *on]), spans=[], lines={}).count(EventKind.OFF_ROUTE) == 0, "on no run"


def test_a_later_run_moves_nothing_that_was_told_of_an_earlier_one():
    work = trace(ROUND)
    aside = stand((0, 450), start_min=end_min(work), minutes=9)
    on = trace([(0, 300), (200, 300)], start_min=end_min(aside))
    over_s = BEGINS.timestamp() + 60 * end_min(on)
    first, second = replace(WORK, until_s=over_s), OnRun("02#1", over_s + 60, over_s + 3_600, 1.0)
    lines = {
        "01#1": [np.array(street.points) for street in STREETS],
        "02#1": [np.array(degrees((-50, 450), (50, 450)))],
    }
    so_far = day(drive([*work, *aside, *on]), spans=[first], lines=lines)
    then = [*work, *aside, *on, *stand((0, 450), start_min=end_min(on) + 2, minutes=30)]
    later = day(drive(then), spans=[first, second], lines=lines)
    away = EventKind.OFF_ROUTE
    told = [[(one.since, one.until) for one in of.events if one.kind is away] for of in (so_far, later)]
    assert told[0] == told[1]
    assert so_far.count(EventKind.OFF_ROUTE) == 1


def test_who_waits_on_its_own_street_before_its_run_makes_no_unplanned_stop():
    waits = stand((500, 100), start_min=-40, minutes=20)
    lines = {"01#1": [np.array(street.points) for street in STREETS]}
    assert day(drive(waits), spans=[], lines=lines).count(EventKind.UNPLANNED_STOP) == 1
    named = day(drive(waits), spans=[], lines=lines, meant=frozenset({"01#1"}))
    assert named.count(EventKind.UNPLANNED_STOP) == 0


def test_stays_are_told_once_and_tickets_belong_to_the_nearest():
    in_and_out = [
        *stand((2_000, 0), start_min=0, minutes=10),
        # Over the fence for a minute: the same stay.
        *stand((2_100, 0), start_min=10.5, minutes=1),
        *stand((2_000, 0), start_min=11, minutes=4),
        *stand((0, 0), start_min=20, minutes=30),
        *stand((2_000, 0), start_min=60, minutes=5),
    ]
    of = drive(in_and_out)
    stays = visits(of, fences([DEPOT, PLANT]))
    assert [stay.facility for stay in stays] == ["N", "B", "N"]
    assert [stay.name for stay in stays] == [PLANT.name, DEPOT.name, PLANT.name], "people read names, not ids"
    assert stays[0].left_at == BEGINS + timedelta(minutes=14), "not heard between minute 14 and 20"
    assert stays[0].left_by == BEGINS + timedelta(minutes=20), "it left sometime in between"
    assert stays[2].left_at is None, "it is still there"
    found = weighed(stays, [ticket("b", 61), ticket("a", 1), ticket("x", 200), ticket("y", 30, plant="other")])
    assert [(stay.ticket, stay.net_kg) for stay in found.visits] == [("a", 1_300.0), ("", None), ("b", 1_300.0)]
    assert [one.id for one in found.alone] == ["x", "y"]
    assert arrivals(of, fences([DEPOT, PLANT])).tolist() == sorted(
        (BEGINS + timedelta(minutes=m)).timestamp() for m in (11, 20, 60)
    )


def test_how_long_a_stay_lasted_is_known_unless_a_silence_hides_its_end():
    at_plant = stand((2_000, 0), start_min=0, minutes=10)
    for away_min, lasted_s in ((10.5, 630), (17, None)):
        (stay,) = visits(drive([*at_plant, *stand((0, 0), start_min=away_min, minutes=5)]), fences([PLANT]))
        assert stay.lasted_s == lasted_s
        assert (stay.left_by is None) is (lasted_s is not None)
        # Weighed while nobody heard it, it was still there.
        nearest = weighed([stay], [ticket("late", 35)]).visits[0]
        assert bool(nearest.ticket) is (lasted_s is None)
    (now,) = visits(drive(at_plant), fences([PLANT]))
    assert now.lasted_s is None


def test_the_order_of_loads_is_watched():
    work = trace(ROUND)
    home = stand((0, 0), start_min=end_min(work), minutes=5)
    loaded = day(drive([*work, *home]), facilities=[DEPOT, PLANT])
    assert loaded.count(EventKind.LOADED_RETURN) == 1
    emptied = stand((2_000, 0), start_min=end_min(work), minutes=8)
    later = stand((0, 0), start_min=end_min(work) + 15, minutes=5)
    short = OnRun("01#1", WORK.since_s - 900, work[-1][0], 1.0)
    assert (
        day(drive([*work, *emptied, *later]), facilities=[DEPOT, PLANT], spans=[short]).count(EventKind.LOADED_RETURN)
        == 0
    )
    other = OnRun("02#1", work[-1][0] + 600, work[-1][0] + 1_800, 1.0)
    switched = day(drive([*work, *emptied]), facilities=[PLANT], spans=[short, other])
    assert switched.count(EventKind.ROUTE_SWITCH) == 0
    assert day(drive(work), spans=[short, other]).count(EventKind.ROUTE_SWITCH) == 1
    for later_min, switches in ((25, 0), (40, 1)):
        late = stand((2_000, 0), start_min=later_min, minutes=8)
        on_the_way = day(drive([*work, *late]), facilities=[PLANT], spans=[short, replace(other, until_s=np.inf)])
        assert on_the_way.count(EventKind.ROUTE_SWITCH) == switches, "a span begins by looking back"
    passing = replace(other, until_s=other.since_s + 840)
    again = replace(short, since_s=passing.until_s, until_s=passing.until_s + 1_800)
    passed = day(drive(work), spans=[short, passing, again])
    assert passed.count(EventKind.ROUTE_SWITCH) == 0, "a quarter of an hour on another's streets"


def test_who_drives_by_the_depot_does_not_come_to_it():
    work = trace(ROUND)
    by = trace([(0, 300), (0, -300)], kmh=20, start_min=end_min(work), every_s=5)
    found = day(drive([*work, *by]), facilities=[DEPOT, PLANT])
    assert [visit.facility for visit in visits(drive([*work, *by]), fences([DEPOT]))][-1:] == ["B"]
    assert found.visits == ()
    assert (found.count(EventKind.LOADED_RETURN), found.count(EventKind.LOADED_DEPARTURE)) == (0, 0)


def test_who_collects_slowly_around_the_depot_does_not_leave_it_again_and_again():
    work = trace(ROUND)
    around = [(0, 300), (0, -200), (200, -200), (200, 0), (-200, 0), (-200, 300)]
    slowly = trace(around, kmh=3, start_min=end_min(work))
    found = day(drive([*work, *slowly]), facilities=[DEPOT, PLANT])
    within = [visit for visit in visits(drive([*work, *slowly]), fences([DEPOT])) if visit.left_at][1:]
    assert len(within) == 2
    assert all(visit.left_at - visit.entered_at >= timedelta(minutes=2) for visit in within if visit.left_at)
    assert found.visits == ()
    assert (found.count(EventKind.LOADED_RETURN), found.count(EventKind.LOADED_DEPARTURE)) == (0, 0)
    home = stand((0, 0), start_min=end_min(slowly) + 2, minutes=20)
    asleep = home[::10]
    for parked in (home, asleep):
        leaves = trace([(0, 60), (0, 300)], kmh=20, start_min=end_min(home))
        once = day(drive([*work, *slowly, *parked, *leaves]), facilities=[DEPOT, PLANT])
        assert (once.count(EventKind.LOADED_RETURN), once.count(EventKind.LOADED_DEPARTURE)) == (1, 1)


def test_a_crew_that_waits_on_its_street_beside_the_depot_neither_parks_nor_leaves():
    work = trace(ROUND)

    def waits(minutes: int, spans: Sequence[OnRun] = (WORK,)) -> VehicleDay:
        waiting = stand((0, 0), start_min=end_min(work), minutes=minutes)
        on = trace([(60, 0), (400, 0)], start_min=end_min(waiting))
        return day(drive([*work, *waiting, *on]), facilities=[DEPOT, PLANT], spans=spans)

    assert waits(4).visits == ()
    assert (waits(4).count(EventKind.LOADED_RETURN), waits(4).count(EventKind.LOADED_DEPARTURE)) == (0, 0)
    assert waits(12).count(EventKind.LOADED_DEPARTURE) == 1, "that is a rest"
    done = OnRun("01#1", WORK.since_s, work[-1][0] - 60, 1.0)
    assert waits(4, [done]).count(EventKind.LOADED_DEPARTURE) == 1, "on no run it has no work there"


def test_a_run_that_is_done_before_its_window_ends_leaves_no_load():
    work = trace(ROUND)
    emptied = stand((2_000, 0), start_min=end_min(work), minutes=8)
    home = stand((0, 0), start_min=end_min(emptied) + 5, minutes=60)
    found = day(drive([*work, *emptied, *home]), facilities=[DEPOT, PLANT])
    assert found.count(EventKind.LOADED_RETURN) == 0, "its span lasts to the window's end, collecting does not"
    assert found.loaded is False


def _morning(*more: tuple[float, float, float], parked: tuple[float, float] = (0, 0)) -> Drive:
    """The day after: parked for an hour, then on its way."""
    begin = 24 * 60
    return drive(
        [*stand(parked, start_min=begin, minutes=60), *more, *stand((600, 600), start_min=begin + 90, minutes=3)]
    )


def test_a_vehicle_that_leaves_the_depot_with_yesterdays_load_is_told():
    work = trace(ROUND)
    facilities = [DEPOT, PLANT]
    parked = stand((0, 0), start_min=end_min(work), minutes=60)
    evening = day(drive([*work, *parked]), facilities=facilities)
    assert (evening.loaded, evening.count(EventKind.LOADED_DEPARTURE)) == (True, 0)

    def next_day(of: Drive, before: VehicleDay | None) -> VehicleDay:
        return day(of, facilities=facilities, spans=[], lines={}, before=before)

    told = next_day(_morning(), evening)
    assert (told.count(EventKind.LOADED_DEPARTURE), told.count(EventKind.LOADED_RETURN)) == (1, 0)
    assert told.loaded is None, "half an hour unheard after it left"
    assert next_day(_morning(), None).count(EventKind.LOADED_DEPARTURE) == 0
    emptied = stand((2_000, 0), start_min=end_min(work), minutes=8)
    empty = day(drive([*work, *emptied, *stand((0, 0), start_min=40, minutes=60)]), facilities=facilities)
    assert empty.loaded is False
    assert next_day(_morning(), empty).count(EventKind.LOADED_DEPARTURE) == 0
    elsewhere = next_day(_morning(parked=(600, 600)), evening)
    assert elsewhere.count(EventKind.LOADED_DEPARTURE) == 0, "it drove unheard, perhaps to the plant"


def test_a_silence_after_collecting_hides_whether_it_unloaded():
    work = trace(ROUND)
    quiet = day(drive([*work, *stand((0, 0), start_min=end_min(work) + 90, minutes=60)]), facilities=[DEPOT, PLANT])
    assert quiet.loaded is None


def test_weights_are_those_of_tickets_and_never_zero_without_any():
    assert day(drive(trace(ROUND))).net_kg is None
    found = day(drive(trace(ROUND)), tickets=[ticket("a", 1), ticket("b", 90)])
    assert (found.loads, found.net_kg) == (2, 2_600.0)
    assert found.tickets_without_visit == ("a",), "it was heard elsewhere"
    assert found.tickets_unheard == ("b",), "nobody knows where it was"
    silent = unheard_day(
        "LA-001", About(day=DAY, place="", kind=Kind.MEASURED, source="", cause=None, now=NOW), [ticket("c", 1)]
    )
    assert (silent.tickets_without_visit, silent.tickets_unheard) == ((), ("c",))


def test_who_drives_slowly_by_the_plant_was_not_there_unless_it_was_weighed():
    by = trace([(1_800, 0), (2_200, 0)], kmh=3)
    seen = visits(drive(by), fences([PLANT]))
    assert [(visit.left_at - visit.entered_at) >= timedelta(minutes=3) for visit in seen if visit.left_at] == [True]
    assert day(drive(by), facilities=[PLANT]).visits == ()
    (weighed_there,) = day(drive(by), facilities=[PLANT], tickets=[ticket("a", 4)]).visits
    assert weighed_there.ticket == "a"
    places = zip((0, 7, 8), ((1_950, 0), (2_040, 0), (2_500, 0)), strict=True)
    heard_twice = drive([fix for at_min, place in places for fix in stand(place, start_min=at_min, minutes=1)])
    assert len(day(heard_twice, facilities=[PLANT]).visits) == 1, "seven minutes unheard inside may be an unloading"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_day_of_a_few_fixes_is_a_day(count: int):
    assert day(drive(trace(ROUND)[:count])).fixes == count


def test_causes_of_a_tracker_that_does_not_do_what_it_should():
    first = BEGINS
    good = TrackerDay(
        device="d", day=DAY, kind=Kind.MEASURED, fixes=240, duplicates=0, out_of_order=0, late_120s=0, late_600s=0,
        late_3600s=0, online_s=7_000, first_at=first, last_at=first + timedelta(hours=2),
    )  # fmt: skip
    assert cause(good) is None
    assert cause(None, fitted=False) is Cause.NOT_FITTED
    assert cause(None) is Cause.NO_POWER
    assert cause(None, heard=True) is Cause.NO_FIX
    assert cause(good, clock_offset_min=420) is Cause.CLOCK
    assert cause(replace(good, late_600s=60)) is Cause.NO_NETWORK
    assert cause(replace(good, fixes=12)) is None, "a parked vehicle sends once a minute"


@pytest.mark.parametrize(
    ("every_s", "told"), [(15, None), (30, None), (59, None), (90, Cause.SPARSE), (400, Cause.SPARSE)]
)
def test_a_tracker_sends_too_rarely_when_it_does_so_on_the_way(every_s: float, told: Cause | None):
    there_and_back = [(0, 0), (500, 0)] * 20
    on_the_way = trace(there_and_back, kmh=15, every_s=every_s)
    assert day(drive(on_the_way)).cause is told
    parked = stand((0, 0), start_min=0, minutes=300)
    left = trace([(0, 0), (500, 0)], start_min=300)
    assert day(drive([*parked, *left])).cause is None, "five hours with a fix a minute at the depot"
    assert day(drive(on_the_way[:2])).cause is None, "two fixes tell of no rhythm"
