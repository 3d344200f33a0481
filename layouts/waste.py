"""Waste collection: the day's streets by state, trackers and vehicles; or one run; or one truck's day."""

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.access.needs import Need
from domain.instant import to_ms
from layouts.map.maps import map_panel
from layouts.parts.ids import cid
from layouts.parts.screen import Region, Screen, ScreenData
from layouts.rounds.day_actions import day_actions
from layouts.rounds.day_folds import day_folds
from layouts.rounds.day_head import day_head
from layouts.rounds.day_runs import day_runs
from layouts.rounds.run_page import override_form, run_drivers, run_head, run_page, run_track
from layouts.rounds.vehicle_day import vehicle_drivers, vehicle_head, vehicle_page, vehicle_track
from queries.alarms import ALARMS
from queries.collection import COLLECTION
from queries.courses.series import SERIES
from queries.fleet import DUTY, FLEET
from queries.health import HEALTH
from queries.maps.level import MAP_LEVEL
from queries.maps.stretches import STRETCHES
from queries.observed.disagreements import DISAGREEMENTS
from queries.results import RESULTS
from queries.vehicles import VEHICLES

KEY = AREA.key
Drawn = list[Component]


def layout(data: ScreenData) -> Component:
    """The day, or the run or vehicle that the address names: title and state, map with what to do beside it, the rest.

    What people type or play stands outside the regions that are drawn again.
    """
    if "vehicle" in data.query:
        kind, beside, under = "vehicle", [vehicle_drivers(data)], [vehicle_track(data)]
    elif "run" in data.query:
        kind, beside, under = "run", [override_form(data), run_drivers(data)], [run_track(data)]
    else:
        kind, beside, under = "day", [], []
    regions = {name: html.Div(region(data), id=cid(KEY, name)) for name, region in REGIONS.items()}
    picture = map_panel(data, None, path=SCREEN.path, vehicles=True)
    work = html.Div([regions["actions"], *beside], className="ioc-actions")
    split = html.Div([work, picture], className="ioc-split")
    return html.Div(
        [regions["head"], split, *under, regions["runs"], regions["more"]],
        className=f"ioc-domain ioc-waste ioc-waste--{kind}",
    )


def _kind(data: ScreenData) -> str:
    return "vehicle" if "vehicle" in data.query else "run" if "run" in data.query else "day"


def _by_kind(day: Region, run: Region, vehicle: Region) -> Region:
    every = {"day": day, "run": run, "vehicle": vehicle}
    return lambda data: every[_kind(data)](data)


def _nothing(_data: ScreenData) -> Drawn:
    return []


def _head(draw: Region) -> Region:
    """With a mark by which the map learns that streets were judged again."""

    def drawn(data: ScreenData) -> Drawn:
        found = data.get(COLLECTION)
        judged = max((to_ms(run.computed_at) for run in found.runs), default=0) if found else 0
        return [*draw(data), html.Div(**{"data-judged": str(judged)}, hidden=True)]

    return drawn


REGIONS: dict[str, Region] = {
    "head": _head(_by_kind(day_head, run_head, vehicle_head)),
    "actions": _by_kind(day_actions, _nothing, _nothing),
    "runs": _by_kind(day_runs, _nothing, _nothing),
    "more": _by_kind(day_folds, run_page, vehicle_page),
}

SCREEN = Screen(
    key=KEY,
    path=AREA.path,
    title=AREA.title,
    order=AREA.order,
    layout=layout,
    requires=Need.LOOK,
    feeds=AREA.feeds,
    fleet=AREA.fleet,
    topics=("vehicles", "kpis"),
    needs=(RESULTS, HEALTH, SERIES, DISAGREEMENTS, VEHICLES, FLEET, DUTY, ALARMS, COLLECTION, STRETCHES, MAP_LEVEL),
    regions=REGIONS,
)
