"""Which collections a screen announces: those for which there is still time, every ward before any twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import collection_day
import pytest
from plan_fixtures import HUNG_VUONG, MARKET, NOW, ROUTE, TET, H

from domain.waste.plan import Action, PlanException, PlannedStreet
from domain.waste.run import Expected, RunResult, RunState, StreetState
from rounds.lookup.coming import coming, hours

SETS = {"tanan": frozenset({"27694", "27712"})}
EVERY_DAY = replace(ROUTE, weekdays=frozenset(range(1, 8)), places=("27694",))


def streets(*hours: float) -> tuple[PlannedStreet, ...]:
    return tuple(
        replace(HUNG_VUONG, order=n, name=f"Đường {hour}", begins_s=int(hour * H), ends_s=int((hour + 0.5) * H))
        for n, hour in enumerate(hours)
    )


def test_only_collections_with_time_to_put_bags_out_are_announced() -> None:
    route = replace(EVERY_DAY, streets=streets(9, 10.05, 11))
    found = coming([route], (), SETS, NOW, 6)
    assert [one.street for one in found] == ["Đường 11", "Đường 9"], "10:03 minus five minutes is over"
    assert all(one.out_by > NOW for one in found)
    assert found[1].begins == datetime(2026, 11, 24, 2, tzinfo=UTC), "tomorrow"


def test_tomorrows_hour_of_a_street_that_a_truck_is_due_on_now_is_not_announced() -> None:
    route = replace(EVERY_DAY, streets=streets(10.05, 11))
    over_at = NOW + timedelta(minutes=33)
    for now, names in (
        (NOW - timedelta(minutes=3), ["Đường 10.05", "Đường 11"]),
        (NOW, ["Đường 11"]),
        (over_at - timedelta(seconds=1), ["Đường 11"]),
        (over_at, ["Đường 11", "Đường 10.05"]),
    ):
        assert [one.street for one in coming([route], (), SETS, now, 6)] == names
    entry = (NOW + timedelta(hours=7)).date(), route.id, 1, 0
    late = {entry: (over_at - timedelta(minutes=3), over_at + timedelta(minutes=2))}
    assert [one.street for one in coming([route], (), SETS, over_at, 6, late)] == ["Đường 11"], "it is foretold later"
    collected = {entry: None}
    assert [one.street for one in coming([route], (), SETS, NOW, 6, collected)] == ["Đường 11", "Đường 10.05"]


def test_no_announced_street_names_a_plate() -> None:
    named = replace(HUNG_VUONG, order=1, name="xe 62C—012.34", begins_s=11 * H)
    (one,) = coming([replace(EVERY_DAY, streets=(named,))], (), SETS, NOW, 6)
    assert one.street == "xe …"


def test_every_ward_comes_before_any_comes_twice_and_all_by_time() -> None:
    many = replace(EVERY_DAY, streets=streets(11, 12, 13, 14))
    other = replace(EVERY_DAY, id="02", places=("27712",), streets=streets(20))
    found = coming([many, other], (), SETS, NOW, 3)
    assert [(one.street, one.wards) for one in found] == [
        ("Đường 11", {"27694"}), ("Đường 12", {"27694"}), ("Đường 20", {"27712"}),
    ]  # fmt: skip


def test_a_set_of_wards_is_its_communes_and_a_street_of_two_routes_is_announced_once() -> None:
    both = replace(EVERY_DAY, places=("tanan",), streets=streets(11))
    found = coming([both, replace(both, id="02", streets=streets(11))], (), SETS, NOW, 6)
    assert [(one.street, one.wards) for one in found] == [("Đường 11", {"27694", "27712"})]


def test_a_cancelled_day_announces_nothing_and_no_hour_is_guessed() -> None:
    day = NOW.date()
    off = [PlanException(day=day + timedelta(days=n), action=Action.CANCEL) for n in (-1, 0, 1)]
    assert coming([EVERY_DAY], off, SETS, NOW, 6) == ()
    unplanned = replace(EVERY_DAY, streets=(replace(MARKET, begins_s=None),))
    assert coming([unplanned], (TET,), SETS, NOW, 6) == (), "the route's window is not the street's"


def test_a_night_shift_of_yesterday_is_still_to_come() -> None:
    night = replace(EVERY_DAY, streets=streets(25))
    before_one = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    assert coming([night], (), SETS, before_one, 1)[0].begins == datetime(2026, 11, 22, 18, tzinfo=UTC)


RUNNING = collection_day.service_day().runs[2]
DUE = next(one for one in RUNNING.streets if one.state is StreetState.DUE)
BEGINS = NOW + timedelta(minutes=40)


def _run(by: int | None, *, begun: bool = True, since: int = -30, **said: Any) -> RunResult:
    """A run of one street that is foretold so many minutes after its hour, and that began so many minutes ago."""
    at = BEGINS + timedelta(minutes=by or 0)
    expected = None if by is None else Expected(at=at, low=at, high=at)
    street = replace(DUE, begins=BEGINS, ends=None, expected=expected, first_at=None, passed_at=None, **said)
    return replace(
        RUNNING, streets=(street,), begins=NOW + timedelta(minutes=since), as_of=NOW,
        state=RunState.RUNNING if begun else RunState.PLANNED,
    )  # fmt: skip


UNTOLD = "the plan's hour"


def _expected(by: int) -> tuple[datetime, datetime]:
    """What is told of a forecast of one minute: outwards to five minutes."""
    at = BEGINS + timedelta(minutes=by)
    low = at - timedelta(minutes=at.minute % 5, seconds=at.second)
    return low, low + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (_run(0), _expected(0)),
        (_run(14), _expected(14)),
        (_run(16), _expected(16)),
        (_run(-6), _expected(-6)),
        (_run(None), UNTOLD),
        (_run(None, begun=False, since=-14), UNTOLD),
        (_run(None, begun=False, since=-16), None),
        (_run(None, begun=False, since=10), UNTOLD),
        (_run(14, begun=False, since=10), UNTOLD),
        (_run(None, state=StreetState.SERVED), None),
        (replace(_run(14), as_of=NOW - timedelta(minutes=9)), UNTOLD),
    ],
)
def test_of_a_truck_on_its_way_its_own_hour_is_announced(run: RunResult, told: object) -> None:
    found = hours([run], NOW)
    assert found.get((run.day, run.route, run.number, DUE.order), UNTOLD) == told
    assert len(found) <= 1


def test_the_next_street_takes_the_place_of_one_whose_hour_is_false() -> None:
    route = replace(EVERY_DAY, streets=streets(11, 12))
    day = (NOW + timedelta(hours=7)).date()
    off = {(day, route.id, 1, 0): None}
    assert [one.street for one in coming([route], (), SETS, NOW, 1)] == ["Đường 11"]
    assert [one.street for one in coming([route], (), SETS, NOW, 1, off)] == ["Đường 12"]


@pytest.mark.parametrize(("by", "out"), [(10, -5), (-12, -12)])
def test_an_expected_hour_takes_the_place_of_the_plans(by: int, out: int) -> None:
    route = replace(EVERY_DAY, streets=streets(11))
    (planned,) = coming([route], (), SETS, NOW, 1)
    at = planned.begins + timedelta(minutes=by)
    told = {((NOW + timedelta(hours=7)).date(), route.id, 1, 0): (at, at + timedelta(minutes=10))}
    (one,) = coming([route], (), SETS, NOW, 1, told)
    assert (planned.between, one.between) == (None, (at, at + timedelta(minutes=10)))
    assert one.out_by == planned.begins + timedelta(minutes=out), "by the plan, or before the truck may come"


def test_of_two_trucks_that_may_come_first_alike_the_one_that_is_surer_to_is_announced() -> None:
    routes = [replace(EVERY_DAY, id=name, streets=streets(11)) for name in ("01", "02")]
    day, low = NOW.date(), NOW + timedelta(minutes=50)
    told = {
        (day, "01", 1, 0): (low, low + timedelta(minutes=10)),
        (day, "02", 1, 0): (low, low + timedelta(minutes=5)),
    }
    (one,) = coming(routes, (), SETS, NOW, 6, told)[:1]
    assert one.between == (low, low + timedelta(minutes=5)), "as its residents' page says"


def test_a_minute_that_has_begun_is_announced_to_nobody() -> None:
    route, by = replace(EVERY_DAY, streets=streets(11)), NOW + timedelta(minutes=55)
    (before,) = coming([route], (), SETS, by - timedelta(seconds=61), 6)
    assert before.out_by == by
    assert coming([route], (), SETS, by + timedelta(seconds=5), 6) == (), "boards write whole minutes"
    odd = replace(route, streets=(replace(streets(11)[0], begins_s=11 * H + 50),))
    assert coming([odd], (), SETS, by + timedelta(seconds=10), 6) == ()
