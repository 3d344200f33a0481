"""The archive keeps no driver's name from any way in, and the rest of the message stays readable."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import openpyxl
import orjson
import pytest

from data_sources.waste_trucks import FEED
from domain.feeds.feed import Payload
from domain.fleets.driver import without_drivers
from domain.observation import Fix, Rejection
from intake.collector.archiving import for_archive
from intake.messages.decoding import decode
from tests.data_sources.test_ufms import POINT, messages

__all__ = ["messages"]  # fixture of the black-box messages

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SECRET = "TX-SECRET"
REGISTER = [["Mã tài xế", "Họ và tên"], ["TX-1", SECRET]]


def message(form: str, body: bytes = b"", query: str = "", name: str = "") -> Payload:
    return Payload(feed="waste_trucks", format=form, body=body, received_at=NOW, query=query, name=name)


def archived(payload: Payload) -> Payload | None:
    kept = for_archive(payload, decode(FEED, payload))
    assert kept is None or SECRET.encode() not in kept.body + kept.query.encode()
    return kept


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def positions(payload: Payload) -> list[tuple[str, datetime, float, float, float | None]]:
    return [
        (item.device, item.at, item.latitude, item.longitude, item.speed_kmh)
        for item in decode(FEED, payload)
        if isinstance(item, Fix)
    ]


def house_json(**driver: object) -> bytes:
    place = {"feed": "waste_trucks", "measure": "position", "entity": "LA-1", "at": NOW.isoformat(), "source": "x"}
    return orjson.dumps([place | {"latitude": 10.54, "longitude": 106.41, "kind": "measured"} | driver])


@pytest.mark.parametrize(
    "payload",
    [
        message("osmand", query=f"id=LA-1&lat=10.54&lon=106.41&timestamp=1772414940&driverUniqueId={SECRET}"),
        message("osmand", query=f"id=LA-1&driverUniqueId={SECRET}&lat=10.54&lon=106.41&timestamp=1772414940"),
        message("observations", house_json(driver=SECRET)),
        message("observations", house_json(driver=7_712_345)),
        message("observations", house_json(driver={"name": SECRET})),
        message("observations", house_json(driver=None)),
        message("ufms", orjson.dumps({"msgType": 102, "msgBusWayPoint": POINT | {"driver": SECRET}})),
    ],
)
def test_a_message_without_its_driver_says_the_same_of_the_vehicle(payload: Payload) -> None:
    kept = archived(payload)
    assert kept is not None
    assert len(positions(payload)) == 1
    assert positions(kept) == positions(payload)
    assert not [item.driver for item in decode(FEED, kept) if isinstance(item, Fix) and item.driver not in ("", "0")]


def test_a_message_that_names_nobody_stays_as_it_came() -> None:
    payload = message("osmand", query="id=LA-1&lat=10.54&lon=106.41&timestamp=1772414940")
    assert archived(payload) is payload


def test_a_black_boxs_protobuf_message_loses_its_licence_number(messages: object) -> None:
    for number, name in ((102, "BusWayPoint"), (100, "WayPoint")):
        box = messages(msgType=number, **{f"msg{name}": POINT | {"driver": SECRET}})  # type: ignore[operator]
        payload = message("ufms", box.SerializeToString())
        assert [item.driver for item in decode(FEED, payload) if isinstance(item, Fix)] == [SECRET]
        kept = archived(payload)
        assert kept is not None
        assert positions(kept) == positions(payload)


def test_a_code_that_cannot_be_taken_out_takes_the_whole_message_along() -> None:
    told = f'{{"driver": "{SECRET}"}}'.replace("driver", "dr\\u0069ver")
    place = orjson.loads(house_json())[0]
    body = (orjson.dumps([place])[:-2] + b"," + told[1:].encode() + b"]").replace(b"]}", b"}]")
    payload = message("observations", body)
    assert [item.driver for item in decode(FEED, payload) if isinstance(item, Fix)] == [SECRET]
    assert archived(payload) is None


def test_a_drivers_card_is_not_archived() -> None:
    card = {"msgType": "MsgType_RegDriver", "msgRegDriver": {"driver": "790123456789", "name": SECRET}}
    payload = message("ufms", orjson.dumps(card))
    assert all(isinstance(item, Rejection) for item in decode(FEED, payload))
    assert archived(payload) is None


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("tai-xe.csv", "\n".join(",".join(row) for row in REGISTER).encode()),
        ("tai-xe.xlsx", workbook(REGISTER)),
        ("cut.xlsx", workbook(REGISTER)[:900]),
        ("old.xls", b"\xd0\xcf\x11\xe0" + SECRET.encode()),
    ],
)
def test_a_register_at_a_wrong_door_is_not_archived(name: str, body: bytes) -> None:
    assert archived(message("file", body, name=name)) is None


def test_an_ordinary_workbook_is_archived() -> None:
    payload = message("file", workbook([["vehicle", "in_service"], ["LA-001", 1]]), name="x.xlsx")
    assert archived(payload) is payload


def test_text_that_is_not_utf8_comes_through_untouched() -> None:
    raw = "driver=X&note=\udcff\udcfe".encode("utf-8", "surrogateescape")
    payload = message("osmand", raw)
    kept = for_archive(payload, [])
    assert kept is not None
    assert kept.body == b"driver=0&note=\xff\xfe"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('{"driver":"A","x":1}', '{"driver":"","x":1}'),
        ('{"driverUniqueId" : 12,"x":1}', '{"driverUniqueId" : 0,"x":1}'),
        ('{"driver":{"a":"b"},"x":[1]}', '{"driver":{},"x":[1]}'),
        ("driverUniqueId=&lat=1", "driverUniqueId=&lat=1"),
    ],
)
def test_what_is_said_of_a_driver_is_emptied_and_the_rest_is_not(said: str, kept: str) -> None:
    assert without_drivers(said) == kept
