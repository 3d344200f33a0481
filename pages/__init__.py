"""Pages that the server writes without Dash: residents look up their street, boards show messages."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter

from pages import address_code, led, schedule
from pages.lookup_counting import LookupCounting
from pages.timetable import Timetable
from pages.today import LiveToday
from store.services import Services


def _now() -> datetime:
    return datetime.now(UTC)


def lookup_counting(services: Services, *, clock: Callable[[], datetime] = _now) -> LookupCounting:
    """Counts look-ups; its `run` sends the totals to their feed."""
    return LookupCounting(services.lookups, services.stream, clock)


def resident_routers(
    services: Services, counting: LookupCounting, *, clock: Callable[[], datetime] = _now
) -> list[APIRouter]:
    """Routers of /lich-thu-gom and /led, which are public."""
    timetable, live = Timetable(services.plan, clock), LiveToday(services.runs, clock)
    return [
        schedule.router(timetable, clock, counting.count, live.known),
        address_code.router(),
        led.router(services, timetable, live, clock),
    ]
