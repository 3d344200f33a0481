"""What forecasts learn: the closed runs of thirty days, as they are known now, in the order in which they ended."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import date, datetime, timedelta

from domain.instant import service_day
from domain.waste.run import RunResult
from intake.assessor.fleet_day import days_until
from rounds.expecting import learn
from rounds.lessons import Lessons

_LEARNT_DAYS, _OPEN_DAYS = 30, 2
# While an archive arrives, every cycle corrects some closed run.
_ANEW_EVERY = timedelta(seconds=20)

RunsOf = Callable[[date], Iterable[RunResult]]
"""The runs of a service day as they were judged last."""


class Learning:
    """Lessons of runs by when they ended, whenever their fixes came: late fixes judge a run anew that taught nothing
    or something false before, and a restart learns the same again.

    Runs of today and yesterday may change and are learnt again then, those of days before only once.
    """

    def __init__(self, stored: RunsOf, judged: RunsOf) -> None:
        """``stored`` reads the runs of days before yesterday, ``judged`` those that may change."""
        self._stored, self._judged = stored, judged
        self._settled, self._settled_until = Lessons(), date.min
        self._lessons = self._settled
        self._learnt_at: datetime | None = None
        self._changed = False

    def changed(self) -> None:
        """Say that a run was closed, or that a closed one was judged anew."""
        self._changed = True

    def lessons(self, now: datetime) -> Lessons:
        """Everything learnt; changes are learnt within 20 s."""
        days = days_until(service_day(now), _LEARNT_DAYS)
        settled, may_change = days[:-_OPEN_DAYS], days[-_OPEN_DAYS:]
        old = self._settled_until < settled[-1]
        for day in settled if old else ():
            if day > self._settled_until:
                _learn(self._settled, self._stored(day))
                self._settled_until = day
        if self._learnt_at is None or old or (self._changed and now - self._learnt_at >= _ANEW_EVERY):
            self._lessons = deepcopy(self._settled)
            _learn(self._lessons, [run for day in may_change for run in self._judged(day)])
            self._learnt_at, self._changed = now, False
        return self._lessons


def _learn(lessons: Lessons, runs: Iterable[RunResult]) -> None:
    closed = [(run.closed_at, run.key, run) for run in runs if run.closed_at is not None]
    for _at, _key, run in sorted(closed, key=lambda one: one[:2]):
        learn(lessons, run)
