"""Results by KPI and place."""

from collections.abc import Iterable, Mapping

from domain.kpis.kpi import KpiResult

Results = Mapping[tuple[str, str], KpiResult]
"""By KPI key and place code."""


def keyed(results: Iterable[KpiResult]) -> Results:
    """Each result under its KPI and place."""
    return {(r.key, r.place): r for r in results}
