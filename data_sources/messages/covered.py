"""The period and the as-of instant of a value, from the instant or period that its sender names."""

from datetime import datetime

from data_sources.messages.parse import MAX_FUTURE, RefusalError
from domain.feeds.feed import Measure
from domain.instant import day_start, service_day
from domain.period import Period, Span, period_of
from domain.reason import Reason

_WITHOUT_DAYS = (Span.INSTANT, Span.TO_DATE)


def covered(
    measure: Measure, at: datetime | None, named: Period | None, received_at: datetime
) -> tuple[datetime, Period]:
    """(as of, period) of one value; at least one of ``at`` and ``named`` is given.

    A state or a total to date has no period; a named period only gives its date. Otherwise the sender's period counts,
    or the period of the measure's span that contains the instant. Raises RefusalError BAD_PERIOD when the instant is
    before the period, FUTURE_TIME when the period has not started.
    """
    if at is None:
        assert named is not None, "neither an instant nor a period"
        at = named.as_of(received_at)
        assert at is not None, "a named period is a calendar span"
    if named is not None and named.start is not None:
        if day_start(named.start) > received_at + MAX_FUTURE:
            raise RefusalError(Reason.FUTURE_TIME, named.code)
        if service_day(at) < named.start:
            raise RefusalError(Reason.BAD_PERIOD, f"{at.isoformat()} < {named.code}")
    if measure.span in _WITHOUT_DAYS:
        return at, Period(measure.span)
    return at, named if named is not None else period_of(measure.span, service_day(at))
