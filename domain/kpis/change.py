"""Changes since somebody's last look: of a KPI, of a KPI's worst communes, of a feed."""

from dataclasses import dataclass
from datetime import datetime

from domain.kpis.kpi import KpiResult, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiChange:
    """A KPI of the province or a place set at the last look (``before``) and now (``after``).

    ``levels`` are the status before and after, None when it did not change. ``passed`` is the worst level reached in
    between, when it has improved since. ``target`` is True when the target was reached, False when it was lost.
    ``corrected``: no new measurement, only a correction for the same instant. ``at`` is when the level last changed.
    """

    key: str
    place: str
    before: KpiResult | None
    after: KpiResult
    levels: tuple[Status, Status] | None = None
    passed: Status | None = None
    target: bool | None = None
    corrected: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstChange:
    """Communes that entered and that left the worst of a KPI (at most domain.kpis.ranking.WORST)."""

    key: str
    entered: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChange:
    """A feed went silent or resumed. ``last_at`` is the time of its newest data; ``first``: it never sent before."""

    feed: str
    silent: bool
    last_at: datetime
    first: bool = False


Change = KpiChange | WorstChange | FeedChange
