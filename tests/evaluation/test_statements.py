"""Statements about former communes count for today's communes: no land twice, no part for a whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import data_sources
import kpi
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.fleets.device_columns import KIND_CODE
from domain.kpis.kpi import Kpi, Status
from domain.observation import Kind, Observation, ObsStatus
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.territory import Level
from evaluation.inputs import statements
from evaluation.inputs.statements import newest
from evaluation.shapes import tiers
from intake.evaluator.health import health
from intake.evaluator.known import KnownFeed
from store import territories

FEED = discover(data_sources, "FEED", Feed)["coverage"]
FIBRE = discover(kpi, "KPIS", Kpi)["coverage_fibre_households"]
NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
OLD = "2024-01"
WALK = territories.crosswalk(OLD, IN_FORCE)
CODES = [p.code for p in territories.places(OLD) if p.level is Level.COMMUNE]
TODAY = [p.code for p in territories.places(IN_FORCE) if p.level is Level.COMMUNE]
# A commune of today that was formed from whole communes, and one with divided land in it.
PLAIN = next(c for c in TODAY if len(WALK.origins_of(c)) > 1 and all(s.whole for s in WALK.origins_of(c)))
MIXED = next(c for c in TODAY if any(not s.whole and s.population for s in WALK.origins_of(c)))


def said(place: str, value: float | None, *, measure: str = "population", days: float = 1, territory: str = OLD,
         kind: Kind = Kind.DECLARED, source: str = "VNPT") -> Observation:  # fmt: skip
    at = NOW - timedelta(days=days)
    return Observation(
        feed=FEED.key, measure=measure, at=at, received_at=at, value=value, kind=kind, source=source, place=place,
        territory=territory, status=ObsStatus.MISSING if value is None else ObsStatus.NORMAL,
    )  # fmt: skip


def restated(feed: Feed, items: list[Observation]) -> list[Observation]:
    return statements.restated(feed, items, territories.crosswalk)


def of(place: str, items: list[Observation]) -> list[Observation]:
    return [item for item in restated(FEED, items) if item.place == place]


def test_whole_communes_add_up_and_stay_declared():
    parts = [said(share.origin, 100, days=i + 1) for i, share in enumerate(WALK.origins_of(PLAIN))]
    [one] = of(PLAIN, parts)
    assert (one.value, one.territory, one.kind) == (100.0 * len(parts), IN_FORCE, Kind.DECLARED)
    assert one.at == min(part.at for part in parts), "as old as its oldest part"


def test_a_part_never_stands_for_the_whole():
    parts = [said(share.origin, 100) for share in WALK.origins_of(PLAIN)]
    assert of(PLAIN, parts[1:]) == []
    [one] = of(PLAIN, [said(parts[0].place, None), *parts[1:]])
    assert (one.value, one.status) == (None, ObsStatus.MISSING)


def test_divided_land_makes_an_estimate_and_simulation_stays_simulated():
    parts = [said(code, 100) for code in CODES]
    [one] = of(MIXED, parts)
    assert (one.kind, one.status) == (Kind.ESTIMATED, ObsStatus.ESTIMATED)
    [one] = of(MIXED, [said(code, 100, kind=Kind.SIMULATED) for code in CODES])
    assert one.kind is Kind.SIMULATED


@settings(max_examples=examples(20))
@given(values=st.lists(st.integers(0, 10**6), min_size=188, max_size=188))
@pytest.mark.parametrize("measure", ["population", "households"])
def test_the_total_of_all_communes_is_kept(measure: str, values: list[int]):
    items = [said(code, value, measure=measure) for code, value in zip(CODES, values, strict=True)]
    assert sum(item.value or 0 for item in restated(FEED, items)) == pytest.approx(sum(values))


@pytest.mark.parametrize(("days", "wins"), [(0.5, 700.0), (2, 100.0 * len(WALK.origins_of(PLAIN)))])
def test_the_newest_statement_wins_and_the_two_are_never_added(days: float, wins: float):
    old = [said(share.origin, 100) for share in WALK.origins_of(PLAIN)]
    own = said(PLAIN, 700, territory=IN_FORCE, days=days)
    for items in ([*old, own], [own, *old]):
        assert [item.value for item in newest(FEED, restated(FEED, items)) if item.place == PLAIN] == [wins]


def test_of_two_said_together_the_more_factual_counts_in_whatever_order_they_are_read():
    typed = said(PLAIN, 300, territory=IN_FORCE)
    counted = said(PLAIN, 413, territory=IN_FORCE, kind=Kind.MEASURED, source="kho ứng dụng")
    other = said(PLAIN, 299, territory=IN_FORCE, source="Viettel")
    for items in permutations([typed, counted, other]):
        assert [item.value for item in newest(FEED, items)] == [413]
    assert len({newest(FEED, items)[0].value for items in permutations([typed, other])}) == 1


def test_two_older_versions_are_not_added_either():
    both = [said(c, 100) for c in CODES]
    newer = [said(p.code, 10, territory="2024-12", days=0.5)
             for p in territories.places("2024-12") if p.level is Level.COMMUNE]  # fmt: skip
    total = sum(item.value or 0 for item in newest(FEED, restated(FEED, [*both, *newer])))
    assert total == pytest.approx(1860)


def test_the_province_is_the_same_everywhere_and_flags_districts_and_nonsense_are_left_out():
    [province] = restated(FEED, [said(PROVINCE, 5)])
    assert (province.place, province.territory) == (PROVINCE, IN_FORCE)
    assert restated(FEED, [said(code, 1, measure="has_fibre") for code in CODES]) == []
    assert restated(FEED, [said("794", 5), said("99999", 5), said("27688", 5, territory="1999-01")]) == []


def test_a_reused_code_is_not_taken_for_todays_place():
    assert of("27694", [said("27694", 8000)]) == [], "old Phường 1 is a part of today's Phường Long An"


def test_figures_of_former_communes_count_in_the_kpi_and_in_the_feeds_health():
    items = [said(code, value, measure=measure) for code in CODES
             for measure, value in (("households", 100), ("fibre_households", 80))]  # fmt: skip
    known = KnownFeed(FEED, FIBRE.formula.needs, [*TODAY, PROVINCE])
    known.take(items)
    expected = known.expected(NOW, None)
    (shape,) = tiers([FIBRE], IN_FORCE)
    table = known.table(expected, NOW, None)
    (columns,), _ = shape.evaluate({FEED.key: table}, lambda _feed, _measure: FEED.stale_after, {}, NOW)
    province = columns.results()[-1]
    assert (province.value, province.denominator) == (pytest.approx(80), pytest.approx(18_800))
    assert (province.reporting, province.expected, province.status) == (60, 60, Status.NORMAL)
    assert province.kinds[Kind.ESTIMATED] > 0
    assert health(FEED, known, None, expected, NOW).reporting == 60


@pytest.mark.parametrize("real_first", [True, False])
def test_a_real_figure_stands_over_a_simulated_one_of_its_month_whichever_came_later(real_first: bool):
    real = said(PLAIN, 80, measure="fibre_households", territory=IN_FORCE, days=20)
    made_up = said(PLAIN, 99, measure="fibre_households", territory=IN_FORCE, kind=Kind.SIMULATED, source="mô phỏng")
    known = KnownFeed(FEED, FIBRE.formula.needs, [*TODAY, PROVINCE])
    for item in (real, made_up) if real_first else (made_up, real):
        known.take([item])
        known.take([item])
    assert _stands(known) == (80.0, Kind.DECLARED)
    together = KnownFeed(FEED, FIBRE.formula.needs, [*TODAY, PROVINCE])
    together.take([real, made_up] if real_first else [made_up, real])
    assert _stands(together) == (80.0, Kind.DECLARED)
    next_month = replace(made_up, at=NOW + timedelta(days=8), received_at=NOW + timedelta(days=8))
    together.take([next_month])
    assert _stands(together) == (99.0, Kind.SIMULATED), "of another month"


def _stands(known: KnownFeed) -> tuple[float, Kind]:
    """The value and kind of the commune in the table that KPIs are computed from."""
    table = known.table(known.expected(NOW, None), NOW, None)
    at = table.measures["fibre_households"], list(table.contributors).index(PLAIN)
    [item] = [one for one in known.statements if one.place == PLAIN]
    assert (item.value, KIND_CODE[item.kind]) == (table.value[at], table.kind[at])
    return float(table.value[at]), item.kind
