"""Scores and DTI choose figures as the KPIs do: of one period a real one stands, whichever came later."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from screen_figures import NOW
from screen_fixtures import normal, services

from domain.instant import service_day
from domain.observation import Kind, Observation
from domain.period import Span, period_of
from domain.places.place import IN_FORCE, PROVINCE
from queries.ask import Question
from queries.casework.dti import DTI
from queries.casework.scores_766 import SCORES

YEAR = period_of(Span.YEAR, service_day(NOW))
DAY = timedelta(days=1)


def said(feed: str, measure: str, value: float, kind: Kind, days_ago: int) -> Observation:
    at = NOW - days_ago * DAY
    return Observation(
        feed=feed, measure=measure, place=PROVINCE, territory=IN_FORCE, at=at, received_at=at, value=value, kind=kind,
        source=str(kind), period=YEAR,
    )  # fmt: skip


def orders(feed: str, measure: str) -> list[tuple[Observation, ...]]:
    """A real figure of 71 and a newer simulated one of 88, in both orders of arrival."""
    made_up = said(feed, measure, 88, Kind.SIMULATED, 1)
    return list(permutations([said(feed, measure, 71, Kind.DECLARED, 9), made_up]))


@pytest.mark.parametrize("order", orders("scores_766", "score"))
async def test_scores_take_the_real_figure_and_are_not_called_simulated(order: tuple[Observation, ...]) -> None:
    reading = normal()
    reading.observed = list(order)
    board = await SCORES.read(Question(sources=services(reading), now=NOW, kpis={}))
    assert board.year.ours is not None
    assert (board.year.ours.stated, board.year.kind) == (Decimal("71"), Kind.DECLARED)


@pytest.mark.parametrize("order", orders("dti", "dti_rank"))
async def test_dti_takes_the_real_figure_of_the_year(order: tuple[Observation, ...]) -> None:
    reading = normal()
    reading.observed = [replace(item, value=(item.value or 0) - 60) for item in order]
    board = await DTI.read(Question(sources=services(reading), now=NOW, kpis={}))
    assert board.ranks == [(int(YEAR.code), 11)]
    assert (board.simulated, board.source) == (False, str(Kind.DECLARED))
