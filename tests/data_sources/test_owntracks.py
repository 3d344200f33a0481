"""OwnTracks as phones send it: by HTTP and by MQTT, positions and everything else."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from data_sources.waste_trucks import FEED
from domain.feeds.feed import Payload
from domain.observation import Fix, Rejection
from domain.reason import Reason

RECEIVED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TST = 1_772_415_000 - 60
LOCATION = {
    "_type": "location", "tst": TST, "lat": 10.5431, "lon": 106.4102, "acc": 12, "vel": 18, "cog": 90, "alt": 3,
    "batt": 87, "t": "u", "tid": "b7", "created_at": TST + 5,
}  # fmt: skip


def read(
    name: str = "owntracks/ba-gac/LA-B07", query: str = "", retained: bool = False, **said: Any
) -> Fix | Rejection:
    return decoded(orjson.dumps(LOCATION | said), name, query, retained)


def decoded(body: bytes, name: str = "", query: str = "", retained: bool = False) -> Fix | Rejection:
    payload = Payload(
        feed="waste_trucks",
        format="owntracks",
        body=body,
        received_at=RECEIVED,
        name=name,
        query=query,
        retained=retained,
    )
    (item,) = FEED.decode(payload)
    assert isinstance(item, Fix | Rejection)
    return item


def test_speed_is_kmh_and_the_fix_time_counts() -> None:
    fix = read()
    assert isinstance(fix, Fix)
    assert (fix.speed_kmh, fix.course_deg, fix.altitude_m, fix.accuracy_m) == (18, 90, 3, 12)
    assert fix.at == datetime(2026, 3, 2, 1, 29, tzinfo=UTC)


def test_what_stands_beside_the_position_is_kept_and_the_device_delay_worked_out() -> None:
    fix = read()
    assert isinstance(fix, Fix)
    assert fix.attributes == {"batteryLevel": 87, "trigger": "u", "tid": "b7", "device_delay_s": 5}


@pytest.mark.parametrize(
    ("name", "query", "body_topic"),
    [
        ("owntracks/ba-gac/LA-B07", "", None),
        ("ba-gac/LA-B07", "", None),
        ("", "", "owntracks/ba-gac/LA-B07"),
        ("", "u=ba-gac&d=LA-B07", None),
    ],
    ids=["mqtt topic", "X-Limit headers", "topic in the body", "query"],
)
def test_every_way_to_say_who_is_sending(name: str, query: str, body_topic: str | None) -> None:
    fix = read(name, query, topic=body_topic)
    assert isinstance(fix, Fix)
    assert fix.device == "ba-gac:LA-B07"


def test_two_phones_with_the_same_initials_are_never_taken_for_one() -> None:
    refused = read("")
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.MISSING_DEVICE


def test_a_retained_message_keeps_its_old_time_and_says_so() -> None:
    fix = read(retained=True)
    assert isinstance(fix, Fix)
    assert fix.flags == ("retained",)
    assert fix.at == datetime(2026, 3, 2, 1, 29, tzinfo=UTC)


def test_without_a_fix_time_nothing_is_believed_to_be_now() -> None:
    refused = read(tst=None, retained=True)
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.MISSING_FIELD


def test_minus_one_is_unknown() -> None:
    fix = read(vel=-1, cog=-1, acc=-1)
    assert isinstance(fix, Fix)
    assert (fix.speed_kmh, fix.course_deg, fix.accuracy_m) == (None, None, None)


@pytest.mark.parametrize("kind", ["transition", "waypoint", "card", "status"])
def test_other_types_are_counted_and_move_nothing(kind: str) -> None:
    refused = read(_type=kind)
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.NO_POSITION_MESSAGE
    assert kind in refused.detail


def test_the_last_will_is_a_note_that_the_device_is_offline() -> None:
    refused = decoded(orjson.dumps({"_type": "lwt", "tst": TST}), "owntracks/ba-gac/LA-B07")
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.detail) == (Reason.DEVICE_OFFLINE, "ba-gac:LA-B07")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"{", Reason.NOT_JSON),
        (b"[]", Reason.WRONG_SHAPE),
        (b'{"_type":5}', Reason.WRONG_SHAPE),
        (orjson.dumps(LOCATION | {"lat": "10.5"}), Reason.BAD_NUMBER),
        (orjson.dumps(LOCATION | {"lat": None}), Reason.NO_COORDINATES),
        (orjson.dumps(LOCATION | {"lon": 200}), Reason.BAD_COORDINATES),
        (orjson.dumps(LOCATION | {"tst": 5}), Reason.BAD_TIME),
    ],
)
def test_refusals(body: bytes, reason: Reason) -> None:
    refused = decoded(body, "owntracks/ba-gac/LA-B07")
    assert isinstance(refused, Rejection)
    assert refused.reason is reason
