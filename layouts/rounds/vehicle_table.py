"""Every vehicle in a row: ward, state, speed, age of its position."""

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.fleets.vehicle import SILENT_AFTER, Vehicle, VehicleState, state_of
from domain.instant import service_day, to_ms
from domain.text import Text
from domain.waste.duty import Shift
from layouts.parts.area_screen import waiting
from layouts.parts.cards import place_name_now
from layouts.parts.components import age, section, table
from layouts.parts.screen import ScreenData
from layouts.rounds.drivers import register_link
from layouts.rounds.run_words import vehicle_address
from present import formats
from present.text import words
from queries.collection import COLLECTION
from queries.fleet import DUTY, FLEET
from queries.vehicles import VEHICLES

FEED = AREA.fleet
VEHICLES_SHOWN = 200
STATE_WORDS = {
    VehicleState.MOVING: Text("đang chạy", "moving"),
    VehicleState.STOPPED: Text("đang dừng", "stopped"),
    VehicleState.AGEING: Text("chưa có vị trí mới", "no new position"),
    VehicleState.SILENT: Text("mất tín hiệu", "no signal"),
    VehicleState.UNKNOWN: Text("không rõ tốc độ", "speed unknown"),
}
# A handcart at work walks slower than a truck that counts as moving.
SLOW = Text("đi chậm", "slow")
OFF_DUTY = {Shift.AHEAD: Text("chưa vào ca", "duty ahead"), Shift.OVER: Text("hết ca", "off duty")}


def vehicle_table(data: ScreenData) -> list[Component]:
    """A row per vehicle, by id: ward, state, speed, age of the position."""
    _ = words(data.language)
    if not data.get(VEHICLES) and not data.get(FLEET):
        return [section(_("Từng xe"), [waiting(data, FEED)])]
    newest = {vehicle.id: vehicle for vehicle in data.get(VEHICLES) if vehicle.feed == FEED}
    listed = sorted({*newest, *data.get(FLEET)})
    heads = (_("Xe"), _("Phường"), _("Tình trạng"), _("Tốc độ (km/h)"), _("Vị trí cách đây"))
    rows = [_row(newest[id_], data) if id_ in newest else _never_heard(id_, data) for id_ in listed[:VEHICLES_SHOWN]]
    more = len(listed) - VEHICLES_SHOWN
    rest = [html.P(_.ngettext("và {n} xe nữa", more).format(n=more), className="ioc-note")] if more > 0 else []
    title = _("Từng xe")
    aside = html.Span([register_link(data), f" · {len(listed)}"])
    return [section(title, [table(heads, rows, caption=title, kind="vehicles"), *rest], aside=aside)]


def _row(vehicle: Vehicle, data: ScreenData) -> Component:
    state = state_of(vehicle.at, vehicle.speed_kmh, data.now)
    alive = state not in (VehicleState.SILENT, VehicleState.AGEING)
    # One that is not heard because its duty is over, or ahead, has lost no signal.
    off = None if alive else _off_duty(vehicle, data)
    slow = state is VehicleState.STOPPED and round(vehicle.speed_kmh or 0.0) > 0
    said = off or (SLOW if slow else STATE_WORDS[state])
    speed = formats.number(vehicle.speed_kmh if alive else None, 0, data.language)
    return html.Tr(
        [
            html.Th(_link(vehicle.id, data), scope="row"),
            html.Td(place_name_now(data, vehicle.place) if vehicle.place else formats.UNKNOWN),
            html.Td(said.to(data.language), className=f"ioc-state ioc-state--{'off' if off else state.name.lower()}"),
            html.Td(speed),
            html.Td(age(to_ms(vehicle.at), int(SILENT_AFTER.total_seconds()), to_ms(data.now), data.language)),
        ]
    )


def _off_duty(vehicle: Vehicle, data: ScreenData) -> Text | None:
    """That its hours are over or ahead; None on duty, without hours, and when it was last heard on a run."""
    found = data.get(COLLECTION)
    mine = [run for run in found.runs if vehicle.id in run.vehicles] if found else []
    if any(run.closed_at is None or vehicle.at < run.closed_at for run in mine):
        return None
    return OFF_DUTY.get(data.get(DUTY).get(vehicle.id, Shift.ON))


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
