"""How a run and a street are said to stand, on the page of the run."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import collection_day
import pytest
import screen_fixtures as made

from callbacks.parts.load import load
from domain.instant import to_ms
from domain.waste.run import Because, RunResult, RunState, StreetState, Stretch
from domain.waste.service_day import ServiceDay
from layouts.rounds.run_timeline import axis_of, bars, past_end
from layouts.rounds.run_words import run_word, span, street_word
from layouts.rounds.runs_now import state_words
from layouts.waste import SCREEN
from present import formats
from rounds.lookup.street_now import today

NOW, DAY = collection_day.NOW, collection_day.service_day()


async def _page(run: RunResult, day: ServiceDay = DAY) -> dict[str, str]:
    """Texts of the run's page by region."""
    reading = replace(made.normal(), collected=replace(day, runs=(run,)))
    query = {"run": run.route, "day": DAY.day.isoformat()}
    data = await load(made.services(reading), SCREEN, "vi", query, NOW)
    return {name: " ".join(map(_text, region(data))) for name, region in SCREEN.regions.items()}


def _text(part: Any) -> str:
    if part is None or isinstance(part, str | int | float):
        return str(part or "")
    inside = part.children if isinstance(part.children, list | tuple) else [part.children]
    return " ".join(map(_text, inside))


async def test_a_street_where_a_truck_was_seen_is_not_said_to_wait_for_one() -> None:
    third = DAY.runs[2]
    due = next(street for street in third.streets if street.state is StreetState.DUE)
    at = due.begins + timedelta(minutes=1)
    begun, came = replace(due, first_at=at, last_at=at), replace(due, passed_at=at)
    for street, word, once_gone, actual in (
        (begun, "xe đang ở đường này, mới thu một phần", "mới thu một phần", "thu một phần lúc"),
        (came, "xe đã tới, chưa thu", "xe đã tới, chưa thu", "xe tới lúc"),
    ):
        assert street_word(third, street, third.begins).vi == word
        late = third.over_at(street) + timedelta(minutes=1)
        assert street_word(replace(third, as_of=late), street, late).vi == f"quá giờ, {once_gone}"
        text = (await _page(replace(third, streets=(street,))))["more"]
        assert f"{word} " in text
        assert f"{actual} " in text
        assert "chưa tới giờ" not in text[: text.index("xem")]
    crossed = replace(due, passed_at=due.begins - timedelta(hours=2))
    assert street_word(third, crossed, due.begins - timedelta(hours=1)).vi == "chưa tới giờ"
    assert street_word(third, crossed, due.begins + timedelta(minutes=4)).vi == "đến giờ, chưa thấy xe"


async def test_what_another_truck_collected_before_a_streets_hour_does_not_begin_it() -> None:
    third = DAY.runs[2]
    due = next(street for street in third.streets if street.expected)
    at = due.begins - timedelta(minutes=40)
    done = replace(due.stretches[0], state=StreetState.SERVED, vehicle="LA-009", first_at=at, last_at=at)
    street = replace(due, stretches=(done,), first_at=at, last_at=at)
    assert street_word(third, street, due.begins - timedelta(minutes=9)).vi == "chưa tới giờ"
    text = (await _page(replace(third, streets=(street,))))["more"]
    assert "dự kiến" in text[: text.index("xem")]
    assert "một phần" not in text[: text.index("xem")]
    early = replace(street, passed_at=at)
    assert street_word(third, early, due.begins - timedelta(minutes=9)).vi == "mới thu một phần"
    later = replace(third.streets[0], vehicle=third.vehicles[0], last_at=at + timedelta(minutes=9))
    crossed = replace(third, streets=(later, early))
    assert street_word(crossed, early, due.begins - timedelta(minutes=9)).vi == "chưa tới giờ"


