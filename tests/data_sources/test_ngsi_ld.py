"""NGSI-LD notifications of vehicles in every form that brokers send, and NGSIv2 ones."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from data_sources.waste_trucks import FEED
from domain.feeds.feed import Payload
from domain.observation import Fix, Rejection
from domain.reason import Reason

RECEIVED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
AT = "2026-03-02T01:29:00Z"
POINT = {"type": "Point", "coordinates": [106.4102, 10.5431]}
VEHICLE: dict[str, Any] = {
    "id": "urn:ngsi-ld:Vehicle:LA-031",
    "type": "Vehicle",
    "location": {"type": "GeoProperty", "value": POINT, "observedAt": AT},
    "speed": {"type": "Property", "value": 18.5, "unitCode": "KMH"},
    "bearing": {"type": "Property", "value": 90},
    "ignitionStatus": {"type": "Property", "value": True},
}
KEY_VALUES = {
    "id": "LA-031", "type": "Vehicle", "location": POINT, "speed": 18.5, "bearing": 90, "ignitionStatus": True,
    "observationDateTime": AT,
}  # fmt: skip
CORE, TRANSPORT = "https://uri.etsi.org/ngsi-ld/", "https://smartdatamodels.org/dataModel.Transportation/"
EXPANDED = {
    "@id": "urn:ngsi-ld:Vehicle:LA-031",
    "@type": [f"{TRANSPORT}Vehicle"],
    f"{CORE}location": {"type": "GeoProperty", "value": POINT, "observedAt": AT},
    f"{TRANSPORT}speed": {"type": "Property", "value": 18.5},
    f"{TRANSPORT}bearing": [{"@type": [f"{CORE}Property"], f"{CORE}hasValue": [{"@value": 90}]}],
    f"{TRANSPORT}ignitionStatus": {"type": "Property", "value": True},
}
NGSI_V2 = {
    "id": "LA-031",
    "type": "Vehicle",
    "location": {"type": "geo:json", "value": POINT, "metadata": {"TimeInstant": {"type": "DateTime", "value": AT}}},
    "speed": {"type": "Number", "value": 18.5, "metadata": {}},
    "bearing": {"type": "Number", "value": 90, "metadata": {}},
    "ignitionStatus": {"type": "Boolean", "value": True, "metadata": {}},
}


def notified(*entities: object, **said: Any) -> list[Fix | Rejection]:
    message = {"id": "n:1", "type": "Notification", "notifiedAt": "2026-03-02T01:29:30Z", "data": entities} | said
    return decoded(orjson.dumps(message))


def decoded(body: bytes) -> list[Fix | Rejection]:
    items = list(FEED.decode(Payload(feed="waste_trucks", format="ngsi-ld", body=body, received_at=RECEIVED)))
    assert all(isinstance(item, Fix | Rejection) for item in items)
    return items  # type: ignore[return-value]


def fix_of(entity: dict[str, Any], **said: Any) -> Fix:
    (fix,) = notified(entity, **said)
    assert isinstance(fix, Fix), fix
    return fix


@pytest.mark.parametrize(
    "entity",
    [
        VEHICLE,
        KEY_VALUES,
        EXPANDED,
        NGSI_V2,
        NGSI_V2 | {"location": {"type": "geo:point", "value": "10.5431, 106.4102"}},
    ],
    ids=["normalised", "keyValues", "expanded URIs", "NGSIv2", "NGSIv2 geo:point"],
)
def test_every_form_of_the_same_vehicle(entity: dict[str, Any]) -> None:
    fix = fix_of(entity)
    assert (fix.device, fix.latitude, fix.longitude) == ("LA-031", 10.5431, 106.4102)
    assert (fix.speed_kmh, fix.course_deg) == (18.5, 90)
    assert fix.attributes == {"ignitionStatus": True}


def test_the_instant_is_observed_at_then_observation_date_time_then_notified_at() -> None:
    other = {
        "observationDateTime": {"type": "Property", "value": {"@type": "DateTime", "@value": "2026-03-02T01:28:00Z"}}
    }
    bare = {key: value for key, value in KEY_VALUES.items() if key != "observationDateTime"}
    assert fix_of(VEHICLE | other).at == datetime(2026, 3, 2, 1, 29, tzinfo=UTC)
    assert fix_of(bare | other).at == datetime(2026, 3, 2, 1, 28, tzinfo=UTC)
    told = fix_of(bare)
    assert (told.at, told.flags) == (datetime(2026, 3, 2, 1, 29, 30, tzinfo=UTC), ("notified_time",))
    assert fix_of(bare | other).flags == ()


def test_nobody_said_when_so_it_gets_the_receive_time_and_a_flag() -> None:
    bare = {key: value for key, value in KEY_VALUES.items() if key != "observationDateTime"}
    fix = fix_of(bare, notifiedAt=None)
    assert (fix.at, fix.flags) == (RECEIVED, ("received_time",))


@pytest.mark.parametrize(("unit", "kmh"), [("KMH", 10), (None, 10), ("MTS", 36), ("KNT", 18.52), ("XYZ", None)])
def test_speed_by_its_unit_code_and_kmh_without_one(unit: str | None, kmh: float | None) -> None:
    speed = {"type": "Property", "value": 10} | ({"unitCode": unit} if unit else {})
    said = fix_of(VEHICLE | {"speed": speed}).speed_kmh
    assert said is None if kmh is None else said == pytest.approx(kmh)


def test_minus_one_is_unknown() -> None:
    fix = fix_of(KEY_VALUES | {"speed": -1, "bearing": -1})
    assert (fix.speed_kmh, fix.course_deg) == (None, None)


def test_other_entities_are_refused_by_reason_and_good_ones_of_the_batch_kept() -> None:
    items = notified(VEHICLE, {"id": "c:1", "type": "WasteContainer"}, 5, VEHICLE | {"location": None}, KEY_VALUES)
    assert [item.reason if isinstance(item, Rejection) else item.device for item in items] == [
        "LA-031",
        Reason.NO_POSITION_MESSAGE,
        Reason.WRONG_SHAPE,
        Reason.NO_COORDINATES,
        "LA-031",
    ]
    refused = items[1]
    assert isinstance(refused, Rejection)
    assert "WasteContainer" in refused.detail


def test_longitude_comes_first_so_latitude_first_is_no_place_in_viet_nam_and_not_swapped_in_silence() -> None:
    (refused,) = notified(KEY_VALUES | {"location": {"type": "Point", "coordinates": [10.5431, 106.4102]}})
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.BAD_COORDINATES


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b" ", Reason.EMPTY),
        (b"{", Reason.NOT_JSON),
        (b"[]", Reason.WRONG_SHAPE),
        (b'{"data":5}', Reason.WRONG_SHAPE),
        (b'{"data":[]}', Reason.EMPTY),
        (orjson.dumps({"data": [5] * 5_001}), Reason.TOO_MANY_ITEMS),
        (orjson.dumps({"data": [KEY_VALUES | {"id": 5}]}), Reason.MISSING_DEVICE),
        (orjson.dumps({"data": [KEY_VALUES | {"location": "here"}]}), Reason.WRONG_SHAPE),
        (
            orjson.dumps({"data": [KEY_VALUES | {"location": {"type": "Polygon", "coordinates": []}}]}),
            Reason.WRONG_SHAPE,
        ),
        (orjson.dumps({"data": [KEY_VALUES | {"observationDateTime": 5}]}), Reason.BAD_TIME),
    ],
)
def test_refusals(body: bytes, reason: Reason) -> None:
    (refused,) = decoded(body)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason
