"""A value that stands on too little is withheld, and the result says why it has none."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from domain.kpis.kpi import Known, Missing, Status
from domain.kpis.result_columns import from_document
from domain.kpis.window import InPeriod
from domain.observation import Kind
from domain.period import Span
from domain.places.place import PROVINCE
from evaluation.columns import Cell, Columns
from evaluation.evaluate import needed
from evaluation.shapes import tiers
from tests.evaluation.test_engine import FIBRE, FRESH, KPIS, NOW, OLD, STALE_AFTER, fibre, results, row, run

WEIGHED = replace(FIBRE, known=Known(), min_coverage=0.0)


def test_a_weighed_kpi_asks_what_those_who_tell_hold_not_how_many_they_are():
    one_large = [*fibre("A", 300, 400), row("B", "households", 100), row("C", "households", 100)]
    found = results(WEIGHED, one_large, ["A", "B", "C"])[PROVINCE]
    assert (found.value, found.status, found.reporting, found.expected) == (75.0, Status.NORMAL, 1, 3)
    many_small = [*fibre("A", 9, 10), *fibre("B", 9, 10), row("C", "households", 438)]
    found = results(WEIGHED, many_small, ["A", "B", "C"])[PROVINCE]
    assert (found.value, found.status, found.reporting) == (None, Status.NO_DATA, 2), "2 of 438 km say nothing"
    assert results(FIBRE, many_small, ["A", "B", "C"])[PROVINCE].value == 90.0, "by heads two of three are enough"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], (None, Status.NO_DATA)),
        ([*fibre("A", 50, 100), row("B", "households", 100)], (50.0, Status.NORMAL)),
        ([*fibre("A", 50, 100), row("B", "households", 101)], (None, Status.NO_DATA)),
        ([*fibre("A", 50, 100), row("B", "households", 900, at=OLD)], (50.0, Status.NORMAL)),
        ([*fibre("A", 50, 100, at=OLD), row("B", "households", 100)], (50.0, Status.STALE)),
        ([*fibre("A", 0, 0)], (None, Status.NOT_APPLICABLE)),
        ([*fibre("A", 50, 100), row(PROVINCE, "households", 9_000, place=PROVINCE)], (50.0, Status.NORMAL)),
    ],
    ids=[
        "nobody",
        "half is enough",
        "less is not",
        "an old weight is none",
        "all old",
        "nothing to divide",
        "province",
    ],
)
def test_limits_of_a_weighed_kpi(rows, expected):
    found = results(WEIGHED, rows, [r[1] for r in rows if r[1] != PROVINCE])[PROVINCE]
    assert (found.value, found.status) == expected


COVERAGE = KPIS["waste_coverage"]


def route(name, served, judged, known, expected, *, at=FRESH):
    values = {"served_m": served, "judged_m": judged, "known_m": known, "expected_m": expected}
    return [row(name, measure, value, place="27694", at=at) for measure, value in values.items() if value is not None]


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        (route("1", 900, 1_000, 1_000, 1_000), 90.0),
        # 40 of 93 routes tell, of 2 km, and 438 km should be known by now.
        ([*route("1", 2_050, 2_100, 2_100, 2_100), *route("2", None, 436_000, 3_000, 436_000)], None),
        # What is judged is half unknown, and as much again is overdue and still open.
        (route("1", 500, 1_000, 600, 1_900), None),
        (route("1", 500, 1_000, 950, 1_900), 50.0),
        # A route of tonight owes nothing in the morning, whatever its number.
        ([*route("1", 900, 1_000, 1_000, 1_000), *route("2", 0, 0, 0, 0), *route("3", 0, 0, 0, 0)], 90.0),
        # A contractor's system that tells no more than the two parts is asked what its denominators say.
        ([*route("1", 900, 1_000, None, None), *route("2", None, 900, None, None)], 90.0),
        ([*route("1", 900, 1_000, None, None), *route("2", None, 1_100, None, None)], None),
        # Who has fallen silent counts neither as known nor as owing.
        ([*route("1", 900, 1_000, 1_000, 1_000), *route("2", None, 9_000, 0, 9_000, at=OLD)], 90.0),
    ],
)  # fmt: skip
def test_a_share_of_streets_stands_on_half_of_what_should_be_known_by_now(rows, value):
    for place in (PROVINCE, "27694"):
        found = results(COVERAGE, rows, [(str(n), "27694") for n in range(1, 94)])[place]
        assert found.value == value
        assert found.status is (Status.NO_DATA if value is None else Status.NORMAL)
        assert found.expected == 93


def test_what_should_be_known_becomes_old_like_any_input():
    rows = [*route("1", 900, 1_000, 1_000, 1_000), *route("2", None, 9_000, 0, 9_000, at=NOW - timedelta(minutes=59))]
    table = Columns(sorted(needed([COVERAGE])["waste_routes"]))
    table.put(Cell(m, c, p, at, v, Kind(k), s) for m, c, p, at, v, k, s in rows)
    (shape,) = tiers([COVERAGE], "2025-07")
    given, before = {"waste_routes": table.table()}, {}
    (first,), _ = shape.evaluate(given, lambda *_: STALE_AFTER, before, NOW)
    assert first.result(PROVINCE).value is None
    (then,), _ = shape.evaluate(given, lambda *_: STALE_AFTER, {COVERAGE.key: first}, NOW + timedelta(minutes=2))
    assert then.result(PROVINCE).value == 90.0, "the silent route's word has gone, without any new input"


def test_a_window_cannot_ask_for_measures_that_it_does_not_keep():
    with pytest.raises(ValueError, match="window"):
        replace(COVERAGE, window=InPeriod(span=Span.MONTH))


LOAD = KPIS["waste_kg_per_km"]


def load(name, kg, km):
    return [row(name, "net_kg", kg, place="27694"), row(name, "loaded_km", km, place="27694")]


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        (load("1", 1_532, 0.4), Missing.SMALL),
        ([*load("1", 1_532, 0.4), *load("2", 0, 19.5)], Missing.SMALL),
        (load("1", 1_532, 20), None),
    ],
)
def test_a_quotient_waits_for_enough_to_divide_by(rows, missing):
    found = results(LOAD, rows, [("1", "27694"), ("2", "27694"), ("3", "27694")])[PROVINCE]
    assert (found.value, found.missing) == (None if missing else 76.6, missing)


def test_what_is_missing_is_said():
    few = results(FIBRE, fibre("A", 8, 10), ["A", "B", "C"])[PROVINCE]
    assert (few.value, few.missing) == (None, Missing.FEW)
    odd = [*fibre("A", 12, 10), *fibre("B", 9, 10)]
    found = results(FIBRE, odd, ["A", "B"])
    assert (found["A"].value, found["A"].missing) == (None, Missing.CONTRADICTION), "12 of 10 households"
    assert (found[PROVINCE].value, found[PROVINCE].missing) == (90.0, None)
    assert results(FIBRE, odd, ["A", "B", "C"])[PROVINCE].missing is Missing.CONTRADICTION
    known = [*route("1", 2_050, 2_100, 2_100, 2_100), *route("2", None, 436_000, 3_000, 436_000)]
    assert results(COVERAGE, known, [("1", "27694"), ("2", "27694")])[PROVINCE].missing is Missing.UNKNOWN
    tonight = [*route("1", 0, 0, 0, 0)]
    assert results(COVERAGE, tonight, [("1", "27694"), ("2", "27694")])[PROVINCE].missing is Missing.SMALL
    nobody = results(COVERAGE, [], [("1", "27694")])[PROVINCE]
    assert (nobody.status, nobody.missing) == (Status.NO_DATA, Missing.SMALL), "nothing is owed yet"


def test_the_reason_travels_with_the_document():
    (columns,) = run([FIBRE], [*fibre("A", 12, 10), *fibre("B", 9, 10)], ["A", "B"]).columns
    again = from_document(orjson.loads(columns.text()))
    assert [one.missing for one in again.results()] == [Missing.CONTRADICTION, None, None]
    (whole,) = run([FIBRE], fibre("A", 8, 10), ["A"]).columns
    assert "missing" not in orjson.loads(whole.text()), "nothing is said where nothing is missing"
