"""Traccar's position forwarding (forward.type=json): one position and its device per message."""

from collections.abc import Iterable
from datetime import datetime

import orjson

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from domain.feeds.feed import Decoded, Payload
from domain.feeds.tracker_format import TrackerFormat
from domain.observation import Fix, Kind
from domain.reason import Reason
from domain.text import Text


def decode_traccar(payload: Payload) -> Iterable[Decoded]:
    """Decode one forwarded position into a Fix at its fixTime; speed is in knots. Never raises.

    An ``outdated`` position is Traccar's copy of the last one with a new serverTime: it has its old fixTime, so it
    counts as a repeat, and gets a flag.
    """
    try:
        yield _position(payload)
    except RefusalError as refused:
        yield parse.rejection(payload, refused.reason, refused.detail, payload.body)


def _position(payload: Payload) -> Fix:
    try:
        message = orjson.loads(parse.unmarked(payload.body))
    except ValueError as error:  # of JSON or of UTF-16
        raise RefusalError(Reason.NOT_JSON, str(error)) from None
    position = message.get("position") if isinstance(message, dict) else None
    if not isinstance(position, dict):
        raise RefusalError(Reason.WRONG_SHAPE, "thiếu đối tượng position / the position object is missing")
    device = message.get("device")
    unique_id = device.get("uniqueId") if isinstance(device, dict) else None
    if not isinstance(unique_id, str) or not parse.clean(unique_id, 64):
        raise RefusalError(Reason.MISSING_DEVICE, "device.uniqueId")
    for key in ("latitude", "longitude"):
        if position.get(key) is not None and parse.json_number(position[key]) is None:
            raise RefusalError(Reason.BAD_NUMBER, f"position.{key}")
    latitude, longitude = parse.coordinates(
        parse.json_number(position.get("latitude")), parse.json_number(position.get("longitude"))
    )
    attributes = position.get("attributes")
    attributes = attributes if isinstance(attributes, dict) else {}
    mock = attributes.get("mock") is True
    speed_kn = parse.within(parse.json_number(position.get("speed")), 0, 270)
    return Fix(
        feed=payload.feed,
        device=parse.clean(unique_id, 64),
        at=_fix_time(position.get("fixTime")),
        received_at=payload.received_at,
        latitude=latitude,
        longitude=longitude,
        kind=Kind.SIMULATED if mock else Kind.MEASURED,
        source=payload.source or "Traccar",
        speed_kmh=None if speed_kn is None else speed_kn * parse.KMH_PER_KNOT,
        course_deg=parse.course(parse.json_number(position.get("course"))),
        altitude_m=parse.within(parse.json_number(position.get("altitude")), -500, 20_000),
        # Traccar writes accuracy 0 when the protocol has none.
        accuracy_m=parse.within(parse.json_number(position.get("accuracy")), 0.001, 1e6),
        valid=position.get("valid") is not False and parse.has_lock(attributes),
        flags=tuple(flag for flag, said in (("mock", mock), ("outdated", position.get("outdated") is True)) if said),
        attributes=parse.bounded(attributes),
        driver=parse.driver(attributes.get("driverUniqueId")),
    )


def _fix_time(value: object) -> datetime:
    if value is None:
        raise RefusalError(Reason.MISSING_FIELD, "position.fixTime")
    if isinstance(value, str):
        return parse.instant_of_text(value, zoneless_is="utc")
    epoch = parse.json_number(value)
    if epoch is None:
        raise RefusalError(Reason.BAD_TIME, "position.fixTime")
    return parse.instant_of_epoch(epoch)


_SCHEMA = {
    "type": "object",
    "required": ["position", "device"],
    "properties": {
        "position": {
            "type": "object",
            "required": ["fixTime", "latitude", "longitude"],
            "properties": {
                "fixTime": {"type": "string", "format": "date-time", "example": "2026-11-22T08:00:00Z"},
                "latitude": {"type": "number", "minimum": -90, "maximum": 90},
                "longitude": {"type": "number", "minimum": -180, "maximum": 180},
                "speed": {"type": "number", "description": "hải lý/giờ / knots"},
                "course": {"type": "number"},
                "valid": {"type": "boolean"},
                "outdated": {"type": "boolean"},
                "attributes": {"type": "object"},
            },
        },
        "device": {
            "type": "object",
            "required": ["uniqueId"],
            "properties": {"uniqueId": {"type": "string", "minLength": 1, "maxLength": 64}},
        },
    },
}

FORMAT = TrackerFormat(
    key="traccar",
    names=Text("Vị trí do máy chủ Traccar chuyển tiếp (forward.type=json)", "A position forwarded by a Traccar server"),
    decode=decode_traccar,
    content={"application/json": {"schema": _SCHEMA}},
)
