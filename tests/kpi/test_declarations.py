"""The declarations: their worked examples, limits, words and audiences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from evaluating import evaluated as run
from looking_back import FEED as CARE
from looking_back import INSTALLS, MONTH, SCORE, WEEK, WEIGHED
from said import columns_of, kpi_result

import areas
import data_sources
import kpi
from domain.area import Area, fleets
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.feeds.reporter import Listed, Register
from domain.instant import day_start, service_day
from domain.kpis.kpi import Better, Example, Kpi, Status
from domain.kpis.window import Newest, Rolling
from domain.observation import Kind, Observation
from domain.organisation import OrganisationKind
from domain.period import Span
from domain.places.place import IN_FORCE, PROVINCE
from domain.subject import SubjectKind
from evaluation.buckets import Buckets
from evaluation.composites import Composite, composed, composites
from evaluation.evaluate import needed
from evaluation.formulas import Ratio
from evaluation.inputs import dossiers, feedback, team_work
from evaluation.inputs.fleet import MEASURES
from evaluation.inputs.rounds import WEIGHED_MEASURES, WORK_MEASURES
from evaluation.shapes import window_shapes
from evaluation.status import RANK
from store import territories

KPIS = discover(kpi, "KPIS", Kpi)
DERIVED = (*MEASURES, *WORK_MEASURES, *WEIGHED_MEASURES, *dossiers.MONTH_MEASURES, *dossiers.NOW_MEASURES)
DERIVED = (*DERIVED, *feedback.MEASURES, *team_work.MEASURES)
NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
EXAMPLES = [(k, e) for k in KPIS.values() for e in k.examples]


def evaluated(kpi: Kpi, given):
    """``given`` figures: newest ones, those of every period of a window, or by component the value of a composite."""
    if isinstance(kpi.formula, Composite):
        return composed_of(kpi, given)
    if not isinstance(kpi.window, Newest):
        return looking_back(kpi, given)
    rows = [
        (measure, name, name, int(NOW.timestamp() * 1000), value, "measured", "test")
        for name, values in given.items()
        for measure, value in values.items()
    ]
    return run([kpi], rows, list(given), stale_after=timedelta(minutes=3), now=NOW).results[-1]


def looking_back(kpi: Kpi, given):
    feed = {**discover(data_sources, "FEED", Feed), CARE.key: CARE}[kpi.feed]
    buckets = Buckets(feed, needed([kpi])[kpi.feed], {kpi.window.span}, territories.crosswalk)
    for period in kpi.window.periods(service_day(NOW)):
        buckets.take(
            Observation(feed=feed.key, measure=measure, place=place, territory=IN_FORCE, period=period, value=value,
                        at=day_start(period.start), received_at=NOW, kind=Kind.MEASURED, source="test")
            for place, values in given.items()
            for measure, value in values.items()
        )  # fmt: skip
    (shape,) = window_shapes([kpi], IN_FORCE, buckets={kpi.feed: buckets})
    (columns,), _ = shape.evaluate(dict(zip(given, given, strict=True)), lambda *_: timedelta(days=400), {}, NOW)
    return columns.results()[-1]


def composed_of(kpi: Kpi, given):
    parts = [
        kpi_result(key=key, place=PROVINCE, value=value, numerator=None, denominator=None, reporting=1, expected=1,
                   as_of=NOW, computed_at=NOW, status=Status.NORMAL, since=NOW, kinds={}, sources=())
        for key, values in given.items() for value in values.values()
    ]  # fmt: skip
    (columns,), _ = composed([kpi], {one.key: one for one in columns_of(parts)}, IN_FORCE, {}, NOW)
    return columns.results()[-1]


def test_examples_of_windows_and_composites_are_evaluated_as_they_are():
    week = {"27694": {"settled": 10, "due": 40}, "27712": {"settled": 20, "due": 20}}
    assert evaluated(WEEK, week).value == 50
    assert evaluated(WEEK, {}).value is None
    score = {"care_week": {"value": 50.0}, "care_month": {"value": 40.0}, "care_open": {"value": 100.0}}
    assert evaluated(SCORE, score).value == 75
    assert evaluated(SCORE, {}).value is None


def misread(kpi: Kpi, feed: Feed) -> list[str]:
    """What a window of ``kpi`` asks of measures that are never told so."""
    if isinstance(kpi.window, Newest):
        return []
    calendar = {Span.DAY, Span.MONTH, Span.QUARTER, Span.YEAR}
    needs = [feed.measure(name) for name in kpi.formula.needs]
    return [one.key for one in needs if one is None or not (one.amount or one.span in calendar)
            or (isinstance(kpi.window, Rolling) and not one.amount and one.span is not Span.DAY)]  # fmt: skip


def test_windows_look_at_figures_that_are_told_of_periods():
    feeds = discover(data_sources, "FEED", Feed)
    assert {kpi.key: wrong for kpi in KPIS.values() if (wrong := misread(kpi, feeds[kpi.feed]))} == {}
    assert misread(replace(INSTALLS, window=Rolling(days=3)), CARE) == ["installs"]
    assert misread(replace(MONTH, window=Rolling(days=3)), CARE) == ["scored", "asked_of"]
    assert misread(WEEK, CARE) == misread(MONTH, CARE) == misread(WEIGHED, CARE) == []


def owed_by_organisations(feed: Feed) -> bool:
    match feed.reporters:
        case Register(kind):
            return kind in set(OrganisationKind)
        case Listed(subjects):
            return all(one.kind is SubjectKind.ORGANISATION for one in subjects)
        case _:
            return False


def test_kpis_by_organisation_are_of_feeds_that_organisations_owe():
    feeds = discover(data_sources, "FEED", Feed)
    wrong = [
        k.key for k in KPIS.values() if k.of is SubjectKind.ORGANISATION and not owed_by_organisations(feeds[k.feed])
    ]
    assert wrong == [], "their N would be whoever happened to report"
    assert owed_by_organisations(replace(CARE, reporters=Register(OrganisationKind.DEPARTMENT)))
    assert not owed_by_organisations(CARE)


def test_composites_are_made_of_declared_kpis():
    composites(KPIS)


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
    assert max(map(len, kpi.short)) <= (24 if kpi.on_wall else 32), "wider than a line of the wall, or of a page"
    assert kpi.source_of_formula
    assert kpi.response.vi
    assert kpi.response.en


@pytest.mark.parametrize("kpi", KPIS.values(), ids=list(KPIS))
def test_limits_are_ordered_and_clear_on_the_good_side(kpi: Kpi):
    sign = 1 if kpi.better is Better.HIGHER else -1
    limits = [sign * t.limit for t in kpi.thresholds]
    clears = [sign * t.clear for t in kpi.thresholds]
    ranks = [RANK[t.status] for t in kpi.thresholds]
    assert ranks == sorted(set(ranks))
    assert limits == sorted(limits, reverse=True)
    assert clears == sorted(clears, reverse=True)
    for threshold in kpi.thresholds:
        assert sign * threshold.clear >= sign * threshold.limit
        assert threshold.because
        assert threshold.hold > timedelta(0)


def test_public_sees_only_what_the_public_may():
    of_vehicles = {*fleets(discover(areas, "AREA", Area).values())}
    for kpi_ in KPIS.values():
        if kpi_.public:
            asked = needed([kpi_])
            assert not asked.keys() & of_vehicles, "nothing of single vehicles"
            assert not {*DERIVED} & {measure for measures in asked.values() for measure in measures}
            assert kpi_.of is SubjectKind.PLACE
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


def test_what_is_computed_of_weighings_lasts_as_long_as_they_do():
    feed = discover(data_sources, "FEED", Feed)["waste_trucks"]
    weighed = feed.measure("weighed_kg")
    assert weighed.gives == WEIGHED_MEASURES
    assert feed.stale_after == timedelta(minutes=3), "positions are old long before"
    for key in ("waste_tonnage", "waste_kg_per_km", "waste_kg_per_person", "waste_loads"):
        assert KPIS[key].stands(feed) == weighed.stale_after > timedelta(hours=12), key


def test_what_was_made_good_names_the_day_whose_misses_it_counts():
    for key in ("waste_recovery_24h", "waste_recovery_waiting"):
        kpi = KPIS[key]
        for name in (kpi.names, kpi.short):
            assert "hôm trước" in name.vi.lower(), "beside today's misses it reads as theirs"
            assert "day before" in name.en.lower()
