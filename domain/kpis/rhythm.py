"""How far one looks back at a KPI, and what is "before": from the cadence of its feed."""

from dataclasses import dataclass
from datetime import timedelta

from domain.feeds.feed import Feed
from domain.kpis.kpi import Kpi
from domain.text import Text

SPANS = 96
"""Spans in which a course is read, one figure each: twice as many as a sparkline has slots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """``window`` is what a sparkline shows, ``step`` the way to the figure before, ``before`` its name."""

    window: timedelta
    step: timedelta
    before: Text


HOURLY = Rhythm(window=timedelta(hours=6), step=timedelta(hours=1), before=Text("1 giờ trước", "an hour ago"))
DAILY = Rhythm(window=timedelta(days=7), step=timedelta(days=1), before=Text("hôm qua", "yesterday"))
MONTHLY = Rhythm(window=timedelta(days=400), step=timedelta(days=28), before=Text("tháng trước", "last month"))


def rhythm_of(kpi: Kpi, feed: Feed) -> Rhythm:
    """Six hours of what comes every minute, seven days of what comes hourly, thirteen months of a monthly figure."""
    cadence = feed.cadence_for(kpi.formula.needs)
    if cadence <= timedelta(minutes=10):
        return HOURLY
    return DAILY if cadence <= timedelta(days=2) else MONTHLY
