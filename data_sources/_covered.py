"""What a value covers and as of when it stands, from the instant or the period its sender names."""

from datetime import datetime

from data_sources._parse import MAX_FUTURE, RefusalError
from domain.feed import Measure
from domain.instant import day_start, service_day
from domain.period import Period, Span, period_of
from domain.reason import Reason

_WITHOUT_DAYS = (Span.INSTANT, Span.TO_DATE)


def covered(
    measure: Measure, at: datetime | None, named: Period | None, received_at: datetime
) -> tuple[datetime, Period]:
    """(as of, period) of one value; at least one of ``at`` and ``named`` is given.

    A measure that is a state or a total to date has no period: a period then only dates it. Else the period named by
    the sender counts, or the one of the measure's span in which the instant lies. Raises RefusalError BAD_PERIOD when
    the instant lies before the period, FUTURE_TIME when the period has not begun.
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
