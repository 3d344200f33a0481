"""What a dispatcher is asked to do about a tracker that fell silent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import collection_day
import pytest
import screen_fixtures as made

from callbacks.parts.load import load
from domain.fleets.vehicle import SILENT_ALARM
from domain.kpis.alarm import Alarm, Priority
from domain.text import Text
from layouts.rounds.day_actions import day_actions
from layouts.waste import SCREEN
from queries.alarms import ALARMS
from queries.ask import Answers
from queries.collection import COLLECTION

NOW, DAY = collection_day.NOW, collection_day.service_day()
SINCE = NOW - timedelta(hours=3)


def _text(part: Any) -> str:
    if part is None or isinstance(part, str | int | float):
        return str(part or "")
    inside = part.children if isinstance(part.children, list | tuple) else [part.children]
    return " ".join(_text(one) for one in inside)


@pytest.mark.parametrize(("weighed", "works"), [(30, True), (240, False), (None, False)])
async def test_no_other_truck_is_sent_for_one_that_was_weighed_since_its_tracker_fell_silent(
    weighed: int | None, works: bool
) -> None:
    silent = Alarm(
        id=f"{SILENT_ALARM}LA-001", priority=Priority.HIGH, what=Text("Xe LA-001 mất tín hiệu", "lost"),
        where=Text("", ""), since=SINCE, response=Text("xe hỏng thì cử xe khác", "send another"), feed="waste_trucks",
        vehicle="LA-001", silence=True,
    )  # fmt: skip
    at = None if weighed is None else NOW - timedelta(minutes=weighed)
    day = replace(DAY, vehicles=tuple(replace(one, weighed_at=at) for one in DAY.vehicles))
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    answers = Answers().put(COLLECTION, day).put(ALARMS, [silent])
    (todo,) = day_actions(replace(data, answers=answers))
    assert ("Phiếu cân lúc 13:35 cho biết xe vẫn chạy: báo sửa thiết bị" in _text(todo)) is works
    assert ("xe hỏng thì cử xe khác" in _text(todo)) is not works
