"""What is different since somebody last looked: a KPI, the worst communes of a KPI, a feed."""

from dataclasses import dataclass
from datetime import datetime

from domain.kpi import KpiResult, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiChange:
    """A KPI at the province or a place set, as it was (``before``) and as it is (``after``).

    ``levels`` are its status before and after, when that moved; ``passed`` is the worst level it rose to and came back
    from in between. ``target`` is True when the target was reached, False when it was lost. ``corrected``: nothing new
    was measured, what had been said of the same instant was put right. ``at`` is when the level last moved.
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
    """Communes that came among the worst of a KPI (domain.ranking.WORST) and that left them."""

    key: str
    entered: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChange:
    """A feed went stale, or was heard again; ``last_at`` is its newest data, ``first`` that it had never spoken."""

    feed: str
    silent: bool
    last_at: datetime
    first: bool = False


Change = KpiChange | WorstChange | FeedChange
