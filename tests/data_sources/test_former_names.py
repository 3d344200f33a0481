"""A renamed measure: each way in reads its former name as the new one; two names never give a figure two values."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from data_sources import services
from data_sources.workbooks.table import tables
from domain.feeds.feed import Feed, Format, Measure, Payload
from domain.observation import Observation, Rejection
from domain.reason import Reason
from domain.text import Text

AT = "2026-11-22T08:00:00+07:00"
ITEM: dict[str, Any] = {"feed": "services", "place": "27694", "at": AT, "value": 5, "source": "một cửa"}
Said = list[tuple[str, float | None]]


def read(body: bytes, format_: str = Format.FILE) -> tuple[Said, list[Rejection]]:
    """Measures with their values, and refusals."""
    payload = Payload(
        feed="services", format=format_, body=body, received_at=datetime(2026, 11, 22, 9, tzinfo=UTC), source="một cửa"
    )
    found = list(services.FEED.decode(payload))
    told = [(one.measure, one.value) for one in found if isinstance(one, Observation)]
    return told, [one for one in found if isinstance(one, Rejection)]


def items(*given: dict[str, Any]) -> tuple[Said, list[Rejection]]:
    return read(orjson.dumps([ITEM | one for one in given]), Format.OBSERVATIONS)


@pytest.mark.parametrize("which", ["due", "on_time", "received", "online", "with_fee", "paid_online"])
def test_house_json_reads_the_former_key_as_the_new_one(which: str) -> None:
    assert items({"measure": f"files_{which}"}) == ([(f"dossiers_{which}", 5.0)], [])
    assert items({"measure": f"dossiers_{which}"}) == ([(f"dossiers_{which}", 5.0)], [])


@pytest.mark.parametrize(
    "body",
    [
        "place;at;files_due\n27694;22/11/2026;5\n",
        "place;at;FILES_DUE\n27694;22/11/2026;5\n",
        "place;at;Files due\n27694;22/11/2026;5\n",
        "place;at;Dossiers due\n27694;22/11/2026;5\n",
        "place;at;Hồ sơ đến hạn\n27694;22/11/2026;5\n",
        "place;at;measure;value\n27694;22/11/2026;files_due;5\n",
        "place;at;chỉ tiêu;giá trị\n27694;22/11/2026;Files due;5\n",
        '[{"place": "27694", "at": "2026-11-22", "files_due": 5}]',
    ],
)
def test_tables_read_former_keys_and_headings(body: str) -> None:
    assert read(body.encode()) == ([("dossiers_due", 5.0)], [])


def test_a_declaration_may_map_to_a_former_name() -> None:
    decode = tables(services.MEASURES, {"tiepNhan": "files_received"})
    payload = Payload(
        feed="services", format="file", body=b'[{"place": "27694", "at": "2026-11-22", "tiepNhan": 5}]',
        received_at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    )  # fmt: skip
    one, _ = decode(payload)
    assert isinstance(one, Observation)
    assert one.measure == "dossiers_received"


def test_a_name_that_was_never_given_is_refused() -> None:
    assert [one.reason for one in items({"measure": "files_lost"})[1]] == [Reason.UNKNOWN_MEASURE]
    assert [one.reason for one in items({"measure": "Files_Due"})[1]] == [Reason.UNKNOWN_MEASURE]


def test_house_json_with_two_values_under_two_names_is_refused_for_both() -> None:
    told, refused = items(
        {"measure": "files_due", "value": 5},
        {"measure": "files_received", "value": 7},
        {"measure": "dossiers_due", "value": 6},
    )
    assert told == [("dossiers_received", 7.0)]
    assert [one.reason for one in refused] == [Reason.TWO_VALUES] * 2
    assert {one.detail for one in refused} == {"files_due = 5, dossiers_due = 6"}
    assert ['"files_due"' in one.raw for one in refused] == [True, False], "each refusal keeps its own item"
    told, refused = items({"measure": "files_due", "value": None}, {"measure": "dossiers_due", "value": 6})
    assert (told, [one.detail for one in refused]) == ([], ["files_due = null, dossiers_due = 6"] * 2)


@pytest.mark.parametrize(
    "other",
    [
        {"value": 5},
        {"value": 6, "place": "27712"},
        {"value": 6, "source": "sở"},
        {"value": 6, "at": "2026-11-21T08:00:00+07:00"},
        {"value": 6, "revision": 2},
        {"value": 6, "measure": "files_due"},
    ],
    ids=("the same value", "another place", "another source", "another instant", "a revision", "the same name"),
)
def test_what_is_no_contradiction_is_not_refused(other: dict[str, Any]) -> None:
    told, refused = items({"measure": "files_due", "value": 5}, {"measure": "dossiers_due"} | other)
    assert ([value for _, value in told], refused) == ([5.0, other["value"]], [])


def test_a_row_with_two_values_in_two_columns_of_one_measure_is_refused() -> None:
    told, refused = read(
        b"place;at;files_due;dossiers_due;dossiers_online\n"
        b"27694;22/11/2026;5;6;1\n27712;22/11/2026;7;7;2\n27715;22/11/2026;8;;3\n27718;22/11/2026;;;4\n"
    )
    assert [one.reason for one in refused] == [Reason.TWO_VALUES] * 2
    assert refused[0].detail.endswith("row 2, column 3: files_due (3) = 5, dossiers_due (4) = 6")
    assert refused[1].detail.startswith("dòng 2, cột 4 / ")
    online = [("dossiers_online", number) for number in (1.0, 2.0, 3.0, 4.0)]
    due = [("dossiers_due", value) for value in (7.0, 7.0, 8.0, None, None)]
    assert told == [online[0], *due[:2], online[1], due[2], online[2], *due[3:], online[3]]


@pytest.mark.parametrize("headings", ["dossiers_due;dossiers_due", "Hồ sơ đến hạn;dossiers_due"])
def test_so_are_two_columns_with_present_names(headings: str) -> None:
    told, refused = read(f"place;at;{headings}\n27694;22/11/2026;5;6\n27712;22/11/2026;7;\n".encode())
    assert told == [("dossiers_due", 7.0)]
    assert [one.reason for one in refused] == [Reason.TWO_VALUES] * 2


def test_rows_of_a_long_table_contradict_each_other_too() -> None:
    told, refused = read(
        b"place;at;measure;value\n27694;22/11/2026;files_due;5\n"
        b"27712;22/11/2026;files_due;7\n27694;22/11/2026;dossiers_due;6\n"
    )
    assert told == [("dossiers_due", 7.0)]
    assert [one.detail.split(" / ")[0] for one in refused] == ["dòng 2, cột 4", "dòng 4, cột 4"]


def test_records_under_old_and_new_names_in_one_answer_say_nothing_of_each_other() -> None:
    one, other = {"place": "27694", "at": AT, "files_due": 5}, {"place": "27712", "at": AT, "dossiers_due": 6}
    assert read(orjson.dumps([one, other])) == ([("dossiers_due", 5.0), ("dossiers_due", 6.0)], [])


def _measure(key: str, *formerly: str) -> Measure:
    return Measure(key=key, names=Text(f"tên {key}", f"Name of {key}"), unit="hồ sơ", formerly=formerly)


def _declared(*measures: Measure) -> Feed:
    return replace(services.FEED, measures=measures, ways_in=())


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        ((_measure("a", "b"), _measure("b")), "'b' is a present name"),
        ((_measure("a", "a"),), "'a' is a present name"),
        ((_measure("a", "Tên  B"), _measure("b")), "'tên b' is a present name"),
        ((_measure("a", "net"), replace(_measure("b"), gives=("net",))), "'net' is a present name"),
        ((_measure("a", "old"), _measure("b", "Old")), "'old' is given 2 times"),
        ((_measure("a", "old", "old"),), "'old' is given 2 times"),
        ((_measure("a", " "),), "is empty"),
    ],
)
def test_a_former_name_that_could_mean_two_measures_is_refused_when_declared(
    measures: tuple[Measure, ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        _declared(*measures)
