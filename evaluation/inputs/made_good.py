"""Streets that a run missed: which were made good within a day, and which may still be."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from domain.waste.run import RunResult, StreetResult, StreetState

WITHIN = timedelta(hours=24)
NOTHING_MISSED = {"missed_before": 0.0, "recovered_24h": 0.0, "waiting_24h": 0.0}


def made_good(before: Iterable[RunResult], later: Sequence[RunResult], now: datetime) -> dict[str, dict[str, float]]:
    """By route of the runs ``before``: entries missed whose answer is known, those made good of them, those that wait.

    Made good is what any vehicle collected within a day of the run's end. What was not, and whose day is not over,
    waits: it is neither made good nor not. ``later`` are all runs that may have made it good.
    """
    found: dict[str, dict[str, float]] = {}
    for run in before:
        if run.closed_at is None:
            continue
        until = run.closed_at + WITHIN
        sums = found.setdefault(run.route, NOTHING_MISSED.copy())
        for street in run.streets:
            if street.state is not StreetState.MISSED:
                continue
            recovered = any(at <= until for at in _collected_at(run, street, later))
            if not recovered and now < until:
                sums["waiting_24h"] += 1
                continue
            sums["missed_before"] += 1
            sums["recovered_24h"] += recovered
    return found


def _collected_at(run: RunResult, street: StreetResult, later: Sequence[RunResult]) -> Iterator[datetime]:
    """When a missed entry was collected after all: by anybody on the run's own day, or by a later run of its plan."""
    if street.later_at is not None:
        yield street.later_at
    for other in later:
        if (other.route, other.plan_revision) == (run.route, run.plan_revision):
            served = (one for one in other.streets if one.order == street.order and one.state is StreetState.SERVED)
            yield from (
                one.first_at for one in served if one.first_at and run.closed_at and one.first_at >= run.closed_at
            )
