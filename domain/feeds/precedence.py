"""Which of several statements about one figure counts."""

from datetime import datetime, timedelta
from functools import lru_cache

from domain.instant import day_start, service_day
from domain.observation import LEAST_FACTUAL_LAST, Kind, Observation
from domain.period import Period, Span, period_of

Precedence = tuple[datetime, bool, datetime, datetime, int, str]
# The calendar span of a figure that names none, by its cadence in days.
_SPANS = ((365, Span.YEAR), (90, Span.QUARTER), (28, Span.MONTH))


def precedence(item: Observation, cadence: timedelta) -> Precedence:
    """Sort key of statements of one measure and subject, with the measure's ``cadence``; the greatest one counts.

    The later period counts. Of one period, no simulated figure stands over another kind, whichever came later. Then the
    later figure counts, then the later arrival, then the more factual one.
    """
    return (
        _begin(item.period, item.at, cadence), item.kind is not Kind.SIMULATED, item.at, item.received_at,
        -LEAST_FACTUAL_LAST.index(item.kind), item.source,
    )  # fmt: skip


@lru_cache(maxsize=4_096)  # the figures of one file share few instants
def _begin(period: Period, at: datetime, cadence: timedelta) -> datetime:
    """When the period of a figure began, never after the day when it counts; by the cadence if it names none.

    What comes several times a day has a period of its own each time.
    """
    day = service_day(at)
    if period.start is not None:
        return day_start(period.start if period.start <= day else period_of(period.span, day).start or day)
    days = cadence / timedelta(days=1)
    for least, span in _SPANS:
        if days >= least:
            return day_start(period_of(span, day).start or day)
    if days >= 7:
        return day_start(day - timedelta(days=day.weekday()))
    return day_start(day) if days >= 1 else at
