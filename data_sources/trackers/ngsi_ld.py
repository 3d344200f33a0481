"""NGSI-LD notifications of Vehicle entities (FIWARE, smart-data-models), and the older NGSIv2."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from data_sources import MAX_ITEMS, VALUES_MAX
from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from domain.feeds.feed import Decoded, Payload
from domain.feeds.tracker_format import TrackerFormat
from domain.observation import Fix, Kind
from domain.reason import Reason
from domain.text import Text

_URN = "urn:ngsi-ld:Vehicle:"
# Factors from UN/CEFACT unit codes to km/h; smart-data-models uses km/h without a unit.
_KMH_PER_UNIT = {"KMH": 1.0, "MTS": parse.KMH_PER_MS, "KNT": parse.KMH_PER_KNOT, "HM": 1.609344}
_KEPT = (
    "ignitionStatus", "serviceStatus", "vehicleRunningStatus", "vehiclePlateIdentifier", "fleetVehicleId",
    "cargoWeight", "tripNetWeightCollected", "currentTripCount", "wardId", "deviceBatteryStatus", "mileageFromOdometer",
)  # fmt: skip


def decode_ngsi_ld(payload: Payload) -> Iterable[Decoded]:
    """Decode one notification into a Fix per Vehicle; accepts normalised, keyValues, expanded names and NGSIv2.

    The instant is the location's observedAt, else observationDateTime, else the notification's notifiedAt, flagged
    "notified_time" (any attribute may have triggered it), else the receive time, flagged "received_time". Never raises.
    """
    try:
        message, entities = _entities(payload)
    except RefusalError as refused:
        yield parse.rejection(payload, refused.reason, refused.detail, payload.body)
        return
    for entity in entities:
        try:
            yield _vehicle(payload, message, entity)
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail, parse.written(entity))


def _entities(payload: Payload) -> tuple[Mapping[str, Any], list[Any]]:
    if not payload.body.strip():
        raise RefusalError(Reason.EMPTY)
    message = parse.json_of(payload.body, VALUES_MAX)
    if not isinstance(message, dict):
        raise RefusalError(Reason.WRONG_SHAPE, "cần một thông báo / a notification is needed")
    message = _short(message)
    entities = message.get("data")
    if isinstance(entities, dict):
        entities = [entities]
    if not isinstance(entities, list):
        raise RefusalError(Reason.WRONG_SHAPE, "data")
    if not entities:
        raise RefusalError(Reason.EMPTY, "data")
    if len(entities) > MAX_ITEMS:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"{len(entities)} > {MAX_ITEMS}")
    return message, entities


def _vehicle(payload: Payload, message: Mapping[str, Any], given: object) -> Fix:
    if not isinstance(given, dict):
        raise RefusalError(Reason.WRONG_SHAPE, "mỗi mục là một đối tượng / each item is an object")
    entity = _short(given)
    kinds = entity.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "Vehicle" not in [_last(kind) for kind in kinds if isinstance(kind, str)]:
        raise RefusalError(Reason.NO_POSITION_MESSAGE, f"type: {str(entity.get('type'))[:60]}; cần / needs Vehicle")
    device = entity.get("id")
    device = parse.clean(device.removeprefix(_URN), 64) if isinstance(device, str) else ""
    if not device:
        raise RefusalError(Reason.MISSING_DEVICE, "id")
    latitude, longitude = _position(_value(entity.get("location")))
    at, flags = _instant(payload, message, entity)
    return Fix(
        feed=payload.feed,
        device=device,
        at=at,
        received_at=payload.received_at,
        latitude=latitude,
        longitude=longitude,
        kind=Kind.MEASURED,
        source=payload.source or "NGSI-LD",
        speed_kmh=_speed_kmh(entity.get("speed")),
        course_deg=parse.course(parse.json_number(_value(entity.get("bearing", entity.get("heading"))))),
        flags=flags,
        attributes=parse.bounded({key: _value(entity[key]) for key in _KEPT if key in entity}),
    )


def _short(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same with short names: keys may be URIs, @id and @type. On a name clash the first one stays."""
    found: dict[str, Any] = {}
    for key, value in given.items():
        found.setdefault(_last(key).removeprefix("@"), value)
    return found


