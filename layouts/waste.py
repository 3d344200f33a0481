"""Waste collection: the day's streets by state, trackers and vehicles; or one run; or one truck's day."""

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.fleets.vehicle import SILENT_AFTER, Vehicle, VehicleState, state_of
from domain.instant import service_day, to_ms
from domain.text import Text
from layouts.map.maps import map_panel
from layouts.parts.area_screen import actions, communes, waiting
from layouts.parts.cards import cards, place_name_now
from layouts.parts.components import age, section, table
from layouts.parts.ids import cid
from layouts.parts.screen import Region, Screen, ScreenData
from layouts.rounds.drivers import register_link
from layouts.rounds.run_page import override_form, run_drivers, run_page
from layouts.rounds.run_words import vehicle_address
from layouts.rounds.vehicle_day import replay, vehicle_drivers, vehicle_page
from layouts.rounds.waste_day import waste_day
from layouts.rounds.waste_kpis import questions
from present import formats
from present.text import words
from queries.alarms import ALARMS
from queries.collection import COLLECTION
from queries.disagreements import DISAGREEMENTS
from queries.fleet import FLEET
from queries.health import HEALTH
from queries.maps.level import MAP_LEVEL
from queries.places import PLACES
from queries.results import RESULTS
from queries.series import SERIES
from queries.vehicles import VEHICLES

FEED = AREA.fleet
VEHICLES_SHOWN = 200
STATE_WORDS = {
    VehicleState.MOVING: Text("đang chạy", "moving"),
    VehicleState.STOPPED: Text("đang dừng", "stopped"),
    VehicleState.AGEING: Text("vị trí cũ", "position ageing"),
    VehicleState.SILENT: Text("mất tín hiệu", "no signal"),
    VehicleState.UNKNOWN: Text("không rõ tốc độ", "speed unknown"),
}


def layout(data: ScreenData) -> Component:
    """The day, or the run or vehicle that the address names; all three have the same map."""
    beside: Component = html.Div(actions(data, AREA.feeds), id=cid(KEY, "actions"), className="ioc-actions")
    top: list[Component] = [questions(data, AREA.feeds)]
    if "vehicle" in data.query:
        top, beside = [], html.Div([replay(data), vehicle_drivers(data)], className="ioc-actions")
    elif "run" in data.query:
        top, beside = [], html.Div([override_form(data), run_drivers(data)], className="ioc-actions")
    regions = [html.Div(region(data), id=cid(KEY, name)) for name, region in REGIONS.items() if name != "actions"]
    spare = [] if not _inner(data) else [html.Div(id=cid(KEY, "actions"))]
    picture = map_panel(data, None, path=SCREEN.path, vehicles=True)
    return html.Div(
        [*top, html.Div([picture, beside], className="ioc-split"), *regions, *spare], className="ioc-domain"
    )


def day(data: ScreenData) -> list[Component]:
    """The day, run or vehicle that the address names."""
    page = vehicle_page if "vehicle" in data.query else run_page if "run" in data.query else waste_day
    # The map watches this attribute to learn that streets were judged again.
    found = data.get(COLLECTION)
    judged = max((to_ms(run.computed_at) for run in found.runs), default=0) if found else 0
    return [*page(data), html.Div(**{"data-judged": str(judged)}, hidden=True)]


def _inner(data: ScreenData) -> bool:
    return "vehicle" in data.query or "run" in data.query


def _outside(region: Region) -> Region:
    """The region on the day's page; empty on the page of a run or a vehicle."""
    return lambda data: [] if _inner(data) else region(data)


def sets(data: ScreenData) -> list[Component]:
    """Cards of each place set that has results: the province's target is for Tân An, not for all communes."""
    spoken = [one for key, one in data.get(PLACES).sets.items() if any(place == key for _, place in data.get(RESULTS))]
    return [
        section(
            one.names.to(data.language),
            [html.Div(cards(data, AREA.feeds, shape="line", place=one.key, wall=True), className="ioc-kpis")],
            name="set",
        )
        for one in spoken
    ]


def vehicles(data: ScreenData) -> list[Component]:
    """A row per vehicle, by id: ward, state, speed, age of the position."""
    _ = words(data.language)
    if not data.get(VEHICLES) and not data.get(FLEET):
        return [section(_("Từng xe"), [waiting(data, FEED)])]
    newest = {vehicle.id: vehicle for vehicle in data.get(VEHICLES) if vehicle.feed == FEED}
    listed = sorted({*newest, *data.get(FLEET)})
    heads = (_("Xe"), _("Phường"), _("Tình trạng"), _("Tốc độ (km/h)"), _("Vị trí cách đây"))
    rows = [_row(newest[id_], data) if id_ in newest else _never_heard(id_, data) for id_ in listed[:VEHICLES_SHOWN]]
    more = len(listed) - VEHICLES_SHOWN
    rest = [html.P(_("và {n} xe nữa").format(n=more), className="ioc-note")] if more > 0 else []
    title = _("Từng xe")
    aside = html.Span([register_link(data), f" · {len(listed)}"])
    return [section(title, [table(heads, rows, caption=title, kind="vehicles"), *rest], aside=aside)]


def _row(vehicle: Vehicle, data: ScreenData) -> Component:
    state = state_of(vehicle.at, vehicle.speed_kmh, data.now)
    alive = state not in (VehicleState.SILENT, VehicleState.AGEING)
    speed = formats.number(vehicle.speed_kmh if alive else None, 0, data.language)
    return html.Tr(
        [
            html.Th(_link(vehicle.id, data), scope="row"),
            html.Td(place_name_now(data, vehicle.place) if vehicle.place else formats.UNKNOWN),
            html.Td(STATE_WORDS[state].to(data.language), className=f"ioc-state ioc-state--{state.name.lower()}"),
            html.Td(speed),
            html.Td(age(to_ms(vehicle.at), int(SILENT_AFTER.total_seconds()), to_ms(data.now), data.language)),
        ]
    )


def _link(id_: str, data: ScreenData) -> Component:
    """Link to the vehicle's day."""
    found = data.get(COLLECTION)
    day = found.day if found else service_day(data.now)
    return html.A(id_, href=vehicle_address(data, id_, day.isoformat()), className="ioc-link")


def _never_heard(id_: str, data: ScreenData) -> Component:
    """Row of a registered vehicle that never sent a position; no other list shows it."""
    said = words(data.language)("chưa từng gửi vị trí")
    return html.Tr(
        [
            html.Th(_link(id_, data), scope="row"),
            html.Td(place_name_now(data, data.get(FLEET)[id_]) if data.get(FLEET)[id_] else formats.UNKNOWN),
            html.Td(said, className="ioc-state ioc-state--silent"),
            html.Td(formats.UNKNOWN),
            html.Td(formats.UNKNOWN),
        ]
    )


KEY = AREA.key
REGIONS: dict[str, Region] = {
    "actions": _outside(lambda data: actions(data, AREA.feeds)),
    "day": day,
    "sets": _outside(sets),
    "vehicles": _outside(vehicles),
    "communes": _outside(lambda data: communes(data, [FEED])),
}

SCREEN = Screen(
    key=KEY,
    path=AREA.path,
    title=AREA.title,
    order=AREA.order,
    layout=layout,
    feeds=AREA.feeds,
    fleet=FEED,
    topics=("vehicles", "kpis"),
    needs=(RESULTS, HEALTH, SERIES, DISAGREEMENTS, VEHICLES, FLEET, ALARMS, COLLECTION, MAP_LEVEL),
    regions=REGIONS,
)
