"""OsmAnd messages as phones and trackers really send them: forms, units, clocks, refusals."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import orjson
import pytest

from data_sources.waste_trucks import FEED
from domain.feeds.feed import Payload
from domain.observation import RECEIVED_TIME, Fix, Kind, Rejection
from domain.reason import Reason

RECEIVED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def query(**fields: object) -> Fix | Rejection:
    return only(Payload(feed="waste_trucks", format="osmand", body=b"", received_at=RECEIVED, query=urlencode(fields)))


def message(location: object, device: object = "P-1", content_type: str = "application/json") -> Fix | Rejection:
    body = orjson.dumps({"device_id": device, "location": location})
    return only(
        Payload(feed="waste_trucks", format="osmand", body=body, received_at=RECEIVED, content_type=content_type)
    )


def only(payload: Payload) -> Fix | Rejection:
    (item,) = FEED.decode(payload)
    assert isinstance(item, Fix | Rejection)
    return item


def test_query_form_speed_is_in_knots() -> None:
    fix = query(id="LA-001", lat=10.54, lon=106.41, speed=10, bearing=90, altitude=3, accuracy=5)
    assert isinstance(fix, Fix)
    assert (fix.device, fix.latitude, fix.longitude) == ("LA-001", 10.54, 106.41)
    assert fix.speed_kmh == pytest.approx(18.52)
    assert (fix.course_deg, fix.altitude_m, fix.accuracy_m) == (90, 3, 5)
    assert fix.kind is Kind.MEASURED


def test_json_form_speed_is_in_metres_per_second() -> None:
    fix = message({"timestamp": "2026-03-02T01:29:50Z", "coords": {"latitude": 10.5, "longitude": 106.4, "speed": 10}})
    assert isinstance(fix, Fix)
    assert fix.speed_kmh == pytest.approx(36)
    assert fix.at == datetime(2026, 3, 2, 1, 29, 50, tzinfo=UTC)


def test_minus_one_means_unknown_and_never_minus_one() -> None:
    coords = {"latitude": 10.5, "longitude": 106.4, "speed": -1, "heading": -1, "accuracy": -1}
    fix = message({"coords": coords, "battery": {"level": -1}})
    assert isinstance(fix, Fix)
    assert (fix.speed_kmh, fix.course_deg, fix.accuracy_m) == (None, None, None)
    assert "batteryLevel" not in fix.attributes


@pytest.mark.parametrize(
    "timestamp",
    ["1772415000", "1772415000000", "2026-03-02T01:30:00Z", "2026-03-02T08:30:00+07:00", "2026-03-02 01:30:00"],
)
def test_every_way_to_write_the_same_instant(timestamp: str) -> None:
    fix = query(id="1", lat=10.5, lon=106.4, timestamp=timestamp)
    assert isinstance(fix, Fix)
    assert fix.at == RECEIVED


def test_without_a_timestamp_it_happened_when_received() -> None:
    fix = query(id="1", lat=10.5, lon=106.4)
    assert isinstance(fix, Fix)
    assert fix.at == RECEIVED


@pytest.mark.parametrize("name", ["id", "deviceid", "device_id"])
def test_every_name_of_the_device_id(name: str) -> None:
    fix = query(**{name: "T-9", "lat": 10.5, "lon": 106.4})
    assert isinstance(fix, Fix)
    assert fix.device == "T-9"


def test_location_as_one_field_and_heading_for_bearing() -> None:
    fix = query(id="1", location="10.5,106.4", heading=360)
    assert isinstance(fix, Fix)
    assert (fix.latitude, fix.longitude, fix.course_deg) == (10.5, 106.4, 0)


def test_fields_in_a_form_body_count_like_a_query() -> None:
    body = b"id=7&lat=10.5&lon=106.4"
    fix = only(
        Payload(
            feed="waste_trucks",
            format="osmand",
            body=body,
            received_at=RECEIVED,
            content_type="application/x-www-form-urlencoded",
        )
    )
    assert isinstance(fix, Fix)
    assert fix.device == "7"


def test_json_is_recognised_without_its_content_type() -> None:
    assert isinstance(message({"coords": {"latitude": 10.5, "longitude": 106.4}}, content_type=""), Fix)


def test_a_mocked_position_is_simulated_and_flagged() -> None:
    for fix in (
        query(id="1", lat=10.5, lon=106.4, mock="true"),
        message({"mock": True, "coords": {"latitude": 10.5, "longitude": 106.4}}),
    ):
        assert isinstance(fix, Fix)
        assert fix.kind is Kind.SIMULATED
        assert fix.flags == ("mock", RECEIVED_TIME)


def test_other_keys_become_attributes_and_stay_small() -> None:
    many = {f"k{n}": "x" * 1000 for n in range(60)}
    fix = query(id="1", lat=10.5, lon=106.4, ignition="true", rpm="933", **many)
    assert isinstance(fix, Fix)
    assert fix.attributes["ignition"] is True
    assert fix.attributes["rpm"] == 933
    assert len(fix.attributes) <= 32
    assert all(len(str(value)) <= 200 for value in fix.attributes.values())
    assert "lat" not in fix.attributes


def test_a_batch_of_locations_gives_a_fix_each() -> None:
    good = {"coords": {"latitude": 10.5, "longitude": 106.4}}
    body = orjson.dumps({"device_id": "1", "location": [good, {"coords": {}}, good]})
    payload = Payload(feed="waste_trucks", format="osmand", body=body, received_at=RECEIVED)
    kinds = [type(item) for item in FEED.decode(payload)]
    assert kinds == [Fix, Rejection, Fix]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"lat": 10.5, "lon": 106.4}, Reason.MISSING_DEVICE),
        ({"id": " ", "lat": 10.5, "lon": 106.4}, Reason.MISSING_DEVICE),
        ({"id": "1"}, Reason.NO_COORDINATES),
        ({"id": "1", "lat": 10.5}, Reason.NO_COORDINATES),
        ({"id": "1", "lat": "mười", "lon": 106.4}, Reason.BAD_NUMBER),
        ({"id": "1", "lat": "nan", "lon": 106.4}, Reason.BAD_NUMBER),
        ({"id": "1", "lat": "1_0", "lon": 106.4}, Reason.BAD_NUMBER),
        ({"id": "1", "lat": 91, "lon": 106.4}, Reason.BAD_COORDINATES),
        ({"id": "1", "lat": 10.5, "lon": 106.4, "timestamp": "hôm qua"}, Reason.BAD_TIME),
        ({"id": "1", "lat": 10.5, "lon": 106.4, "timestamp": "0"}, Reason.BAD_TIME),
        ({"id": "1", "lat": 10.5, "lon": 106.4, "timestamp": "1e300"}, Reason.BAD_TIME),
        ({}, Reason.EMPTY),
        ({f"f{n}": 1 for n in range(150)}, Reason.WRONG_SHAPE),
    ],
)
def test_refusals_of_the_query_form(fields: dict[str, object], reason: Reason) -> None:
    refused = query(**fields)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (None, Reason.NO_COORDINATES),
        ([], Reason.EMPTY),
        ("here", Reason.WRONG_SHAPE),
        ({"coords": {"latitude": "10.5", "longitude": 106.4}}, Reason.BAD_NUMBER),
        ({"coords": {"latitude": 10.5, "longitude": 106.4}, "timestamp": True}, Reason.BAD_TIME),
    ],
)
def test_refusals_of_the_json_form(location: object, reason: Reason) -> None:
    refused = message(location)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason


def test_a_refusal_keeps_the_beginning_of_the_raw_text_and_says_the_position_stays() -> None:
    refused = query(id="1", cell="257,02,16,2224")
    assert isinstance(refused, Rejection)
    assert "cell=257" in refused.raw
    assert "giữ vị trí cũ" in refused.detail
    assert refused.received_at == RECEIVED


def test_a_time_long_past_is_kept_for_the_quality_check_to_judge() -> None:
    fix = query(id="1", lat=10.5, lon=106.4, timestamp=int((RECEIVED - timedelta(weeks=1024)).timestamp()))
    assert isinstance(fix, Fix)


def test_a_zone_whose_plus_was_not_escaped_is_read_to_the_millisecond() -> None:
    text = "id=1&lat=10.5&lon=106.4&timestamp=2026-03-02T08:29:00.123456+07:00"
    fix = only(Payload(feed="waste_trucks", format="osmand", body=b"", received_at=RECEIVED, query=text))
    assert isinstance(fix, Fix)
    assert fix.at == datetime(2026, 3, 2, 1, 29, 0, 123_000, tzinfo=UTC)
