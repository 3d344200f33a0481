"""Vehicles whose day is not worked out as far as they were heard: nobody should read a reason into what is to come."""

from collections.abc import Collection
from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.instant import service_day
from domain.waste.service_day import ServiceDay
from layouts.parts.screen import ScreenData
from present.text import Words
from queries.health import HEALTH
from queries.vehicles import VEHICLES

BEHIND = timedelta(minutes=5)
"""A day is made again once a minute; one so much older than its vehicle's newest position waits for its turn."""


def being_worked_out(data: ScreenData, found: ServiceDay) -> frozenset[str]:
    """All vehicles while received positions wait to be read: they may be of any hour; else those whose newest position
    is not in their day, or whose day says that it is behind. None of a day that is over.
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
    return frozenset(late.union(day.vehicle for day in found.vehicles if day.behind))


def making(vehicles: Collection[str], _: Words) -> list[Component]:
    """That the days of these vehicles are being worked out; nothing for none."""
    if not vehicles:
        return []
    said = _.ngettext("Đang tính ngày của {n} xe.", len(vehicles)).format(n=len(vehicles))
    return [html.P(said, className="ioc-note")]
