"""What a recorded status says by now."""

from datetime import datetime, timedelta

from domain.feeds.feed import Feed
from domain.kpis.kpi import Kpi, KpiResult, Status


def status_now(kpi: Kpi, result: KpiResult | None, feed: Feed, now: datetime) -> Status:
    """The recorded status, or STALE once the newest input is too old, even when nobody re-evaluated it."""
    return Status.NO_DATA if result is None else status_within(kpi.stands(feed), result, now)


def status_within(stands: timedelta, result: KpiResult, now: datetime) -> Status:
    """`status_now` of a result that counts for ``stands``: the same for every place of a KPI."""
    too_old = result.as_of is not None and now - result.as_of > stands
    if too_old and result.status not in (Status.NO_DATA, Status.NOT_APPLICABLE):
        return Status.STALE
    return result.status
