"""The course of a KPI on a page: the history, which may be a minute old, ends with the newest result."""

from dataclasses import replace
from datetime import timedelta

import pytest
from screen_figures import KPIS, NOW, series
from screen_fixtures import normal, services

from domain.kpis.kpi import KpiResult
from domain.places.place import PROVINCE
from queries.ask import Question
from queries.courses.series import SERIES

KEY = "services_on_time"
MINUTE = timedelta(minutes=1)


async def course(newest: KpiResult, history: list[KpiResult]) -> list[KpiResult]:
    reading = normal()
    reading.results = [newest]
    reading.history = {KEY: history}
    asked = Question(sources=services(reading), now=NOW, kpis={KEY: KPIS[KEY]})
    return list((await SERIES.read(asked))[KEY, PROVINCE])


@pytest.fixture
def newest() -> KpiResult:
    return replace(next(r for r in normal().results if (r.key, r.place) == (KEY, PROVINCE)), as_of=NOW - MINUTE)


@pytest.fixture
def history(newest: KpiResult) -> list[KpiResult]:
    return series(KPIS[KEY], replace(newest, as_of=NOW - 2 * MINUTE))


async def test_the_newest_result_is_the_end(newest: KpiResult, history: list[KpiResult]) -> None:
    assert await course(newest, history) == [*history, newest]
    assert await course(newest, []) == [newest]


async def test_a_result_told_again_replaces_the_last(newest: KpiResult, history: list[KpiResult]) -> None:
    again = replace(newest, as_of=history[-1].as_of, value=1.0)
    assert await course(again, history) == [*history[:-1], again]


async def test_what_is_older_or_has_no_time_adds_nothing(newest: KpiResult, history: list[KpiResult]) -> None:
    for other in (history[-2].as_of, None, NOW - timedelta(days=4_000)):
        assert await course(replace(newest, as_of=other), history) == history
