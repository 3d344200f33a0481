"""Positions as a Traccar server forwards them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from data_sources.waste_trucks import FEED
from domain.feeds.feed import Payload
from domain.observation import Fix, Kind, Rejection
from domain.reason import Reason
from intake.messages.fix_quality import refusal

RECEIVED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def forwarded(device: object = None, **position: Any) -> Fix | Rejection:
    given = {"latitude": 10.5, "longitude": 106.4, "fixTime": "2026-03-02T01:29:00.000+00:00", "speed": 10} | position
    message = {"position": given, "device": {"uniqueId": "861001"} if device is None else device}
    return decoded(orjson.dumps(message))


def decoded(body: bytes) -> Fix | Rejection:
    (item,) = FEED.decode(Payload(feed="waste_trucks", format="traccar", body=body, received_at=RECEIVED))
    assert isinstance(item, Fix | Rejection)
    return item


def test_speed_is_in_knots_and_the_fix_time_counts() -> None:
    fix = forwarded(deviceTime="2026-03-02T01:29:30Z", serverTime="2026-03-02T01:29:40Z", course=45, altitude=2)
    assert isinstance(fix, Fix)
    assert fix.device == "861001"
    assert fix.at == datetime(2026, 3, 2, 1, 29, tzinfo=UTC)
    assert fix.speed_kmh == pytest.approx(18.52)
    assert fix.course_deg == 45


def test_an_outdated_position_keeps_its_old_time_and_says_so() -> None:
    fix = forwarded(outdated=True)
    assert isinstance(fix, Fix)
    assert fix.flags == ("outdated",)
    assert fix.at == datetime(2026, 3, 2, 1, 29, tzinfo=UTC)


def test_an_invalid_position_is_marked() -> None:
    fix = forwarded(valid=False, accuracy=0)
    assert isinstance(fix, Fix)
    assert not fix.valid
    assert fix.accuracy_m is None


def test_attributes_are_flat_and_mock_makes_it_simulated() -> None:
    fix = forwarded(attributes={"ignition": True, "hours": 1000, "io": {"nested": 1}, "mock": True})
    assert isinstance(fix, Fix)
    assert fix.attributes == {"ignition": True, "hours": 1000, "mock": True}
    assert fix.kind is Kind.SIMULATED


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        ({"latitude": None}, Reason.NO_COORDINATES),
        ({"latitude": "10.5"}, Reason.BAD_NUMBER),
        ({"longitude": 500}, Reason.BAD_COORDINATES),
        ({"fixTime": None}, Reason.MISSING_FIELD),
        ({"fixTime": "1970-01-01T00:00:00Z"}, Reason.BAD_TIME),
        ({"fixTime": []}, Reason.BAD_TIME),
    ],
)
def test_refused_positions(position: dict[str, Any], reason: Reason) -> None:
    refused = forwarded(**position)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason


def test_refused_messages() -> None:
    for body, reason in ((b"{", Reason.NOT_JSON), (b"[]", Reason.WRONG_SHAPE), (b'{"position":1}', Reason.WRONG_SHAPE)):
        refused = decoded(body)
        assert isinstance(refused, Rejection)
        assert refused.reason is reason
    refused = forwarded(device={})
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.MISSING_DEVICE


@pytest.mark.realdata
def test_records_printed_by_teltonika_arrive_as_printed_when_traccar_forwards_them(realdata: Path) -> None:
    path = realdata / "waste" / "traccar_vectors" / "teltonika_wiki_expected.json"
    records = [record for vector in orjson.loads(path.read_bytes())["vectors"] for record in vector["records"]]
    placed = [record for record in records if record.get("lat") is not None]
    assert sum(record["lat"] != 0 for record in placed) >= 1
    for record in placed:
        at = datetime.fromtimestamp(record["timestamp_ms"] / 1000, UTC)
        sats = record.get("satellites")
        fix = forwarded(
            latitude=record["lat"],
            longitude=record["lon"],
            fixTime=at.isoformat(timespec="milliseconds"),
            speed=record.get("speed", 0) / 1.852,
            course=record.get("angle"),
            valid=sats != 0,
            attributes={} if sats is None else {"sat": sats},
        )
        assert isinstance(fix, Fix)
        assert (fix.at, fix.latitude, fix.longitude) == (at, record["lat"], record["lon"])
        assert fix.speed_kmh == pytest.approx(record.get("speed", 0))
        assert fix.valid is (sats != 0)
        # Teltonika sends 0,0 without satellites: the position is refused, the message is not lost.
        assert (refusal(fix) is not None) is (record["lat"] == 0)