def _last(uri: str) -> str:
    return uri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _value(attribute: object) -> Any:
    """The value of an attribute: a Property's value, a Relationship's object, or the attribute itself (keyValues)."""
    if isinstance(attribute, list) and len(attribute) == 1:
        attribute = attribute[0]
    if not isinstance(attribute, dict):
        return attribute
    named = _short(attribute)
    return next((_literal(named[key]) for key in ("value", "object", "hasValue") if key in named), attribute)


def _literal(expanded: object) -> Any:
    """Unwrap [{"@value": …}] of expanded JSON-LD."""
    if isinstance(expanded, list) and len(expanded) == 1:
        expanded = expanded[0]
    return expanded.get("@value", expanded) if isinstance(expanded, dict) else expanded


def _position(location: object) -> tuple[float, float]:
    """Position from GeoJSON [longitude, latitude] or from NGSIv2's geo:point "latitude, longitude"."""
    if location is None:
        raise RefusalError(Reason.NO_COORDINATES, "location")
    if isinstance(location, str) and location.lstrip()[:1] != "{":
        numbers = [parse.number(part.strip()) for part in location.split(",")]
        longitude, latitude = numbers[1::-1] if len(numbers) == 2 else (None, None)
    else:
        longitude, latitude = _point(location)
    if latitude is None or longitude is None:
        raise RefusalError(Reason.WRONG_SHAPE, "location: Point [lon, lat]")
    return parse.coordinates(latitude, longitude)


def _point(location: object) -> tuple[float | None, float | None]:
    if isinstance(location, str):
        # Some brokers send GeoJSON as text.
        try:
            location = orjson.loads(location)
        except orjson.JSONDecodeError:
            return None, None
    pair = location.get("coordinates") if isinstance(location, dict) else None
    if not isinstance(location, dict) or location.get("type") != "Point" or not isinstance(pair, list) or len(pair) < 2:
        return None, None
    return parse.json_number(pair[0]), parse.json_number(pair[1])


def _instant(
    payload: Payload, message: Mapping[str, Any], entity: Mapping[str, Any]
) -> tuple[datetime, tuple[str, ...]]:
    """The time of the position, and a flag unless the entity gives the time itself."""
    for named, flags in (
        (_observed(entity.get("location")), ()),
        (entity.get("observationDateTime"), ()),
        (message.get("notifiedAt"), ("notified_time",)),
    ):
        said = _value(named)
        if said is None:
            continue
        if not isinstance(said, str):
            raise RefusalError(Reason.BAD_TIME, str(said)[:60])
        return parse.instant_of_text(said, zoneless_is="utc"), flags
    return payload.received_at, ("received_time",)


def _observed(attribute: object) -> object:
    """The observedAt of a normalised attribute, or the metadata timestamp of an NGSIv2 attribute."""
    if not isinstance(attribute, dict):
        return None
    named = _short(attribute)
    metadata = named.get("metadata")
    if "observedAt" in named or not isinstance(metadata, dict):
        return named.get("observedAt")
    return next((metadata[key] for key in ("timestamp", "TimeInstant", "dateObserved") if key in metadata), None)


def _speed_kmh(attribute: object) -> float | None:
    speed = parse.json_number(_value(attribute))
    named = _short(attribute) if isinstance(attribute, dict) else {}
    metadata = named.get("metadata")
    unit = named.get("unitCode") or (_value(metadata.get("unitCode")) if isinstance(metadata, dict) else None) or "KMH"
    factor = _KMH_PER_UNIT.get(unit) if isinstance(unit, str) else None
    return None if speed is None or factor is None else parse.within(speed * factor, 0, 500)


FORMAT = TrackerFormat(
    key="ngsi-ld",
    names=Text("Thông báo NGSI-LD về Vehicle (FIWARE)", "NGSI-LD notifications of Vehicle (FIWARE)"),
    decode=decode_ngsi_ld,
    content={
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["data"],
                "properties": {
                    "notifiedAt": {"type": "string", "format": "date-time"},
                    "data": {"type": "array", "minItems": 1, "maxItems": MAX_ITEMS, "items": {"type": "object"}},
                },
            }
        },
        "application/ld+json": {"schema": {"type": "object"}},
    },
    max_bytes=4 * 2**20,
)
