"""The alarm list's own alarms: a centre that no longer evaluates says so."""

from datetime import timedelta

import pytest
from screen_figures import FEEDS, KPIS, NOW

from queries.alarms import EVALUATOR_SILENT_AFTER, Situation, alarms


def told(since_s: float | None) -> list[str]:
    evaluated_at = None if since_s is None else NOW - timedelta(seconds=since_s)
    situation = Situation(results=(), health={}, vehicles=(), rosters={}, places={}, evaluated_at=evaluated_at)
    return [one.id for one in alarms(situation, KPIS, FEEDS, NOW)]


def test_a_dead_evaluator_is_the_first_alarm_on_every_screen():
    assert told(EVALUATOR_SILENT_AFTER.total_seconds()) == ["evaluator"]
    one = {key: kpi for key, kpi in KPIS.items() if kpi.feed == "teams"}
    situation = Situation(
        results=(), health={}, vehicles=(), rosters={}, places={}, evaluated_at=NOW - timedelta(hours=1)
    )
    assert [one.id for one in alarms(situation, one, FEEDS, NOW)] == ["evaluator"]


@pytest.mark.parametrize("since_s", [None, 0.0, 10.0, 75.0])
def test_one_that_evaluates_or_never_has_is_none(since_s: float | None):
    assert told(since_s) == []
