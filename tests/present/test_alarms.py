"""The alarm list in words: who took what, whom to call; what was put off stands last and quiet."""

from dataclasses import replace
from datetime import timedelta

from screen_figures import FEEDS, KPIS, NOW

from domain.kpis.alarm import Alarm, Handling, Priority
from domain.text import Text
from present.alarms import alarm_marks, alarm_rows
from present.cards import AlarmVM


def alarm(id_: str, priority: Priority) -> Alarm:
    said = Text(f"Xe {id_}", f"Vehicle {id_}")
    where, since = Text("Khánh Hậu", "Khánh Hậu"), NOW - timedelta(hours=2)
    return Alarm(id=id_, priority=priority, what=said, where=where, since=since, response=said, feed="waste_trucks")


def taken(one: Alarm, **given: object) -> Alarm:
    did = Handling(alarm=one.id, priority=one.priority, by="Lan", at=NOW - timedelta(minutes=5))
    return replace(one, handling=replace(did, **given))  # type: ignore[arg-type]


def rows(*found: Alarm) -> list[AlarmVM]:
    return alarm_rows(found, KPIS, FEEDS, (), "vi", NOW)


def told(row: AlarmVM) -> list[str]:
    return [cell.t for cell in row.cells]  # type: ignore[union-attr]


def test_a_row_says_who_took_it_and_stays_where_it_is():
    first, second = rows(taken(alarm("A", Priority.CRITICAL)), alarm("B", Priority.HIGH))
    assert (first.id, first.tone, told(first)[0]) == ("A", "critical", "◆")
    assert told(first)[2] == "Lan nhận lúc 14:00 · Khánh Hậu · từ 12:05"
    assert told(second)[2] == "Khánh Hậu · từ 12:05"


def test_what_is_put_off_stands_last_without_colour_and_says_until_when_and_why():
    off = taken(alarm("A", Priority.CRITICAL), until=NOW + timedelta(minutes=55), why="chờ phụ tùng")
    first, second = rows(off, alarm("B", Priority.ADVISORY))
    assert [first.id, second.id] == ["B", "A"]
    assert (second.tone, told(second)[0]) == ("advisory", "●")
    assert told(second)[2].startswith("Lan tạm hoãn đến 15:00: chờ phụ tùng · ")


def test_when_its_time_is_over_it_stands_first_again_and_says_nothing_of_it():
    off = taken(alarm("A", Priority.CRITICAL), until=NOW, why="chờ phụ tùng")
    first, _second = rows(off, alarm("B", Priority.ADVISORY))
    assert (first.id, first.tone, told(first)[2]) == ("A", "critical", "Khánh Hậu · từ 12:05")


def test_the_map_marks_what_somebody_must_do_now_and_nothing_else():
    here, there = (106.41, 10.54), (106.42, 10.55)
    urgent = replace(alarm("A", Priority.HIGH), at=(here, there))
    later, nowhere = replace(alarm("B", Priority.ADVISORY), at=(here,)), alarm("C", Priority.CRITICAL)
    off = taken(replace(alarm("D", Priority.CRITICAL), at=(here,)), until=NOW + timedelta(minutes=5), why="chờ")
    assert alarm_marks([urgent, later, nowhere, off], NOW) == [(here, "high"), (there, "high")]


def test_whom_to_call_is_said_once():
    owner = FEEDS["waste_trucks"].owner
    named, stopped, silent = (
        alarm("A", Priority.HIGH),
        replace(alarm("B", Priority.HIGH), where=owner.office),
        replace(alarm("C", Priority.HIGH), response=owner.call),
    )
    assert [bool(row.who) for row in rows(named, stopped, silent)] == [True, False, False]
