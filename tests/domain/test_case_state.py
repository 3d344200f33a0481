"""How a case stands: open or ended, late by itself, and named by the newest that was said."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain import subject
from domain.case import CaseEvent, CaseType, case_key
from domain.case_state import case_states
from domain.observation import Kind
from domain.text import Text
from store.working_calendar import working_calendar

CALENDAR = working_calendar()
T0 = datetime(2026, 11, 2, 3, tzinfo=UTC)
TASK = CaseType(
    key="task", names=Text("Việc", "Tasks"), events=("given", "done"), attributes=("name", "due"), title="name",
    due="due", ends=("done",), says={"given": Text("đã giao", "given"), "done": Text("xong", "done")},
)  # fmt: skip


def told(case: str, event: str = "given", days: int = 0, **attributes: str) -> CaseEvent:
    at = T0 + timedelta(days=days)
    return CaseEvent(
        feed="board", case_type="task", case=case_key(b"0123456789abcdef", case), event=event,
        of=subject.place("27694", "2025-07"), at=at, received_at=at, kind=Kind.DECLARED, source="xã",
        place="27694", attributes=attributes,
    )  # fmt: skip


def test_open_cases_come_first_by_their_day_and_ended_ones_last():
    states = case_states("board", TASK, [
        told("a", name="A", due="2026-12-01"), told("b", name="B", due="2026-11-10"), told("c", name="C"),
        told("d", name="D", due="2026-11-01"), told("d", "done", 3),
    ])  # fmt: skip
    assert [one.title for one in states] == ["B", "A", "C", "D"]
    assert [one.is_open for one in states] == [True, True, True, False]
    assert states[3].since == T0


def test_a_case_is_late_by_itself_from_the_day_after_and_never_once_it_ended():
    (state,) = case_states("board", TASK, [told("a", name="A", due="2026-11-10")])
    evening = datetime(2026, 11, 10, 16, 59, tzinfo=UTC)  # 23:59 in Việt Nam
    assert not state.is_late(evening)
    assert state.is_late(evening + timedelta(minutes=1))
    (ended,) = case_states("board", TASK, [told("a", name="A", due="2026-11-10"), told("a", "done", 30)])
    assert not ended.is_late(evening + timedelta(days=99))


def test_the_newest_said_counts_and_order_of_arrival_does_not():
    first, moved = told("a", name="A", due="2026-11-10"), told("a", days=2, due="2026-12-24")
    for events in ([first, moved], [moved, first]):
        (state,) = case_states("board", TASK, events)
        assert (state.title, state.due) == ("A", date(2026, 12, 24))


@pytest.mark.parametrize("said", ["24/12/2026", "", "sắp tới"])
def test_a_day_that_nobody_can_read_is_no_day(said: str):
    (state,) = case_states("board", TASK, [told("a", name="A", due=said)])
    assert state.due is None
    assert not state.is_late(T0 + timedelta(days=999))
    assert state.days_left(T0, CALENDAR) is None


def test_days_left_are_working_days_and_beyond_the_calendar_nobody_knows():
    holiday = CALENDAR.marked[date(2026, 11, 24)]
    assert not holiday.works
    (state,) = case_states("board", TASK, [told("a", name="A", due="2026-11-30")])
    monday = datetime(2026, 11, 23, 3, tzinfo=UTC)
    # Tuesday is a holiday and two days are a weekend: Wednesday to Friday, and the Monday itself.
    assert state.days_left(monday, CALENDAR) == 4
    assert state.days_left(monday + timedelta(days=14), CALENDAR) == -5
    (far,) = case_states("board", TASK, [told("a", name="A", due="2199-01-01")])
    assert far.days_left(monday, CALENDAR) is None


@pytest.mark.parametrize(
    "wrong", [{"ends": ("lost",)}, {"title": "other"}, {"due": "other"}, {"says": {"given": Text("đã giao", "given")}}]
)
def test_a_type_that_contradicts_itself_is_refused(wrong):
    good = {"events": ("given", "done"), "attributes": ("name", "due"), "title": "name", "says": TASK.says}
    with pytest.raises(ValueError, match="task"):
        CaseType(key="task", names=Text("Việc", "Tasks"), **good | wrong)


def test_a_type_is_a_key_of_what_counts_its_cases():
    assert {TASK: 1}[CaseType(**{name: getattr(TASK, name) for name in CaseType.__dataclass_fields__})] == 1
