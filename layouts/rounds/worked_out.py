"""Vehicles whose day is not worked out as far as they were heard: nobody should read a reason into what is to come."""

from datetime import timedelta
from operator import attrgetter

from areas.waste import AREA
from domain.instant import service_day
from domain.waste.run import RunResult
from domain.waste.service_day import ServiceDay
from layouts.parts.screen import ScreenData
from queries.health import HEALTH
from queries.vehicles import VEHICLES

BEHIND = timedelta(minutes=5)
"""A day is made again once a minute; one so much older than its vehicle's newest position waits for its turn."""
MORE_FIXES = 20
"""So many more of one run than of its whole day are not only those of the last minute."""


def being_worked_out(data: ScreenData, found: ServiceDay) -> frozenset[str]:
    """All vehicles while received positions wait to be read: they may be of any hour; else those whose newest position
    is not in their day, or of which a run knows more positions than their day. None of a day that is over.
    """
    if found.day != service_day(data.now):
        return frozenset()
    known = {day.vehicle: day.as_of for day in found.vehicles}
    heard = {one.id: one.at for one in data.get(VEHICLES) if one.feed == AREA.fleet}
    heard = {one: at for one, at in heard.items() if service_day(at) == found.day}
    health = data.get(HEALTH).get(AREA.fleet)
    if health is not None and health.behind:
        return frozenset({*known, *heard})
    late = {one for one, at in heard.items() if (as_of := known.get(one)) is None or at - as_of > BEHIND}
    # Runs are judged in each cycle: after many positions came at once, they are ahead of the days.
    most = {vehicle: run.fixes for run in sorted(found.runs, key=attrgetter("fixes")) for vehicle in _alone(run)}
    few = {day.vehicle for day in found.vehicles if most.get(day.vehicle, 0) > day.fixes + MORE_FIXES}
    return frozenset(late | few)


def _alone(run: RunResult) -> tuple[str, ...]:
    """The vehicle whose positions alone the run counts; () where it counts those of several."""
    return run.vehicles if len(run.vehicles) == 1 else ()
