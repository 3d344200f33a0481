"""How late a run is and when it ends: one arithmetic, so that the two can never contradict each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.waste.run import Expected, RunResult, StreetResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``late`` against the plan, early is negative; with a forecast ``ends`` = planned end + ``late``."""

    late: timedelta
    ends: Expected | None = None


def pace(run: RunResult, now: datetime) -> Pace | None:
    """As forecast for the last street still due; else as at the last street that was passed.

    Last means in the order of the plan: a street that was served out of turn says nothing about the run. A forecast
    that has passed is none. None when the plan gives no time to compare with.
    """
    ahead = next((street for street in reversed(run.streets) if _may_come(street, now) and street.begins), None)
    if ahead is not None and ahead.expected and ahead.begins:
        late, planned = ahead.expected.at - ahead.begins, ahead.ends or run.ends or ahead.begins
        left = max(planned - ahead.begins, timedelta())
        low, at, high = (one + left for one in (ahead.expected.low, ahead.expected.at, ahead.expected.high))
        return Pace(late=late, ends=Expected(at=at, low=low, high=high))
    passed = next(((there, s.begins) for s in reversed(run.streets) if (there := _passed(s)) and s.begins), None)
    return None if passed is None else Pace(late=passed[0] - passed[1])


def _may_come(street: StreetResult, now: datetime) -> bool:
    return street.expected is not None and street.expected.at >= now


def _passed(street: StreetResult) -> datetime | None:
    return street.passed_at or street.first_at