async def test_where_another_runs_truck_collected_a_part_its_own_is_not_there() -> None:
    third = DAY.runs[2]
    due = next(street for street in third.streets if street.expected)
    at = due.begins + timedelta(minutes=12)
    for vehicle, word, seen in (
        ("LA-009", "mới thu một phần", False), (third.vehicles[0], "xe đang ở đường này, mới thu một phần", True),
    ):  # fmt: skip
        rest = replace(due.stretches[0], share=0.0, from_m=90.0)
        done = replace(due.stretches[0], state=StreetState.SERVED, to_m=90.0, share=1.0, first_at=at, last_at=at)
        street = replace(due, stretches=(replace(done, vehicle=vehicle), rest), first_at=at, last_at=at)
        now = at + timedelta(minutes=3)
        run = replace(third, streets=(street,), as_of=now)
        assert street_word(run, street, now).vi == word
        told = today([run], now)[run.route, run.number, street.order]
        assert (told.there, told.part_at) == (seen, at), "residents read the same"


async def test_of_a_street_that_is_not_known_no_part_is_told_that_was_collected_before_its_turn() -> None:
    second = DAY.runs[1]
    unknown = next(one for one in second.streets if one.state is StreetState.UNKNOWN)
    for minutes, told in ((-40, False), (3, True)):
        at = unknown.begins + timedelta(minutes=minutes)
        done = replace(unknown.stretches[0], state=StreetState.SERVED, to_m=90.0, first_at=at, last_at=at, gap=None)
        rest = replace(unknown.stretches[0], from_m=90.0)
        street = replace(unknown, stretches=(done, rest), passed_at=unknown.begins)
        text = (await _page(replace(second, streets=(street,))))["more"]
        assert ("thu một phần lúc" in text) is told


async def test_a_corner_that_a_truck_crosses_while_it_collects_the_street_before_is_not_come_to() -> None:
    third = DAY.runs[2]
    before, due = third.streets[6:8]
    at = due.begins - timedelta(minutes=6)
    corner = replace(due, passed_at=at, expected=None)
    now = due.begins - timedelta(minutes=1)
    for minutes, word in ((-1, "xe đã tới, chưa thu"), (4, "chưa tới giờ")):
        last = replace(before, vehicle=third.vehicles[0], last_at=at + timedelta(minutes=minutes))
        run = replace(third, streets=(last, corner))
        assert street_word(run, corner, now).vi == word
        assert ("xe tới lúc" in (await _page(run))["more"]) is (minutes < 0)
    turned = replace(due.stretches[0], share=0.3, first_at=None, last_at=None)
    begun = replace(corner, passed_at=due.begins - timedelta(minutes=4), stretches=(turned,), first_at=None)
    now = due.begins + timedelta(minutes=1)
    for minutes, word in (
        (-5, "xe đang ở đường này"),
        (-3.5, "xe đang ở đường này"),
        (-1, "xe mới qua một phần, chưa thu"),
    ):
        last = replace(before, vehicle=third.vehicles[0], last_at=due.begins + timedelta(minutes=minutes))
        assert street_word(replace(third, streets=(last, begun), as_of=now), begun, now).vi == word


async def test_a_run_whose_truck_left_its_streets_is_told_so_and_not_as_on_time() -> None:
    away = replace(DAY.runs[2], away_since=NOW - timedelta(minutes=12))
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    assert state_words(data, away) == "xe rời tuyến từ 13:53"
    head = (await _page(away))["head"]
    assert head.count("xe rời tuyến từ 13:53") == 1
    assert not re.search(r"đang thu|đúng giờ|trễ \d|sớm \d", head)
    over = replace(away, ends=NOW - timedelta(minutes=20))
    assert state_words(data, over) == "quá giờ 20 phút, xe rời tuyến từ 13:53"
    assert "rời tuyến" not in state_words(data, replace(over, state=RunState.CLOSED))
    streets = tuple(replace(one, state=StreetState.SERVED) for one in away.streets)
    ended = replace(over, streets=(*streets[1:], replace(streets[0], state=StreetState.PASSED)))
    assert state_words(data, ended) == "đi hết tuyến lúc 13:53", "nothing is left to do: no driver is called"


