"""Waste collection: trackers that live up to their duty, each vehicle's newest position, by ward and for Tân An."""

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.text import Text
from domain.vehicle import SILENT_AFTER, Vehicle, VehicleState, state_of
from layouts import _format
from layouts._cards import cards, place_name_now
from layouts._components import age, section, table
from layouts._domain import domain_layout, domain_regions, waiting
from layouts._screen import Screen, ScreenData
from layouts._text import words

FEED = "waste_trucks"
VEHICLES_SHOWN = 200
STATE_WORDS = {
    VehicleState.MOVING: Text("đang chạy", "moving"),
    VehicleState.STOPPED: Text("đang dừng", "stopped"),
    VehicleState.AGEING: Text("vị trí cũ", "position ageing"),
    VehicleState.SILENT: Text("im lặng", "silent"),
    VehicleState.UNKNOWN: Text("không rõ tốc độ", "speed unknown"),
}


def layout(data: ScreenData) -> Component:
    """The domain page with the list of vehicles."""
    return domain_layout(data, SCREEN.key, FEED, None, EXTRA)


def sets(data: ScreenData) -> list[Component]:
    """The place sets that vehicles work in: the goal of the province is about Tân An."""
    spoken = [one for key, one in data.sets.items() if any(place == key for _, place in data.results)]
    return [
        section(
            one.names.to(data.language),
            [html.Div(cards(data, FEED, shape="line", place=one.key), className="ioc-kpis")],
            name="set",
        )
        for one in spoken
    ]


def vehicles(data: ScreenData) -> list[Component]:
    """Every vehicle by its id: ward, state in words, speed, age of its position."""
    _ = words(data.language)
    if not data.vehicles and not data.fleet:
        return [section(_("Từng xe"), [waiting(data, FEED)])]
    newest = {vehicle.id: vehicle for vehicle in data.vehicles}
    listed = sorted({*newest, *data.fleet})
    heads = (_("Xe"), _("Phường"), _("Tình trạng"), _("Tốc độ (km/h)"), _("Vị trí cách đây"))
    rows = [_row(newest[id_], data) if id_ in newest else _never_heard(id_, data) for id_ in listed[:VEHICLES_SHOWN]]
    more = len(listed) - VEHICLES_SHOWN
    rest = [html.P(_("và {n} xe nữa").format(n=more), className="ioc-note")] if more > 0 else []
    title = _("Từng xe")
    return [section(title, [table(heads, rows, caption=title, kind="vehicles"), *rest], aside=str(len(listed)))]


def _row(vehicle: Vehicle, data: ScreenData) -> Component:
    state = state_of(vehicle.at, vehicle.speed_kmh, data.now)
    alive = state not in (VehicleState.SILENT, VehicleState.AGEING)
    speed = _format.number(vehicle.speed_kmh if alive else None, 0, data.language)
    return html.Tr(
        [
            html.Th(vehicle.id, scope="row"),
            html.Td(place_name_now(data, vehicle.place) if vehicle.place else _format.UNKNOWN),
            html.Td(STATE_WORDS[state].to(data.language), className=f"ioc-state ioc-state--{state.name.lower()}"),
            html.Td(speed),
            html.Td(age(to_ms(vehicle.at), int(SILENT_AFTER.total_seconds()), to_ms(data.now), data.language)),
        ]
    )


def _never_heard(id_: str, data: ScreenData) -> Component:
    """A vehicle of the register without any position: the row nobody else shows."""
    said = words(data.language)("chưa từng gửi vị trí")
    return html.Tr(
        [
            html.Th(id_, scope="row"),
            html.Td(place_name_now(data, data.fleet[id_]) if data.fleet[id_] else _format.UNKNOWN),
            html.Td(said, className="ioc-state ioc-state--silent"),
            html.Td(_format.UNKNOWN),
            html.Td(_format.UNKNOWN),
        ]
    )


EXTRA = {"sets": sets, "vehicles": vehicles}

SCREEN = Screen(
    key="waste",
    path="/waste",
    title=Text("Rác thải", "Waste"),
    order=10,
    layout=layout,
    feeds=(FEED,),
    topics=("vehicles", "kpis"),
    needs=frozenset({"series", "vehicles", "alarms"}),
    regions=domain_regions(FEED, EXTRA),
)
