"""The OsmAnd protocol, as Traccar Client and similar apps send it: query, form or JSON."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import orjson

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from domain.feeds.feed import Decoded, Payload
from domain.feeds.tracker_format import TrackerFormat
from domain.observation import RECEIVED_TIME, Fix, Kind
from domain.reason import Reason
from domain.text import Text

_FIELDS_MAX = 100
_BATCH_MAX = 1_000
_TRUE = frozenset({"true", "1", "yes"})
# An unescaped plus sign in a query arrives as a blank: "2026-11-22T15:00:00 07:00".
_BLANK_FOR_PLUS = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)$")
_DRIVER = "driverUniqueId"
# What loggers with an address of one's own call the instant of a position, the protocol's own name first.
_INSTANTS = (
    "timestamp",
    "time",
    "datetime",
    "date_time",
    "gpstime",
    "gps_time",
    "fixtime",
    "fix_time",
    "ts",
    "tst",
    "utc",
)
_ALIASES = {"latitude": "lat", "longitude": "lon", "lng": "lon", "long": "lon"}
# Which vehicle, and where: of two values, nothing says which counts.
_ONCE = frozenset({"id", "deviceid", "device_id", "lat", "lon"})
_READ = frozenset(
    {"id", "deviceid", "device_id", "lat", "lon", "location", "timestamp", "speed", "bearing", "heading"}
    | {"altitude", "accuracy", "valid", "mock", _DRIVER}
)


def decode_osmand(payload: Payload) -> Iterable[Decoded]:
    """Decode one OsmAnd message into one Fix, or several when the JSON form has a list of locations.

    Speed is in knots in the query form, in m/s in the JSON form; -1 is "unknown". Without an instant that can be read
    the receive time counts, and the Fix says so by its flag. Never raises.
    """
    raw = payload.body if payload.body.strip() else payload.query.encode("utf-8", "replace")
    try:
        if "json" in payload.content_type or payload.body.lstrip()[:1] == b"{":
            yield from _json_form(payload, raw)
        else:
            yield _form(payload)
    except RefusalError as refused:
        yield parse.rejection(payload, refused.reason, refused.detail, raw)


def _form(payload: Payload) -> Fix:
    fields = _fields(payload)
    device = parse.clean(fields.get("id") or fields.get("deviceid") or fields.get("device_id") or "", 64)
    if not device:
        raise RefusalError(Reason.MISSING_DEVICE if fields else Reason.EMPTY)
    latitude, longitude = _position(fields)
    speed_kn = parse.within(parse.number(fields.get("speed", "")), 0, 270)
    mock = fields.get("mock", "").lower() in _TRUE
    at = _said_instant(fields)
    attributes = parse.bounded({k: _typed(v) for k, v in fields.items() if k not in _READ})
    return Fix(
        feed=payload.feed,
        device=device,
        at=at or payload.received_at,
        received_at=payload.received_at,
        latitude=latitude,
        longitude=longitude,
        kind=Kind.SIMULATED if mock else Kind.MEASURED,
        source=payload.source or "OsmAnd",
        speed_kmh=None if speed_kn is None else speed_kn * parse.KMH_PER_KNOT,
        course_deg=parse.course(parse.number(fields.get("bearing") or fields.get("heading") or "")),
        altitude_m=parse.within(parse.number(fields.get("altitude", "")), -500, 20_000),
        accuracy_m=parse.within(parse.number(fields.get("accuracy", "")), 0, 1e6),
        valid=fields.get("valid", "true").lower() in _TRUE and parse.has_lock(attributes),
        flags=_flags(mock=mock, timed=at is not None),
        attributes=attributes,
        driver=parse.driver(fields.get(_DRIVER)),
    )


def _fields(payload: Payload) -> dict[str, str]:
    """Query and form fields, the first value of each (senders repeat some, such as cell)."""
    fields: dict[str, str] = {}
    for text in (payload.query, payload.body.decode("utf-8", "replace")):
        if text.count("&") >= _FIELDS_MAX:
            raise RefusalError(Reason.WRONG_SHAPE, f"quá {_FIELDS_MAX} trường / more than {_FIELDS_MAX} fields")
        escaped = "%" in text or "+" in text
        for key, value in parse_qsl(text, keep_blank_values=True) if escaped else _unescaped(text):
            if fields.setdefault(key, value) != value and key in _ONCE:
                raise RefusalError(Reason.WRONG_SHAPE, f"{key}: hai giá trị / two values")
    return fields if "lat" in fields and "id" in fields else _renamed(fields)


def _renamed(fields: dict[str, str]) -> dict[str, str]:
    """The fields with the protocol's names for those that a program writes otherwise (LAT, latitude, lng)."""
    found: dict[str, str] = {}
    for key, value in fields.items():
        name = _ALIASES.get(key.lower(), key.lower())
        found.setdefault(name if name in _READ and name not in fields else key, value)
    return found


def _unescaped(text: str) -> Iterator[tuple[str, str]]:
    """As parse_qsl, for a text without escapes, at a third of the cost: most trackers escape nothing."""
    for pair in text.split("&"):
        if pair:
            key, _, value = pair.partition("=")
            yield key, value


def _position(fields: Mapping[str, str]) -> tuple[float, float]:
    latitude, longitude = fields.get("lat", ""), fields.get("lon", "")
    if not (latitude and longitude) and "," in fields.get("location", ""):
        latitude, longitude = fields["location"].split(",", 1)
    for text in (latitude, longitude):
        if text and parse.number(text) is None:
            raise RefusalError(Reason.BAD_NUMBER, f"lat/lon: {text[:40]}")
    return parse.coordinates(parse.number(latitude), parse.number(longitude))


