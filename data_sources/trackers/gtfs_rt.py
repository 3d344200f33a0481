"""GTFS-realtime VehiclePositions: a whole fleet in one protobuf message, pushed or fetched (intake/pull/pulling.py)."""

from collections.abc import Iterable, Mapping
from typing import Any

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.messages.protobuf import Field, Layout, read_message
from domain.feeds.feed import Decoded, Payload
from domain.feeds.tracker_format import TrackerFormat
from domain.fleets.vehicle import plate_key
from domain.observation import Fix, Kind
from domain.reason import Reason
from domain.text import Text

_TRIP: Layout = {1: Field("trip_id", "string"), 5: Field("route_id", "string")}
_POSITION: Layout = {
    1: Field("latitude", "float"),
    2: Field("longitude", "float"),
    3: Field("bearing", "float"),
    4: Field("odometer", "double"),
    5: Field("speed", "float"),
}
_DESCRIPTOR: Layout = {1: Field("id", "string"), 2: Field("label", "string"), 3: Field("license_plate", "string")}
_VEHICLE: Layout = {
    1: Field("trip", _TRIP),
    2: Field("position", _POSITION),
    3: Field("current_stop_sequence", "int"),
    4: Field("current_status", "int"),
    5: Field("timestamp", "int"),
    7: Field("stop_id", "string"),
    8: Field("vehicle", _DESCRIPTOR),
}
_ENTITY: Layout = {1: Field("id", "string"), 2: Field("is_deleted", "bool"), 4: Field("vehicle", _VEHICLE)}
FEED_MESSAGE: Layout = {
    1: Field("header", {1: Field("version", "string"), 3: Field("timestamp", "int")}),
    2: Field("entity", _ENTITY, repeated=True),
}
_STATUS = {0: "INCOMING_AT", 1: "STOPPED_AT", 2: "IN_TRANSIT_TO"}
_IN_TRANSIT_TO = 2
# Positions are 32-bit floats, 0.8 m apart at 106°E, so more decimals have no meaning.
_DECIMALS = 6


def decode_gtfs_rt(payload: Payload) -> Iterable[Decoded]:
    """Decode one FeedMessage into a Fix per vehicle; speed is in m/s, the odometer in metres. Never raises.

    A vehicle without a timestamp gets the header's, flagged "header_time", or the receive time, flagged
    "received_time". Deleted entities are skipped; entities without a vehicle (trip updates, alerts) count in one
    rejection per message. An unchanged timestamp makes a vehicle a repeat of the last fetch.
    """
    try:
        message = _message(payload.body)
    except RefusalError as refused:
        yield parse.rejection(payload, refused.reason, refused.detail, payload.body)
        return
    entities = [entity for entity in message.get("entity", ()) if not entity.get("is_deleted", False)]
    if not entities:
        yield parse.rejection(payload, Reason.EMPTY, "không có xe nào / no vehicle")
    others = 0
    for entity in entities:
        if "vehicle" not in entity:
            others += 1
        else:
            try:
                yield _fix(payload, entity["vehicle"], message["header"].get("timestamp"))
            except RefusalError as refused:
                yield parse.rejection(payload, refused.reason, refused.detail, repr(entity))
    if others:
        yield parse.rejection(payload, Reason.NO_POSITION_MESSAGE, f"{others} × trip_update, alert, …")


def _message(body: bytes) -> Mapping[str, Any]:
    if not body:
        raise RefusalError(Reason.EMPTY)
    message = read_message(body, FEED_MESSAGE)
    if "header" not in message:
        raise RefusalError(Reason.WRONG_SHAPE, "header")
    return message


def _fix(payload: Payload, vehicle: Mapping[str, Any], header_s: int | None) -> Fix:
    named = vehicle.get("vehicle", {})
    said = named.get("id") or plate_key(named.get("license_plate", "")) or named.get("label", "")
    device = parse.clean(said, 64)
    if not device:
        raise RefusalError(Reason.MISSING_DEVICE, "vehicle.id")
    position = vehicle.get("position", {})
    latitude, longitude = parse.coordinates(
        parse.json_number(position.get("latitude")), parse.json_number(position.get("longitude"))
    )
    speed_ms = parse.within(parse.json_number(position.get("speed")), 0, 139)
    own_s = vehicle.get("timestamp")
    at_s = own_s or header_s
    return Fix(
        feed=payload.feed,
        device=device,
        at=parse.instant_of_epoch(at_s) if at_s else payload.received_at,
        received_at=payload.received_at,
        latitude=round(latitude, _DECIMALS),
        longitude=round(longitude, _DECIMALS),
        kind=Kind.MEASURED,
        source=payload.source or "GTFS-realtime",
        speed_kmh=None if speed_ms is None else speed_ms * parse.KMH_PER_MS,
        course_deg=parse.course(parse.json_number(position.get("bearing"))),
        flags=() if own_s else ("header_time",) if header_s else ("received_time",),
        attributes=parse.bounded(_attributes(vehicle, position)),
    )


def _attributes(vehicle: Mapping[str, Any], position: Mapping[str, Any]) -> dict[str, object]:
    found: dict[str, object] = dict(vehicle.get("trip", {}))
    found |= {key: vehicle[key] for key in ("stop_id", "current_stop_sequence") if key in vehicle}
    found["current_status"] = _STATUS.get(vehicle.get("current_status", _IN_TRANSIT_TO), "")
    if "odometer" in position:
        found["odometer"] = position["odometer"]
    return found


FORMAT = TrackerFormat(
    key="gtfs-rt",
    names=Text("GTFS-realtime VehiclePositions", "GTFS-realtime VehiclePositions"),
    decode=decode_gtfs_rt,
    content={"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    max_bytes=8 * 2**20,
)
