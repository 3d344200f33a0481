"""Evaluation: which contributors count and which results are allowed, for each place and the province."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from evaluating import evaluated
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import kpi
from domain.discovery import discover
from domain.instant import to_ms
from domain.kpis.kpi import Kpi, Status
from domain.observation import Kind
from domain.places.place import PROVINCE
from domain.places.place_set import PlaceSet
from domain.text import Text
from evaluation.columns import Cell, Columns
from evaluation.evaluate import needed
from evaluation.shapes import tiers
from evaluation.status import State

KPIS = discover(kpi, "KPIS", Kpi)
FIBRE = KPIS["coverage_fibre_households"]
NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
STALE_AFTER = timedelta(hours=1)
FRESH, OLD = NOW - timedelta(minutes=5), NOW - timedelta(hours=2)


def row(contributor, measure, value, *, at=FRESH, place=None, kind="measured", source="VNPT"):
    return (measure, contributor, contributor if place is None else place, to_ms(at), value, kind, source)


def fibre(contributor, have, households, **more):
    return [row(contributor, "fibre_households", have, **more), row(contributor, "households", households, **more)]


def run(kpis, rows, expected=(), **more):
    return evaluated(kpis, rows, expected, **{"now": NOW, "stale_after": STALE_AFTER} | more)


def results(kpi_, rows, expected=(), **more):
    return {r.place: r for r in run([kpi_], rows, expected, **more).results}


def test_each_place_and_the_province_last():
    evaluation = run([FIBRE], [*fibre("B", 50, 100), *fibre("A", 90, 300)], ["A", "B"])
    assert [r.place for r in evaluation.results] == ["A", "B", PROVINCE]
    assert [r.value for r in evaluation.results] == [30.0, 50.0, 35.0]
    province = evaluation.results[-1]
    assert (province.numerator, province.denominator) == (140.0, 400.0)
    assert (province.reporting, province.expected) == (2, 2)
    assert province.territory == "2025-07"
    assert province.as_of == FRESH
    assert province.computed_at == NOW
    assert province.status is Status.NORMAL
    assert set(evaluation.states) == {(FIBRE.key, p) for p in ("A", "B", PROVINCE)}


def place_set(*codes):
    return PlaceSet(key="tanan", names=Text("Tân An", "Tân An"), territory="2025-07", codes=codes)


def test_a_place_set_is_the_sum_of_its_members_with_their_own_n_of_n():
    rows = [*fibre("A", 50, 100), *fibre("B", 90, 300, kind="estimated", source="FPT"), *fibre("C", 1, 1000)]
    found = {r.place: r for r in run([FIBRE], rows, ["A", "B", "C", "D"], sets=[place_set("A", "B", "D")]).results}
    assert list(found) == ["A", "B", "C", "D", "tanan", PROVINCE]
    tanan = found["tanan"]
    assert (tanan.numerator, tanan.denominator, tanan.value) == (140.0, 400.0, 35.0)
    assert (tanan.reporting, tanan.expected, tanan.as_of) == (2, 3, FRESH)
    assert tanan.kinds == {Kind.MEASURED: 1, Kind.ESTIMATED: 1}
    assert tanan.sources == ("FPT", "VNPT")
    assert (found[PROVINCE].reporting, found[PROVINCE].expected) == (3, 4), "a set is not added to the province"


def test_a_place_set_has_its_own_status_machine():
    low = run([FIBRE], [*fibre("A", 10, 100), *fibre("B", 90, 100)], sets=[place_set("A", "B")])
    assert low.states[FIBRE.key, "tanan"].pending is Status.ADVISORY
    later = run(
        [FIBRE],
        [*fibre("A", 10, 100), *fibre("B", 90, 100)],
        previous=low.states,
        now=NOW + timedelta(minutes=3),
        sets=[place_set("A", "B")],
    )
    assert later.states[FIBRE.key, "tanan"].status is Status.ADVISORY


def test_a_place_set_nobody_belongs_to_is_not_spoken_of():
    assert {r.place for r in run([FIBRE], fibre("A", 1, 2), sets=[place_set("X")]).results} == {"A", PROVINCE}
    installs = KPIS["services_app_installs"]
    rows = [row(PROVINCE, "app_installs", 5)]
    assert {r.place for r in run([installs], rows, ["A"], sets=[place_set("A")]).results} == {PROVINCE}


def test_an_old_contributor_leaves_the_aggregate():
    found = results(FIBRE, [*fibre("A", 90, 100), *fibre("B", 10, 100, at=OLD)], ["A", "B"])
    assert found[PROVINCE].value == 90.0
    assert (found[PROVINCE].reporting, found[PROVINCE].expected) == (1, 2)
    assert found[PROVINCE].as_of == FRESH
    assert found["B"].status is Status.STALE
    assert found["B"].value == 10.0
    assert found["B"].as_of == OLD
    assert found["B"].reporting == 0


def test_one_old_input_of_two_is_old():
    rows = [row("A", "fibre_households", 90), row("A", "households", 100, at=OLD)]
    assert results(FIBRE, rows, ["A"])[PROVINCE].status is Status.STALE


def test_exactly_stale_after_is_still_fresh():
    found = results(FIBRE, fibre("A", 90, 100, at=NOW - STALE_AFTER), ["A"])
    assert found["A"].status is Status.NORMAL
    found = results(FIBRE, fibre("A", 90, 100, at=NOW - STALE_AFTER - timedelta(milliseconds=1)), ["A"])
    assert found["A"].status is Status.STALE


def test_all_old_keeps_the_last_value_as_stale():
    found = results(FIBRE, [*fibre("A", 90, 100, at=OLD), *fibre("B", 10, 100, at=OLD)], ["A", "B"])
    assert found[PROVINCE].status is Status.STALE
    assert found[PROVINCE].value == 50.0
    assert (found[PROVINCE].reporting, found[PROVINCE].expected) == (0, 2)


def test_too_few_reports_give_no_value_but_n_of_n():
    found = results(FIBRE, fibre("A", 90, 100), ["A", "B", "C"])
    province = found[PROVINCE]
    assert (province.status, province.value, province.numerator, province.denominator) == (
        Status.NO_DATA, None, None, None,
    )  # fmt: skip
    assert (province.reporting, province.expected) == (1, 3)
    assert province.as_of == FRESH
    assert found["A"].value == 90.0
    assert found["B"].status is Status.NO_DATA
    assert found["B"].as_of is None


def test_ageing_returns_go_from_normal_to_stale_and_never_come_back_by_themselves():
    rows = [line for i in range(10) for line in fibre(f"C{i}", 90, 100, at=NOW - timedelta(minutes=6 * i))]
    seen = [
        results(FIBRE, rows, [f"C{i}" for i in range(10)], now=NOW + timedelta(minutes=m))[PROVINCE].status
        for m in range(0, 90, 5)
    ]
    assert seen == sorted(seen, key=[Status.NORMAL, Status.STALE].index)
    assert set(seen) == {Status.NORMAL, Status.STALE}


def test_nothing_at_all_is_no_data_not_zero():
    province = run([FIBRE], []).results[-1]
    assert (province.status, province.value, province.reporting, province.expected) == (Status.NO_DATA, None, 0, 0)
    assert province.kinds == {}
    assert province.sources == ()


def test_a_missing_value_is_not_a_report():
    rows = [row("A", "fibre_households", float("nan")), row("A", "households", 100), *fibre("B", 50, 100)]
    found = results(FIBRE, rows, ["A", "B"])
    assert found["A"].status is Status.NO_DATA
    assert (found[PROVINCE].value, found[PROVINCE].reporting) == (50.0, 1)


def test_nothing_among_some_is_no_statement_about_all():
    some = results(FIBRE, [*fibre("A", 0, 0), *fibre("B", 0, 0)], ["A", "B", "C"])[PROVINCE]
    assert (some.status, some.value, some.reporting, some.expected) == (Status.NO_DATA, None, 2, 3)
    everyone = results(FIBRE, [*fibre("A", 0, 0), *fibre("B", 0, 0)], ["A", "B"])[PROVINCE]
    assert everyone.status is Status.NOT_APPLICABLE


def test_zero_households_is_not_applicable_there_and_harmless_in_the_province():
    found = results(FIBRE, [*fibre("A", 0, 0), *fibre("B", 50, 100)], ["A", "B"])
    assert (found["A"].status, found["A"].value) == (Status.NOT_APPLICABLE, None)
    assert (found["A"].numerator, found["A"].denominator) == (0.0, 0.0)
    assert (found[PROVINCE].value, found[PROVINCE].reporting) == (50.0, 2)


def test_an_old_zero_denominator_says_nothing_about_now():
    found = results(FIBRE, fibre("A", 0, 0, at=OLD), ["A"])
    assert (found["A"].status, found["A"].value) == (Status.NO_DATA, None)


def test_an_impossible_figure_is_not_counted():
    found = results(FIBRE, [*fibre("A", 105, 100), *fibre("B", 50, 100), *fibre("C", 7, 0)], ["A", "B", "C"])
    assert (found["A"].status, found["A"].value) == (Status.NO_DATA, None)
    assert (found["C"].status, found["C"].value) == (Status.NO_DATA, None)
    assert found[PROVINCE].status is Status.NO_DATA
    assert (found[PROVINCE].reporting, found[PROVINCE].expected) == (1, 3)


def test_people_without_4g_is_never_negative():
    gap = KPIS["coverage_4g_gap"]
    rows = [row("A", "population", 100), row("A", "population_4g", 120)]
    rows += [row("B", "population", 100), row("B", "population_4g", 90)]
    found = results(gap, rows, ["A", "B"])
    assert found["A"].value is None
    assert (found[PROVINCE].value, found[PROVINCE].numerator, found[PROVINCE].denominator) == (10.0, 10.0, 100.0)


def test_an_implausible_total_is_not_shown():
    turns = KPIS["teams_training_turns"]
    found = results(turns, [row("A", "training_turns", 9e6), row("B", "training_turns", 9e6)], ["A", "B"])
    assert found["A"].value == 9e6
    assert (found[PROVINCE].status, found[PROVINCE].value) == (Status.NO_DATA, None)


def test_a_province_figure_is_given_for_the_province_alone():
    installs = KPIS["services_app_installs"]
    found = results(installs, [row(PROVINCE, "app_installs", 413_500)], ["A", "B"])
    assert set(found) == {PROVINCE}
    assert (found[PROVINCE].value, found[PROVINCE].reporting, found[PROVINCE].expected) == (413_500.0, 1, 1)
    silent = results(installs, [], ["A", "B"])[PROVINCE]
    assert (silent.status, silent.value, silent.reporting, silent.expected) == (Status.NO_DATA, None, 0, 1)


def test_a_province_figure_is_never_added_to_communes():
    found = results(FIBRE, [*fibre("A", 50, 100), *fibre(PROVINCE, 900, 1000)], ["A"])
    assert (found[PROVINCE].value, found[PROVINCE].reporting, found[PROVINCE].expected) == (50.0, 1, 1)


def test_a_vehicle_without_a_ward_counts_in_the_province_alone():
    supplying = KPIS["waste_vehicles_supplying"]
    rows = [
        line
        for id_, place in (("X", "27694"), ("Y", ""))
        for line in (row(id_, "on_duty", 1, place=place), row(id_, "supplying", 1, place=place))
    ]
    found = results(supplying, rows, [("X", "27694"), ("Y", "")])
    assert set(found) == {"27694", PROVINCE}
    assert (found["27694"].expected, found[PROVINCE].expected, found[PROVINCE].reporting) == (1, 2, 2)


def test_the_expected_ward_wins_over_the_reported_one():
    supplying = KPIS["waste_vehicles_supplying"]
    rows = [row("X", "on_duty", 1, place="27712"), row("X", "supplying", 1, place="27712")]
    assert set(results(supplying, rows, [("X", "27694")])) == {"27694", PROVINCE}


def test_who_reports_unexpectedly_is_expected():
    found = results(FIBRE, [*fibre("A", 50, 100), *fibre("Z", 50, 100)], ["A"])
    assert (found[PROVINCE].reporting, found[PROVINCE].expected) == (2, 2)


def test_of_repeated_inputs_the_newest_counts():
    rows = [*fibre("A", 60, 100), *fibre("A", 10, 100, at=OLD)]
    assert results(FIBRE, rows, ["A"])["A"].value == 60.0


def test_kinds_are_counted_once_a_contributor_and_the_least_factual_wins():
    rows = [
        row("A", "fibre_households", 9, kind="measured"),
        row("A", "households", 10, kind="estimated"),
        *fibre("B", 9, 10, kind="simulated", source="Mô phỏng"),
        *fibre("C", 9, 10, kind="declared", source="An ninh"),
    ]
    province = results(FIBRE, rows, ["A", "B", "C"])[PROVINCE]
    assert province.kinds == {Kind.ESTIMATED: 1, Kind.SIMULATED: 1, Kind.DECLARED: 1}
    assert province.sources == ("An ninh", "Mô phỏng", "VNPT")


def test_sources_of_the_old_are_not_named_beside_the_value_of_the_fresh():
    rows = [*fibre("A", 9, 10), *fibre("B", 9, 10, at=OLD, kind="simulated", source="Mô phỏng")]
    province = results(FIBRE, rows, ["A", "B"])[PROVINCE]
    assert province.sources == ("VNPT",)
    assert province.kinds == {Kind.MEASURED: 1}


def test_a_change_of_status_is_an_event_and_the_first_sight_is_not():
    first = run([FIBRE], fibre("A", 90, 100), ["A"])
    assert first.events == []
    later = NOW + timedelta(hours=2)
    second = run([FIBRE], fibre("A", 90, 100), ["A"], previous=first.states, now=later)
    assert [(e.place, e.before, e.after, e.value, e.at) for e in second.events] == [
        ("A", Status.NORMAL, Status.STALE, 90.0, later),
        (PROVINCE, Status.NORMAL, Status.STALE, 90.0, later),
    ]
    third = run([FIBRE], fibre("A", 90, 100), ["A"], previous=second.states, now=later + timedelta(hours=1))
    assert third.events == []
    assert third.results[-1].since == later


def test_thresholds_reach_the_result():
    on_time = KPIS["services_on_time"]
    rows = [row("A", "dossiers_on_time", 70), row("A", "dossiers_due", 100)]
    states = {(on_time.key, p): State(Status.WARNING, OLD, Status.CRITICAL, OLD) for p in ("A", PROVINCE)}
    found = results(on_time, rows, ["A"], previous=states)
    assert found[PROVINCE].status is Status.CRITICAL
    assert found[PROVINCE].since == NOW


counts = st.integers(min_value=0, max_value=10**6)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=60))
@settings(max_examples=examples(60))
def test_the_province_is_the_sum_of_its_places(pairs):
    """Vectorised sums agree with plain addition, whatever communes report."""
    given_ = [(min(a, b), b) for a, b in pairs]
    rows = [line for i, (have, all_) in enumerate(given_) for line in fibre(f"C{i}", have, all_)]
    found = results(FIBRE, rows, [f"C{i}" for i in range(len(given_))])
    have, all_ = (sum(column) for column in zip(*given_, strict=True))
    assert found[PROVINCE].numerator == have
    assert found[PROVINCE].denominator == all_
    assert found[PROVINCE].value == (pytest.approx(100 * have / all_) if all_ else None)
    for i, (mine, of) in enumerate(given_):
        assert found[f"C{i}"].value == (pytest.approx(100 * mine / of) if of else None)


def calls_of_a_tick(places: int) -> tuple[int, int]:
    """How many functions the engine calls to evaluate every KPI over ``places``, and the results it makes."""
    names = {f"C{i}": f"C{i}" for i in range(places)}
    tables = {}
    for feed, measures in needed(KPIS.values()).items():
        columns = Columns(measures)
        columns.expect(names)
        columns.put(Cell(m, c, c, to_ms(NOW), 1.0, Kind.MEASURED, "x") for m in measures for c in names)
        tables[feed] = columns.table()
    formed, calls = tiers(KPIS.values(), "2025-07"), 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event.endswith("call")

    sys.setprofile(count)
    try:
        found = [shape.evaluate(tables, lambda feed, measure: STALE_AFTER, {}, NOW)[0] for shape in formed]
    finally:
        sys.setprofile(None)
    return calls, sum(len(one.codes) for made in found for one in made)


@pytest.mark.long
def test_one_more_result_costs_a_tick_few_calls():
    """Columns, not objects, so 9 calls a result; scripts/bench kpi_tick_ms measures the time of a whole tick."""
    few, made_of_few = calls_of_a_tick(6)
    many, made_of_many = calls_of_a_tick(600)
    assert made_of_many >= 40 * 600
    assert (many - few) / (made_of_many - made_of_few) < 15


def test_a_stale_place_keeps_the_name_of_who_spoke_last():
    rows = [*fibre("A", 50, 100), *fibre("B", 90, 300, at=OLD, source="FPT")]
    found = {r.place: r for r in run([FIBRE], rows, ["A", "B"]).results}
    assert (found["B"].status, found["B"].sources, found["B"].kinds) == (Status.STALE, ("FPT",), {Kind.MEASURED: 1})
    assert found["A"].sources == ("VNPT",)
