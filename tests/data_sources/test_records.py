"""JSON as a table: records become rows, other shapes are refused, a sender may use its own names."""

from datetime import UTC, datetime

import orjson
import pytest

from data_sources import services
from data_sources.workbooks.table import tables
from domain.feeds.feed import Decoded, Format, Payload
from domain.imports.told import FileTold
from domain.observation import Observation, Rejection


def payload(body: bytes) -> Payload:
    received_at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    return Payload(feed="services", format=Format.FILE, body=body, received_at=received_at, source="test")


def decoded(body: bytes) -> list[Decoded]:
    return [item for item in services.FEED.decode(payload(body)) if not isinstance(item, FileTold)]


def values(body: bytes) -> list[tuple[str, float | None, str]]:
    return [(one.place, one.value, one.status.value) for one in decoded(body) if isinstance(one, Observation)]


RECORDS = [
    {"place": "27694", "at": "2026-11-22T08:00:00+07:00", "dossiers_due": 12},
    {"place": "27712", "dossiers_due": None, "at": "2026-11-22T08:00:00+07:00", "extra": {"deep": [1]}},
]


def test_json_records_are_a_table() -> None:
    for body in (RECORDS, {"code": 0, "data": RECORDS, "page": {"n": 1}}):
        assert values(orjson.dumps(body)) == [("27694", 12.0, "A"), ("27712", None, "M")]
    assert len(values(b"\xef\xbb\xbf \n" + orjson.dumps(RECORDS))) == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[", "not_json"),
        (b'[{"place": "27694"', "not_json"),
        (b"[" * 5_000, "not_json"),
        (b"[1, 2]", "wrong_shape"),
        (b'[{"place": "27694"}, 3]', "wrong_shape"),
        (b'{"a": [{"place": "1"}], "b": [{"place": "1"}]}', "wrong_shape"),
        (b'{"error": "sign in"}', "wrong_shape"),
        (b"[]", "empty"),
        (b"[{}]", "wrong_shape"),
        (b'[{"place": "27694", "at": "2026-11-22", "dossiers_due": [12]}]', "bad_number"),
        (b'[{"place": "27694", "at": "2026-11-22", "dossiers_due": true}]', "bad_number"),
        (b'[{"place": "27694", "at": "2026-11-22", "dossiers_due": "12 hs"}]', "bad_number"),
        (orjson.dumps([{f"c{n}": 1} for n in range(3_000)]), "too_many_items"),
    ],
    ids=range(13),
)
def test_json_that_is_no_table_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    (refused,) = decoded(body)
    assert isinstance(refused, Rejection)
    assert refused.reason.code == reason


def test_a_sender_may_have_names_of_its_own() -> None:
    decode = tables(services.MEASURES, {"maDonVi": "place", "Thời Gian": "at", "denHan": "dossiers_due"})
    for body in (
        orjson.dumps([{"maDonVi": "27694", "THỜI GIAN": "2026-11-22T08:00:00", "denHan": 5, "place_name": "x"}]),
        "madonvi;thời gian;denhan\n27694;22/11/2026;5\n".encode(),
    ):
        one, _ = decode(payload(body))
        assert isinstance(one, Observation)
        assert (one.place, one.measure, one.value) == ("27694", "dossiers_due", 5.0)
    with pytest.raises(KeyError):
        tables(services.MEASURES, {"x": "no_such_column"})
