"""Records of teams: codes, days and counts pass; names and telephones never do; an id is told once."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from data_sources.team_work import FEED
from domain.case import CaseEvent
from domain.feeds.payload import Payload
from domain.feeds.scrub import Scrubbed, Secrets
from domain.observation import Kind, Rejection
from domain.reason import Reason

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
SECRETS = Secrets(b"a key of the test, 32 bytes long")
PLANTED = ("Nguyễn Văn Bí Mật", "0912345678")
REPORT: dict[str, Any] = {
    "id": "8d7f-1", "team": "27694-T01", "at": "2026-11-27T19:30:00+07:00", "day": "2026-11-27", "sessions": 1,
    "guided": 12, "installs": 3, "households": 7,
}  # fmt: skip


def scrubbed(*records: Any) -> Scrubbed:
    body = orjson.dumps(records)
    return FEED.scrub(Payload(feed=FEED.key, format="team_work", body=body, received_at=NOW, source="x"), SECRETS)


def one(**fields: Any) -> Any:
    (found,) = FEED.decode(scrubbed(REPORT | fields).payload)
    return found


def test_a_report_is_one_event_of_its_id():
    found = one()
    assert isinstance(found, CaseEvent)
    assert (found.place, found.of.territory, found.kind) == ("27694", "2025-07", Kind.DECLARED)
    assert found.case == one(guided=13).case != one(id="8d7f-2").case
    assert found.case != one(team="27694-T02").case, "two phones may make the same id"
    assert dict(found.attributes) == {
        "team": "27694-T01", "day": "2026-11-27", "sessions": 1, "guided": 12, "installs": 3, "households": 7,
    }  # fmt: skip


def test_names_and_telephones_are_dropped_and_counted():
    kept = scrubbed(REPORT | {"name": PLANTED[0], "phone": PLANTED[1], "team": PLANTED[1]})
    assert all(said.encode() not in kept.payload.body for said in (*PLANTED, "8d7f-1"))
    assert (kept.dropped["other"], kept.dropped["team"]) == (2, 1)
    hamlet = scrubbed({"team": "27694-T01", "hamlet": f"Ấp 1 {PLANTED[1]}"})
    assert PLANTED[1].encode() not in hamlet.payload.body
    named = scrubbed({"team": "27694-T01", "hamlet": "Ấp 1 - Nguyễn Văn Tám"})
    assert ("Tám".encode() in named.payload.body, named.dropped["hamlet"]) == (False, 1)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"team": "27694"}, Reason.BAD_CODE),
        ({"day": "1970-01-01"}, Reason.BAD_TIME),
        ({"guided": "mười"}, Reason.NOT_WHOLE),
        ({"guided": -1}, Reason.NOT_WHOLE),
        ({"guided": 3_000}, Reason.OUT_OF_RANGE),
        ({"day": "2026-11-30"}, Reason.FUTURE_TIME),
        ({"day": "30/11"}, Reason.MISSING_FIELD),
        ({"at": None}, Reason.MISSING_FIELD),
        ({"id": "x" * 65}, Reason.NOT_A_HASH),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(fields: dict[str, Any], reason: Reason):
    found = one(**fields)
    assert isinstance(found, Rejection)
    assert found.reason is reason


def test_an_entry_of_the_register_told_again_is_the_same_case():
    records = ({"team": "27694-T01", "hamlet": "Ấp 1"}, {"team": "27694-T01", "hamlet": "Ấp Một", "ended": True})
    first, again = FEED.decode(scrubbed(*records).payload)
    assert isinstance(first, CaseEvent)
    assert isinstance(again, CaseEvent)
    assert (first.case, first.at) == (again.case, again.at)
    assert again.attributes["ended"] is True
    (unit,) = FEED.decode(scrubbed({"team": "27688-X1", "launched": "2024-10-12"}).payload)
    assert isinstance(unit, CaseEvent)
    assert (unit.of.territory, unit.attributes["launched"]) == ("2024-01", "2024-10-12")
    (nameless,) = FEED.decode(scrubbed({"team": "27694-T01"}).payload)
    assert isinstance(nameless, Rejection)