async def test_of_a_street_left_out_no_other_runs_pass_is_told() -> None:
    first = DAY.runs[0]
    missed = next(street for street in first.streets if street.state is StreetState.MISSED)
    until = first.assignments[0].until
    for at in (until - timedelta(minutes=20), until + timedelta(minutes=54)):
        corner = replace(missed, passed_at=at)
        text = (await _page(replace(first, streets=(corner,))))["more"]
        assert "bỏ sót" in text
        assert not re.search(r"đã qua|xe tới lúc", text)
    for minutes, told in ((-20, True), (54, False)):
        unknown = replace(missed, state=StreetState.UNKNOWN, passed_at=until + timedelta(minutes=minutes))
        text = (await _page(replace(first, streets=(unknown,))))["more"]
        assert ("xe tới lúc" in text) is told


async def test_a_street_is_told_and_drawn_when_most_of_it_was_collected() -> None:
    first = DAY.runs[0]
    street = next(one for one in first.streets if one.state is StreetState.SERVED)
    (whole,) = street.stretches
    early = whole.first_at - timedelta(minutes=45)
    crossed = replace(whole, to_m=50.0, first_at=early, last_at=early + timedelta(minutes=1))
    pieces = (crossed, replace(whole, from_m=50.0))
    run = replace(first, streets=(replace(street, stretches=pieces, first_at=early),))
    text = (await _page(run))["more"]
    assert f"đã thu lúc {span(whole.first_at, whole.last_at)}" in text
    (drawn,) = (bar.split() for bar in bars(run) if bar.startswith(f"real {StreetState.SERVED}"))
    assert int(drawn[2]) == to_ms(whole.first_at)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.01, "chưa thấy xe tới, chuyến chưa kết thúc"),
        (0.4, "xe mới chạy 40% chiều dài này, chuyến chưa kết thúc"),
        (0.7, "xe đã chạy qua đoạn này, chưa thấy thu; chuyến chưa kết thúc"),
        (1.0, "xe đã chạy qua đoạn này, chưa thấy thu; chuyến chưa kết thúc"),
    ],
)
async def test_what_is_said_of_a_stretch_that_is_not_judged_yet(share: float, said: str) -> None:
    run = DAY.runs[2]
    street = next(one for one in run.streets if one.state is StreetState.DUE)
    driven = replace(street, stretches=tuple(replace(one, share=share) for one in street.stretches))
    text = (await _page(replace(run, streets=(driven,))))["more"]
    assert said in text
    assert not re.search("mới chạy (1|70|100)%", text)


async def test_of_a_corner_that_a_truck_turned_at_nobody_says_that_it_drove_a_part() -> None:
    run = DAY.runs[0]
    street = next(one for one in run.streets if one.state is StreetState.MISSED)
    corner = replace(street, stretches=tuple(replace(one, share=0.04) for one in street.stretches))
    text = (await _page(replace(run, streets=(corner,))))["more"]
    assert "thiết bị gửi đủ tín hiệu nhưng xe không tới" in text
    assert "xe chỉ chạy" not in text


async def test_of_a_run_whose_vehicle_is_not_known_yet_it_is_said_who_collects() -> None:
    third = DAY.runs[2]
    run = replace(third, assignments=())
    assert {one.vehicle for street in run.streets for one in street.stretches} == {"LA-001", ""}
    text = await _page(run)
    assert "có xe đang thu, chưa rõ xe nào" in text["head"]
    assert "LA-001 đã thu trên tuyến này, chưa chắc là xe của chuyến" in text["more"]
    assert "Chưa biết xe nào chạy" not in text["more"]
    assert "chưa chắc" not in (await _page(third))["more"]
    data = await load(made.services(replace(made.normal(), collected=replace(DAY, runs=(run,)))), SCREEN, "vi", {}, NOW)
    assert "chưa rõ xe" in " ".join(map(_text, SCREEN.regions["runs"](data)))


