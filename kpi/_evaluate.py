"""Evaluate the KPIs of one feed from its newest values: every place and the province, all places at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from domain.health import StatusEvent
from domain.kpi import Kpi, KpiResult
from kpi._status import State

INPUT_COLUMNS = ("measure", "contributor", "place", "at_ms", "value", "kind", "source")
EXPECTED_COLUMNS = ("contributor", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Results in order of KPI, then place (the province last); states by (key, place); what changed status."""

    results: list[KpiResult]
    states: dict[tuple[str, str], State]
    events: list[StatusEvent]


def evaluate(
    kpis: Sequence[Kpi],
    inputs: pd.DataFrame,
    *,
    territory: str,
    expected: pd.DataFrame,
    stale_after: timedelta,
    previous: Mapping[tuple[str, str], State],
    now: datetime,
) -> Evaluation:
    """Evaluate ``kpis`` of one feed at ``now``.

    ``inputs`` has INPUT_COLUMNS, the newest value per (measure, contributor); ``expected`` has EXPECTED_COLUMNS, who
    ought to report (communes: contributor = place = code; vehicles: their id and ward).
    """
    raise NotImplementedError
