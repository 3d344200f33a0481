"""The waste screen: five states kept apart, evidence at hand, empty for a reason, one run, one vehicle by address."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import collection_day
import pytest
import screen_fixtures as made
from run_fixtures import stretch

from areas.waste import AREA
from callbacks.parts.load import load
from callbacks.waste import said
from domain.access.principal import NOBODY
from domain.fleets.vehicle import SILENT_ALARM
from domain.instant import VIETNAM
from domain.kpis.alarm import Alarm, Priority
from domain.kpis.kpi import Status
from domain.places.place import PROVINCE
from domain.text import Text
from domain.waste.facility import FacilityKind
from domain.waste.run import Because, RunState, StreetState
from domain.waste.service_day import ServiceDay
from domain.waste.work import Cause, EventKind
from layouts.rounds.run_lists import evidence
from layouts.rounds.run_timeline import bars, delay_words, ends_words
from layouts.rounds.run_words import STATE_WORDS, run_word, span, street_word
from layouts.rounds.runs_now import state_words
from layouts.rounds.tracker_steps import tracker_steps
from layouts.wall import SCREEN as WALL
from layouts.waste import SCREEN
from queries.alarms import ALARMS
from queries.fleet import FLEET

NOW, DAY = collection_day.NOW, collection_day.service_day()
WORD = {"vehicle": "LA-030", "since": "12:10", "until": "14:00", "by": "Trực ban", "note": ""}


async def _words(reading: made.FakeReading, **query: str) -> str:
    return " ".join((await _regions(reading, **query)).values())


async def _regions(reading: made.FakeReading, **query: str) -> dict[str, str]:
    data = await load(made.services(reading), SCREEN, "vi", query, NOW)
    return {name: " ".join(_text(part) for part in region(data)) for name, region in SCREEN.regions.items()}


async def _fold(reading: made.FakeReading, begins: str, ends: str) -> str:
    """Text of the fold that ``begins`` heads, as far as the next heading."""
    text = (await _regions(reading))["more"]
    start = text.index(begins)
    return text[start : text.index(ends, start)]


def _text(part: Any) -> str:
    if part is None or isinstance(part, str | int | float):
        return str(part or "")
    inside = part.children if isinstance(part.children, list | tuple) else [part.children]
    return " ".join(_text(one) for one in inside)


def _with(found: ServiceDay) -> made.FakeReading:
    return replace(made.normal(), collected=found)


async def test_missed_and_unknown_are_never_mixed() -> None:
    text = await _fold(made.normal(), "Đường cần kiểm tra", "Thiết bị định vị")
    missed, unknown = text.index("Bỏ sót"), text.index("Chưa xác minh được: thiếu bằng chứng")
    between, after = text[missed:unknown], text[unknown:]
    assert "Châu Thị Kim" in between
    assert "Trương Định" not in between
    assert "Trương Định" in after
    assert "mất tín hiệu" in after


async def test_lists_are_ordered_by_length() -> None:
    text = await _fold(made.normal(), "Đường cần kiểm tra", "Thiết bị định vị")
    assert text.index("Hẻm 12/3") < text.index("Châu Thị Kim")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (ServiceDay(day=DAY.day), "Chưa có kế hoạch thu gom nào được nạp."),
        (ServiceDay(day=DAY.day, routes=4), "Ngày này không tuyến nào phải chạy (đang dùng 4 tuyến)."),
        (ServiceDay(day=DAY.day, routes=4, due=3), "3 chuyến phải chạy; chưa chuyến nào được đánh giá."),
        (
            ServiceDay(day=DAY.day, routes=4, due=3, first=made.NOW - timedelta(minutes=1)),
            "3 chuyến phải chạy; chưa chuyến nào được đánh giá.",
        ),
        (
            ServiceDay(day=DAY.day, routes=4, due=3, first=made.NOW + timedelta(hours=2)),
            "3 chuyến phải chạy; chuyến đầu tiên bắt đầu lúc 16:05.",
        ),
    ],
)
async def test_an_empty_day_says_why(found: ServiceDay, words: str) -> None:
    text = (await _regions(_with(found)))["head"]
    assert words in text
    assert "còn phải thu" not in text, "no streets by state"


async def test_a_run_tells_passed_expected_and_evidence() -> None:
    text = await _words(made.normal(), run="mau-03", day="2026-11-23")
    assert "đã thu lúc 12:19–12:28" in text
    assert "dự kiến 14:13 (14:11–14:18)" in text
    assert "24 vị trí" in text
    passed = await _words(made.normal(), run="mau-01", day="2026-11-23")
    assert "đã qua lúc 13:04" in passed


async def test_a_run_past_its_time_is_overdue_on_its_own_page_as_in_the_list() -> None:
    over = replace(DAY.runs[2], ends=made.NOW - timedelta(minutes=20))
    reading = _with(replace(DAY, runs=(over,)))
    assert "đang thu · quá giờ 20 phút" in await _words(reading, run=over.route, day=DAY.day.isoformat())
    assert "quá giờ 20 phút" in (await _regions(reading))["runs"]


async def test_what_nobody_was_seen_to_do_in_time_is_overdue_and_not_still_to_come() -> None:
    third = DAY.runs[2]
    hours = [third.begins + timedelta(hours=hour) for hour in range(24)]
    planned = replace(third, state=RunState.PLANNED, fixes=0, started_at=None)
    for now in (third.begins - timedelta(minutes=1), *hours):
        over = "quá giờ, " if now > third.ends else ""
        ahead = now < third.begins
        seen = "chờ xe từ 12:10" if now == third.begins else f"{over}chưa thấy xe"
        assert run_word(planned, now).vi == ("chưa tới giờ" if ahead else seen)
        came, heard = replace(planned, fixes=410, as_of=now), replace(third, as_of=now)
        assert run_word(came, now).vi == ("chưa tới giờ" if ahead else f"{over}chưa thấy thu")
        for street in third.streets:
            told = street_word(heard, street, now).vi
            late = street.state is StreetState.DUE and now > third.over_at(street)
            waits = "chưa tới giờ" if street.begins > now else "đến giờ, chưa thấy xe"
            word = waits if street.state is StreetState.DUE else STATE_WORDS[street.state].vi
            assert told == ("quá giờ, chưa thấy xe" if late else word)
    # At 14:05 the last streets of the running run are ahead; an hour later they are not.
    assert "chưa tới giờ" in await _words(made.normal(), run="mau-03", day="2026-11-23")
    still = _with(replace(DAY, runs=(replace(third, as_of=third.ends + timedelta(hours=1)),)))
    data = await load(made.services(still), SCREEN, "vi", {"run": "mau-03"}, NOW)
    later = " ".join(_text(part) for part in SCREEN.regions["more"](replace(data, now=third.ends + timedelta(hours=1))))
    streets = later[later.index("Từng đường") :]
    due = [one for one in third.streets if one.state is StreetState.DUE]
    assert streets.count("quá giờ, chưa thấy xe") == len(due)
    assert "dự kiến" not in streets, "a forecast that has passed promises nothing"


async def test_a_run_whose_tracker_is_silent_is_neither_on_time_nor_collecting() -> None:
    heard = NOW - timedelta(minutes=25)
    silent = replace(DAY.runs[2], as_of=heard)
    assert run_word(DAY.runs[2], NOW).vi == "đang thu"
    assert run_word(silent, NOW).vi == "mất tín hiệu từ 13:40"
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    assert delay_words(data, DAY.runs[2])
    assert delay_words(data, silent) == ""
    head = (await _regions(_with(replace(DAY, runs=(silent,))), run=silent.route, day=DAY.day.isoformat()))["head"]
    assert "mất tín hiệu từ 13:40" in head
    assert not re.search(r"đang thu|đúng giờ|trễ \d|sớm \d", head)
    over = replace(silent, ends=NOW - timedelta(minutes=20))
    assert state_words(data, over) == "quá giờ 20 phút, mất tín hiệu từ 13:40"
    head = (await _regions(_with(replace(DAY, runs=(over,))), run=over.route, day=DAY.day.isoformat()))["head"]
    assert head.count("mất tín hiệu") == 1


async def test_a_run_without_an_hour_in_the_plan_is_never_overdue() -> None:
    untimed = replace(
        DAY.runs[0], state=RunState.PLANNED, begins=None, ends=None, started_at=None, closed_at=None, fixes=0,
        assignments=(), as_of=None,
    )  # fmt: skip
    pages = await _regions(_with(replace(DAY, runs=(untimed,))))
    assert "chưa thấy xe" in pages["runs"]
    assert not re.search(r"quá giờ|▲|00:00|—", pages["runs"])
    assert "Hỏi đơn vị thu gom" not in pages["actions"]
    head = (await _regions(_with(replace(DAY, runs=(untimed,))), run=untimed.route, day=DAY.day.isoformat()))["head"]
    assert "chưa thấy xe · kế hoạch không ghi giờ" in head
    assert run_word(replace(untimed, state=RunState.CLOSED), NOW).vi == "đã kết thúc", "others collected its streets"
    nothing = tuple(replace(one, state=StreetState.UNKNOWN) for one in untimed.streets)
    closed = replace(untimed, state=RunState.CLOSED, streets=nothing)
    assert run_word(closed, NOW).vi == "hết giờ, không thấy xe"
    assert run_word(replace(closed, assignments=DAY.runs[0].assignments), NOW).vi == "hết giờ, không thấy thu"


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({StreetState.SERVED: 7, StreetState.MISSED: 3}, "thu 7/10 đường"),
        ({StreetState.MISSED: 1, StreetState.UNKNOWN: 9}, "thu 0/10 đường, 9 chưa xác minh được"),
        ({StreetState.UNKNOWN: 10}, "chưa xác minh được 10 đường"),
    ],
)
async def test_a_closed_run_says_of_how_many_streets_nobody_knows(
    states: Mapping[StreetState, int], words: str
) -> None:
    first = DAY.runs[0]
    streets = [replace(first.streets[0], state=state) for state, count in states.items() for _ in range(count)]
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    assert state_words(data, replace(first, streets=tuple(streets))) == words


async def test_a_street_missed_in_part_is_counted_apart_from_those_that_were_missed() -> None:
    first = DAY.runs[0]
    part = stretch(StreetState.MISSED, Because.NOT_DRIVEN, 0.0, 40.0)
    served = replace(first.streets[0], stretches=(*first.streets[0].stretches, part))
    world = _with(replace(DAY, runs=(replace(first, streets=(served, *first.streets[1:])),)))
    text = await _fold(world, "Đường cần kiểm tra", "Thiết bị định vị")
    assert "Đường cần kiểm tra 1 bỏ sót" in text
    assert "Bỏ sót 1 đường · 1 đường chỉ một đoạn · 1,0 km" in text
    assert f"một đoạn của {round(served.due_m)} m" in text
    todo = (await _regions(world))["actions"]
    assert "bỏ sót 1 đường, 1,0 km" in todo, "not the metres of other streets"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"as_of": None, "fixes": 0}, "chưa biết có sự kiện nào không"),
        ({"ignition_known": False}, "chưa biết có nổ máy tại chỗ không"),
        ({"ignition_known": True}, "Cũng chưa ghi nhận lần nổ máy tại chỗ nào."),
    ],
)
async def test_nothing_seen_is_said_only_of_what_could_be_seen(changed: dict[str, Any], words: str) -> None:
    quiet = replace(DAY.vehicles[0], events=(), **changed)
    # No run knows more of the vehicle than its day: that one would wait to be worked out.
    text = await _fold(_with(replace(DAY, runs=(), vehicles=(quiet,))), "Sự kiện khi chạy", "Từng xe")
    assert words in text
    assert "Không có xe nào" not in text


async def test_tickets_nobody_can_compare_are_not_said_to_match_no_visit() -> None:
    one = replace(DAY.vehicles[0], visits=(), tickets_without_visit=("06:10:00",), tickets_unheard=("07:27:46",))
    text = await _fold(_with(replace(DAY, vehicles=(one,))), "Nhà máy và phiếu cân", "Sự kiện khi chạy")
    assert "không khớp lượt vào nào: LA-001 06:10:00 " in f"{text} "
    assert "chưa đối chiếu được vì không có tín hiệu của xe: LA-001 07:27:46" in text
    assert "0/0" not in text
    many = replace(DAY.vehicles[0], visits=DAY.vehicles[0].visits * 23)
    text = await _fold(_with(replace(DAY, vehicles=(many,))), "Nhà máy và phiếu cân", "Sự kiện khi chạy")
    assert "và 3 lượt trước đó" in text


async def test_a_stay_whose_end_a_silence_hides_has_no_end() -> None:
    one = DAY.vehicles[0]
    hidden = replace(one.visits[0], left_by=one.visits[0].left_at + timedelta(minutes=7))
    for visit, words in ((one.visits[0], "13:35–13:52 "), (hidden, "13:35–? · mất tín hiệu 13:52–13:59 ")):
        text = await _fold(_with(replace(DAY, vehicles=(replace(one, visits=(visit,)),))), "Nhà máy và", "Sự kiện")
        assert words in text


async def test_what_nobody_knows_is_not_so_likely_to_be_right() -> None:
    for run in DAY.runs:
        data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
        for street in run.streets:
            told = "độ khớp" in _text(evidence(data, run, street.stretches[:1])[0])
            assert told == (street.state not in (StreetState.DUE, StreetState.UNKNOWN))


async def test_what_happens_at_an_instant_has_one_time_and_no_duration() -> None:
    one = DAY.vehicles[0]
    left = replace(one.events[0], kind=EventKind.LOADED_DEPARTURE, until=one.events[0].since, value=0.0)
    text = await _words(_with(replace(DAY, vehicles=(replace(one, events=(left,)),))), vehicle=one.vehicle)
    row = text[text.index("rời bãi khi chưa đổ rác") :].split()
    assert row[6] == "12:40"
    assert "giây" not in " ".join(row[6:10])
    assert span(NOW, NOW + timedelta(days=1)) == "14:05–14:05", "a day is no instant"


@pytest.mark.parametrize(
    "query", [{"run": "mau-99"}, {"run": "mau-01", "number": "x"}, {"run": "mau-01", "day": "2026-01-01"}]
)
async def test_a_run_that_is_not_there_leads_back(query: Mapping[str, str]) -> None:
    assert "Không có chuyến này trong ngày." in await _words(made.normal(), **query)


async def test_a_vehicle_that_is_not_there_says_so_and_a_known_one_tells_its_day() -> None:
    assert "Chưa có đánh giá nào về xe này" in await _words(made.normal(), vehicle="LA-099")
    known = await _words(made.normal(), vehicle="LA-001")
    assert "chạy 42,0 km" in known
    assert "vị trí cuối lúc 14:05" in known, "a day's sums do not say that it fell silent"


async def test_trackers_fall_out_step_by_step_with_their_cause() -> None:
    text = await _words(made.normal())
    steps = re.findall(r"\d+/\d+", text[text.index("Tình trạng thiết bị định vị") : text.index("Nhà máy, sự kiện")])
    assert steps[:4] == ["4/4", "3/4", "2/3", "1/2"]
    assert "gửi dồn sau nhiều phút" in text
    assert "LA-030" in text


@pytest.mark.parametrize(("day", "complete"), [(DAY.day, "1/2"), (DAY.day - timedelta(days=1), "2/2")])
async def test_a_tracker_that_is_silent_now_does_not_send_all(day: date, complete: str) -> None:
    first, *_ = DAY.vehicles
    fell_silent = replace(first, vehicle="LA-002", as_of=NOW - timedelta(minutes=25))
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    one = Alarm(
        id=f"{SILENT_ALARM}LA-002", priority=Priority.HIGH, what=Text("", ""), where=Text("", ""), since=NOW,
        response=Text("", ""), feed="waste_trucks", vehicle="LA-002",
    )  # fmt: skip
    data.answers.put(ALARMS, [one])
    data.answers.put(FLEET, {})
    text = _text(tracker_steps(data, replace(DAY, day=day, runs=(), vehicles=(first, fell_silent))))
    assert f"Gửi đầy đủ {complete}" in text
    assert ("LA-002 mất tín hiệu từ 13:40" in text) == (day == DAY.day)


async def test_a_tracker_that_fell_silent_on_a_run_has_not_sent_all_when_its_duty_is_over() -> None:
    first, *_ = DAY.vehicles
    run = next(one for one in DAY.runs if one.state is RunState.CLOSED and one.vehicles and one.ends)
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    data.answers.put(ALARMS, [])
    data.answers.put(FLEET, {})
    for before_end, complete in ((25, "0/1"), (-5, "1/1")):
        heard = replace(first, vehicle=run.vehicles[0], as_of=run.ends - timedelta(minutes=before_end))
        text = _text(tracker_steps(data, replace(DAY, runs=(run,), vehicles=(heard,))))
        assert f"Gửi đầy đủ {complete}" in text
    served = replace(run, streets=tuple(replace(one, state=StreetState.SERVED) for one in run.streets))
    early = replace(first, vehicle=run.vehicles[0], as_of=run.ends - timedelta(minutes=25))
    assert "Gửi đầy đủ 1/1" in _text(tracker_steps(data, replace(DAY, runs=(served,), vehicles=(early,))))


async def test_of_a_stretch_that_a_truck_drove_in_part_nobody_says_that_none_came() -> None:
    run = next(one for one in DAY.runs if one.count(StreetState.MISSED))
    street = next(one for one in run.streets if one.state is StreetState.MISSED)
    part = replace(street, stretches=tuple(replace(one, share=0.63, confidence=0.37) for one in street.stretches))
    text = await _words(_with(replace(DAY, runs=(replace(run, streets=(part,)),))))
    assert "xe chỉ chạy 63% chiều dài này" in text
    assert "xe không tới" not in text
    assert "độ khớp 37%" not in text


async def test_a_silent_vehicle_on_duty_is_named_with_its_cause_and_one_off_duty_is_not_counted() -> None:
    silent = replace(
        DAY.vehicles[0], vehicle="LA-030", as_of=None, fixes=0, distance_m=None, moving_s=None, events=(), visits=(),
        loads=0, net_kg=None, cause=Cause.NO_POWER, on_duty=True,
    )  # fmt: skip
    resting = replace(silent, vehicle="LA-031", cause=None, on_duty=False)
    world = _with(replace(DAY, vehicles=(*DAY.vehicles, silent, resting)))
    text = await _words(world)
    steps = re.findall(r"\d+/\d+", text[text.index("Tình trạng thiết bị định vị") : text.index("Nhà máy, sự kiện")])
    assert steps[:4] == ["4/4", "3/4", "2/3", "1/2"]
    assert "không gửi gì: có thể mất nguồn hoặc hỏng thiết bị" in text, "a guess is not said as a fact"
    assert "Chưa tính 1 xe: chưa vào ca, mới vào ca" in text
    one = await _words(world, vehicle="LA-030")
    assert "Không có vị trí nào của xe trong ngày." in one
    assert "chạy 0 m" not in one


async def test_nobody_asks_for_a_ticket_at_a_depot() -> None:
    one = DAY.vehicles[0]
    parked = replace(one.visits[0], facility="Bãi A", kind=FacilityKind.DEPOT, ticket="", net_kg=None)
    world = _with(replace(DAY, vehicles=(replace(one, visits=(*one.visits, parked)),)))
    text = await _words(world)
    assert "1/1 lượt vào khớp phiếu cân" in text
    assert "Bãi A" not in text
    alone = await _words(world, vehicle=one.vehicle)
    assert "Bãi A" in alone
    assert "chưa có phiếu" not in alone
    below = alone[alone.index("Sự kiện khi chạy") : alone.index("Tải hành trình xe")]
    assert one.vehicle not in below, "the page is of this vehicle: its rows need not name it"
    assert one.vehicle in text[text.index("Nhà máy và phiếu cân") :]


async def test_loads_of_a_silent_vehicle_say_nothing_about_kilograms_a_kilometre() -> None:
    for unheard, rate in (((), "88 kg/km"), (("P-9",), "— kg/km")):
        one = replace(DAY.vehicles[0], net_kg=4_200.0, distance_m=48_000.0, tickets_unheard=unheard)
        assert f"4,2 tấn · {rate}" in await _words(_with(replace(DAY, vehicles=(one,))), vehicle=one.vehicle)


def test_a_lane_has_plan_and_actual_and_a_gap_is_its_own_bar() -> None:
    _one, second, third = DAY.runs
    kinds = {tuple(bar.split()[:2]) for bar in bars(second)}
    assert {("plan", "unknown"), ("real", "gap"), ("real", "served"), ("plan", "missed")} <= kinds
    assert ("real", "missed") not in kinds
    assert ("real", "eta") in {tuple(bar.split()[:2]) for bar in bars(third)}


async def test_a_dispatchers_word_is_recorded_or_refused_in_words() -> None:
    services = made.services(made.normal())
    query = {"run": "mau-03", "day": "2026-11-23"}
    assert "Đã lưu" in _text(await said(services, WORD, query, NOW, NOBODY))
    (given,) = services.runs.said
    assert (given.vehicle, given.route, given.since.hour) == ("LA-030", "mau-03", 5)
    for changed in ({"vehicle": "LA-999"}, {"since": "mai"}, {"by": ""}):
        assert "Đã lưu" not in _text(await said(services, WORD | changed, query, NOW, NOBODY))
    assert len(services.runs.said) == 1


async def test_a_shift_after_midnight_ends_on_the_next_day() -> None:
    services = made.services(made.normal())
    await said(
        services, WORD | {"since": "22:00", "until": "1:30"}, {"run": "mau-03", "day": "2026-11-23"}, NOW, NOBODY
    )
    (given,) = services.runs.said
    assert given.until - given.since == timedelta(hours=3.5)


def test_every_state_has_a_mark_of_its_own() -> None:
    styles = (Path(__file__).parents[2] / "assets" / "styles" / "56-runs.css").read_text("utf-8")
    told = {state: re.search(rf"\.ioc-mark--{state} {{(.*?)}}", styles) for state in StreetState}
    assert None not in told.values()
    assert len({found.group(1) for found in told.values() if found}) == len(StreetState)


async def test_a_run_is_late_as_its_next_street_and_ends_late_as_its_last() -> None:
    third = DAY.runs[2]
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    late = re.fullmatch(r"(trễ|sớm) (\d+) phút", delay_words(data, third))
    ends = re.match(r"dự kiến xong (\d+):(\d+)", ends_words(data, third))
    assert None not in (late, ends), (delay_words(data, third), ends_words(data, third))
    due = [one for one in third.streets if one.expected and one.expected.at >= NOW]
    minutes = int(late[2]) if late[1] == "trễ" else -int(late[2])
    assert abs(due[0].expected.at - due[0].begins - timedelta(minutes=minutes)) <= timedelta(minutes=0.5)
    end = due[-1].ends + (due[-1].expected.at - due[-1].begins)
    assert (int(ends[1]), int(ends[2])) == (end.astimezone(VIETNAM).hour, end.astimezone(VIETNAM).minute)


def test_a_run_without_planned_times_has_a_lane_all_the_same() -> None:
    first = DAY.runs[0]
    untimed = replace(first, streets=tuple(replace(one, begins=None, ends=None) for one in first.streets))
    assert {bar.split()[0] for bar in bars(untimed)} == {"real"}
    assert bars(replace(untimed, streets=(), gaps=())) == []


async def test_what_the_wall_sends_one_here_for_is_found_here() -> None:
    kpi = next(kpi for kpi in made.KPIS.values() if kpi.feed == "waste_routes" and kpi.on_wall)
    bad = made.result(kpi, PROVINCE, 50.0, status=Status.WARNING)
    results = [one for one in made.normal().results if (one.key, one.place) != (kpi.key, PROVINCE)]
    data = await load(made.services(replace(made.normal(), results=[*results, bad])), SCREEN, "vi", {}, NOW)
    (todo,) = SCREEN.regions["actions"](data)
    assert kpi.names.vi in _text(todo)


async def test_what_needs_an_action_here_is_what_the_wall_counts_for_this_area() -> None:
    ward, blind = made.KPIS["waste_vehicles_supplying"], made.KPIS["waste_missed"]
    changed = {
        (ward.key, PROVINCE): made.result(ward, PROVINCE, 98.0),
        (ward.key, "27694"): made.result(ward, "27694", 60.0, status=Status.CRITICAL),
        (blind.key, PROVINCE): replace(made.result(blind, PROVINCE, 0.0, status=Status.NO_DATA), value=None),
    }
    results = [changed.pop((one.key, one.place), one) for one in made.normal().results] + [*changed.values()]
    services = made.services(replace(made.normal(), results=results))
    wall = await load(services, WALL, "vi", {}, NOW)
    mine = [one for one in wall.get(ALARMS) if one.feed in AREA.feeds]
    assert {f"kpi:{ward.key}:places", f"kpi:{blind.key}"} <= {one.id for one in mine}
    (todo,) = SCREEN.regions["actions"](await load(services, SCREEN, "vi", {}, NOW))
    text = _text(todo)
    assert [one.what.vi for one in mine if one.what.vi not in text] == []
    assert text.startswith(f"Việc cần làm {len(mine)} cảnh báo")
