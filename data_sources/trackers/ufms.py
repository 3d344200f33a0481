"""Vietnam's national black-box messages (UFMS): vehicle positions as JSON or protobuf, decoded by one table."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from data_sources import MAX_ITEMS, VALUES_MAX
from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.messages.protobuf import Field, Layout, read_message
from domain.feeds.feed import Decoded, Payload
from domain.feeds.tracker_format import TrackerFormat
from domain.fleets.vehicle import plate_key
from domain.observation import Fix, Kind
from domain.reason import Reason
from domain.text import Text

_VIETNAM_LATITUDE = (8.0, 24.0)
_VIETNAM_LONGITUDE = (102.0, 110.0)
_DRIVER = "driver"

# Field 2 is the driver's licence number: personal data, kept only in Fix.driver.
_COMMON: Layout = {
    1: Field("vehicle", "string"),
    2: Field(_DRIVER, "string"),
    3: Field("speed", "float"),
    4: Field("datetime", "int"),
    5: Field("x", "double"),
    6: Field("y", "double"),
    7: Field("z", "float"),
    8: Field("heading", "float"),
    9: Field("ignition", "bool"),
}
_WAY_POINT: Layout = {**_COMMON, 10: Field("door", "bool"), 11: Field("aircon", "bool")}
_BUS_WAY_POINT: Layout = {
    **_COMMON,
    10: Field("aircon", "bool"),
    11: Field("door_up", "bool"),
    12: Field("door_down", "bool"),
    13: Field("sos", "bool"),
    14: Field("working", "bool"),
    15: Field("analog1", "float"),
    16: Field("analog2", "float"),
}


class Message(NamedTuple):
    """One message type: its name, the layout of a position in it (None: no position), and whether it has many."""

    name: str
    point: Layout | None = None
    many: bool = False


# By message number, which is also the number of its field. Add a line here for a new layout.
MESSAGES: Mapping[int, Message] = {
    100: Message("WayPoint", _WAY_POINT),
    102: Message("BusWayPoint", _BUS_WAY_POINT),
    103: Message("BusWayPointBatch", _BUS_WAY_POINT, many=True),
    104: Message("BusWayPoints", _BUS_WAY_POINT, many=True),
    105: Message("StudentCheckInPoint"),
    400: Message("RegVehicle"),
    410: Message("RegDriver"),
    420: Message("RegCompany"),
    500: Message("BusTicketPoint"),
    501: Message("BusTicketStartEndPoint"),
}


def decode_ufms(payload: Payload) -> Iterable[Decoded]:
    """Decode one UFMS message into a Fix per position; speed is in km/h, datetime in seconds. Never raises.

    Missing booleans are false, protobuf's default. x is the longitude; when only the other order lies in Việt Nam, the
    two are swapped and the fix is flagged "xy_swapped". The device is the plate without separators. Messages without a
    position are rejected as NO_POSITION_MESSAGE: they get a success answer and count by reason.
    """
    try:
        points, layout = _points(payload.body)
    except RefusalError as refused:
        yield parse.rejection(payload, refused.reason, refused.detail, payload.body)
        return
    for point in points:
        try:
            yield _fix(payload, point, layout)
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail, _without_driver(point, layout))


def _without_driver(point: object, layout: Layout) -> str:
    """The message as evidence, with only the table's fields and without the driver."""
    known = {field.name for field in layout.values()} - {_DRIVER}
    return repr({key: value for key, value in point.items() if key in known} if isinstance(point, dict) else point)


def _points(body: bytes) -> tuple[list[Any], Layout]:
    if not body.strip():
        raise RefusalError(Reason.EMPTY)
    message, said = _from_json(body) if body.lstrip()[:1] in (b"{", b"[") else _from_protobuf(body)
    if message.point is None:
        raise RefusalError(Reason.NO_POSITION_MESSAGE, message.name)
    points = _listed(said) if message.many else [said]
    if not points:
        raise RefusalError(Reason.EMPTY, message.name)
    if len(points) > MAX_ITEMS:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"{len(points)} > {MAX_ITEMS}")
    return points, message.point


def _from_protobuf(body: bytes) -> tuple[Message, object]:
    number = read_message(body, {1: Field("msgType", "int")}).get("msgType")
    message = _known(number)
    if message.point is None:
        return message, None
    holds = {1: Field("points", message.point, repeated=True)} if message.many else message.point
    return message, read_message(body, {int(number): Field("payload", holds)}).get("payload")  # type: ignore[arg-type]


