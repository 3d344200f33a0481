"""Until when it holds that somebody took an alarm or put it off."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.kpis.alarm import LONGEST_OFF, PRIORITIES, Alarm, AlarmGroup, Handling, Priority
from domain.text import Text

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def alarm(
    since: datetime | None = NOW - HOUR, priority: Priority = Priority.HIGH, did: Handling | None = None
) -> Alarm:
    said = Text("", "")
    return Alarm(id="a", priority=priority, what=said, where=said, since=since, response=said, feed="", handling=did)


def did(at: datetime = NOW, priority: Priority = Priority.HIGH, until: datetime | None = None) -> Handling:
    return Handling(alarm="a", priority=priority, by="Lan", at=at, until=until)


def test_nobody_has_an_alarm_that_nobody_took():
    assert AlarmGroup(alarm()).handled(NOW) is None


def test_who_took_it_has_it_as_long_as_it_lasts():
    group = AlarmGroup(alarm(did=did()))
    assert group.handled(NOW + 100 * HOUR) == did()
    assert AlarmGroup(alarm(None, did=did())).handled(NOW) == did(), "it has never been otherwise"


def test_an_alarm_that_came_back_is_nobodys():
    assert AlarmGroup(alarm(NOW + HOUR, did=did())).handled(NOW + 2 * HOUR) is None


def test_one_that_became_more_urgent_is_nobodys():
    worse = AlarmGroup(alarm(priority=Priority.CRITICAL, did=did()))
    assert worse.handled(NOW) is None
    milder = AlarmGroup(alarm(priority=Priority.ADVISORY, did=did()))
    assert milder.handled(NOW) == did()


def test_one_whose_consequence_is_more_urgent_is_nobodys():
    group = AlarmGroup(alarm(did=did()), (alarm(priority=Priority.CRITICAL),))
    assert group.handled(NOW) is None


@pytest.mark.parametrize(("after_s", "holds"), [(0, True), (3_599, True), (3_600, False), (9_000, False)])
def test_what_was_put_off_comes_back_when_its_time_is_over(after_s: int, holds: bool):
    group = AlarmGroup(alarm(did=did(until=NOW + HOUR)))
    assert (group.handled(NOW + timedelta(seconds=after_s)) is not None) == holds


def test_the_more_urgent_the_shorter_it_may_be_put_off():
    longest = [LONGEST_OFF[priority] for priority in PRIORITIES]
    assert longest == sorted(longest)
    assert longest[0] <= HOUR