async def test_a_run_that_goes_on_after_its_end_is_not_on_time() -> None:
    third = DAY.runs[2]
    served = tuple(
        replace(one, state=StreetState.SERVED, passed_at=one.begins, last_at=NOW, expected=None)
        for one in third.streets
    )
    run = replace(third, streets=served)
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    assert state_words(data, replace(run, ends=NOW + timedelta(minutes=2))) == "đúng giờ"
    assert state_words(data, replace(run, ends=NOW - timedelta(minutes=9))) == "thu quá 9 phút"
    over = replace(run, ends=NOW - timedelta(minutes=36))
    assert state_words(data, over) == "thu quá 36 phút", "as long as a line of the wall has room for"
    head = (await _page(over))["head"]
    assert "đang thu · quá giờ kết thúc 36 phút" in head
    assert "đúng giờ" not in head
    done = tuple(replace(one, last_at=NOW - timedelta(minutes=3)) for one in served)
    ended = replace(run, streets=done, ends=NOW - timedelta(minutes=2))
    assert state_words(data, ended) == "đúng giờ", "it is open for some minutes more, and went on for none"
    long_ago = tuple(replace(one, last_at=NOW - timedelta(minutes=30)) for one in served)
    closes = replace(run, streets=long_ago, ends=NOW - timedelta(minutes=3))
    assert state_words(data, closes) == "đúng giờ", "it was over half an hour ago"
    late = tuple(replace(one, passed_at=one.begins + timedelta(minutes=12)) for one in served)
    assert state_words(data, replace(run, streets=late, ends=NOW - timedelta(minutes=5))) == "trễ 12 phút"
    early = tuple(replace(one, passed_at=one.begins - timedelta(minutes=20)) for one in served)
    assert state_words(data, replace(run, streets=early, ends=NOW + timedelta(minutes=9))) == "sớm 20 phút"


def test_what_a_silence_hid_that_is_over_is_not_known_and_no_longer_to_be_collected():
    third = collection_day.service_day().runs[2]
    now, gap = third.ends + timedelta(minutes=10), (third.begins, third.begins + timedelta(minutes=8))
    part = Stretch(from_m=0, to_m=60, state=StreetState.DUE, because=Because.NOT_YET, gap=gap)
    at = gap[0] - timedelta(minutes=3)
    street = replace(
        third.streets[0], state=StreetState.DUE, due_m=60.0, stretches=(part,), begins=gap[0], ends=None,
        first_at=None, last_at=None, passed_at=at, expected=None,
    )  # fmt: skip
    run = replace(third, streets=(street, replace(third.streets[1], state=StreetState.SERVED)), as_of=now)
    hidden = f"(mất tín hiệu {span(*gap)})"
    assert street_word(run, street, now).vi == f"chưa biết {hidden}"
    assert past_end(run, now) == timedelta(), "nobody collects any more"
    assert past_end(replace(run, streets=(replace(street, stretches=()), run.streets[1])), now) > timedelta()
    begun = replace(street, first_at=at)
    of_it = replace(run, streets=(begun, run.streets[1]))
    assert street_word(of_it, begun, now).vi == f"mới thu một phần, còn lại chưa biết {hidden}"
    silent = replace(run, as_of=gap[1])
    assert street_word(silent, street, now).vi == f"chưa biết (mất tín hiệu từ {formats.clock(gap[1])})"
    long = replace(street, due_m=6_000.0, stretches=(replace(part, to_m=6_000),))
    waits = replace(run, streets=(long, run.streets[1]))
    assert "chưa biết" not in street_word(waits, long, now).vi, "no crew collects so much in eight minutes"


