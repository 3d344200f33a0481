"""OwnTracks over HTTP and MQTT: one JSON object per message; _type names its kind."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs

import orjson

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from domain.feeds.feed import Decoded, Payload
from domain.feeds.tracker_format import TrackerFormat
from domain.observation import Fix, Kind
from domain.reason import Reason
from domain.text import Text

_ROOT = "owntracks"
# What may follow user and device in a topic.
_BELOW_DEVICE = ("event", "info", "step", "steps", "status", "waypoint", "waypoints", "dump", "cmd", "request")
_KEPT = {"batt": "batteryLevel", "bs": "bs", "t": "trigger", "tid": "tid", "conn": "conn", "m": "m", "vac": "vac"}


def decode_owntracks(payload: Payload) -> Iterable[Decoded]:
    """Decode one OwnTracks message. A location is a Fix at its tst; vel is in km/h, batt in percent. Never raises.

    The device is "user:device", from the topic owntracks/user/device or one with another base. A retained message is
    the broker's copy of an earlier one: it has its old tst, so it counts as a repeat, and gets a flag. An lwt is
    rejected as DEVICE_OFFLINE, an encrypted message as ENCRYPTED, any other type as NO_POSITION_MESSAGE; all get a
    success answer and count by reason.
    """
    try:
        yield _location(payload, _message(payload))
    except RefusalError as refused:
        yield parse.rejection(payload, refused.reason, refused.detail, payload.body)


def _message(payload: Payload) -> Mapping[str, object]:
    try:
        message = orjson.loads(parse.unmarked(payload.body))
    except ValueError as error:  # of JSON or of UTF-16
        raise RefusalError(Reason.EMPTY if not payload.body.strip() else Reason.NOT_JSON, str(error)) from None
    if not isinstance(message, dict) or not isinstance(message.get("_type"), str):
        raise RefusalError(Reason.WRONG_SHAPE, "_type")
    return message


def _location(payload: Payload, message: Mapping[str, object]) -> Fix:
    kind = message["_type"]
    if kind == "lwt":
        raise RefusalError(Reason.DEVICE_OFFLINE, _device(payload, message))
    if kind == "encrypted":
        raise RefusalError(Reason.ENCRYPTED, _device(payload, message) or "?")
    if kind != "location":
        raise RefusalError(Reason.NO_POSITION_MESSAGE, f"_type: {str(kind)[:40]}")
    device = _device(payload, message)
    if not device:
        raise RefusalError(Reason.MISSING_DEVICE, "topic owntracks/user/device; X-Limit-U, X-Limit-D")
    at_s = _number(message, "tst")
    if at_s is None:
        raise RefusalError(Reason.MISSING_FIELD, "tst")
    at = parse.instant_of_epoch(at_s)
    latitude, longitude = parse.coordinates(_number(message, "lat"), _number(message, "lon"))
    return Fix(
        feed=payload.feed,
        device=device,
        at=at,
        received_at=payload.received_at,
        latitude=latitude,
        longitude=longitude,
        kind=Kind.MEASURED,
        source=payload.source or "OwnTracks",
        speed_kmh=parse.within(parse.json_number(message.get("vel")), 0, 500),
        course_deg=parse.course(parse.json_number(message.get("cog"))),
        altitude_m=parse.within(parse.json_number(message.get("alt")), -500, 20_000),
        accuracy_m=parse.within(parse.json_number(message.get("acc")), 0, 1e6),
        flags=("retained",) if payload.retained else (),
        attributes=parse.bounded(_attributes(message, at_s)),
    )


def _attributes(message: Mapping[str, object], at_s: float) -> dict[str, object]:
    """The attributes to keep; device_delay_s is how long the phone held the fix before writing it."""
    found = {name: message[key] for key, name in _KEPT.items() if key in message}
    created_s = parse.json_number(message.get("created_at"))
    if created_s is not None and created_s >= at_s:
        found["device_delay_s"] = created_s - at_s
    return found


def _device(payload: Payload, message: Mapping[str, object]) -> str:
    """The "user:device" from MQTT topic or X-Limit headers, else the body's topic, else ?u=…&d=…; "" when unknown.

    Never from tid, two letters that several phones may share.
    """
    query = parse_qs(payload.query, max_num_fields=100) if payload.query.count("&") < 100 else {}
    asked = "/".join(query[key][0] for key in ("u", "d") if key in query)
    for said in (payload.name, message.get("topic"), asked):
        parts = _of_topic(said) if isinstance(said, str) else []
        if len(parts) == 2:
            return parse.clean(":".join(parts), 64)
    return ""


def _of_topic(topic: str) -> list[str]:
    """User and device of a topic, [] when it has none: what follows "owntracks"; the last two under another base."""
    parts = topic.strip("/").split("/")
    if not all(parts):
        return []
    if _ROOT in parts:
        return parts[parts.index(_ROOT) + 1 :][:2]
    return (parts[:-1] if len(parts) > 2 and parts[-1] in _BELOW_DEVICE else parts)[-2:]


def _number(message: Mapping[str, object], key: str) -> float | None:
    value = message.get(key)
    number = parse.json_number(value)
    if value is not None and number is None:
        raise RefusalError(Reason.BAD_NUMBER, key)
    return number


FORMAT = TrackerFormat(
    key="owntracks",
    names=Text("OwnTracks (điện thoại)", "OwnTracks (phones)"),
    decode=decode_owntracks,
    content={
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["_type"],
                "properties": {
                    "_type": {"type": "string", "example": "location"},
                    "tst": {"type": "integer", "description": "giây / s", "example": 1_772_415_000},
                    "lat": {"type": "number", "example": 10.5431},
                    "lon": {"type": "number", "example": 106.4102},
                    "vel": {"type": "integer", "description": "km/h"},
                    "cog": {"type": "integer"},
                    "acc": {"type": "integer", "description": "m"},
                    "topic": {"type": "string", "example": "owntracks/xe-ba-gac/LA-B07"},
                },
            }
        }
    },
    topics=("owntracks/#",),
    name_headers=("X-Limit-U", "X-Limit-D"),
    # The app parses the answer as a list of commands and friends.
    reply=b"[]",
)
