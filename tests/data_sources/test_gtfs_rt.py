"""GTFS-realtime positions; the bytes are written by the bindings Google publishes."""

import struct
from datetime import UTC, datetime
from typing import Any

import pytest

from data_sources.waste_trucks import FEED
from domain.feeds.feed import Payload
from domain.observation import Fix, Rejection
from domain.reason import Reason

RECEIVED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
AT_S = 1_772_415_000 - 60
VEHICLE: dict[str, Any] = {
    "vehicle": {"id": "LA-031", "license_plate": "62C-123.45"},
    "position": {"latitude": 10.5431, "longitude": 106.4102, "bearing": 90, "speed": 5, "odometer": 123456.5},
    "timestamp": AT_S,
}


@pytest.fixture(scope="module")
def pb() -> Any:
    return pytest.importorskip("google.transit.gtfs_realtime_pb2")


def feed(pb: Any, *vehicles: dict[str, Any] | None, header_s: int | None = AT_S + 20, **entity: Any) -> bytes:
    header = {"gtfs_realtime_version": "2.0"} | ({} if header_s is None else {"timestamp": header_s})
    entities = [
        {"id": str(n), **entity, **({} if vehicle is None else {"vehicle": vehicle})}
        for n, vehicle in enumerate(vehicles)
    ]
    return bytes(pb.FeedMessage(header=header, entity=entities).SerializeToString())


def decoded(body: bytes) -> list[Fix | Rejection]:
    items = list(FEED.decode(Payload(feed="waste_trucks", format="gtfs-rt", body=body, received_at=RECEIVED)))
    assert all(isinstance(item, Fix | Rejection) for item in items)
    return items  # type: ignore[return-value]


def fix_of(body: bytes) -> Fix:
    (fix,) = decoded(body)
    assert isinstance(fix, Fix), fix
    return fix


def test_speed_is_metres_per_second(pb: Any) -> None:
    fix = fix_of(feed(pb, VEHICLE))
    assert (fix.device, fix.speed_kmh, fix.course_deg) == ("LA-031", pytest.approx(18), 90)
    assert fix.at == datetime(2026, 3, 2, 1, 29, tzinfo=UTC)
    assert fix.attributes == {"current_status": "IN_TRANSIT_TO", "odometer": 123456.5}


def test_float32_positions_are_not_given_more_decimals_than_they_have(pb: Any) -> None:
    fix = fix_of(feed(pb, VEHICLE))
    (longitude,) = struct.unpack("<f", struct.pack("<f", 106.4102))
    assert longitude != 106.4102
    assert fix.longitude == round(longitude, 6)
    assert fix.longitude == pytest.approx(106.4102, abs=8e-6)


def test_the_same_position_fetched_twice_is_one_fix_for_whoever_counts(pb: Any) -> None:
    one, two = fix_of(feed(pb, VEHICLE, header_s=AT_S + 20)), fix_of(feed(pb, VEHICLE, header_s=AT_S + 40))
    assert (one.at, one.latitude, one.longitude) == (two.at, two.latitude, two.longitude)


def test_a_missing_timestamp_is_the_headers_and_flagged(pb: Any) -> None:
    bare = {key: value for key, value in VEHICLE.items() if key != "timestamp"}
    fix = fix_of(feed(pb, bare))
    assert (fix.at, fix.flags) == (datetime(2026, 3, 2, 1, 29, 20, tzinfo=UTC), ("header_time",))
    fix = fix_of(feed(pb, bare, header_s=None))
    assert (fix.at, fix.flags) == (RECEIVED, ("received_time",))


def test_without_an_id_the_plate_names_the_vehicle(pb: Any) -> None:
    assert fix_of(feed(pb, VEHICLE | {"vehicle": {"license_plate": "62c-123.45 "}})).device == "62C12345"


def test_deleted_entities_say_nothing_and_other_kinds_are_counted_once(pb: Any) -> None:
    (counted,) = decoded(feed(pb, None, None, trip_update={"trip": {"trip_id": "1"}}))
    assert isinstance(counted, Rejection)
    assert (counted.reason, counted.detail[:3]) == (Reason.NO_POSITION_MESSAGE, "2 ×")
    (none,) = decoded(feed(pb, VEHICLE, is_deleted=True))
    assert isinstance(none, Rejection)
    assert none.reason is Reason.EMPTY


def test_one_bad_vehicle_does_not_cost_the_others(pb: Any) -> None:
    lost = VEHICLE | {"position": {"latitude": 95, "longitude": 106.4}}
    nameless = VEHICLE | {"vehicle": {}}
    items = decoded(feed(pb, VEHICLE, lost, nameless, {"vehicle": {"id": "x"}}))
    assert [item.reason if isinstance(item, Rejection) else item.device for item in items] == [
        "LA-031",
        Reason.BAD_COORDINATES,
        Reason.MISSING_DEVICE,
        Reason.NO_COORDINATES,
    ]


def test_bytes_that_are_no_feed_are_refused(pb: Any) -> None:
    for body, reason in (
        (b"", Reason.EMPTY),
        (b"<html>", Reason.NOT_PROTOBUF),
        (b"\x12\x00", Reason.WRONG_SHAPE),
        (feed(pb, VEHICLE)[:-3], Reason.NOT_PROTOBUF),
        (feed(pb) + b"\x12\x00" * 5_001, Reason.TOO_MANY_ITEMS),
    ):
        (refused,) = decoded(body)
        assert isinstance(refused, Rejection)
        assert refused.reason is reason
