"""Composites: points of components in groups; an unknown or inapplicable component never counts as zero."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from looking_back import KPIS, LEFT_OUT, SCORE
from said import columns_of, kpi_result

from domain.kpis.kpi import KpiResult, Status
from domain.kpis.window import Rolling
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from domain.text import Text
from evaluation.composites import Absent, Component, Composite, Group, composed, composites

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
WEEK, MONTH, OPEN = "care_week", "care_month", "care_open"
WHOLE = {WEEK: 50.0, MONTH: 40.0, OPEN: 100.0}  # 10 of 20, 15 of 30 (80 is full), 50 of 50


def component(key: str, value: float | None, *, place: str = PROVINCE, status: Status = Status.NORMAL, age_h: float = 1,
              kinds=None, sources=("một cửa",)) -> KpiResult:  # fmt: skip
    as_of = NOW - timedelta(hours=age_h)
    return kpi_result(
        place=place, key=key, value=value, numerator=value, denominator=100.0, reporting=3, expected=3, as_of=as_of,
        computed_at=NOW, status=status, since=as_of, kinds=kinds or {Kind.DECLARED: 3}, sources=sources,
    )  # fmt: skip


def score(results, one=SCORE, now=NOW, before=None):
    parts = {columns.key: columns for columns in columns_of(results)}
    (columns,), events = composed([one], parts, IN_FORCE, before or {}, now)
    return columns, events


def at(results, place=PROVINCE, one=SCORE):
    return score(results, one)[0].result(place)


def test_points_are_linear_capped_and_added_up():
    found = at([component(key, value) for key, value in WHOLE.items()])
    assert (found.value, found.numerator, found.denominator) == (75, 75, 100)
    assert (found.reporting, found.expected, found.status) == (3, 3, Status.NORMAL)
    above = at([component(WEEK, 50), component(MONTH, 99), component(OPEN, 100)])
    assert above.value == 90, "80 % is full marks and 99 % earns no more"
    assert at([component(key, 0.0) for key in WHOLE]).value == 0, "zero is a figure"


def test_less_is_better_where_the_scale_says_so():
    less = Component("x", 10, start=30, full=0)
    assert less.points(np.array([0, 15, 30, 45.0])).tolist() == [10, 5, 0, 0]


def test_what_does_not_apply_is_not_zero_and_its_weight_goes_to_its_group():
    given = [component(WEEK, 50), component(MONTH, None, status=Status.NOT_APPLICABLE), component(OPEN, 100)]
    spread = at(given)
    assert (spread.value, spread.denominator) == (75, 100), "half of its group's 50, as the other earned it"
    assert (spread.reporting, spread.expected) == (2, 2), "it is not missing"
    left = at(given, one=LEFT_OUT)
    assert (left.value, left.numerator, left.denominator) == (60, 60, 70)


def test_a_group_of_which_nothing_applies_leaves_its_weight_to_the_others():
    gone = [component(key, None, status=Status.NOT_APPLICABLE) for key in (WEEK, MONTH)]
    found = at([*gone, component(OPEN, 60)])
    assert (found.value, found.numerator, found.denominator) == (60, 30, 50)
    nothing = at([component(key, None, status=Status.NOT_APPLICABLE) for key in WHOLE])
    assert (nothing.status, nothing.value, nothing.expected) == (Status.NOT_APPLICABLE, None, 0)


@pytest.mark.parametrize("status", [Status.NO_DATA, Status.STALE])
def test_what_is_not_known_lowers_n_and_below_the_coverage_there_is_no_value(status):
    lost = component(MONTH, 40.0 if status is Status.STALE else None, status=status)
    given = [component(WEEK, 50), lost, component(OPEN, 100)]
    found = at(given)
    assert (found.value, found.reporting, found.expected) == (75, 2, 3), "partial, and said so"
    strict = at(given, one=replace(SCORE, min_coverage=1.0))
    if status is Status.STALE:
        assert (strict.status, strict.value, strict.reporting) == (Status.STALE, 75, 2), "the last values, as old"
    else:
        assert (strict.status, strict.value, strict.numerator) == (Status.NO_DATA, None, None)


def test_a_component_that_was_never_evaluated_is_missing_and_one_without_the_place_does_not_apply():
    found = at([component(WEEK, 50), component(OPEN, 100)])
    assert (found.reporting, found.expected) == (2, 3)
    given = [component(key, value) for key, value in WHOLE.items()]
    given += [
        component(WEEK, 50, place="27694"),
        component(OPEN, 20, place="27694"),
        component(OPEN, 20, place="27712"),
    ]
    columns, _ = score(given)
    assert columns.codes == ("27694", "27712", PROVINCE)
    assert (columns.result("27694").reporting, columns.result("27694").expected) == (2, 2)
    assert (columns.result("27712").value, columns.result("27712").expected) == (20, 1)


def test_nothing_at_all_is_no_data_of_n_components():
    found = at([])
    assert (found.status, found.reporting, found.expected, found.as_of) == (Status.NO_DATA, 0, 3, None)


def test_it_is_as_old_as_its_oldest_and_as_factual_as_its_least():
    mixed = {Kind.MEASURED: 2, Kind.SIMULATED: 1}
    found = at([component(WEEK, 50, age_h=9, sources=("A",)), component(MONTH, 40, kinds=mixed, sources=("B", "A")),
                component(OPEN, 100)])  # fmt: skip
    assert found.as_of == NOW - timedelta(hours=9)
    assert found.kinds == {Kind.DECLARED: 2, Kind.SIMULATED: 1}
    assert found.sources == ("A", "B", "một cửa")


def test_a_component_older_than_its_results_stand_is_stale():
    given = [component(WEEK, 50), component(MONTH, 40, age_h=71 * 24), component(OPEN, 100)]
    assert (at(given).reporting, at(given).expected) == (2, 3)
    assert at([component(key, value, age_h=71 * 24) for key, value in WHOLE.items()]).status is Status.STALE


def test_a_group_may_be_capped_below_its_components():
    two = Composite((Group(Text("a", "a"), (Component(WEEK, 8), Component(OPEN, 8)), cap=10),), total=10)
    capped = replace(SCORE, formula=two)
    assert at([component(WEEK, 100), component(OPEN, 100)], one=capped).value == 10
    assert at([component(WEEK, 100), component(OPEN, None, status=Status.NO_DATA)], one=capped).value == 10
    half = at([component(WEEK, 50), component(OPEN, 25)], one=capped)
    assert half.value == 6


def test_its_status_machine_moves_and_says_so_once():
    hold = timedelta(minutes=2)
    limits = tuple(replace(one, hold=hold) for one in KPIS["care_week"].thresholds) or ()
    low = replace(SCORE, thresholds=limits)
    columns, _ = score([component(key, 0.0) for key in WHOLE], low)
    again, events = score([component(key, None, status=Status.NO_DATA) for key in WHOLE], low,
                          NOW + hold, {low.key: columns})  # fmt: skip
    assert [(e.before, e.after, e.key) for e in events] == [(Status.NORMAL, Status.NO_DATA, low.key)]
    assert again.result(PROVINCE).value is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"formula": Composite((Group(Text("a", "a"), (Component("nobody", 1),)),))}, "nobody"),
        ({"formula": Composite((Group(Text("a", "a"), (Component("care_score", 1),)),))}, "care_score"),
        ({"divisible": True}, "census"),
        ({"stale_after": None}, "stale_after"),
        ({"window": Rolling(days=2)}, "look back"),
    ],
)
def test_a_composite_that_cannot_be_made_is_refused(changed, why):
    assert {one.key for one in composites(KPIS)} == {"care_score", "care_left_out"}
    with pytest.raises(ValueError, match=why):
        composites({**KPIS, "wrong": replace(SCORE, key="wrong", **changed)})


def test_weights_and_scales_that_mean_nothing_are_refused():
    for wrong in (lambda: Component("a", 0), lambda: Component("a", 1, 5, 5), lambda: Composite(()),
                  lambda: Composite((Group(Text("a", "a"), (Component("a", 1), Component("a", 2))),))):  # fmt: skip
        with pytest.raises(ValueError):
            wrong()


state = st.sampled_from([Status.NORMAL, Status.WARNING, Status.STALE, Status.NO_DATA, Status.NOT_APPLICABLE])
parts = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 30), st.integers(0, 100), state), min_size=1, max_size=8
)  # fmt: skip


@given(parts, st.sampled_from(list(Absent)), st.sampled_from([0.0, 0.5, 1.0]))
@settings(max_examples=examples(200))
def test_it_is_what_a_plain_reckoning_says(given_, absent, coverage):
    groups = [[(f"k{n}", weight) for n, (group, weight, _, _) in enumerate(given_) if group == g] for g in range(3)]
    formula = Composite(
        tuple(Group(Text("g", "g"), tuple(Component(key, weight) for key, weight in one)) for one in groups if one),
        absent=absent,
    )
    results = [
        component(f"k{n}", None if status in (Status.NO_DATA, Status.NOT_APPLICABLE) else float(value), status=status)
        for n, (_, _, value, status) in enumerate(given_)
    ]
    found = at(results, one=replace(SCORE, formula=formula, min_coverage=coverage))
    applies = [n for n, one in enumerate(given_) if one[3] is not Status.NOT_APPLICABLE]
    fresh = [n for n in applies if given_[n][3] in (Status.NORMAL, Status.WARNING)]
    ever = [n for n in applies if given_[n][3] is not Status.NO_DATA]
    enough = max(1, coverage * len(applies))
    used = fresh if len(fresh) >= enough else ever if len(ever) >= enough else []
    assert (found.reporting, found.expected) == (len(fresh), len(applies))
    earned = most = 0.0
    for group in range(3):
        mine = [n for n in used if given_[n][0] == group]
        weight, points = sum(given_[n][1] for n in mine), sum(given_[n][1] * given_[n][2] / 100 for n in mine)
        whole = sum(one[1] for one in given_ if one[0] == group)
        if mine:
            earned += whole * points / weight if absent is Absent.SPREAD else points
            most += whole if absent is Absent.SPREAD else weight
    if not used:
        assert found.value is None
        assert found.status is (Status.NO_DATA if applies else Status.NOT_APPLICABLE)
        return
    assert found.status is (Status.NORMAL if used is fresh else Status.STALE)
    assert found.value == pytest.approx(100 * earned / most if absent is Absent.SPREAD else earned)
    assert (found.numerator, found.denominator) == (pytest.approx(earned), pytest.approx(most))
