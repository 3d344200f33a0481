"""A campaign: needed pace, communes furthest behind first, a week's news, tasks that are late by themselves."""

from datetime import UTC, date, datetime, timedelta

from data_sources.door_to_door import TASK
from domain import subject
from domain.case import CaseEvent, case_key
from domain.case_state import CaseState, case_states
from domain.instant import VIETNAM
from domain.observation import Kind
from domain.places.place import IN_FORCE
from domain.teams.campaign import by_campaign, paces, week_end, week_of

TODAY = date(2026, 11, 29)
UNTIL = week_end(TODAY)


def told(name: str, event: str, days_ago: int, due: date, campaign: str = "Đi từng ngõ") -> CaseEvent:
    at = datetime(2026, 11, 29, 9, tzinfo=VIETNAM).astimezone(UTC) - timedelta(days=days_ago)
    return CaseEvent(
        feed="door_to_door", case_type="task", case=case_key(b"0123456789abcdef", name), event=event,
        of=subject.place("27694", IN_FORCE), at=at, received_at=at, kind=Kind.DECLARED, source="x", place="27694",
        attributes={"task": name, "campaign": campaign, "office": "UBND xã", "due": due.isoformat()},
    )  # fmt: skip


def tasks() -> list[CaseState]:
    return case_states(
        "door_to_door",
        TASK,
        [
            told("xong", "given", 30, TODAY),
            told("xong", "done", 2, TODAY),
            told("xong lâu", "done", 9, TODAY),
            told("minh chứng", "evidence", 3, TODAY + timedelta(days=20)),
            told("chậm", "given", 40, TODAY - timedelta(days=1)),
            told("hôm nay", "given", 10, TODAY),
            told("tuần sau nữa", "given", 10, TODAY + timedelta(days=7)),
            told("chợ", "given", 5, TODAY, "Chợ không tiền mặt"),
        ],
    )


def test_the_pace_counts_today_and_ends_with_the_last_day():
    visited = {"a": (80, 100), "b": (10, 100), "c": (100, 100), "none": (0, 0)}
    found = paces(visited, TODAY + timedelta(days=9), TODAY)
    assert [(one.place, one.left, one.needed_a_day) for one in found] == [("b", 90, 9), ("a", 20, 2), ("c", 0, 0)]
    assert {one.needed_a_day for one in paces(visited, TODAY - timedelta(days=1), TODAY)} == {None}


def test_a_week_has_its_news_what_is_late_and_what_is_owed_next():
    week = week_of(by_campaign(tasks())["Đi từng ngõ"], UNTIL)
    assert week.since == date(2026, 11, 23)
    assert [one.title for one in week.done] == ["xong"]
    assert [one.title for one in week.evidence] == ["minh chứng"]
    assert [one.title for one in week.late] == ["chậm"]
    assert [one.title for one in week.owed] == ["hôm nay"]
    assert [one.title for one in week_of(tasks(), UNTIL - timedelta(days=1)).late] == []


def test_campaigns_stand_apart_by_name_and_closed_tasks_last():
    found = by_campaign(tasks())
    assert list(found) == ["Đi từng ngõ", "Chợ không tiền mặt"]
    assert [one.is_open for one in found["Đi từng ngõ"]] == [True, True, True, True, False, False]
