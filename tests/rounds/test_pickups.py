"""The next collections of a street: windows, exceptions, cancelled days, and today's state."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_fixtures import HUNG_VUONG, MARKET, ROUTE, H

from domain.observation import Kind
from domain.waste.plan import Action, Kerb, PlanException, Route
from domain.waste.run import Because, Expected, Punctuality, RunResult, RunState, StreetResult, StreetState, Stretch
from pages.schedule_view import state_words
from rounds.lookup.pickups import Pickup, pickups
from rounds.lookup.street_directory import Directory, Street
from rounds.lookup.street_now import Progress, StreetNow, of_pickup, today

MONDAY = date(2026, 11, 23)
TET = date(2027, 2, 6)  # a Saturday


def street(*routes: Route, at: str = "hung-vuong-27694") -> Street:
    (found,) = Directory(routes, {"tanan": frozenset({"27694"})}).at(at)
    return found


def coming(*exceptions: PlanException, route: Route = ROUTE, first: date = MONDAY, days: int = 7) -> list[Pickup]:
    return list(pickups(street(route), [route], exceptions, first, days))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_regular_days_with_window_kerb_and_when_bags_must_stand_outside():
    found = coming()
    assert [p.day.isoweekday() for p in found] == [1, 3, 5]
    first = found[0]
    assert (first.begins, first.ends) == (utc(23, 11), utc(23, 12))
    assert first.out_by == utc(23, 10, 55), "five minutes early is still on time"
    assert first.kerbs == (Kerb.RIGHT,)
    assert (first.whole_route, first.dropped, first.because) == (False, False, ())


def test_the_window_of_a_long_street_lasts_until_its_truck_has_to_be_on_the_next():
    far = replace(HUNG_VUONG, ends_s=None)
    after = replace(HUNG_VUONG, order=2, name="đường Lê Lợi", begins_s=20 * H, ends_s=None)
    for begins_s, ends in ((20 * H, utc(23, 13)), (18 * H + 300, utc(23, 11, 15))):
        (first,) = coming(route=replace(ROUTE, streets=(far, replace(after, begins_s=begins_s))), days=1)
        assert (first.begins, first.ends, first.over_at) == (utc(23, 11), ends, ends)


def test_a_long_street_is_overdue_once_its_truck_had_to_be_on_the_next_and_by_that_long():
    for minute, progress in ((-1, Progress.NOT_YET), (1, Progress.LATE)):
        told = progress_of(StreetState.DUE, begins=utc(23, 9), ends=NOW, now=NOW + timedelta(minutes=minute))
        assert told.progress is progress
    assert told.late_s == 60, "by what is over of the window that people read, not by the two hours that it takes"


def test_a_stop_has_its_own_tolerance():
    (stop,) = pickups(street(ROUTE, at="cho-tan-an-27694"), [ROUTE], (), MONDAY, 1)
    assert (stop.begins, stop.ends, stop.out_by) == (utc(23, 12), utc(23, 12, 5), utc(23, 11, 59))


def test_without_its_own_time_the_window_of_the_route_is_said_as_such():
    untimed = replace(ROUTE, streets=(replace(HUNG_VUONG, begins_s=None, ends_s=None), MARKET))
    (first,) = coming(route=untimed, days=1)
    assert (first.begins, first.ends, first.whole_route) == (utc(23, 10), utc(23, 15), True)
    shifted = coming(PlanException(day=MONDAY, action=Action.WINDOW, shift_s=-H), route=untimed, days=1)
    assert shifted[0].begins == utc(23, 9)
    nothing = replace(untimed, begins_s=None, ends_s=None)
    (unknown,) = coming(route=nothing, days=1)
    assert (unknown.begins, unknown.out_by) == (None, None)


def test_a_cancelled_day_stays_in_the_list_as_dropped():
    monday, wednesday, _ = coming(PlanException(day=MONDAY, action=Action.CANCEL, note="bão"))
    assert (monday.dropped, monday.because[0].note, monday.out_by) == (True, "bão", None)
    assert not wednesday.dropped


def test_a_moved_run_is_dropped_here_and_told_there():
    tuesday = MONDAY + timedelta(days=1)
    found = coming(PlanException(day=MONDAY, action=Action.MOVE, moved_to=tuesday))
    assert [(p.day, p.dropped) for p in found[:2]] == [(MONDAY, True), (tuesday, False)]
    assert found[1].begins == utc(24, 11)
    assert found[0].key != found[1].key


def test_tet_is_a_surge_before_and_a_gap_after():
    daily = replace(ROUTE, weekdays=frozenset(range(1, 8)))
    eve = TET - timedelta(days=1)
    found = coming(
        PlanException(day=eve, action=Action.EXTRA, shift_s=-6 * H, note="29 Tết"),
        PlanException(day=TET, action=Action.CANCEL, note="Mùng 1"),
        route=daily, first=eve, days=3,
    )  # fmt: skip
    assert [(p.day, p.dropped, len(p.because)) for p in found] == [
        (eve, False, 1), (eve, False, 0), (TET, True, 1), (TET + timedelta(days=1), False, 0),
    ]  # fmt: skip
    assert found[0].begins == found[1].begins - timedelta(hours=6)  # type: ignore[operator]
    assert len({(p.day, p.key) for p in found}) == len(found)


def test_an_extra_run_keeps_its_key_when_the_regular_one_falls_out():
    extra = PlanException(day=MONDAY, action=Action.EXTRA, shift_s=-H)
    with_both = coming(extra, days=1)
    alone = coming(extra, PlanException(day=MONDAY, action=Action.CANCEL), days=1)
    assert {p.key for p in with_both} == {p.key for p in alone}
    assert {p.key: p.dropped for p in alone} == {"01": True, with_both[0].key: False}


def test_exceptions_of_other_routes_do_not_concern_it():
    other = PlanException(day=MONDAY, action=Action.CANCEL, route="02")
    assert not coming(other)[0].dropped


NOW = utc(23, 11, 30)


def progress_of(
    state: StreetState, *, running: bool = True, as_of: datetime | None = None, now: datetime = NOW,
    run_ends: datetime | None = None, after: datetime | None = None, then: datetime | None = None,
    driven: bool = True, known: bool = True, **said: object,
):  # fmt: skip
    """``after`` is when the next street was passed, ``then`` its planned hour; None: that of this one. ``driven``:
    more of it than its corner. ``known``: which truck it is.
    """
    result = StreetResult(
        order=1, name="Hùng Vương", state=state, punctuality=Punctuality.UNKNOWN, vehicle="LA-001",
        **{"stretches": (), "begins": utc(23, 11), "ends": utc(23, 12), "due_m": 100.0, **said},  # type: ignore[arg-type]
    )  # fmt: skip
    following = replace(result, order=2, passed_at=after, begins=then or result.begins)
    if not driven:
        pieces = tuple(replace(piece, share=0.02) for piece in result.stretches)
        following = replace(following, stretches=pieces)
    run = RunResult(
        day=MONDAY, route="01", number=1, name="", plan_revision=1, places=(), kind=Kind.MEASURED, source="",
        state=RunState.RUNNING if running else RunState.PLANNED, streets=(result, following), computed_at=NOW,
        as_of=as_of or now - timedelta(seconds=30) if known else None, ends=run_ends,
    )  # fmt: skip
    return today([run], now)["01", 1, 1]


def test_what_residents_are_told_of_today():
    late = Expected(at=utc(23, 11, 40), low=utc(23, 11, 35), high=utc(23, 11, 50))
    assert progress_of(StreetState.DUE, begins=utc(23, 11, 25), expected=late).progress is Progress.ON_TIME
    assert progress_of(StreetState.DUE, running=False).progress is Progress.NOT_YET
    told = progress_of(StreetState.DUE, expected=late)
    assert (told.progress, told.late_s) == (Progress.LATE, 40 * 60)
    served = progress_of(StreetState.SERVED, last_at=utc(23, 11, 12))
    assert (served.progress, served.at) == (Progress.PASSED, utc(23, 11, 12))
    assert progress_of(StreetState.MISSED).progress is Progress.MISSED


def test_an_early_truck_is_not_called_punctual_and_the_planned_hour_stays():
    begins = utc(23, 11)
    early = StreetNow(progress=Progress.ON_TIME, at=begins - timedelta(minutes=90))
    asked = begins - timedelta(hours=2)
    assert state_words(early, begins, asked, "vi") == "có thể đến sớm, dự kiến từ 16:30 đến 16:35"
    again = replace(early, at=begins + timedelta(minutes=50), begins=begins + timedelta(minutes=80), between=None)
    assert state_words(again, begins, asked, "vi").startswith("có thể đến sớm"), "against the hour it comes for"
    near = replace(early, at=begins - timedelta(minutes=9))
    assert state_words(near, begins, asked, "vi") == "đúng giờ, dự kiến từ 17:50 đến 17:55"
    unsure = replace(near, between=(begins - timedelta(minutes=16), begins + timedelta(minutes=6)))
    assert state_words(unsure, begins, asked, "vi") == "đúng giờ, dự kiến từ 17:40 đến 18:10", (
        "outwards to five minutes"
    )
    assert state_words(unsure, begins, asked, "en") == "on time, expected between 17:40 and 18:10"
    assert state_words(unsure, begins, begins - timedelta(minutes=17), "vi") == "đúng giờ, dự kiến trước 18:10"
    crossed = StreetNow(progress=Progress.PASSED, at=begins - timedelta(hours=3))
    assert state_words(crossed, begins, NOW, "vi") == "xe đã qua lúc 15:00, sớm hơn giờ kế hoạch"
    late = StreetNow(progress=Progress.LATE, late_s=3 * 3_600 + 60)
    assert state_words(late, begins, NOW, "vi") == "quá giờ hơn 3 giờ, chưa thấy xe đến"


def test_a_street_passed_in_part_is_never_told_that_no_truck_was_seen():
    twice = replace(ROUTE, streets=(HUNG_VUONG, replace(HUNG_VUONG, order=2, begins_s=19 * H, ends_s=20 * H)))
    (pickup,) = coming(route=twice, days=1)
    at = utc(23, 11, 12)
    passed = progress_of(StreetState.SERVED, last_at=at)
    waiting = progress_of(StreetState.DUE, begins=utc(23, 12), ends=utc(23, 13))
    told = of_pickup({(twice.id, pickup.number, 1): passed, (twice.id, pickup.number, 2): waiting}, pickup)
    assert told is not None
    assert (told.progress, told.part_at) == (Progress.NOT_YET, at)
    said = [state_words(told, pickup.begins, NOW, language) for language in ("vi", "en")]
    assert said == ["đã qua một phần lúc 18:12; phần còn lại: chưa tới", "partly passed at 18:12; the rest: not yet"]
    first = replace(waiting, begins=pickup.begins)
    nobody = of_pickup({(twice.id, pickup.number, 1): first, (twice.id, pickup.number, 2): waiting}, pickup)
    assert nobody is not None
    assert state_words(nobody, pickup.begins, NOW, "vi") == "đang trong giờ thu gom, chưa thấy xe đến"
    begun = {"first_at": at, "last_at": at, "ends": utc(23, 11, 20)}
    over = {"now": utc(23, 12), **begun}
    late, crossed = progress_of(StreetState.DUE, **over), progress_of(StreetState.DUE, **over, begins=utc(23, 11, 50))
    missed = progress_of(StreetState.MISSED, **begun)
    one = coming(days=1)[0]
    words = [
        state_words(of_pickup({("01", 1, 1): told}, one), one.begins, NOW, "vi") for told in (late, missed, crossed)
    ]
    assert words[0] == "đã qua một phần lúc 18:12; phần còn lại: quá giờ hơn 40 phút, chưa thấy xe đến"
    assert words[1] == "đã qua một phần lúc 18:12; phần còn lại: không ghi nhận xe đến trong ca này"
    assert "một phần" not in words[2], "it came before its turn"
    there = progress_of(StreetState.DUE, **(over | {"now": at + timedelta(minutes=9)}))
    said = state_words(of_pickup({("01", 1, 1): there}, one), one.begins, NOW, "vi")
    assert said == "đã qua một phần, xe đang ở đường này"
    foretold = StreetNow(progress=Progress.ON_TIME, at=utc(23, 13))
    first = of_pickup({(twice.id, pickup.number, 1): waiting, (twice.id, pickup.number, 2): foretold}, pickup)
    assert first is not None
    assert first.progress is Progress.NOT_YET, "its first part is due now, whatever is foretold of the second"
    second = of_pickup({(twice.id, pickup.number, 1): passed, (twice.id, pickup.number, 2): foretold}, pickup)
    assert second is not None
    assert (second.progress, second.at) == (Progress.ON_TIME, utc(23, 13))


def test_of_a_long_street_its_truck_is_on_nobody_says_that_none_came():
    begun = Stretch(from_m=0, to_m=2_500, state=StreetState.DUE, because=Because.NOT_YET, share=0.4)
    came = {"stretches": (begun,), "due_m": 2_500.0, "passed_at": utc(23, 11, 2), "ends": utc(23, 11, 15)}
    for now in (utc(23, 11, 12), utc(23, 11, 40)):
        told = progress_of(StreetState.DUE, now=now, **came)
        assert (told.progress, told.part_at) == (Progress.NOT_YET, utc(23, 11, 2))
    crossed = progress_of(StreetState.DUE, **(came | {"stretches": (replace(begun, share=0.0),)}))
    assert (crossed.progress, crossed.part_at) == (Progress.LATE, None), "only its corner was passed"
    assert progress_of(StreetState.DUE, now=utc(23, 12, 30), **came).progress is Progress.LATE
    gone_on = progress_of(StreetState.DUE, after=utc(23, 11, 20), **came)
    assert gone_on.progress is Progress.LATE, "the truck is on the next street"
    corner = progress_of(StreetState.DUE, after=utc(23, 11, 20), then=utc(23, 11, 45), **came)
    assert corner.progress is Progress.NOT_YET, "it only crossed the next street, long before its time"
    crosses = progress_of(StreetState.DUE, after=utc(23, 11, 20), driven=False, **came)
    assert crosses.progress is Progress.NOT_YET, "it only crossed the next street, on this one's way"
    served = replace(begun, state=StreetState.SERVED, because=Because.COLLECTED, share=1.0)
    seen = {"first_at": utc(23, 11, 2), "last_at": utc(23, 11, 19)}
    slow = came | seen | {"passed_at": None, "stretches": (served, begun)}
    turned = progress_of(StreetState.DUE, now=utc(23, 11, 31), **slow)
    assert (turned.progress, turned.part_at) == (Progress.NOT_YET, utc(23, 11, 19)), "nobody saw it pass the beginning"
    unheard = progress_of(StreetState.DUE, running=False, as_of=utc(23, 11, 20), **came)
    assert unheard.progress is Progress.NO_DATA


def test_of_a_street_that_an_early_truck_is_on_nobody_says_that_it_is_not_yet():
    early, now = timedelta(minutes=26), utc(23, 10, 45)
    begun = Stretch(from_m=0, to_m=900, state=StreetState.DUE, because=Because.NOT_YET, share=0.4)
    before, here = (
        StreetResult(
            order=order, name="Hùng Vương", state=state, punctuality=Punctuality.UNKNOWN, due_m=900.0, vehicle="LA-001",
            stretches=(begun,), begins=begins, ends=begins + timedelta(minutes=20), passed_at=begins - early,
        )
        for order, state, begins in ((1, StreetState.SERVED, utc(23, 10, 40)), (2, StreetState.DUE, utc(23, 11)))
    )  # fmt: skip
    run = RunResult(
        day=MONDAY, route="01", number=1, name="", plan_revision=1, places=(), kind=Kind.MEASURED, source="",
        state=RunState.RUNNING, streets=(before, here), computed_at=now, as_of=now,
    )  # fmt: skip
    told = today([run], now)["01", 1, 2]
    assert (told.progress, told.part_at) == (Progress.NOT_YET, utc(23, 10, 34))
    assert state_words(told, here.begins, now, "vi") == "xe đến sớm, đang ở đường này"
    punctual = replace(run, streets=(replace(before, passed_at=before.begins), here))
    crossed = today([punctual], now)["01", 1, 2]
    assert state_words(crossed, here.begins, now, "vi") == "chưa đến giờ", "it only crossed the street"


def test_a_street_served_before_its_turn_was_passed_when_its_turn_came():
    said = progress_of(StreetState.SERVED, last_at=utc(23, 10, 12), passed_at=utc(23, 11, 5))
    assert said.at == utc(23, 11, 5)
    for passed_at in (utc(23, 11, 5), utc(23, 11, 40)):
        in_turn = progress_of(StreetState.SERVED, last_at=utc(23, 11, 12), passed_at=passed_at)
        assert in_turn.at == utc(23, 11, 12), "what was told once stays"


@pytest.mark.parametrize("running", [True, False])
def test_a_street_still_due_after_its_window_is_never_told_not_yet(running: bool):
    over = progress_of(StreetState.DUE, running=running, begins=utc(23, 8, 50), ends=utc(23, 9, 5))
    assert over.progress is (Progress.LATE if running else Progress.NO_DATA)
    assert over.at is None
    assert over.late_s == ((2 * 60 + 25) * 60 if running else 0)
    # Without a window of its own the run's window counts; without any, nobody knows its time.
    unplanned = progress_of(StreetState.DUE, running=running, begins=None, ends=None)
    assert unplanned.progress is Progress.NOT_YET


@given(
    minute=st.integers(0, 24 * 60 - 1), timed=st.booleans(), lasts=st.none() | st.integers(1, 90),
    ahead=st.none() | st.integers(-30, 120), running=st.booleans(), silent=st.booleans(),
)  # fmt: skip
@settings(max_examples=examples(300))
def test_at_no_minute_of_a_day_is_a_street_due_after_its_window_not_yet_or_on_time(
    minute: int, timed: bool, lasts: int | None, ahead: int | None, running: bool, silent: bool
):
    now, begins = utc(23, 0) + timedelta(minutes=minute), utc(23, 11)
    ends = begins + timedelta(minutes=lasts) if lasts else None
    foretold = None if ahead is None else now + timedelta(minutes=ahead)
    told = progress_of(
        StreetState.DUE, running=running, now=now, begins=begins if timed else None, ends=ends if timed else None,
        run_ends=ends or utc(23, 12), as_of=now - timedelta(minutes=40 if silent else 1),
        expected=foretold and Expected(at=foretold, low=foretold, high=foretold),
    )  # fmt: skip
    # Residents read a window of 15 minutes at least: a truck that comes within it is on time.
    over = max(begins + timedelta(minutes=15), ends or begins) if timed else ends or utc(23, 12)
    if now > over:
        assert told.progress in (Progress.LATE, Progress.NO_DATA)
    elif told.progress is Progress.LATE:
        assert told.at is not None, "before its window ends only a forecast makes it late"


def test_a_forecast_that_has_passed_promises_nothing():
    failed = Expected(at=utc(23, 11, 10), low=utc(23, 11, 5), high=utc(23, 11, 20))
    told = progress_of(StreetState.DUE, ends=utc(23, 11, 15), expected=failed)
    assert (told.progress, told.at, told.late_s) == (Progress.LATE, None, 15 * 60)
    assert progress_of(StreetState.DUE, expected=failed).progress is Progress.NOT_YET


def test_silence_is_said_and_never_becomes_on_time():
    heard = utc(23, 11, 20)
    soon = Expected(at=utc(23, 11, 35), low=utc(23, 11, 30), high=utc(23, 11, 40))
    silent = progress_of(StreetState.DUE, as_of=heard, expected=soon)
    assert (silent.progress, silent.at, silent.late_s) == (Progress.NO_DATA, heard, 35 * 60), "as late as it was then"
    near = Expected(at=utc(23, 11, 14), low=utc(23, 11, 10), high=utc(23, 11, 20))
    assert progress_of(StreetState.DUE, as_of=utc(23, 11, 1), expected=near).late_s == 0, (
        "a quarter of an hour is on time"
    )
    gap = (utc(23, 11, 5), utc(23, 11, 15))
    hidden = Stretch(from_m=0, to_m=100, state=StreetState.UNKNOWN, because=Because.TRACKER_GAP, gap=gap)
    unknown = progress_of(StreetState.UNKNOWN, stretches=(hidden,), as_of=gap[0])
    assert (unknown.progress, unknown.at) == (Progress.NO_DATA, gap[0])
    heard_again = progress_of(StreetState.UNKNOWN, stretches=(hidden,))
    assert (heard_again.progress, heard_again.at) == (Progress.NO_DATA, None), "there has been data since"


def test_of_a_street_that_a_silence_may_hide_nobody_says_that_no_truck_came():
    gap = (utc(23, 11, 5), utc(23, 11, 15))
    due = Stretch(from_m=0, to_m=40, state=StreetState.DUE, because=Because.NOT_YET)
    hidden = replace(due, from_m=40, to_m=100, gap=gap)
    over = {"ends": utc(23, 11, 20), "begins": utc(23, 11)}
    told = progress_of(StreetState.DUE, stretches=(replace(due, to_m=30), replace(hidden, from_m=30)), **over)
    assert (told.progress, told.at) == (Progress.NO_DATA, None)
    assert state_words(told, utc(23, 11), NOW, "vi") == "chưa biết xe đã qua hay chưa"
    too_little = progress_of(StreetState.DUE, stretches=(due, hidden), **over)
    assert too_little.progress is Progress.LATE, "more than three tenths of it were surely not served"


def test_what_is_told_names_no_vehicle():
    told = progress_of(StreetState.SERVED, last_at=utc(23, 11, 12))
    assert "LA-001" not in repr(told)


def test_a_street_that_was_only_driven_through_is_never_told_as_passed():
    at = utc(23, 11, 8)
    fast = Stretch(
        from_m=0, to_m=60, state=StreetState.PASSED, because=Because.TOO_FAST, share=1.0, first_at=at, last_at=at
    )
    through = progress_of(StreetState.PASSED, stretches=(fast,), passed_at=at)
    assert (through.progress, through.at, through.part_at) == (Progress.DRIVEN, at, None)
    one = coming(days=1)[0]
    told = of_pickup({("01", 1, 1): through}, one)
    said = [state_words(told, one.begins, NOW, language) for language in ("vi", "en")]
    assert said == ["xe chạy qua lúc 18:08, chưa thấy thu", "driven through at 18:08, not seen collecting"]
    slow = replace(fast, from_m=60, to_m=100, state=StreetState.SERVED, last_at=utc(23, 11, 12))
    half = progress_of(StreetState.PASSED, stretches=(fast, slow), passed_at=at - timedelta(minutes=4))
    told = of_pickup({("01", 1, 1): half}, one)
    assert state_words(told, one.begins, NOW, "vi") == (
        "đã thu một phần lúc 18:12; phần còn lại: xe chạy qua lúc 18:08, chưa thấy thu"
    ), "not when it came to the beginning"
    fetched = replace(fast, later_at=utc(23, 11, 20))
    after_all = progress_of(StreetState.PASSED, stretches=(fetched, slow), passed_at=at)
    told = of_pickup({("01", 1, 1): after_all}, one)
    assert state_words(told, one.begins, NOW, "vi") == "đã qua lúc 18:20", "as the dispatcher reads"
    corner = {"passed_at": NOW - timedelta(minutes=3), "stretches": (replace(fast, share=0.4),)}
    missed = progress_of(StreetState.MISSED, **corner)
    assert missed.part_at is None, "who passes its corner collects nothing of it"


def test_one_pass_that_was_driven_through_leaves_what_is_to_come():
    twice = replace(ROUTE, streets=(HUNG_VUONG, replace(HUNG_VUONG, order=2, begins_s=19 * H, ends_s=20 * H)))
    (pickup,) = coming(route=twice, days=1)
    through = StreetNow(progress=Progress.DRIVEN, at=utc(23, 11, 8))
    passed, waiting = replace(through, progress=Progress.PASSED), StreetNow(progress=Progress.NOT_YET)

    def told(*states: StreetNow) -> Progress:
        found = of_pickup({("01", 1, order): state for order, state in enumerate(states, start=1)}, pickup)
        assert found is not None
        return found.progress

    assert told(through, waiting) is Progress.NOT_YET
    assert told(through, through) is told(passed, through) is Progress.DRIVEN


def test_residents_read_when_most_of_their_street_was_collected():
    slow = Stretch(
        from_m=0, to_m=80, state=StreetState.SERVED, because=Because.COLLECTED, share=1.0,
        first_at=utc(23, 11, 2), last_at=utc(23, 11, 9),
    )  # fmt: skip
    leftover = replace(slow, from_m=80, to_m=100, first_at=utc(23, 14, 30), last_at=utc(23, 14, 33))
    seen = {"stretches": (slow, leftover), "first_at": slow.first_at, "last_at": leftover.last_at}
    assert progress_of(StreetState.SERVED, **seen, now=utc(23, 15)).at == utc(23, 11, 9)


def test_a_street_of_which_most_is_collected_is_not_passed_while_its_truck_goes_on_there():
    served = Stretch(
        from_m=0, to_m=800, state=StreetState.SERVED, because=Because.COLLECTED, share=1.0, first_at=utc(23, 11, 2)
    )
    rest = replace(served, from_m=800, to_m=1_000, state=StreetState.DUE, because=Because.NOT_YET, share=0.0)
    seen = {"due_m": 1_000.0, "first_at": utc(23, 11, 2), "last_at": utc(23, 11, 19), "ends": utc(23, 11, 25)}
    for pieces, after, progress in (
        ((served, rest), None, Progress.NOT_YET),
        ((served, rest), utc(23, 11, 20), Progress.PASSED),
        ((replace(served, to_m=1_000),), None, Progress.PASSED),
    ):
        told = progress_of(StreetState.SERVED, now=utc(23, 11, 21), stretches=pieces, after=after, **seen)
        assert told.progress is progress, "the truck is there, or has gone on, or is done"
    there = progress_of(StreetState.SERVED, now=utc(23, 11, 21), stretches=(served, rest), **seen)
    assert there.part_at == utc(23, 11, 2)


def test_a_truck_that_collects_is_there_before_anybody_knows_which_it_is():
    served = Stretch(
        from_m=0, to_m=800, state=StreetState.SERVED, because=Because.COLLECTED, share=1.0, first_at=utc(23, 11, 2)
    )
    rest = replace(served, from_m=800, to_m=1_000, state=StreetState.DUE, because=Because.NOT_YET, share=0.0)
    seen = {"due_m": 1_000.0, "first_at": utc(23, 11, 2), "last_at": utc(23, 11, 8), "ends": utc(23, 11, 9)}
    for state in (StreetState.SERVED, StreetState.DUE):
        told = progress_of(state, now=utc(23, 11, 16), stretches=(served, rest), known=False, **seen)
        assert told.progress is not Progress.NOT_YET, "it was seen eight minutes ago: it may be gone"
        there = progress_of(state, now=utc(23, 11, 10), stretches=(served, rest), known=False, **seen)
        assert (there.progress, there.part_at is None) == (Progress.NOT_YET, False)
    begun = progress_of(StreetState.DUE, running=False, known=False, now=utc(23, 11, 10), stretches=(rest,))
    assert begun.part_at is None, "nobody was seen"


def test_what_nobody_knows_of_one_part_hides_no_truck_that_comes_to_another():
    twice = replace(ROUTE, streets=(HUNG_VUONG, replace(HUNG_VUONG, order=2, begins_s=19 * H, ends_s=20 * H)))
    (pickup,) = coming(route=twice, days=1)
    foretold = StreetNow(progress=Progress.ON_TIME, at=utc(23, 12, 5), begins=utc(23, 12))
    for first in (Progress.NO_DATA, Progress.MISSED, Progress.DRIVEN):
        states = {(twice.id, pickup.number, 1): StreetNow(progress=first), (twice.id, pickup.number, 2): foretold}
        told = of_pickup(states, pickup)
        assert told is not None
        assert (told.progress, told.at) == (Progress.ON_TIME, utc(23, 12, 5))