def test_while_a_vehicle_is_silent_nobody_says_that_it_was_not_seen():
    third = collection_day.service_day().runs[2]
    due = next(street for street in third.streets if street.state is StreetState.DUE)
    street = replace(due, first_at=None, last_at=None, passed_at=None, expected=None)
    since = street.begins - timedelta(minutes=5)
    at = formats.clock(since)
    late = third.over_at(street) + timedelta(minutes=1)
    for state in (RunState.RUNNING, RunState.PLANNED):
        run = replace(third, streets=(street,), as_of=since, state=state)
        for now in (street.begins + timedelta(minutes=6), late):
            assert street_word(run, street, now).vi == f"chưa biết (mất tín hiệu từ {at})"
        assert street_word(run, street, street.begins - timedelta(seconds=9)).vi == "chưa tới giờ"
        heard = replace(run, as_of=late)
        assert street_word(heard, street, late).vi == "quá giờ, chưa thấy xe"
        assert run_word(run, late).vi.endswith(f"mất tín hiệu từ {at}")
    nobody = replace(third, streets=(street,), assignments=(), as_of=None, fixes=0, state=RunState.PLANNED)
    assert street_word(nobody, street, late).vi == "quá giờ, chưa thấy xe"
    begun = replace(street, first_at=since, last_at=since)
    assert street_word(run, begun, late).vi == f"mới thu một phần, còn lại chưa biết (mất tín hiệu từ {at})"


async def test_a_truck_that_drove_through_most_of_a_street_that_is_still_due_was_seen() -> None:
    third = DAY.runs[2]
    due = next(street for street in third.streets if street.state is StreetState.DUE)
    at = due.begins + timedelta(minutes=2)
    through = Stretch(
        from_m=0, to_m=339, state=StreetState.PASSED, because=Because.TOO_FAST, share=1.0, first_at=at, last_at=at,
    )  # fmt: skip
    rest = Stretch(from_m=339, to_m=404, state=StreetState.DUE, because=Because.NOT_YET)
    street = replace(due, due_m=404.0, stretches=(through, rest), first_at=None, last_at=None, passed_at=None)
    late = third.over_at(street) + timedelta(minutes=1)
    assert street_word(third, street, late).vi == "quá giờ, xe chạy qua, chưa thu"
    text = (await _page(replace(third, streets=(street,))))["more"]
    assert f"đã qua lúc {formats.clock(at)}" in text


async def test_the_word_of_a_street_and_its_evidence_tell_the_same_of_its_truck() -> None:
    third, touched = DAY.runs[2], "xe mới chạy 54% chiều dài này"
    due = next(one for one in third.streets if one.state is StreetState.DUE and one.begins)
    pieces = tuple(replace(one, share=0.54) for one in due.stretches)
    street = replace(due, stretches=pieces, first_at=None, passed_at=None, expected=None)
    gone = replace(street, order=due.order + 1, stretches=due.stretches, passed_at=NOW, begins=NOW)
    known = replace(third, streets=(street, gone), as_of=NOW)
    for minutes, run, word, proof in (
        (-9, known, "xe mới qua một phần, chưa thu", True),
        (-200, known, "quá giờ, xe mới qua một phần, chưa thu", True),
        (9, known, "chưa tới giờ", False),
        (-9, replace(known, assignments=(), fixes=0), "đến giờ, chưa thấy xe", False),
    ):
        begins = NOW + timedelta(minutes=minutes)
        timed = replace(street, begins=begins, ends=begins + timedelta(minutes=30))
        text = (await _page(replace(run, streets=(timed, gone))))["more"]
        assert f" {word} " in text[: text.index("xem")]
        assert (touched in text) is proof
        assert "chưa thấy xe tới, chuyến chưa kết thúc" in text


