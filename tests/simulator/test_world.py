"""The simulated world: the same for the same seed, plausible, fits published figures, never of the future."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import fmean

import orjson
import pytest

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.fleets.vehicle import LIVE_WITHIN, VehicleState, state_of
from domain.instant import day_start
from domain.places.place import IN_FORCE, PROVINCE
from simulator import agenda, communes, trucks
from simulator.chance import between, pick, unit
from simulator.routes import network, shortest, walk
from simulator.staged import Staged, staged
from simulator.streets import SEED, TRANSFER_POINT, WARDS, distance_m, streets, streets_geojson
from simulator.trackers import LONGEST_DELAY, messages
from store import territories

DAY = date(2026, 11, 23)
START = day_start(DAY)
NOW = START + timedelta(hours=14, minutes=5)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WHOLE_DAY = (START, START + timedelta(days=1))
FEEDS: dict[str, Feed] = discover(data_sources, "FEED", Feed)


def truck(number: int) -> trucks.Truck:
    return trucks.fleet()[number - 1]


def test_chance_depends_on_its_key_alone() -> None:
    assert unit("a", 1) == unit("a", 1) != unit("a", 2)
    assert unit("ab", "c") != unit("a", "bc")
    assert {pick(4, n) for n in range(200)} == {0, 1, 2, 3}
    assert all(3 <= between(3, 5, n) < 5 for n in range(200))


def test_sixty_named_streets_form_one_network() -> None:
    assert [s.name for s in streets()] == [f"Đường mẫu {n:02d}" for n in range(1, 61)]
    graph = network()
    reached, ahead = {TRANSFER_POINT}, [TRANSFER_POINT]
    while ahead:
        new = set(graph[ahead.pop()]) - reached
        reached |= new
        ahead += new
    assert reached == set(graph)
    assert {s.place for s in streets()} == {ward.code for ward in WARDS}


def test_streets_are_marked_simulated_and_lie_around_their_wards() -> None:
    features = streets_geojson()["features"]
    assert all(f["properties"]["simulated"] is True for f in features)
    assert orjson.dumps(streets_geojson()) == orjson.dumps(streets_geojson(SEED))
    seats = {ward.code: (ward.longitude, ward.latitude) for ward in WARDS}
    for street in streets()[:-3]:
        assert all(distance_m(seats[street.place], point) < 2_500 for point in street.line)


def test_every_street_lies_nearer_to_its_ward_than_to_any_other_commune() -> None:
    """Borders are not shipped: of what the centre knows of places before an import, the seats are true."""
    seats = {
        p.code: (p.longitude, p.latitude) for p in territories.places(IN_FORCE) if p.longitude and p.code != PROVINCE
    }
    assert len(seats) == 60
    for ward in WARDS:
        assert seats[ward.code] == (ward.longitude, ward.latitude)
    for street in streets():
        middle = street.line[len(street.line) // 2]
        nearest = min(seats, key=lambda code: distance_m(seats[code], middle))  # type: ignore[arg-type]
        assert nearest == street.place, street.name


def test_another_seed_is_another_town() -> None:
    assert streets_geojson(2) != streets_geojson(1)
    assert trucks.spot(truck(1), NOW, seed=1) != trucks.spot(trucks.fleet(2)[0], NOW, seed=2)


def test_the_shortest_way_follows_streets() -> None:
    ends = sorted(network())[0], sorted(network())[-1]
    way = shortest(*ends)
    assert (way[0], way[-1]) == ends
    assert all(b in network()[a] for a, b in pairwise(way))


def test_a_collection_walk_prefers_blocks_not_yet_driven() -> None:
    ward = network(place=WARDS[1].code)
    driven: Counter[frozenset[tuple[float, float]]] = Counter()
    way = walk(ward, min(ward), 40_000, driven, "test")
    assert all(b in ward[a] for a, b in pairwise(way))
    blocks = sum(len(neighbours) for neighbours in ward.values()) // 2
    assert len(driven) > 0.8 * blocks


def test_forty_two_trucks_of_which_one_tracker_is_dead_and_one_was_never_fitted_and_a_handcart() -> None:
    fleet = trucks.fleet()
    assert [t.id for t in fleet] == [*(f"LA-{n:03d}" for n in range(1, 43)), "XG-001"]
    assert Counter(t.place for t in fleet if not t.on_foot) == {ward.code: 14 for ward in WARDS}
    assert [t.id for t in fleet if not t.tracker_fitted] == ["LA-030"]
    assert [t.id for t in fleet if t.tracker_fitted and not t.tracker_works] == ["LA-008"]
    assert all(10 <= t.cadence_s <= 30 for t in fleet)


@pytest.mark.parametrize("number", [8, 30])
def test_a_truck_without_a_working_tracker_never_sends(number: int) -> None:
    assert not list(messages(truck(number), START - timedelta(days=3), WHOLE_DAY[1]))


def test_every_hour_has_trucks_on_the_road() -> None:
    for hour in range(24):
        spots = [trucks.spot(t, START + timedelta(hours=hour, minutes=20)) for t in trucks.fleet()]
        assert sum(not s.parked for s in spots) >= 3, hour


@pytest.mark.long
@pytest.mark.parametrize("day", [DAY + timedelta(days=n) for n in (0, 1, 7, 8)])
def test_days_join_without_a_jump(day: date) -> None:
    for t in trucks.fleet():
        plan, following = trucks.day_plan(t, day), trucks.day_plan(t, day + timedelta(days=1))
        assert plan.points[-1] == following.points[0]
        assert plan.times_s[-1] >= trucks.DAY_S
        assert all(a < b for a, b in pairwise(plan.times_s))
        assert plan.returns_s <= min(t.duty_to_s + 900, trucks.DAY_S)
        early = Staged.EARLY in staged(t.number, day, SEED)
        assert (plan.leaves_s >= t.duty_from_s) is not early


def speeds(t: trucks.Truck, day: date) -> list[float]:
    plan = trucks.day_plan(t, day)
    steps = zip(pairwise(plan.times_s), pairwise(plan.points), strict=True)
    return [distance_m(a, b) / (t1 - t0) * 3.6 for (t0, t1), (a, b) in steps]


def test_speeds_are_those_of_collecting_hauling_or_standing() -> None:
    for t in trucks.fleet():
        if t.on_foot:
            assert max(speeds(t, DAY)) < 5.3
        elif Staged.SPEEDING not in staged(t.number, DAY, SEED):
            assert all(kmh == 0 or 3.4 < kmh < 6.1 or 24.9 < kmh < 45.1 for kmh in speeds(t, DAY))


def test_one_truck_a_day_has_each_incident_and_none_has_two() -> None:
    for n in range(7):
        day = DAY + timedelta(days=n)
        told = [what for t in trucks.fleet() for what in staged(t.number, day, SEED)]
        assert sorted(told) == sorted(Staged)
        assert all(len(staged(t.number, day, SEED)) <= 1 for t in trucks.fleet())
    assert not any(staged(t.number, None, SEED) for t in trucks.fleet()), "the plan is of the usual day"


def of_the_day(what: Staged) -> trucks.Truck:
    return next(t for t in trucks.fleet() if what in staged(t.number, DAY, SEED))


def test_an_early_truck_is_early_in_its_first_round_and_on_time_after() -> None:
    t = of_the_day(Staged.EARLY)
    plan, others = trucks.day_plan(t, DAY), [o for o in trucks.fleet() if o.duty_from_s == t.duty_from_s and o != t]
    usual = trucks.usual(t)
    assert plan.leaves_s < min(trucks.day_plan(o, DAY).leaves_s for o in others)
    first = next(
        at for at, p in zip(plan.times_s, plan.points, strict=True) if at > plan.leaves_s and p == usual[0][1][0]
    )
    assert first < usual[0][1][1] - 300
    assert len(plan.loads) == len(usual)


def test_a_truck_that_strays_stands_in_another_ward_and_goes_on() -> None:
    t = of_the_day(Staged.DETOUR)
    plan = trucks.day_plan(t, DAY)
    own = {p for ends in trucks.network(SEED, t.place).items() for p in (ends[0], *ends[1])}
    stands = [
        (b - a, p)
        for (a, b), (p, q) in zip(pairwise(plan.times_s), pairwise(plan.points), strict=True)
        if p == q and b - a >= 480 and p not in own and plan.leaves_s < a < plan.returns_s
    ]
    away = [p for seconds, p in stands if distance_m(p, TRANSFER_POINT) > 500]
    assert len(away) == 1
    assert min(distance_m(away[0], p) for p in own) > 300


@pytest.mark.parametrize("number", [12, 13, 14])
def test_a_truck_that_strays_stands_far_from_every_street_of_its_rounds(number: int) -> None:
    t = next(t for t in trucks.fleet() if t.number == number)
    day = next(
        day for day in (DAY + timedelta(days=n) for n in range(60)) if Staged.DETOUR in staged(number, day, SEED)
    )
    own = {frozenset(block) for left in trucks.usual(t) for block in pairwise(at for at, _ in left)}
    on_its_streets = [
        (a[0] + (b[0] - a[0]) * n / 10, a[1] + (b[1] - a[1]) * n / 10)
        for a, b in (sorted(block) for block in own if len(block) == 2)
        for n in range(11)
    ]
    plan = trucks.day_plan(t, day)
    stood = [
        p
        for (a, b), (p, q) in zip(pairwise(plan.times_s), pairwise(plan.points), strict=True)
        if p == q and b - a == pytest.approx(480) and plan.leaves_s < a < plan.returns_s
    ]
    assert any(min(distance_m(p, at) for at in on_its_streets) > 200 for p in stood)


def test_a_truck_that_speeds_does_so_for_more_than_half_a_minute() -> None:
    t = of_the_day(Staged.SPEEDING)
    plan = trucks.day_plan(t, DAY)
    fast_s = sum(b - a for (a, b), kmh in zip(pairwise(plan.times_s), speeds(t, DAY), strict=True) if kmh > 55)
    assert 60 < fast_s < 3_600
    assert max(speeds(t, DAY)) < 80


def test_a_truck_that_drives_through_does_not_stop_at_the_corners() -> None:
    told = [speeds(one, DAY) for one in trucks.fleet(SEED)]
    through = sum(kmh == pytest.approx(35) for of in told for kmh in of)
    stops = sum(
        (a, c) == (pytest.approx(35), pytest.approx(35)) and b == 0
        for of in told
        for a, b, c in zip(of, of[1:], of[2:], strict=False)
    )
    assert 20 < through < 200, "a few streets of a day's two thousand"
    assert stops == 0, "who waits at each corner may have loaded there"


def test_a_tracker_that_falls_silent_does_so_on_a_run_and_sends_again_tomorrow() -> None:
    t = of_the_day(Staged.SILENT)
    plan = trucks.day_plan(t, DAY)
    sent = [m.at for m in messages(t, *WHOLE_DAY)]
    silent_from = START + timedelta(seconds=plan.silent_from_s)
    assert plan.leaves_s < plan.silent_from_s < plan.loads[1][0] < plan.returns_s
    assert silent_from - 8 * MINUTE < max(sent) < silent_from
    assert list(messages(t, WHOLE_DAY[1], WHOLE_DAY[1] + HOUR))
    assert trucks.spot(t, silent_from + HOUR) != trucks.spot(t, silent_from), "only the tracker stops"


def moving(at: datetime) -> int:
    """Trucks that the wall and the API call moving at ``at``: by the newest of the fixes that have arrived."""
    count = 0
    for t in trucks.fleet():
        arrived = [m for m in messages(t, at - LIVE_WITHIN, at + MINUTE / 60) if m.sends_at <= at]
        newest = max(arrived, key=lambda m: m.at, default=None)
        count += newest is not None and state_of(newest.at, newest.spot.speed_kmh, at) is VehicleState.MOVING
    return count


@pytest.mark.parametrize(
    "day", [date(2026, 11, 30), date(2026, 12, 5), date(2026, 12, 6)], ids=["Monday", "Saturday", "Sunday"]
)
def test_at_every_hour_from_six_to_six_twenty_trucks_move_at_one_instant(day: date) -> None:
    by_day = {hour: moving(day_start(day) + hour * HOUR) for hour in range(6, 19)}
    assert min(by_day.values()) >= 22, by_day
    assert fmean(by_day.values()) >= 28, by_day


@pytest.mark.long
def test_at_no_minute_of_a_working_day_fewer_than_twenty_move() -> None:
    noon = day_start(date(2026, 12, 2)) + 12 * HOUR
    assert min(moving(noon + minutes * MINUTE) for minutes in range(-360, 361)) >= 20


def test_by_night_few_trucks_move() -> None:
    by_night = [moving(day_start(DAY) + minutes * MINUTE) for minutes in range(60, 200, 20)]
    assert all(2 <= count < 12 for count in by_night), by_night


def test_at_the_end_of_a_quarter_one_commune_corrects_a_figure_and_a_retelling_repeats_it() -> None:
    told = [i for i in agenda.month_figures("teams", 2026, 9) if i["measure"] == "teams_active"]
    (mistaken, right) = (i for i in told if "revision" in i)
    assert (mistaken["revision"], right["revision"]) == (1, 2)
    assert mistaken | {"revision": 2, "value": right["value"]} == right
    assert 0 < mistaken["value"] < right["value"]
    assert len(told) == 61
    assert agenda.month_figures("teams", 2026, 9) == agenda.month_figures("teams", 2026, 9)
    assert not any("revision" in i for i in agenda.month_figures("teams", 2026, 10))
    assert not any("revision" in i for i in agenda.month_figures("coverage", 2026, 9))


def test_a_handcart_weighs_nothing_and_its_telephone_is_silent_when_the_work_is_done() -> None:
    cart = next(t for t in trucks.fleet() if t.on_foot)
    plan = trucks.day_plan(cart, DAY)
    sent = [m.at for m in messages(cart, *WHOLE_DAY)]
    assert len(sent) > 200
    assert START + timedelta(seconds=plan.leaves_s) <= min(sent)
    assert max(sent) <= START + timedelta(seconds=plan.returns_s)
    assert not list(trucks.weighings(cart, *WHOLE_DAY))
    assert len(trucks.usual(cart)) == 1


def test_loads_of_a_day_are_about_what_the_town_sends_to_the_plant() -> None:
    loads = [load for t in trucks.fleet() for load in trucks.weighings(t, *WHOLE_DAY)]
    assert 120_000 < sum(load.kilograms for load in loads) < 150_000
    assert all(WHOLE_DAY[0] <= load.at < WHOLE_DAY[1] for load in loads)


@pytest.mark.long
def test_trackers_repeat_delay_and_buffer_but_never_send_before_the_fix() -> None:
    sent = [m for t in trucks.fleet()[::3] for m in messages(t, *WHOLE_DAY)]
    assert 25_000 < len(sent) < 60_000
    delays = [(m.sends_at - m.at).total_seconds() for m in sent]
    assert min(delays) > 0
    assert max(delays) <= LONGEST_DELAY.total_seconds()
    assert 0.001 < sum(d > 120 for d in delays) / len(sent) < 0.03
    assert 0.005 < sum(m.repeat for m in sent) / len(sent) < 0.02


def test_gaps_of_minutes_exist_and_a_parked_truck_still_shows_life() -> None:
    fixes = [m.at for m in messages(truck(1), *WHOLE_DAY) if not m.repeat]
    gaps = [(b - a).total_seconds() for a, b in pairwise(fixes)]
    assert 120 < max(gaps) < 700
    assert sorted(gaps)[len(gaps) * 98 // 100] <= 90


def test_messages_do_not_depend_on_how_the_time_is_cut() -> None:
    whole = list(messages(truck(5), START, START + timedelta(hours=2)))
    halves = [
        m
        for start, end in pairwise(START + timedelta(seconds=s) for s in (0, 1, 2_345, 2_346.5, 7_200))
        for m in messages(truck(5), start, end)
    ]
    assert halves == whole


def test_communes_add_up_to_the_census_and_the_old_communes() -> None:
    table = communes.communes()
    assert len(table) == 60
    assert sum(c.households for c in table) == 478_494
    assert sum(c.population for c in table) == 1_688_547
    assert sum(c.old_communes for c in table) == 188


def test_allocation_adds_up_and_keeps_order() -> None:
    split = communes.allocate(10, {"a": 1.0, "b": 1.0, "c": 1.0})
    assert sorted(split.values()) == [3, 3, 4]
    assert communes.allocate(0, {"a": 1.0}) == {"a": 0}


def test_figures_only_grow_within_a_month_and_start_anew() -> None:
    commune = communes.communes()[0]
    first = day_start(date(2026, 11, 1))
    month = [communes.services(commune, first + timedelta(hours=h)) for h in range(0, 24 * 30, 5)]
    for before, after in pairwise(month):
        assert all(before[key] <= after[key] for key in before)
    assert set(month[0].values()) == {0}
    assert set(communes.services(commune, day_start(date(2026, 12, 1))).values()) == {0}
    for row in month:
        assert row["dossiers_on_time"] <= row["dossiers_due"] <= row["dossiers_received"]
        assert row["dossiers_online"] <= row["dossiers_received"]
        assert row["dossiers_paid_online"] <= row["dossiers_with_fee"] <= row["dossiers_received"]


def test_installs_start_from_the_published_count() -> None:
    assert communes.installs(day_start(communes.INSTALLS[0])) == 413_500
    assert communes.installs(NOW) > 413_500


def test_midnight_brings_the_whole_new_roster() -> None:
    told = agenda.news(START + timedelta(hours=23), START + timedelta(hours=25))
    roster = [i for i in told if i.get("measure") == "duty_from_s"]
    assert len(roster) == 43
    assert {i["at"] for i in roster} == {(START + timedelta(days=1)).astimezone(UTC).isoformat().replace("+00:00", "Z")}
