"""The day on the waste page: what to do, runs around now, figures in a fold; nothing left out, nothing said twice."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import collection_day
import pytest
import screen_fixtures as made

from areas.waste import AREA
from callbacks.parts.load import load
from domain.instant import to_ms
from domain.kpis.kpi import Status
from domain.places.place import PROVINCE
from domain.text import Language
from domain.waste.run import Because, RunResult, RunState, StreetResult, StreetState, Stretch
from domain.waste.service_day import ServiceDay
from layouts.data import SCREEN as DATA
from layouts.parts.screen import Screen, ScreenData
from layouts.rounds.day_head import newest_fix
from layouts.rounds.vehicle_day import vehicle_page
from layouts.wall import SCREEN as WALL
from layouts.waste import SCREEN
from queries.maps.stretches import STRETCHES

NOW, DAY = collection_day.NOW, collection_day.service_day()
FIRST, _, RUNNING = DAY.runs
STYLES = Path(__file__).parents[2] / "assets"


def _elements(part: Any) -> Iterator[Any]:
    children = getattr(part, "children", None)
    for one in children if isinstance(children, list | tuple) else [children]:
        if one is not None and not isinstance(one, str | int | float):
            yield one
            yield from _elements(one)


def _text(part: Any) -> str:
    if part is None or isinstance(part, str | int | float):
        return str(part or "")
    inside = part.children if isinstance(part.children, list | tuple) else [part.children]
    return " ".join(_text(one) for one in inside)


async def _data(found: ServiceDay = DAY, screen: Screen = SCREEN, **changes: Any) -> ScreenData:
    reading = replace(made.normal(), collected=found, **changes)
    return await load(made.services(reading), screen, "vi", {"day": found.day.isoformat()}, NOW)


@pytest.mark.parametrize(("language", "said"), [("vi", "vị trí mới nhất cách đây T"), ("en", "latest position T ago")])
async def test_how_old_the_newest_position_is_reads_as_a_sentence(language: Language, said: str) -> None:
    data = replace(await _data(), language=language)
    words = [part if isinstance(part, str) else "T" if part._type == "Time" else part.children
             for part in newest_fix(data, DAY.runs).children]  # fmt: skip
    assert "".join(words) == said


async def _region(name: str, found: ServiceDay = DAY) -> list[Any]:
    """The parts of a region and all elements within."""
    data = await _data(found)
    return [one for part in SCREEN.regions[name](data) for one in (part, *_elements(part))]


def _with(*runs: RunResult) -> ServiceDay:
    return replace(DAY, runs=runs)


def _later(hours: float, **said: Any) -> RunResult:
    begins = NOW + timedelta(hours=hours)
    unseen = {"assignments": (), "gaps": (), "fixes": 0, "as_of": None}
    planned = {"state": RunState.PLANNED, "started_at": None, "closed_at": None, **unseen}
    ends = begins + timedelta(hours=1)
    return replace(FIRST, **(planned | {"begins": begins, "ends": ends, "streets": ()} | said))


async def test_a_day_that_is_over_says_when_the_next_begins() -> None:
    over = _with(*(replace(run, state=RunState.CLOSED) for run in DAY.runs))
    before = replace(over, next_day=made.NOW + timedelta(hours=15))
    for found, said in ((before, "ngày mai tuyến đầu tiên bắt đầu 05:05"), (over, "hôm nay không còn tuyến nào")):
        wall = " ".join(_text(part) for part in WALL.regions["runs"](await _data(found, WALL)))
        assert said in wall
        assert said in " ".join(_text(part) for part in await _region("runs", found))


async def test_every_run_of_the_day_is_listed_once_and_what_is_far_from_now_is_folded() -> None:
    far = _later(5, route="mau-77", name="Tuyến mẫu 77")
    found = await _region("runs", _with(*DAY.runs, far))
    links = [one.href for one in found if getattr(one, "href", None)]
    assert sorted(re.findall(r"run=([\w-]+)", " ".join(links))) == ["mau-01", "mau-02", "mau-03", "mau-77"]
    folds = {_text(one.children[0]): _text(one) for one in found if type(one).__name__ == "Details"}
    assert set(folds) == {"2 đã kết thúc", "1 chưa tới"}
    assert "Tuyến mẫu 77" in folds["1 chưa tới"]
    assert not any(RUNNING.name in text for text in folds.values())


async def test_an_overdue_run_has_a_mark_of_its_own_and_is_something_to_do() -> None:
    over = replace(RUNNING, ends=NOW - timedelta(minutes=20))
    rows = [one for one in await _region("runs", _with(over)) if "overdue" in str(getattr(one, "className", ""))]
    assert [_text(row).strip()[0] for row in rows] == ["▲"]
    todo = " ".join(_text(one) for one in (await _region("actions", _with(over)))[:1])
    assert f"{over.name}: quá giờ 20 phút" in todo
    assert "LA-003" in todo
    served = replace(over, streets=tuple(replace(one, state=StreetState.SERVED) for one in over.streets))
    for fine in (RUNNING, served):
        calm = " ".join(_text(one) for one in (await _region("actions", _with(fine)))[:1])
        assert "quá giờ" not in calm, "nothing of it is late"


async def test_a_run_that_has_not_begun_is_something_to_do_only_when_it_should_have() -> None:
    late, soon = _later(-0.5), _later(0.5)
    assert f"{late.name}: chưa thấy xe" in _text((await _region("actions", _with(late)))[0])
    assert "chưa thấy xe" not in _text((await _region("actions", _with(soon)))[0])
    assert "chưa bắt đầu" not in _text((await _region("actions", _with(late)))[0]), "its tracker may be dead"
    missed_its_window = _text((await _region("actions", _with(_later(-3))))[0])
    assert "quá giờ, chưa thấy xe" in missed_its_window
    assert "Hỏi đơn vị thu gom xe nào chạy tuyến này" in missed_its_window, "there is no driver to call"
    assert "Gọi tài xế" not in missed_its_window


async def test_the_days_runs_are_counted_in_the_words_of_their_rows() -> None:
    lost = _later(-0.5, fixes=40, as_of=NOW - timedelta(seconds=30))
    late = [_later(-0.5), lost, _later(-3), replace(RUNNING, ends=NOW - timedelta(minutes=20))]
    ahead = [_later(0.5, number=n) for n in range(9)]
    wall = " ".join(_text(part) for part in WALL.regions["runs"](await _data(_with(*late, *ahead), WALL)))
    said = "2 quá giờ · 1 chưa thấy xe · 1 chưa thấy thu · 0 đang chạy · 0/13 đã kết thúc"
    assert said in wall, "in one line"
    assert "và 4 tuyến khác" in wall, "not after 'finished', where a bare 'còn 4 tuyến' reads as still to be done"
    just_over = replace(_later(-0.5), ends=NOW - timedelta(minutes=1))
    wall = " ".join(_text(part) for part in WALL.regions["runs"](await _data(_with(just_over), WALL)))
    assert "1 quá giờ · 0 đang chạy" in wall
    assert "quá giờ, chưa thấy xe" in wall


async def test_a_run_whose_hour_has_come_is_awaited_and_does_not_read_as_begun() -> None:
    come, ahead = _later(-0.1), _later(0.5)
    assert "chờ xe từ 13:59" in _text((await _region("runs", _with(come)))[0])
    assert "bắt đầu" not in _text((await _region("runs", _with(come)))[0])
    assert "bắt đầu" in _text((await _region("runs", _with(ahead)))[0])


async def test_a_bar_of_a_truck_that_began_early_begins_on_the_axis() -> None:
    early = replace(RUNNING, started_at=min(RUNNING.begins, NOW - timedelta(hours=1)) - timedelta(hours=2))
    lanes = [one for one in await _region("runs", _with(early)) if getattr(one, "data-part", None) == "lane"]
    begins = [int(bar.split()[2]) for one in lanes for bar in getattr(one, "data-bars").split("|")]
    assert begins
    assert min(begins) == int(getattr(lanes[0], "data-from")) == to_ms(early.started_at)


async def test_every_task_is_told_on_a_low_screen_too() -> None:
    over = [replace(RUNNING, number=n, name=f"Tuyến {n}", ends=NOW - timedelta(minutes=20)) for n in range(8)]
    found = (await _region("actions", _with(*over)))[1:]
    lists = [
        one for one in found if getattr(one, "className", "").startswith("ioc-todo") and type(one).__name__ == "Ul"
    ]
    shown, low, rest = [[_text(one.children[1]) for one in ul.children] for ul in lists]
    assert (len(shown), len(low)) == (3, 3)
    every = [*shown, *low, *rest]
    assert len(every) == len(set(every)), "each task stands on the page once"
    said = [_text(one) for one in found if type(one).__name__ == "Summary"]
    assert said == [f"còn {len(every) - 3} việc", f"còn {len(every) - 6} việc"]


async def test_missed_streets_are_one_task_a_run_with_a_link() -> None:
    found = await _region("actions")
    links = {_text(one): one.href for one in found if getattr(one, "href", None)}
    missed = {text: href for text, href in links.items() if "bỏ sót" in text}
    assert [text.split(":")[0] for text in missed] == ["Tuyến mẫu 02", "Tuyến mẫu 01"]
    assert all("bỏ sót 1 đường" in text for text in missed)
    assert "run=mau-02" in missed[next(iter(missed))]
    assert _text(found[0]).count("Cử xe quay lại thu") == 1


async def test_nobody_is_to_be_sent_back_once_the_last_run_is_over() -> None:
    over = tuple(replace(run, state=RunState.CLOSED) for run in DAY.runs)
    past = replace(DAY, day=DAY.day - timedelta(days=1))
    for found, is_over in ((DAY, False), (_with(*over), True), (replace(DAY, runs=over, due=4), False), (past, True)):
        text = _text((await _region("actions", found))[0])
        assert ("Trong ngày không còn chuyến nào: báo cho phường, hôm sau thu các đường này trước" in text) is is_over
        assert ("Cử xe quay lại" in text) is not is_over


async def test_the_wall_tells_the_streets_that_were_missed_as_the_waste_page_does() -> None:
    on_page = [one for one in await _region("actions") if getattr(one, "href", None) and "bỏ sót" in _text(one)]
    wall = [one for part in WALL.regions["missed"](await _data(screen=WALL)) for one in (part, *_elements(part))]
    told = [_text(one).partition(";")[0] for one in on_page]
    assert [_text(one) for one in wall if getattr(one, "href", None)][1:] == told, "the page says the rest with it"
    assert "2 đường" in _text(wall[0]), "so many as the counts beside the streets say"
    clean = replace(FIRST, streets=())
    assert WALL.regions["missed"](await _data(_with(clean), screen=WALL)) == [], "nothing missed, nothing said"


async def test_nobody_is_sent_to_a_street_that_another_run_collected_since() -> None:
    def since(street: StreetResult) -> StreetResult:
        later = NOW - timedelta(minutes=30)
        pieces = (replace(one, later_at=later) if one.state is StreetState.MISSED else one for one in street.stretches)
        return replace(street, stretches=tuple(pieces))

    found = _with(*(replace(run, streets=tuple(map(since, run.streets))) for run in DAY.runs))
    assert "bỏ sót 1 đường" not in _text((await _region("actions", found))[0])
    assert WALL.regions["missed"](await _data(found, screen=WALL)) == []
    assert "được thu sau đó, lúc 13:35" in " ".join(_text(one) for one in await _region("more", found))


async def test_a_day_that_is_over_asks_for_its_missed_streets_only() -> None:
    yesterday = _with(replace(FIRST, state=RunState.RUNNING, ends=NOW - timedelta(hours=20)))
    text = _text((await _region("actions", replace(yesterday, day=DAY.day - timedelta(days=1))))[0])
    assert "bỏ sót" in text
    assert "quá giờ" not in text
    assert text.startswith("Việc cần làm 0 cảnh báo")


async def test_how_much_is_collected_is_one_share_on_every_screen() -> None:
    data = await _data()
    head = [one for part in SCREEN.regions["head"](data) for one in (part, *_elements(part))]
    wall = list(_elements(WALL.layout(await _data(screen=WALL))))

    def shares(found: list[Any]) -> list[str]:
        cards = [one for one in found if getattr(one, "data-kpi", None) == "waste_coverage"]
        return [_text(one) for card in cards for one in _elements(card) if getattr(one, "data-part", None) == "value"]

    assert len(shares(head)) == 1
    assert shares(head) == shares(wall)
    (legend,) = [_text(one) for one in head if getattr(one, "className", None) == "ioc-states"]
    assert "đã thu" in legend
    assert "%" not in legend, "another denominator than the card's"


async def test_a_figure_that_nothing_happened_for_has_no_row_and_is_named_once() -> None:
    kpi = made.KPIS["waste_missed"]
    none = replace(made.result(kpi, PROVINCE, 0.0, status=Status.NOT_APPLICABLE), value=None)
    results = [one for one in made.normal().results if (one.key, one.place) != (kpi.key, PROVINCE)]
    data = await _data(results=[*results, none])
    found = [one for part in SCREEN.regions["more"](data) for one in _elements(part)]
    rows = {getattr(one, "data-kpi", None) for one in found if type(one).__name__ == "Tr"}
    assert kpi.key not in rows
    assert {"waste_coverage", "waste_vehicles_supplying"} <= rows
    (note,) = [_text(one) for one in found if _text(one).startswith("Chưa phát sinh")]
    assert kpi.short.vi in note


async def test_a_correction_is_told_in_words_and_not_by_its_codes() -> None:
    found = " ".join(_text(one) for one in await _region("more"))
    assert "có thêm vị trí xe: trước LA-005 900 m/2,4 km (2 đã thu, 1 chưa xác minh được); nay LA-002, LA-005" in found
    assert "late fixes" not in found
    assert "Tuyến mẫu 02" in found


async def test_look_ups_of_residents_are_figures_of_the_data_page() -> None:
    data = await _data()
    shown = {getattr(one, "data-kpi", None) for r in SCREEN.regions.values() for p in r(data) for one in _elements(p)}
    mine = {key for key, kpi in made.KPIS.items() if kpi.feed in AREA.on_data}
    assert mine
    assert not mine & shown
    there = DATA.regions["look-ups"](await _data(screen=DATA))
    assert mine == {getattr(one, "data-kpi", None) for part in there for one in _elements(part)} - {None}


async def test_the_head_answers_each_question_once() -> None:
    found = await _region("head")
    (bar,) = [one for one in found if getattr(one, "data-shares", None)]
    assert sum(float(one.split()[1]) for one in getattr(bar, "data-shares").split("|")) == pytest.approx(1, abs=1e-3)
    cards = [getattr(one, "data-kpi", None) for one in found if hasattr(one, "data-kpi")]
    assert "waste_vehicles_supplying" in cards
    assert len(cards) == len(set(cards)) <= 5
    assert {made.KPIS[key].feed for key in cards} <= set(AREA.shown_feeds)
    assert len([one for one in found if type(one).__name__ == "H1"]) == 1


async def test_a_runs_map_knows_its_streets_only() -> None:
    query = {"run": "mau-02", "number": "1", "day": DAY.day.isoformat()}
    data = await load(made.services(made.normal()), SCREEN, "vi", query, NOW)
    assert {one.run.route for one in data.get(STRETCHES)} <= {"mau-02"}
    (shown,) = [one for one in _elements(SCREEN.layout(data)) if getattr(one, "id", None) == "map"]
    assert getattr(shown, "data-only") == "mau-02#1"
    day = await _data()
    (every,) = [one for one in _elements(SCREEN.layout(day)) if getattr(one, "id", None) == "map"]
    assert not hasattr(every, "data-only")


def test_missed_streets_are_drawn_last_and_those_nobody_knows_below_collected_ones() -> None:
    script = (STYLES / "scripts" / "map" / "57-map-runs.js").read_text("utf-8")
    looks = script[script.index("function looks()") : script.index("function byAge()")]
    order = [kind for kind in re.findall(r"^      (\w+): {", looks, re.MULTILINE) if kind in set(StreetState)]
    assert order == ["due", "unknown", "served", "passed", "missed"]


@pytest.mark.parametrize("share", [0.4, 0.0])
async def test_a_truck_on_its_first_long_street_is_at_work_and_nobody_calls_its_driver(share: float) -> None:
    came = NOW - timedelta(minutes=28)
    part = Stretch(from_m=0, to_m=3_500, state=StreetState.DUE, because=Because.NOT_YET, share=share)
    street = replace(
        RUNNING.streets[0], state=StreetState.DUE, due_m=3_500.0, stretches=(part,), begins=came, ends=None,
        first_at=None, last_at=None, passed_at=came, expected=None,
    )  # fmt: skip
    begun = replace(
        RUNNING, state=RunState.PLANNED, streets=(street,), started_at=None, begins=came,
        ends=NOW + timedelta(hours=3), as_of=NOW - timedelta(seconds=40),
    )  # fmt: skip
    data = await _data(_with(begun))
    said = {name: " ".join(_text(one) for one in SCREEN.regions[name](data)) for name in ("actions", "runs")}
    page = replace(data, query={"run": begun.route, "day": begun.day.isoformat()})
    streets = " ".join(_text(one) for one in SCREEN.regions["more"](page))
    if share:
        assert begun.name not in said["actions"]
        assert "xe đã tới" in said["runs"]
        assert "1 đang chạy" in said["runs"]
        assert "quá giờ" not in said["runs"] + streets
        assert "xe đang ở đường này" in streets
        assert "xe mới chạy 40% chiều dài này, chuyến chưa kết thúc" in streets
    else:
        assert f"{begun.name}: chưa thấy thu" in said["actions"]
        assert "quá giờ, xe đã tới, chưa thu" in streets


async def test_what_a_silence_hid_makes_nobody_call_the_driver_who_has_gone_on() -> None:
    silence = (NOW - timedelta(minutes=80), NOW - timedelta(minutes=73))
    part = Stretch(from_m=0, to_m=460, state=StreetState.DUE, because=Because.NOT_YET, gap=silence)
    served = replace(RUNNING.streets[0], state=StreetState.SERVED)
    hidden = replace(served, state=StreetState.DUE, due_m=460.0, stretches=(part,), first_at=None, last_at=None)
    over = replace(RUNNING, streets=(served, hidden), ends=NOW - timedelta(minutes=24))
    waits = replace(over, streets=(served, replace(hidden, stretches=(replace(part, gap=None),))))
    silent = replace(over, as_of=silence[0])
    for run, called in ((over, False), (waits, True), (silent, True)):
        data = await _data(_with(run))
        said = " ".join(_text(one) for one in SCREEN.regions["actions"](data))
        assert ("quá giờ 24 phút" in said) is called


async def test_a_vehicles_runs_stand_in_the_order_in_which_it_drove_them() -> None:
    drove = [
        replace(one, assignments=(replace(one.assignments[0], vehicle="LA-001", since=NOW - timedelta(hours=hours)),))
        for one, hours in ((RUNNING, 3), (FIRST, 5))
    ]
    data = await _data(_with(*drove))
    page = _text(vehicle_page(replace(data, query={**data.query, "vehicle": "LA-001"}))[0])
    assert page.index(FIRST.name) < page.index(RUNNING.name)


async def test_an_english_fold_of_many_figures_is_headed_by_a_plural() -> None:
    data = await load(made.services(made.normal()), SCREEN, "en", {}, made.NOW)
    text = " ".join(_text(part) for part in SCREEN.regions["more"](data))
    assert text.lstrip().startswith("Indicators ")