def _said_instant(fields: Mapping[str, str]) -> datetime | None:
    """The instant under any of its names; None without one. RefusalError BAD_TIME when ``timestamp`` itself is none."""
    for name in _INSTANTS:
        if fields.get(name):
            try:
                return _instant(fields[name])
            except RefusalError:
                if name == _INSTANTS[0]:
                    raise
    # Programs write fixTime, too; who writes a name of the protocol never comes here.
    lowered = {key.lower(): said for key, said in fields.items() if not key.islower()}
    return _said_instant(lowered) if any(lowered.get(name) for name in _INSTANTS) else None


def _flags(*, mock: bool, timed: bool) -> tuple[str, ...]:
    return tuple(flag for flag, said in (("mock", mock), (RECEIVED_TIME, not timed)) if said)


def _instant(text: str) -> datetime:
    epoch = parse.number(text)
    if epoch is not None:
        return parse.instant_of_epoch(epoch)
    return parse.instant_of_text(_BLANK_FOR_PLUS.sub(r"\1+\2", text), zoneless_is="utc")


def _typed(text: str) -> object:
    """An attribute value as number or boolean where it looks like one."""
    value = parse.number(text)
    if value is not None:
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return text.lower() == "true" if text.lower() in ("true", "false") else text


def _json_form(payload: Payload, raw: bytes) -> Iterable[Decoded]:
    try:
        message = orjson.loads(parse.unmarked(payload.body))
    except ValueError as error:  # of JSON or of UTF-16
        raise RefusalError(Reason.NOT_JSON, str(error)) from None
    if not isinstance(message, dict):
        raise RefusalError(Reason.WRONG_SHAPE, "cần một đối tượng JSON / a JSON object is needed")
    device = message.get("device_id") or message.get("id")
    if not isinstance(device, str | int) or isinstance(device, bool) or not parse.clean(str(device), 64):
        raise RefusalError(Reason.MISSING_DEVICE, "device_id")
    # Traccar Client posts one location, or a list with its batch setting.
    locations = message.get("location")
    items = locations if isinstance(locations, list) else [locations]
    if not items or len(items) > _BATCH_MAX:
        raise RefusalError(Reason.TOO_MANY_ITEMS if items else Reason.EMPTY, "location")
    for item in items:
        try:
            yield _location(payload, parse.clean(str(device), 64), item)
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail, raw)


def _location(payload: Payload, device: str, location: object) -> Fix:
    if not isinstance(location, dict):
        raise RefusalError(Reason.NO_COORDINATES if location is None else Reason.WRONG_SHAPE, "location")
    coords = location.get("coords")
    if not isinstance(coords, dict):
        raise RefusalError(Reason.NO_COORDINATES if coords is None else Reason.WRONG_SHAPE, "location.coords")
    for key in ("latitude", "longitude"):
        if coords.get(key) is not None and parse.json_number(coords[key]) is None:
            raise RefusalError(Reason.BAD_NUMBER, f"location.coords.{key}")
    latitude, longitude = parse.coordinates(
        parse.json_number(coords.get("latitude")), parse.json_number(coords.get("longitude"))
    )
    speed_ms = parse.within(parse.json_number(coords.get("speed")), 0, 139)
    mock = location.get("mock") is True
    at = _json_instant(location.get("timestamp"))
    return Fix(
        feed=payload.feed,
        device=device,
        at=at or payload.received_at,
        received_at=payload.received_at,
        latitude=latitude,
        longitude=longitude,
        kind=Kind.SIMULATED if mock else Kind.MEASURED,
        source=payload.source or "OsmAnd",
        speed_kmh=None if speed_ms is None else speed_ms * parse.KMH_PER_MS,
        course_deg=parse.course(parse.json_number(coords.get("heading"))),
        altitude_m=parse.within(parse.json_number(coords.get("altitude")), -500, 20_000),
        accuracy_m=parse.within(parse.json_number(coords.get("accuracy")), 0, 1e6),
        flags=_flags(mock=mock, timed=at is not None),
        attributes=_json_attributes(location),
        driver=parse.driver(extras.get(_DRIVER)) if isinstance(extras := location.get("extras"), dict) else "",
    )


def _json_instant(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _instant(value)
    epoch = parse.json_number(value)
    if epoch is None:
        raise RefusalError(Reason.BAD_TIME, "location.timestamp")
    return parse.instant_of_epoch(epoch)


def _json_attributes(location: Mapping[str, object]) -> dict[str, object]:
    """Flat attributes: battery level 0..1 becomes batteryLevel in percent, -1 is dropped."""
    found: dict[str, object] = {}
    for key in ("is_moving", "odometer", "event"):
        if key in location:
            found[key] = location[key]
    battery = location.get("battery")
    if isinstance(battery, dict):
        level = parse.within(parse.json_number(battery.get("level")), 0, 1)
        if level is not None:
            found["batteryLevel"] = round(level * 100)
        if isinstance(battery.get("is_charging"), bool):
            found["charge"] = battery["is_charging"]
    activity = location.get("activity")
    if isinstance(activity, dict) and isinstance(activity.get("type"), str):
        found["activity"] = activity["type"]
    extras = location.get("extras")
    if isinstance(extras, dict):
        found.update(extras)
    return parse.bounded(found)


FORMAT = TrackerFormat(
    key="osmand",
    names=Text("Giao thức OsmAnd (Traccar Client)", "The OsmAnd protocol, as Traccar Client speaks it"),
    decode=decode_osmand,
    content={"application/x-www-form-urlencoded": {}, "application/json": {}},
    # Trackers with this protocol cannot send a key.
    keyed=False,
)
