"""What the runs of a day ask a dispatcher to do, and what they do not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import collection_day
import screen_fixtures as made
from run_fixtures import stretch

from callbacks.parts.load import load
from domain.kpis.alarm import Priority
from domain.waste.run import Because, Expected, RunResult, RunState, StreetResult, StreetState
from domain.waste.service_day import ServiceDay
from layouts.parts.screen import ScreenData
from layouts.rounds.day_actions import task_items
from layouts.rounds.run_tasks import Task, run_tasks
from layouts.waste import SCREEN

NOW, DAY = collection_day.NOW, collection_day.service_day()
FIRST, SECOND, RUNNING = DAY.runs


async def _data() -> ScreenData:
    return await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)


async def _tasks(*runs: RunResult, day: ServiceDay = DAY) -> dict[str, Task]:
    found = run_tasks(await _data(), replace(day, runs=runs))
    return {task.what.partition(": ")[2]: task for task in found}


def _street(state: StreetState, *pieces: tuple[StreetState, float], name: str = "Đường A") -> StreetResult:
    """A street with pieces of so many metres."""
    of, at_m = [], 0.0
    for one, length_m in pieces:
        because = Because.TOO_FAST if one is StreetState.PASSED else Because.NOT_DRIVEN
        of.append(stretch(one, because, at_m, at_m + length_m))
        at_m += length_m
    base = FIRST.streets[0]
    return replace(base, name=name, state=state, due_m=at_m, stretches=tuple(of), first_at=None, last_at=None)


def _since(street: StreetResult) -> StreetResult:
    return replace(street, stretches=tuple(replace(one, later_at=NOW) for one in street.stretches))


async def test_a_street_that_was_only_driven_through_is_asked_after_unless_it_was_collected_since() -> None:
    partly = _street(StreetState.PASSED, (StreetState.PASSED, 652), (StreetState.MISSED, 427))
    other = _street(StreetState.PASSED, (StreetState.PASSED, 300), name="Đường B")
    run = replace(FIRST, streets=(other, partly))
    (task,) = (await _tasks(run, RUNNING)).items()
    assert task[0] == "xe chạy qua 2 đường, chưa thấy thu 1,4 km"
    assert (task[1].priority, task[1].where) == (Priority.ADVISORY, "Đường A, Đường B")
    assert task[1].do == "Hỏi tài xế đã thu chưa; nếu chưa, cử xe quay lại thu."
    assert list(await _tasks(replace(run, streets=(_since(other), partly)), RUNNING)) == [
        "xe chạy qua 1 đường, chưa thấy thu 1,1 km"
    ]
    assert not await _tasks(replace(run, streets=(_since(other), _since(partly))), RUNNING)
    over = await _tasks(run, day=replace(DAY, due=1))
    assert [one.do for one in over.values()] == [
        "Hỏi tài xế đã thu chưa; nếu chưa, báo cho phường, hôm sau thu trước tiên."
    ]


async def test_a_missed_street_that_was_driven_through_in_part_is_one_task() -> None:
    partly = _street(StreetState.MISSED, (StreetState.PASSED, 300), (StreetState.MISSED, 500))
    assert list(await _tasks(replace(FIRST, streets=(partly,)), RUNNING)) == ["bỏ sót 1 đường, 500 m"]


async def test_a_run_with_two_kinds_of_causes_is_one_task() -> None:
    missed = _street(StreetState.MISSED, (StreetState.MISSED, 500))
    through = _street(StreetState.PASSED, (StreetState.PASSED, 300), name="Đường B")
    run = replace(FIRST, streets=(through, missed))
    (task,) = (await _tasks(run, RUNNING)).items()
    assert task[0] == "bỏ sót 1 đường, 500 m; xe chạy qua 1 đường, chưa thấy thu 300 m"
    assert (task[1].priority, task[1].where) == (Priority.HIGH, "Đường A · Đường B")
    assert task[1].do == "Cử xe quay lại thu, rồi báo cho phường nếu không kịp trong ngày."
    overdue = replace(RUNNING, streets=(*RUNNING.streets, through), ends=NOW - timedelta(minutes=30))
    (late,) = (await _tasks(overdue)).items()
    assert late[0] == "quá giờ 30 phút; xe chạy qua 1 đường, chưa thấy thu 300 m"
    unseen = [_unknown(number=n, name=f"Tuyến {n}") for n in (1, 2, 3)]
    unseen[0] = replace(unseen[0], streets=(missed, *unseen[0].streets))
    tasks = list(run_tasks(await _data(), replace(DAY, runs=(*unseen, RUNNING))))
    assert [task.what for task in tasks] == [
        "Tuyến 1: bỏ sót 1 đường, 500 m; không thấy xe nào chạy chuyến này", "Không thấy xe nào chạy 2 chuyến",
    ]  # fmt: skip


def _unknown(count: int = 3, **said: Any) -> RunResult:
    street = _street(StreetState.UNKNOWN, (StreetState.UNKNOWN, 300))
    unseen: dict[str, Any] = {"state": RunState.CLOSED, "streets": (street,) * count, "assignments": ()}
    return replace(FIRST, **(unseen | said))


async def test_a_run_on_which_no_truck_was_seen_is_asked_after_when_it_is_over_too() -> None:
    (task,) = (await _tasks(_unknown(), RUNNING)).items()
    assert task[0] == "không thấy xe nào chạy chuyến này"
    assert task[1].priority is Priority.HIGH
    assert task[1].where.startswith("chưa rõ xe · ")
    assert task[1].do == "Hỏi đơn vị thu gom xe nào chạy tuyến này; nếu chưa có, cử xe khác."
    crossed = _unknown(streets=(FIRST.streets[0], *_unknown().streets))
    assert list(await _tasks(crossed, RUNNING)) == [task[0]], "another truck crossed one of its streets"
    past = replace(DAY, day=DAY.day - timedelta(days=1))
    (yesterday,) = (await _tasks(_unknown(), day=past)).values()
    assert yesterday.priority is Priority.ADVISORY, "nobody can be sent any more"
    assert "hôm sau thu trước tiên" in yesterday.do


async def test_runs_on_which_no_truck_was_seen_are_one_task_with_a_link_to_each() -> None:
    runs = [_unknown(number=n, name=f"Tuyến {n}") for n in (1, 2, 3)]
    data = await _data()
    found = replace(DAY, runs=(*runs, RUNNING))
    (task,) = run_tasks(data, found)
    assert (task.what, task.priority) == ("Không thấy xe nào chạy 3 chuyến", Priority.HIGH)
    assert [name for name, _ in task.links] == ["Tuyến 1", "Tuyến 2", "Tuyến 3"]
    (item,) = task_items([task], "vi")
    told = [part for part in item.children[2].children if not isinstance(part, str)]
    assert [(link.children, link.href) for link in told] == list(task.links)


async def test_of_a_run_whose_truck_was_not_heard_its_driver_is_asked() -> None:
    silent = _unknown(assignments=FIRST.assignments)
    (task,) = (await _tasks(silent, RUNNING)).items()
    assert task[0] == "xe mất tín hiệu, chưa xác minh được đường nào"
    assert (task[1].priority, task[1].do[:11]) == (Priority.ADVISORY, "Hỏi tài xế ")
    known = replace(silent, streets=(*silent.streets, replace(FIRST.streets[0], state=StreetState.SERVED)))
    assert not await _tasks(known, RUNNING), "its other streets are in the list of those to check"


async def test_a_truck_that_comes_long_before_people_put_their_bags_out_is_something_to_do() -> None:
    begins = NOW + timedelta(minutes=36)
    base = next(one for one in RUNNING.streets if one.state is StreetState.DUE)

    def early(minutes: int, **said: Any) -> RunResult:
        at = begins - timedelta(minutes=minutes)
        expected = Expected(at=at, low=at, high=at)
        return replace(RUNNING, streets=(replace(base, begins=begins, ends=None, expected=expected),), **said)

    (task,) = (await _tasks(early(26))).items()
    assert (task[0], task[1].priority) == ("sớm 26 phút", Priority.ADVISORY)
    assert task[1].do == "Báo tài xế chờ đúng giờ, hoặc báo cho phường: xe đến sớm."
    assert not await _tasks(early(14)), "as early as a late one is late that nobody is called for"
    assert not await _tasks(early(26, as_of=NOW - timedelta(minutes=20))), "of a silent one nobody knows"
