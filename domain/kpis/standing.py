"""What a recorded status says by now."""

from datetime import datetime

from domain.feeds.feed import Feed
from domain.kpis.kpi import Kpi, KpiResult, Status


def status_now(kpi: Kpi, result: KpiResult | None, feed: Feed, now: datetime) -> Status:
    """The recorded status, or STALE once the newest input is too old, even when nobody re-evaluated it."""
    if result is None:
        return Status.NO_DATA
    too_old = result.as_of is not None and now - result.as_of > kpi.stands(feed)
    if too_old and result.status not in (Status.NO_DATA, Status.NOT_APPLICABLE):
        return Status.STALE
    return result.status
