"""Carrying results into another territory version: counts are kept, nothing is averaged, unknown stays unknown."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from said import kpi_result

import data_sources
import kpi
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.observation import Kind
from domain.places.crosswalk import Crosswalk, Portion
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.territory import Level
from evaluation.reproject import Reprojection, districts_of
from store import territories

KPIS = discover(kpi, "KPIS", Kpi)
FEEDS = discover(data_sources, "FEED", Feed)
NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
FIBRE, GAP, COMMUNES = "coverage_fibre_households", "coverage_4g_gap", "coverage_fibre_communes"
# A lies wholly in X; B is divided: people 3 to 1, households 1 to 1.
SMALL = Crosswalk(
    "2025-07",
    "2024-01",
    (Portion("A", "X", 1.0, 1.0, True), Portion("B", "X", 0.75, 0.5, False), Portion("B", "Y", 0.25, 0.5, False)),
)
OLD = "2024-01"


def said(key: str, place: str, numerator: float | None, denominator: float | None, **changes: Any) -> KpiResult:
    """A declared result with its counts, as the engine records it."""
    value = numerator
    if key in (FIBRE, COMMUNES):
        value = 100 * numerator / denominator if numerator is not None and denominator else None
    given = {
        "key": key, "territory": IN_FORCE, "place": place, "value": value, "numerator": numerator,
        "denominator": denominator, "reporting": int(numerator is not None), "expected": 1,
        "as_of": NOW - timedelta(hours=1), "computed_at": NOW,
        "status": Status.NO_DATA if numerator is None else Status.NORMAL, "since": NOW - timedelta(days=3),
        "kinds": {} if numerator is None else {Kind.DECLARED: 1}, "sources": ("VNPT",),
    }  # fmt: skip
    return kpi_result(**{**given, **changes})


def carried(*results: KpiResult, walk: Crosswalk = SMALL, districts: dict[str, str] | None = None):
    found = Reprojection(KPIS, FEEDS, walk, districts or {}).results(results)
    return {(r.key, r.place): r for r in found}


def test_counts_are_carried_by_households_and_the_value_is_computed_anew():
    found = carried(said(FIBRE, "A", 90, 100), said(FIBRE, "B", 10, 100))
    x, y = found[FIBRE, "X"], found[FIBRE, "Y"]
    assert (x.numerator, x.denominator) == (95.0, 150.0)
    assert x.value == pytest.approx(100 * 95 / 150), "not the mean of 90 % and 10 %"
    assert (y.numerator, y.denominator, y.value) == (5.0, 50.0, 10.0)
    assert (x.territory, x.kinds, x.reporting, x.expected) == (OLD, {Kind.ESTIMATED: 1}, 1, 1)
    assert x.as_of == NOW - timedelta(hours=1)


def test_people_go_by_people():
    found = carried(said(GAP, "A", 8, 1000), said(GAP, "B", 4, 100))
    assert [found[GAP, place].value for place in "XY"] == [11.0, 1.0]


def test_a_unit_reports_only_when_all_it_is_carried_from_reports():
    silent = said(FIBRE, "B", None, None, as_of=None, sources=())
    found = carried(said(FIBRE, "A", 90, 100), silent)
    x, y = found[FIBRE, "X"], found[FIBRE, "Y"]
    assert (x.value, x.numerator, x.denominator, x.status, x.reporting) == (None, None, None, Status.NO_DATA, 0)
    assert x.kinds == {}
    assert x.as_of == NOW - timedelta(hours=1), "what it knows of is as old as that"
    assert y.status is Status.NO_DATA
    # A place nobody spoke of at all is the same as one without data.
    assert carried(said(FIBRE, "A", 90, 100))[FIBRE, "X"].value is None


def test_stale_and_alarming_origins_show_and_simulation_never_hides():
    stale = said(FIBRE, "B", 10, 100, status=Status.STALE, reporting=0)
    x = carried(said(FIBRE, "A", 90, 100, status=Status.WARNING), stale)[FIBRE, "X"]
    assert (x.status, x.reporting) == (Status.STALE, 0)
    x = carried(said(FIBRE, "A", 90, 100, status=Status.ADVISORY), said(FIBRE, "B", 1, 2, kinds={Kind.SIMULATED: 1}))[
        FIBRE, "X"
    ]
    assert (x.status, x.kinds) == (Status.ADVISORY, {Kind.SIMULATED: 1})


def test_nothing_of_nothing_stays_not_applicable():
    empty = {"status": Status.NOT_APPLICABLE, "value": None}
    found = carried(said(FIBRE, "A", 0, 0, **empty), said(FIBRE, "B", 0, 0, **empty))
    assert (found[FIBRE, "X"].status, found[FIBRE, "X"].value) == (Status.NOT_APPLICABLE, None)
    found = carried(said(FIBRE, "A", 50, 100), said(FIBRE, "B", 0, 0, **empty))
    assert (found[FIBRE, "X"].status, found[FIBRE, "X"].value) == (Status.NORMAL, 50.0)


def test_counts_of_units_cannot_be_carried_and_say_so():
    found = carried(said(COMMUNES, "A", 1, 1), said(COMMUNES, "B", 0, 1))
    assert [(r.status, r.value, r.numerator) for r in found.values()] == [(Status.NOT_APPLICABLE, None, None)] * 2
    assert {r.reporting for r in found.values()} == {0}


def test_province_and_sets_are_the_same_object_in_every_version():
    province, tanan = said(FIBRE, PROVINCE, 100, 200), said(FIBRE, "tanan", 60, 80)
    found = carried(province, tanan, said(FIBRE, "A", 90, 100))
    assert found[FIBRE, PROVINCE] is province
    assert found[FIBRE, "tanan"] is tanan


def test_an_undeclared_kpi_has_no_meaning_left():
    assert carried(said("gone", "A", 1, 2)) == {}


def test_a_district_is_the_sum_of_its_communes():
    found = carried(said(FIBRE, "A", 90, 100), said(FIBRE, "B", 10, 100), districts={"X": "D", "Y": "D"})
    district = found[FIBRE, "D"]
    assert (district.numerator, district.denominator, district.value) == (100.0, 200.0, 50.0)
    assert (district.reporting, district.expected, district.kinds) == (2, 2, {Kind.ESTIMATED: 2})
    silent = carried(said(FIBRE, "A", 90, 100), said(FIBRE, "B", None, None), districts={"X": "D", "Y": "D"})[
        FIBRE, "D"
    ]
    assert (silent.value, silent.status, silent.reporting, silent.expected) == (None, Status.NO_DATA, 0, 2)


def test_a_district_counts_the_fresh_and_is_stale_only_when_they_are_too_few():
    walk = Crosswalk("2025-07", OLD, tuple(Portion(code, code.lower(), 1.0, 1.0, True) for code in "ABC"))
    old = {"status": Status.STALE, "reporting": 0}
    inside = dict.fromkeys("abc", "D")
    given = [said(FIBRE, "A", 90, 100), said(FIBRE, "B", 80, 100), said(FIBRE, "C", 10, 100, **old)]
    district = carried(*given, walk=walk, districts=inside)[FIBRE, "D"]
    assert (district.value, district.status, district.reporting, district.expected) == (85.0, Status.NORMAL, 2, 3)
    given[1] = said(FIBRE, "B", 80, 100, **old)
    district = carried(*given, walk=walk, districts=inside)[FIBRE, "D"]
    assert (district.value, district.status, district.reporting) == (60.0, Status.STALE, 1)


def test_a_series_stands_where_any_of_its_origins_spoke():
    def at(hours: float, place: str, numerator: float) -> KpiResult:
        return said(FIBRE, place, numerator, 100, as_of=NOW - timedelta(hours=hours))

    history = {"A": [at(9, "A", 80), at(3, "A", 90)], "B": [at(6, "B", 10)]}
    points = Reprojection(KPIS, FEEDS, SMALL, {}).series("X", history)
    assert [(r.numerator, r.as_of) for r in points] == [
        (None, NOW - timedelta(hours=9)), (85.0, NOW - timedelta(hours=6)), (95.0, NOW - timedelta(hours=3)),
    ]  # fmt: skip


COUNTS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=60, max_size=60)


@pytest.mark.parametrize("version", ["2024-01", "2024-12"])
@pytest.mark.parametrize("key", [FIBRE, GAP])
@settings(max_examples=examples(15))
@given(counts=COUNTS)
def test_switching_the_version_never_changes_a_total(version: str, key: str, counts: list[tuple[int, int]]):
    codes = [p.code for p in territories.places(IN_FORCE) if p.level is Level.COMMUNE]
    results = [said(key, code, min(pair), max(pair)) for code, pair in zip(codes, counts, strict=True)]
    districts = districts_of(territories.places(version))
    found = carried(*results, walk=territories.crosswalk(IN_FORCE, version), districts=districts)
    communes = [r for (_, place), r in found.items() if place in districts]
    assert len(communes) == len(districts) == (188 if version == "2024-01" else 186)
    for level in (communes, [r for (_, place), r in found.items() if place in set(districts.values())]):
        assert sum(r.numerator for r in level) == pytest.approx(sum(min(pair) for pair in counts))
        assert sum(r.denominator for r in level) == pytest.approx(sum(max(pair) for pair in counts))


def test_every_declared_measure_of_a_divisible_kpi_is_a_count():
    for one in KPIS.values():
        weights = {m.weight for name in one.formula.needs if (m := FEEDS[one.feed].measure(name))}
        assert not one.divisible or (len(weights) == 1 and None not in weights), one.key
