"""The declarations: their worked examples, limits, words and audiences."""

from datetime import UTC, datetime, timedelta

import pytest
from evaluating import evaluated as run

import data_sources
import kpi
from domain.discovery import discover
from domain.feed import Feed
from domain.kpi import Better, Example, Kpi
from domain.place import PROVINCE
from evaluation.formulas import Ratio
from evaluation.inputs.collection import WORK_MEASURES
from evaluation.inputs.fleet import MEASURES
from evaluation.status import _RANK

KPIS = discover(kpi, "KPIS", Kpi)
DERIVED = (*MEASURES, *WORK_MEASURES)
NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
EXAMPLES = [(k, e) for k in KPIS.values() for e in k.examples]


def evaluated(kpi: Kpi, given):
    rows = [
        (measure, name, name, int(NOW.timestamp() * 1000), value, "measured", "test")
        for name, values in given.items()
        for measure, value in values.items()
    ]
    return run([kpi], rows, list(given), stale_after=timedelta(minutes=3), now=NOW).results[-1]


@pytest.mark.parametrize(("kpi", "example"), EXAMPLES, ids=[f"{k.key}: {e.because}" for k, e in EXAMPLES])
def test_worked_example(kpi: Kpi, example: Example):
    result = evaluated(kpi, example.given)
    assert result.place == PROVINCE
    assert result.value == (None if example.expect is None else pytest.approx(example.expect, rel=1e-12))


def test_at_least_four_of_each_feed_of_the_card_in_an_order():
    for feed in ("waste_trucks", "services", "coverage", "teams"):
        orders = [k.order for k in KPIS.values() if k.feed == feed]
        assert len(orders) >= 4
        assert len(set(orders)) == len(orders)


@pytest.mark.parametrize("kpi", KPIS.values(), ids=list(KPIS))
def test_measures_exist_in_the_feed(kpi: Kpi):
    feed = discover(data_sources, "FEED", Feed)[kpi.feed]
    for measure in kpi.formula.needs:
        assert measure in DERIVED or feed.measure(measure), f"{kpi.key} needs {measure}"


@pytest.mark.parametrize("kpi", KPIS.values(), ids=list(KPIS))
def test_examples_show_the_hard_cases(kpi: Kpi):
    assert any(e.given == {} and e.expect is None for e in kpi.examples), "no example without input"
    if isinstance(kpi.formula, Ratio):
        by_zero = [
            e for e in kpi.examples if e.given and all(v[kpi.formula.denominator] == 0 for v in e.given.values())
        ]
        assert by_zero, "no example with a denominator of 0"
        assert all(e.expect is None for e in by_zero)


@pytest.mark.parametrize("kpi", KPIS.values(), ids=list(KPIS))
def test_words_in_both_languages(kpi: Kpi):
    for text in (kpi.names, kpi.short, kpi.question, kpi.unit, kpi.owner, kpi.contributor, kpi.numerator_label):
        assert text.vi
        assert text.en
    assert max(map(len, kpi.short)) <= 20
    assert kpi.source_of_formula
    assert kpi.response.vi
    assert kpi.response.en


@pytest.mark.parametrize("kpi", KPIS.values(), ids=list(KPIS))
def test_limits_are_ordered_and_clear_on_the_good_side(kpi: Kpi):
    sign = 1 if kpi.better is Better.HIGHER else -1
    limits = [sign * t.limit for t in kpi.thresholds]
    clears = [sign * t.clear for t in kpi.thresholds]
    ranks = [_RANK[t.status] for t in kpi.thresholds]
    assert ranks == sorted(set(ranks))
    assert limits == sorted(limits, reverse=True)
    assert clears == sorted(clears, reverse=True)
    for threshold in kpi.thresholds:
        assert sign * threshold.clear >= sign * threshold.limit
        assert threshold.because
        assert threshold.hold > timedelta(0)


def test_public_sees_only_what_the_public_may():
    public = {k.key for k in KPIS.values() if k.public}
    assert public == {
        "services_online",
        "services_app_installs",
        "coverage_fibre_households",
        "coverage_fibre_communes",
        "teams_training_turns",
    }
    for kpi_ in KPIS.values():
        if kpi_.public:
            assert "{value}" in kpi_.public.headline.vi
            assert "{value}" in kpi_.public.headline.en
            assert kpi_.public.min_reporting >= 5 or not kpi_.by_place


def test_targets_name_their_source():
    for kpi_ in KPIS.values():
        assert kpi_.target is None or kpi_.target.source
    assert KPIS["services_cashless"].target.value == 80
    assert KPIS["services_cashless"].target.due.year == 2030
