"""The national black-box messages, as JSON and as protobuf; the bytes are written by Google's library."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from data_sources.trackers.ufms import MESSAGES
from data_sources.waste_trucks import FEED
from domain.feeds.feed import Payload
from domain.observation import Fix, Rejection
from domain.reason import Reason

RECEIVED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
POINT = {
    "vehicle": "62C12345", "datetime": 1_772_415_000 - 60, "x": 106.4102, "y": 10.5431, "speed": 18.5, "heading": 90,
    "ignition": True,
}  # fmt: skip


def decoded(body: bytes) -> list[Fix | Rejection]:
    items = list(FEED.decode(Payload(feed="waste_trucks", format="ufms", body=body, received_at=RECEIVED)))
    assert all(isinstance(item, Fix | Rejection) for item in items)
    return items  # type: ignore[return-value]


def way_point(**said: Any) -> Fix | Rejection:
    given = {key: value for key, value in (POINT | said).items() if value is not None}
    (item,) = decoded(orjson.dumps({"msgType": "MsgType_BusWayPoint", "msgBusWayPoint": given}))
    return item


def test_the_json_form() -> None:
    fix = way_point()
    assert isinstance(fix, Fix)
    assert (fix.device, fix.latitude, fix.longitude) == ("62C12345", 10.5431, 106.4102)
    assert (fix.speed_kmh, fix.course_deg) == (18.5, 90)
    assert fix.at == datetime(2026, 3, 2, 1, 29, tzinfo=UTC)
    assert fix.flags == ()


def test_left_out_booleans_are_off() -> None:
    fix = way_point(ignition=None)
    assert isinstance(fix, Fix)
    assert fix.attributes["ignition"] is False
    assert fix.attributes["door_up"] is False


def test_left_out_speed_and_heading_are_zero_as_protobuf_leaves_zeros_out() -> None:
    fix = way_point(speed=None, heading=None)
    assert isinstance(fix, Fix)
    assert (fix.speed_kmh, fix.course_deg) == (0, 0)


def test_x_and_y_the_other_way_round_are_swapped_and_flagged() -> None:
    fix = way_point(x=10.5431, y=106.4102)
    assert isinstance(fix, Fix)
    assert (fix.latitude, fix.longitude) == (10.5431, 106.4102)
    assert fix.flags == ("xy_swapped",)


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        (2.35, 48.86, Reason.OUTSIDE_VIETNAM),
        (106.4, 106.4, Reason.OUTSIDE_VIETNAM),
        (10.5, 10.5, Reason.OUTSIDE_VIETNAM),
        (0, 0, Reason.ZERO_COORDINATES),
        (None, None, Reason.ZERO_COORDINATES),
        (106.4, None, Reason.OUTSIDE_VIETNAM),
        ("106.4", 10.5, Reason.BAD_NUMBER),
    ],
)
def test_outside_viet_nam_in_both_orders_is_refused(x: object, y: object, reason: Reason) -> None:
    refused = way_point(x=x, y=y)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason


@pytest.mark.parametrize("plate", ["62C12345", "62C-123.45", " 62c 12345  ", "62c.123.45", "62C–12345"])
def test_plates_are_joined_without_separators_and_in_upper_case(plate: str) -> None:
    fix = way_point(vehicle=plate)
    assert isinstance(fix, Fix)
    assert fix.device == "62C12345"


def test_the_drivers_licence_number_stands_in_its_own_field_alone() -> None:
    fix = way_point(driver="790123456789")
    assert isinstance(fix, Fix)
    assert fix.driver == "790123456789"
    assert "driver" not in fix.attributes
    refused = way_point(driver="790123456789", x=0.0)
    (registered,) = decoded(b'{"msgType":"MsgType_RegDriver","msgRegDriver":{"driver":"790123456789"}}')
    for item in (refused, registered):
        assert isinstance(item, Rejection)
        assert "790123456789" not in item.raw + item.detail
    assert isinstance(refused, Rejection)
    assert "62C12345" in refused.raw


@pytest.mark.parametrize("listed", [lambda points: points, lambda points: {"events": points}])
@pytest.mark.parametrize("name", ["BusWayPoints", "BusWayPointBatch"])
def test_a_batch_keeps_its_good_positions(name: str, listed: Any) -> None:
    points = [POINT, POINT | {"x": 0.0}, 5, POINT | {"vehicle": "62C99999"}]
    items = decoded(orjson.dumps({"msgType": f"MsgType_{name}", f"msg{name}": listed(points)}))
    assert [type(item) for item in items] == [Fix, Rejection, Rejection, Fix]


@pytest.mark.parametrize("name", ["RegVehicle", "RegDriver", "BusTicketPoint", "StudentCheckInPoint"])
def test_messages_without_a_position_are_counted(name: str) -> None:
    (refused,) = decoded(orjson.dumps({"msgType": f"MsgType_{name}", f"msg{name}": {"vehicle": "62C12345"}}))
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.detail) == (Reason.NO_POSITION_MESSAGE, name)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"{", Reason.NOT_JSON),
        (b"[]", Reason.WRONG_SHAPE),
        (b"{}", Reason.MISSING_FIELD),
        (b'{"msgType":"MsgType_Cat"}', Reason.BAD_CODE),
        (b'{"msgType":true}', Reason.BAD_CODE),
        (b'{"msgType":102}', Reason.WRONG_SHAPE),
        (b'{"msgType":104,"msgBusWayPoints":[]}', Reason.EMPTY),
        (b"\x08", Reason.NOT_PROTOBUF),
        (b"\x08\x66", Reason.WRONG_SHAPE),
        (b"\x08\x66\xb2\x06\x7f\x0a", Reason.NOT_PROTOBUF),
        (b"\xff" * 50, Reason.NOT_PROTOBUF),
        (b"\x08\x05", Reason.BAD_CODE),
        (b"\x0a\x01x", Reason.NOT_PROTOBUF),
    ],
)
def test_refusals(body: bytes, reason: Reason) -> None:
    (refused,) = decoded(body)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason


@pytest.fixture(scope="module")
def messages() -> Any:
    """The messages as classes of Google's protobuf, from the descriptors the tables imply."""
    descriptor_pb2 = pytest.importorskip("google.protobuf.descriptor_pb2")
    from google.protobuf import descriptor_pool, message_factory

    kinds = {"string": 9, "int": 5, "float": 2, "double": 1, "bool": 8}
    file = descriptor_pb2.FileDescriptorProto(name="ufms.proto", syntax="proto2")
    base = file.message_type.add(name="BaseMessage")
    base.field.add(name="msgType", number=1, label=2, type=5)
    for number, name in ((100, "WayPoint"), (102, "BusWayPoint")):
        point = file.message_type.add(name=name)
        for at, field in (MESSAGES[number].point or {}).items():
            point.field.add(name=field.name, number=at, label=1, type=kinds[str(field.holds)])
        base.field.add(name=f"msg{name}", number=number, label=1, type=11, type_name=name)
    many = file.message_type.add(name="BusWayPoints")
    many.field.add(name="points", number=1, label=3, type=11, type_name="BusWayPoint")
    base.field.add(name="msgBusWayPoints", number=104, label=1, type=11, type_name="BusWayPoints")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("BaseMessage"))