def _from_json(body: bytes) -> tuple[Message, object]:
    said = parse.json_of(body, VALUES_MAX)
    if not isinstance(said, dict):
        raise RefusalError(Reason.WRONG_SHAPE, "cần một đối tượng JSON / a JSON object is needed")
    message = _known(said.get("msgType"))
    return message, said.get(f"msg{message.name}")


def _known(said: object) -> Message:
    """The message type with this number, or with this name in JSON."""
    for number, message in MESSAGES.items():
        if said in (number, message.name, f"MsgType_{message.name}") and not isinstance(said, bool):
            return message
    if said is None:
        raise RefusalError(Reason.MISSING_FIELD, "msgType")
    raise RefusalError(Reason.BAD_CODE, f"msgType: {str(said)[:60]}")


def _listed(said: object) -> list[Any]:
    """The positions of a batch: a list, or the only list in an object (senders name it differently)."""
    if isinstance(said, dict):
        return next((value for value in said.values() if isinstance(value, list)), [])
    return said if isinstance(said, list) else []


def _fix(payload: Payload, point: object, layout: Layout) -> Fix:
    if not isinstance(point, dict):
        raise RefusalError(Reason.WRONG_SHAPE, "mỗi vị trí là một đối tượng / each position is an object")
    vehicle = point.get("vehicle")
    device = plate_key(parse.clean(vehicle, 64)) if isinstance(vehicle, str) else ""
    if not device:
        raise RefusalError(Reason.MISSING_DEVICE, "vehicle")
    at_s = parse.json_number(point.get("datetime"))
    if not at_s:
        raise RefusalError(Reason.MISSING_FIELD, "datetime")
    latitude, longitude, swapped = _position(point)
    return Fix(
        feed=payload.feed,
        device=device,
        at=parse.instant_of_epoch(at_s),
        received_at=payload.received_at,
        latitude=latitude,
        longitude=longitude,
        kind=Kind.MEASURED,
        source=payload.source or "UFMS",
        speed_kmh=parse.within(parse.json_number(point.get("speed", 0)), 0, 500),
        course_deg=parse.course(parse.json_number(point.get("heading", 0))),
        altitude_m=parse.within(parse.json_number(point.get("z")), -500, 20_000),
        flags=("xy_swapped",) if swapped else (),
        attributes=parse.bounded(_attributes(point, layout)),
        driver=parse.driver(point.get(_DRIVER)),
    )


def _attributes(point: Mapping[str, object], layout: Layout) -> dict[str, object]:
    found: dict[str, object] = {
        field.name: point.get(field.name) is True for field in layout.values() if field.holds == "bool"
    }
    return found | {name: point[name] for name in ("analog1", "analog2") if name in point}


def _position(point: Mapping[str, object]) -> tuple[float, float, bool]:
    """Latitude, longitude, and whether x and y had to be swapped."""
    x, y = (parse.json_number(point.get(key, 0)) for key in ("x", "y"))
    if x is None or y is None:
        raise RefusalError(Reason.BAD_NUMBER, "x, y")
    if x == 0 and y == 0:
        raise RefusalError(Reason.ZERO_COORDINATES)
    for longitude, latitude in ((x, y), (y, x)):
        if (
            _VIETNAM_LATITUDE[0] <= latitude <= _VIETNAM_LATITUDE[1]
            and _VIETNAM_LONGITUDE[0] <= longitude <= _VIETNAM_LONGITUDE[1]
        ):
            return latitude, longitude, (longitude, latitude) != (x, y)
    raise RefusalError(Reason.OUTSIDE_VIETNAM, f"x={x:g}, y={y:g}")


FORMAT = TrackerFormat(
    key="ufms",
    names=Text("Bản tin hộp đen quốc gia (UFMS), JSON hoặc protobuf", "National black-box messages, JSON or protobuf"),
    decode=decode_ufms,
    content={
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["msgType"],
                "properties": {"msgType": {"type": "string", "example": "MsgType_BusWayPoint"}},
                "example": {
                    "msgType": "MsgType_BusWayPoint",
                    "msgBusWayPoint": {
                        "vehicle": "62C12345",
                        "datetime": 1_772_415_000,
                        "x": 106.4102,
                        "y": 10.5431,
                        "speed": 18.5,
                        "heading": 90,
                        "ignition": True,
                    },
                },
            }
        },
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    },
    max_bytes=2**20,
)
