"""The JSON array of observations and fixes, item by item."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from data_sources import MAX_ITEMS, coverage, services, waste_trucks
from data_sources.messages.observations import observations
from domain.case import CaseEvent, CaseType
from domain.feeds.feed import Decoded, Format, Payload
from domain.observation import Fix, Kind, Observation, ObsStatus, Rejection
from domain.period import INSTANT
from domain.reason import Reason
from domain.subject import organisation
from domain.text import Text

RECEIVED = datetime(2026, 11, 22, 9, tzinfo=UTC)
ITEM: dict[str, Any] = {
    "feed": "coverage",
    "measure": "fibre_households",
    "place": "27694",
    "territory": "2025-07",
    "at": "2026-11-22T08:00:00Z",
    "value": 12345,
    "kind": "declared",
    "source": "VNPT",
    "revision": 1,
}
FIX: dict[str, Any] = {
    "feed": "waste_trucks",
    "measure": "position",
    "entity": "LA-001",
    "at": "2026-11-22T15:00:00+07:00",
    "latitude": 10.54,
    "longitude": 106.41,
    "speed_kmh": 12.5,
    "course_deg": 90,
    "source": "Đô thị Tân An",
}


def decode(body: bytes, feed: str = "coverage", source: str = "") -> list[Decoded]:
    owner = coverage.FEED if feed == "coverage" else waste_trucks.FEED
    return list(
        owner.decode(Payload(feed=feed, format=Format.OBSERVATIONS, body=body, received_at=RECEIVED, source=source))
    )


def one(item: object, feed: str = "coverage", source: str = "") -> Decoded:
    (decoded,) = decode(orjson.dumps([item]), feed, source)
    return decoded


def test_the_example_item_becomes_an_observation() -> None:
    assert one(ITEM) == Observation(
        feed="coverage",
        measure="fibre_households",
        at=datetime(2026, 11, 22, 8, tzinfo=UTC),
        received_at=RECEIVED,
        value=12345,
        kind=Kind.DECLARED,
        source="VNPT",
        place="27694",
        territory="2025-07",
        revision=1,
    )


def test_the_example_fix_becomes_a_fix() -> None:
    fix = one(FIX, "waste_trucks")
    assert isinstance(fix, Fix)
    assert (fix.device, fix.speed_kmh, fix.course_deg, fix.source) == ("LA-001", 12.5, 90, "Đô thị Tân An")
    assert fix.at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert fix.kind is Kind.MEASURED


def test_null_is_known_to_be_missing_and_never_zero() -> None:
    missing = one(ITEM | {"value": None})
    assert isinstance(missing, Observation)
    assert missing.value is None
    assert missing.status is ObsStatus.MISSING


def test_the_key_names_the_source_where_the_item_does_not() -> None:
    given = {k: v for k, v in ITEM.items() if k not in ("source", "kind", "territory", "revision")}
    observed = one(given, source="Viettel")
    assert isinstance(observed, Observation)
    assert (observed.source, observed.kind, observed.territory) == ("Viettel", Kind.DECLARED, "2025-07")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": "93"}, Reason.BAD_NUMBER),
        ({"value": True}, Reason.BAD_NUMBER),
        ({"value": -1}, Reason.OUT_OF_RANGE),
        ({"value": 1e9}, Reason.OUT_OF_RANGE),
        ({"value": 5, "status": "M"}, Reason.WRONG_SHAPE),
        ({"status": "Z"}, Reason.BAD_CODE),
        ({"kind": "guessed"}, Reason.BAD_CODE),
        ({"measure": "cats"}, Reason.UNKNOWN_MEASURE),
        ({"measure": None}, Reason.MISSING_FIELD),
        ({"feed": "teams"}, Reason.UNKNOWN_FEED),
        ({"place": None}, Reason.MISSING_FIELD),
        ({"place": 27694}, Reason.WRONG_SHAPE),
        ({"at": None}, Reason.MISSING_FIELD),
        ({"at": "2026-11-22T08:00:00"}, Reason.BAD_TIME),
        ({"at": 1795334400}, Reason.BAD_TIME),
        ({"at": "9999-12-31T23:59:59-23:00"}, Reason.BAD_TIME),
        ({"at": "2026-11-23T10:00:00Z"}, Reason.FUTURE_TIME),
        ({"revision": 0}, Reason.BAD_NUMBER),
        ({"revision": True}, Reason.BAD_NUMBER),
        ({"source": None}, Reason.MISSING_FIELD),
        ({"value": 88.9}, Reason.NOT_WHOLE),
        ({"period": "11/2026"}, Reason.BAD_PERIOD),
        ({"period": "2026-12", "at": "2026-11-22T08:00:00Z"}, Reason.FUTURE_TIME),
        ({"period": "2026-Q4", "at": "2026-08-22T08:00:00Z"}, Reason.BAD_PERIOD),
        ({"entity": "x"}, Reason.WRONG_SHAPE),
        ({"entity": "x", "organisation": "H53"}, Reason.WRONG_SHAPE),
    ],
)
def test_refused_items(change: dict[str, Any], reason: Reason) -> None:
    refused = one(ITEM | change)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason
    assert refused.raw


def test_a_value_is_required_but_may_be_null() -> None:
    refused = one({k: v for k, v in ITEM.items() if k != "value"})
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.MISSING_FIELD


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"entity": None}, Reason.MISSING_DEVICE),
        ({"latitude": None}, Reason.NO_COORDINATES),
        ({"latitude": "10"}, Reason.BAD_NUMBER),
        ({"latitude": -91}, Reason.BAD_COORDINATES),
        ({"valid": "yes"}, Reason.WRONG_SHAPE),
        ({"history": "yes"}, Reason.WRONG_SHAPE),
    ],
)
def test_refused_fixes(change: dict[str, Any], reason: Reason) -> None:
    refused = one(FIX | change, "waste_trucks")
    assert isinstance(refused, Rejection)
    assert refused.reason is reason


def test_one_bad_item_spoils_no_other() -> None:
    decoded = decode(orjson.dumps([ITEM, 1, ITEM | {"value": "x"}, ITEM | {"place": "27712"}]))
    assert [type(item) for item in decoded] == [Observation, Rejection, Rejection, Observation]


def test_refused_messages() -> None:
    for body, reason in (
        (b"", Reason.EMPTY),
        (b"[]", Reason.EMPTY),
        (b"{}", Reason.WRONG_SHAPE),
        (b"[1,", Reason.NOT_JSON),
        (b"[" * 10_000, Reason.NOT_JSON),
        (orjson.dumps([1] * (MAX_ITEMS + 1)), Reason.TOO_MANY_ITEMS),
    ):
        (refused,) = decode(body)
        assert isinstance(refused, Rejection)
        assert refused.reason is reason


def test_an_item_nested_too_deeply_to_write_is_refused_alone() -> None:
    deep = b'{"measure":"cats","x":' + b"[" * 300 + b"]" * 300 + b"}"
    taken, refused = decode(b"[" + orjson.dumps(ITEM) + b"," + deep + b"]")
    assert isinstance(taken, Observation)
    assert isinstance(refused, Rejection)
    assert (refused.reason, refused.raw) == (Reason.UNKNOWN_MEASURE, '"lồng quá sâu / nested too deeply"')


def test_a_figure_of_a_place_has_no_entity_that_would_count_as_one_more_to_report() -> None:
    (refused,) = decode(orjson.dumps([ITEM | {"entity": "LA-001"}]))
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.WRONG_SHAPE


def test_a_period_stands_for_the_instant_and_dates_a_state() -> None:
    monthly = {k: v for k, v in ITEM.items() if k != "at"} | {"period": "2026-10"}
    state = one(monthly)
    assert isinstance(state, Observation)
    # Households are a state: October only dates it.
    assert (state.at, state.period) == (datetime(2026, 10, 30, 17, tzinfo=UTC), INSTANT)
    dossiers = {"feed": "services", "measure": "dossiers_due"}
    payload = Payload(
        feed="services", format=Format.OBSERVATIONS, received_at=RECEIVED,
        body=orjson.dumps([monthly | dossiers, ITEM | dossiers]),
    )  # fmt: skip
    october, november = services.FEED.decode(payload)
    assert isinstance(october, Observation)
    assert isinstance(november, Observation)
    assert (october.period.code, october.at) == ("2026-10", state.at)
    # An instant alone: the month to date in which it lies.
    assert (november.period.code, november.at) == ("2026-11", datetime(2026, 11, 22, 8, tzinfo=UTC))


def test_a_figure_may_be_of_an_organisation() -> None:
    said = {k: v for k, v in ITEM.items() if k != "place"} | {"organisation": "H01.187"}
    found = one(said)
    assert isinstance(found, Observation)
    assert (found.of, found.territory) == (organisation("H01.187"), "")


DOSSIER = CaseType(
    key="dossier", names=Text("Hồ sơ", "Dossier"), events=("received", "finished"), attributes=("channel", "field")
)
CASE = "0123456789abcdef0123456789abcdef"
EVENT: dict[str, Any] = {
    "feed": "dossiers", "case": CASE, "case_type": "dossier", "event": "received", "organisation": "H53.12",
    "at": "2026-11-22T08:00:00Z", "source": "TTHC", "attributes": {"channel": 2, "field": "đất đai"},
}  # fmt: skip


def events(*items: dict[str, Any]) -> list[Decoded]:
    payload = Payload(feed="dossiers", format=Format.OBSERVATIONS, body=orjson.dumps(list(items)), received_at=RECEIVED)
    return list(observations((), (DOSSIER,))(payload))


def test_a_case_event_is_read_with_its_allowed_attributes() -> None:
    (found,) = events(EVENT)
    assert isinstance(found, CaseEvent)
    assert (found.case, found.event, found.of) == (CASE, "received", organisation("H53.12"))
    assert found.attributes == {"channel": 2, "field": "đất đai"}


def test_what_may_not_be_kept_of_a_case_is_left_out_and_told_by_name_only() -> None:
    told = EVENT | {"attributes": {"channel": 2, "ChuHoSo": "Nguyễn Thị Mẫu", "SoGiayTo": "079123456789"}}
    first, second, note = events(told, told)
    assert isinstance(first, CaseEvent)
    assert isinstance(second, CaseEvent)
    assert isinstance(note, Rejection)
    assert note.reason is Reason.NOT_KEPT
    assert note.detail == "ChuHoSo × 2, SoGiayTo × 2"
    assert "Mẫu" not in repr([first, second, note])
    assert "079123456789" not in repr([first, second, note])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"case": "H53.12-261120-0001"}, Reason.NOT_A_HASH),
        ({"case": None}, Reason.MISSING_FIELD),
        ({"case_type": "secret"}, Reason.BAD_CODE),
        ({"event": "eaten"}, Reason.BAD_CODE),
        ({"organisation": None}, Reason.MISSING_FIELD),
        ({"attributes": ["Nguyễn Thị Mẫu"]}, Reason.WRONG_SHAPE),
        ({"attributes": {"field": {"name": "Nguyễn Thị Mẫu"}}}, Reason.WRONG_SHAPE),
        ({"at": None}, Reason.MISSING_FIELD),
    ],
)
def test_a_refused_event_says_why_and_keeps_nothing_of_the_case(change: dict[str, Any], reason: Reason) -> None:
    (refused,) = events(EVENT | change)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason
    assert "Mẫu" not in refused.detail
    assert refused.raw == ""
