"""What residents read of a state: no two sentences of it contradict each other, or the hours beside them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.waste.plan import VehicleClass
from pages.schedule_view import left_words
from pages.schedule_words import state_words
from rounds.lookup.pickups import Passage, Pickup
from rounds.lookup.street_now import Progress, StreetNow, of_pickup

SIX = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    return SIX + minutes * MINUTE


def pickup(*hours: tuple[float, float]) -> Pickup:
    passages = tuple(
        Passage(order=n, start="", end="", kerb=None, begins=at(begins), ends=at(ends))
        for n, (begins, ends) in enumerate(hours, 1)
    )
    return Pickup(
        day=SIX.date(), key="01", route="01", number=1, begins=passages[0].begins, ends=passages[-1].ends,
        out_by=at(hours[0][0] - 5), whole_route=False, vehicle_class=VehicleClass.COMPACTOR, passages=passages,
    )  # fmt: skip


def told(one: Pickup, *states: StreetNow, now: float) -> str:
    found = of_pickup({("01", 1, n): state for n, state in enumerate(states, 1)}, one)
    return state_words(found, one.begins, at(now), "vi")


WAITS = StreetNow(progress=Progress.NOT_YET)


def test_when_bags_are_to_stand_outside_nobody_reads_that_it_is_not_yet_time():
    one = pickup((0, 20))
    assert told(one, WAITS, now=-6) == "chưa đến giờ"
    assert told(one, WAITS, now=-4) == "sắp đến giờ"
    assert told(one, WAITS, now=1) == "đang trong giờ thu gom, chưa thấy xe đến"


def test_a_truck_foretold_after_the_window_that_people_read_is_late():
    state = StreetNow(progress=Progress.ON_TIME, at=at(24), begins=at(10))
    twice = pickup((0, 5), (10, 21))
    before = StreetNow(progress=Progress.PASSED, at=at(4))
    said = "đã qua một phần lúc 18:04; phần còn lại: trễ khoảng 15 phút, dự kiến trước 18:25"
    assert told(twice, before, state, now=22) == said
    within = replace(state, at=at(20))
    assert "đúng giờ" in told(twice, before, within, now=15)


def test_a_silent_truck_says_nothing_of_an_hour_that_is_still_to_come():
    silent = StreetNow(progress=Progress.NO_DATA, at=at(-60), begins=at(30))
    one = pickup((30, 50))
    assert told(one, silent, now=0) == "chưa đến giờ; xe mất tín hiệu từ 17:00"
    assert told(one, silent, now=40) == "chưa biết xe đã qua hay chưa: mất tín hiệu từ 17:00"
    late = replace(silent, late_s=31 * 60)
    assert told(one, late, now=27) == "sắp đến giờ; xe mất tín hiệu từ 17:00, khi đó trễ khoảng 30 phút"
    assert told(one, late, now=40).endswith("mất tín hiệu từ 17:00, khi đó trễ khoảng 30 phút")


def test_of_two_passes_the_one_that_nobody_heard_is_told_and_not_as_late():
    twice = pickup((0, 15), (80, 100))
    unheard, waits = StreetNow(progress=Progress.NO_DATA, begins=at(0)), replace(WAITS, begins=at(80))
    said = told(twice, unheard, waits, now=60)
    assert said.startswith("lượt trước chưa biết xe đã qua hay chưa; lượt này ")


def test_the_rest_of_a_street_follows_its_own_hour():
    twice = pickup((0, 15), (80, 100))
    passed, waits = StreetNow(progress=Progress.PASSED, at=at(4)), replace(WAITS, begins=at(80))
    assert told(twice, passed, waits, now=30) == "đã qua một phần lúc 18:04; phần còn lại: chưa tới"
    assert told(twice, passed, waits, now=85) == "đã qua một phần lúc 18:04; phần còn lại: chưa thấy xe đến"
    there = replace(waits, there=True)
    assert told(twice, passed, there, now=85) == "đã qua một phần, xe đang ở đường này"
    assert told(pickup((0, 15)), replace(WAITS, there=True), now=3) == "xe đang ở đường này"


def test_while_nobody_heard_the_pass_before_the_next_one_follows_its_own_hour():
    twice = pickup((0, 15), (80, 100))
    unheard, waits = StreetNow(progress=Progress.NO_DATA, begins=at(0)), replace(WAITS, begins=at(80))
    assert told(twice, unheard, waits, now=60).endswith("lượt này chưa đến giờ")
    assert told(twice, unheard, waits, now=77).endswith("lượt này sắp đến giờ")
    assert told(twice, unheard, replace(waits, there=True), now=70) == "xe đến sớm, đang ở đường này"
    found = of_pickup({("01", 1, 1): unheard, ("01", 1, 2): waits}, twice)
    assert left_words(twice, found, at(60), "vi") == "theo lịch còn 20 phút"


def test_a_pass_that_is_overdue_is_named_where_the_window_shown_is_another():
    late = StreetNow(progress=Progress.LATE, late_s=42 * 60, begins=at(0))
    assert told(pickup((0, 15)), late, now=57) == "quá giờ hơn 40 phút, chưa thấy xe đến"
    twice = pickup((-30, -15), (0, 15))
    passed = StreetNow(progress=Progress.PASSED, at=at(-20))
    first, waits = replace(late, begins=at(-30)), replace(WAITS, begins=at(0))
    assert told(twice, first, waits, now=27) == "lượt 17:30 quá giờ hơn 40 phút, chưa thấy xe đến"
    assert told(twice, passed, late, now=57).endswith("lượt 18:00 quá giờ hơn 40 phút, chưa thấy xe đến")