@pytest.mark.parametrize(("number", "name"), [(100, "WayPoint"), (102, "BusWayPoint")])
def test_the_protobuf_form_says_the_same(messages: Any, number: int, name: str) -> None:
    sent = messages(msgType=number, **{f"msg{name}": POINT | {"driver": "790123456789", "aircon": True}})
    (fix,) = decoded(sent.SerializeToString())
    assert isinstance(fix, Fix)
    assert (fix.device, fix.latitude, fix.longitude) == ("62C12345", 10.5431, 106.4102)
    assert (fix.speed_kmh, fix.course_deg) == (18.5, 90)
    assert fix.at == datetime(2026, 3, 2, 1, 29, tzinfo=UTC)
    assert fix.attributes["aircon"] is True
    assert fix.attributes["ignition"] is True
    assert fix.driver == "790123456789"


def test_field_10_is_the_door_of_a_waypoint_and_the_air_conditioning_of_a_bus(messages: Any) -> None:
    for number, name, key in ((100, "WayPoint", "door"), (102, "BusWayPoint", "aircon")):
        sent = messages(msgType=number, **{f"msg{name}": POINT | {key: True}})
        (fix,) = decoded(sent.SerializeToString())
        assert isinstance(fix, Fix)
        assert [flag for flag, on in fix.attributes.items() if on is True] == ["ignition", key]


def test_many_in_one_protobuf_message(messages: Any) -> None:
    points = [POINT | {"vehicle": f"62C{n:05}"} for n in range(50)]
    items = decoded(messages(msgType=104, msgBusWayPoints={"points": points}).SerializeToString())
    assert [item.device for item in items if isinstance(item, Fix)] == [f"62C{n:05}" for n in range(50)]


def test_a_message_cut_anywhere_is_refused_or_read_without_what_is_missing(messages: Any) -> None:
    whole = messages(msgType=102, msgBusWayPoint=POINT).SerializeToString()
    for length in range(len(whole)):
        for item in decoded(whole[:length]):
            assert isinstance(item, Rejection)
