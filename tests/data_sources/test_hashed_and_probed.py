"""Two wrappers of feeds: a case keeps no id but its hash, and nobody can declare that something answers."""

from datetime import UTC, datetime

import orjson
import pytest

from data_sources import shared_data, video_rooms
from domain.case import CASE_KEY, CaseEvent
from domain.feeds.payload import Format, Payload
from domain.feeds.scrub import Secrets
from domain.observation import Observation, Rejection
from domain.reason import Reason

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
SECRETS = Secrets(b"a key of the test, 32 bytes long")
SIGNED = {
    "feed": "shared_data", "case": "HĐ 12/2026", "case_type": "agreement", "event": "signed", "place": "80",
    "at": "2026-11-01T00:00:00Z", "source": "Sở", "attributes": {"subject": "FPT", "phone": "0912345678"},
}  # fmt: skip


def payload(feed: str, body: bytes) -> Payload:
    return Payload(feed=feed, format=Format.OBSERVATIONS, body=body, received_at=NOW)


def test_a_case_keeps_its_hash_and_what_its_type_lists():
    scrubbed = shared_data.FEED.scrub(payload("shared_data", orjson.dumps([SIGNED])), SECRETS)
    assert b"12/2026" not in scrubbed.payload.body
    assert scrubbed.dropped == {"case": 1}
    event, told = shared_data.FEED.decode(scrubbed.payload)
    assert isinstance(event, CaseEvent)
    assert CASE_KEY.fullmatch(event.case)
    assert event.attributes == {"subject": "FPT"}
    assert isinstance(told, Rejection)
    assert told.reason is Reason.NOT_KEPT


def test_the_same_id_is_the_same_case_and_a_second_reading_changes_nothing():
    body = orjson.dumps([SIGNED, SIGNED | {"event": "ended", "at": "2026-11-02T00:00:00Z"}])
    first = shared_data.FEED.scrub(payload("shared_data", body), SECRETS).payload
    assert len({item["case"] for item in orjson.loads(first.body)}) == 1


@pytest.mark.parametrize("body", [b"[{", b'{"case": "secret"}', b"[1, null]"])
def test_what_cannot_be_read_keeps_no_case(body: bytes):
    found = list(shared_data.FEED.decode(shared_data.FEED.scrub(payload("shared_data", body), SECRETS).payload))
    assert found
    assert all(isinstance(one, Rejection) for one in found)


def test_an_id_that_is_no_text_fails_the_scrub():
    with pytest.raises(ValueError, match="letters"):
        shared_data.FEED.scrub(payload("shared_data", orjson.dumps([SIGNED | {"case": 12}])), SECRETS)


@pytest.mark.parametrize(
    ("kind", "taken"), [("measured", True), ("simulated", True), ("declared", False), (None, False)]
)
def test_reachable_is_measured_and_never_declared(kind: str | None, taken: bool):
    item = {"measure": "video_reachable", "place": "27694", "at": "2026-11-29T02:59:00Z", "value": 1, "source": "x"}
    (found,) = video_rooms.FEED.decode(
        payload("video_rooms", orjson.dumps([item if kind is None else item | {"kind": kind}]))
    )
    assert isinstance(found, Observation) is taken
    if not taken:
        assert isinstance(found, Rejection)
        assert "video_reachable" in found.detail
