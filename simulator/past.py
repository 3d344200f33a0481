"""The trackers' archives of yesterday and this morning, sent when the simulated world begins. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.instant import day_start, service_day
from simulator import trucks
from simulator.agenda import Batch, Item, entry, roster, weighed
from simulator.streets import SEED
from simulator.trackers import Message, messages

DAYS = 1
"""Whole days before today that are sent."""
_LEAST_S = 20
"""Archives keep a fix every 20 s at most: two days are told in seconds and judged as surely."""


def begins(now: datetime) -> datetime:
    """The beginning of the past of a world that starts at ``now``."""
    return day_start(service_day(now) - timedelta(days=DAYS))


def calls(since: datetime, until: datetime, seed: int = SEED) -> Iterator[Batch]:
    """Archives of trackers and weighbridge in [since, until), one call each, today first: people look at it first.

    One call is one tracker's part of a day, at most 8,640 fixes. Messages that leave their tracker at or after
    ``until`` are sent by the trackers themselves.
    """
    day = service_day(until)
    while day_start(day + timedelta(days=1)) > since:
        first, last = max(since, day_start(day)), min(until, day_start(day + timedelta(days=1)))
        yield [*roster(day, seed), *weighed(first, last, seed)]
        for truck in trucks.fleet(seed):
            kept = messages(truck, first, last, seed, least_s=_LEAST_S)
            if fixes := [_position(m) for m in kept if m.sends_at < until and not m.repeat]:
                yield fixes
        day -= timedelta(days=1)


def _position(message: Message) -> Item:
    spot = message.spot
    told = entry("waste_trucks", "position", message.at, None, entity=message.truck)
    told |= {"latitude": spot.latitude, "longitude": spot.longitude, "speed_kmh": round(spot.speed_kmh, 2)}
    told["history"] = True
    return told if spot.course_deg is None else told | {"course_deg": round(spot.course_deg)}
