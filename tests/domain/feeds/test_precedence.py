"""Of several statements about one figure: no simulated one stands over another kind of the same period."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.feeds.precedence import precedence
from domain.observation import Kind, Observation
from domain.period import INSTANT, Period, Span, written_period
from domain.places.place import IN_FORCE, PROVINCE

DAY, MONTH, QUARTER, YEAR = (timedelta(days=days) for days in (1, 31, 92, 366))
REAL = (Kind.MEASURED, Kind.DECLARED, Kind.ESTIMATED)


def said(at: str, kind: Kind, period: str = "", *, later: timedelta = timedelta()) -> Observation:
    """A figure that describes ``at`` (UTC) and came ``later`` than that."""
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return Observation(
        feed="coverage", measure="households", place=PROVINCE, territory=IN_FORCE, at=when, received_at=when + later,
        value=1.0, kind=kind, source=kind.value, period=written_period(period) if period else INSTANT,
    )  # fmt: skip


def counts(cadence: timedelta, *items: Observation) -> Observation:
    """What counts, the same in every order of arrival."""
    chosen = {max(order, key=lambda item: precedence(item, cadence)) for order in permutations(items)}
    assert len(chosen) == 1
    return chosen.pop()


@pytest.mark.parametrize("kind", REAL)
@pytest.mark.parametrize(
    ("cadence", "period", "real_at", "made_up_at"),
    [
        (MONTH, "", "2026-11-03", "2026-11-29"),
        (MONTH, "2026-11", "2026-11-03", "2026-11-29"),
        (timedelta(hours=1), "2026-11", "2026-11-03", "2026-11-29"),
        (QUARTER, "", "2026-10-03", "2026-12-29"),
        (YEAR, "", "2026-01-03", "2026-12-29"),
        (timedelta(days=7), "", "2026-11-23", "2026-11-29"),
        (DAY, "", "2026-11-28T18:00", "2026-11-29T16:00"),  # one day in Việt Nam
    ],
)
def test_a_real_figure_stands_over_a_simulated_one_of_its_period(
    kind: Kind, cadence: timedelta, period: str, real_at: str, made_up_at: str
) -> None:
    real = said(real_at, kind, period)
    made_up = said(made_up_at, Kind.SIMULATED, period, later=timedelta(days=9))
    assert counts(cadence, real, made_up) == real


@pytest.mark.parametrize(
    ("cadence", "real", "made_up"),
    [
        (MONTH, ("2026-10-31", ""), ("2026-11-01", "")),
        (MONTH, ("2026-10-31", "2026-10"), ("2026-11-01", "2026-11")),
        (MONTH, ("2026-11-20", "2026-10"), ("2026-11-01", "2026-11")),  # told late, of the month before
        (timedelta(hours=1), ("2026-11-29T03:00", ""), ("2026-11-29T04:00", "")),
    ],
)
def test_a_simulated_figure_of_a_later_period_stands(
    cadence: timedelta, real: tuple[str, str], made_up: tuple[str, str]
) -> None:
    later = said(made_up[0], Kind.SIMULATED, made_up[1])
    assert counts(cadence, said(real[0], Kind.DECLARED, real[1]), later) == later


def test_among_real_figures_the_later_counts_then_the_later_arrival_then_the_more_factual() -> None:
    typed = said("2026-11-03", Kind.DECLARED)
    assert counts(MONTH, said("2026-11-02", Kind.MEASURED), typed) == typed
    again = said("2026-11-03", Kind.DECLARED, later=DAY)
    assert counts(MONTH, said("2026-11-03", Kind.MEASURED), again) == again
    measured = said("2026-11-03", Kind.MEASURED)
    assert counts(MONTH, typed, measured) == measured


def test_a_figure_dated_ahead_does_not_hide_those_of_today() -> None:
    ahead = replace(
        said("2026-11-03", Kind.DECLARED), period=Period(Span.MONTH, datetime(2027, 1, 1, tzinfo=UTC).date())
    )
    newer = said("2026-11-04", Kind.DECLARED, "2026-11")
    assert counts(MONTH, ahead, newer) == newer


@settings(max_examples=examples(60))
@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.integers(0, 90), st.sampled_from(Kind)), min_size=2, max_size=4, unique=True
    )
)
def test_in_whatever_order_they_come_the_same_counts(told: list[tuple[int, int, Kind]]) -> None:
    start = "2026-09-10"
    items = [
        replace(said(start, kind, later=timedelta(days=later)), at=said(start, kind).at + timedelta(days=days))
        for days, later, kind in told
    ]
    for cadence in (MONTH, DAY, timedelta(hours=1)):
        best = counts(cadence, *items)
        month = best.at.astimezone(UTC).strftime("%Y-%m")
        assert best.kind is not Kind.SIMULATED or all(
            item.kind is Kind.SIMULATED or item.at.strftime("%Y-%m") < month for item in items if cadence is MONTH
        )
