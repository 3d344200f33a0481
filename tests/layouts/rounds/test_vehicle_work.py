"""What a vehicle's events say beside when they were."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import collection_day
import screen_fixtures as made

from callbacks.parts.load import load
from domain.text import Language
from domain.waste.work import EventKind, WorkEvent
from layouts.rounds.vehicle_work import events
from layouts.waste import SCREEN

NOW, DAY = collection_day.NOW, collection_day.service_day()


def _text(part: Any) -> str:
    if part is None or isinstance(part, str | int | float):
        return str(part or "")
    inside = part.children if isinstance(part.children, list | tuple) else [part.children]
    return " ".join(_text(one) for one in inside)


async def test_how_far_it_was_off_its_route_is_not_how_far_it_drove_there() -> None:
    strayed = WorkEvent(
        kind=EventKind.OFF_ROUTE, since=NOW - timedelta(minutes=24), until=NOW, at=(10.5, 106.4), value=3_600.0,
        fixes=60,
    )  # fmt: skip
    day = replace(DAY.vehicles[0], events=(strayed,))
    told: dict[Language, str] = {"vi": "cách tuyến 3,6 km", "en": "3.6 km off the route"}
    for language, said in told.items():
        reading = replace(made.normal(), collected=DAY)
        data = await load(made.services(reading), SCREEN, language, {}, NOW)
        assert said in _text(events(data, [day]))


async def test_how_long_a_stop_took_is_the_difference_of_the_hours_shown() -> None:
    since = NOW.replace(minute=32, second=40)
    data = await load(made.services(replace(made.normal(), collected=DAY)), SCREEN, "vi", {}, NOW)
    for lasted_s, said in ((340, ":32–14:38 6 phút"), (15, ":32 15 giây")):
        until = since + timedelta(seconds=lasted_s)
        stop = WorkEvent(
            kind=EventKind.UNPLANNED_STOP, since=since, until=until, at=(10.5, 106.4), value=lasted_s, fixes=9,
        )  # fmt: skip
        told = _text(events(data, [replace(DAY.vehicles[0], events=(stop,))]))
        assert said in told