async def test_of_a_street_that_was_collected_and_left_nobody_reads_what_is_still_open() -> None:
    third = DAY.runs[2]
    street = next(one for one in third.streets if one.state is StreetState.SERVED)
    (whole,) = street.stretches
    rest = Stretch(
        from_m=whole.to_m, to_m=whole.to_m + 60, state=StreetState.DUE, because=Because.NOT_YET, share=0.54
    )  # fmt: skip
    part = replace(street, due_m=street.due_m + 60, stretches=(whole, rest))
    later = next(one for one in third.streets if one.order > street.order and one.state is StreetState.SERVED)
    text = (await _page(replace(third, streets=(part, replace(later, passed_at=NOW)), as_of=NOW)))["more"]
    assert "đã thu" in text
    assert not re.search("mới chạy 54%|chưa kết thúc", text)


async def test_a_silence_is_told_as_lasting_while_it_lasts_and_in_the_minutes_of_its_hours() -> None:
    second = DAY.runs[1]
    begins = NOW.replace(minute=5, second=50) - timedelta(hours=1)
    gap = (begins, begins + timedelta(minutes=5, seconds=20))
    unknown = next(one for one in second.streets if one.state is StreetState.UNKNOWN)
    hidden = replace(unknown, stretches=tuple(replace(one, gap=gap) for one in unknown.stretches))
    run = replace(second, gaps=(gap,), streets=(hidden,), as_of=begins)
    for heard, said in ((NOW, "13:05–13:11 (6′)"), (begins, "từ 13:05")):
        days = tuple(replace(one, as_of=heard) if one.vehicle == "LA-002" else one for one in DAY.vehicles)
        text = (await _page(run, replace(DAY, vehicles=days)))["more"]
        assert f"Mất tín hiệu: {said} " in f"{text} "
        assert f"mất tín hiệu {said}, đủ lâu để xe có thể đã tới" in text
        assert text.count("13:11") == (2 if heard == NOW else 0)


def test_of_a_run_that_was_not_seen_to_begin_a_silence_that_lasts_is_told_so():
    third = DAY.runs[2]
    gap = (NOW - timedelta(minutes=20), NOW)
    due = next(street for street in third.streets if street.state is StreetState.DUE)
    part = replace(due.stretches[0], to_m=60.0, gap=gap)
    begins = gap[0] - timedelta(minutes=5)
    street = replace(due, due_m=60.0, stretches=(part,), begins=begins, ends=None, first_at=None, passed_at=None)
    run = replace(third, streets=(street,), state=RunState.PLANNED, as_of=gap[0])
    assert street_word(run, street, NOW).vi == "chưa biết (mất tín hiệu từ 13:45)"


async def test_a_street_that_counts_as_collected_is_told_so_while_its_truck_is_still_there() -> None:
    third = DAY.runs[2]
    street = next(one for one in third.streets if one.state is StreetState.SERVED)
    since = NOW - timedelta(minutes=9)
    most = replace(street.stretches[0], share=1.0, first_at=since, last_at=NOW)
    rest = Stretch(
        from_m=most.to_m, to_m=most.to_m + 60, state=StreetState.DUE, because=Because.NOT_YET, share=0.54
    )  # fmt: skip
    here = replace(
        street, due_m=street.due_m + 60, stretches=(most, rest), begins=since, first_at=since, last_at=NOW,
        passed_at=since,
    )  # fmt: skip
    text = (await _page(replace(third, streets=(here,), as_of=NOW)))["more"]
    row = text[text.index("1. ") : text.index("xem")]
    assert " 1 đã thu " in text
    assert " đã thu, xe còn ở đường này " in row
    assert " thu từ 13:56 " in row
    assert "một phần" not in row
    assert "xe mới chạy 54%" in text


def test_the_expected_end_of_a_late_run_lies_on_its_scale():
    third = DAY.runs[2]
    late = timedelta(minutes=50)
    ahead = [
        replace(one, expected=replace(one.expected, at=one.expected.at + late, high=one.expected.high + late))
        for one in third.streets
        if one.expected
    ]
    run = replace(third, streets=tuple(ahead))
    (expected,) = (bar.split() for bar in bars(run) if bar.startswith("real eta"))
    assert int(expected[3]) <= to_ms(axis_of([run])[1])
