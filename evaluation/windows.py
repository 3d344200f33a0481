"""Evaluates KPIs that look back over periods: results of sums, with the number of figures they contain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Kpi, Missing, Status
from domain.kpis.result_columns import CODE, MISSING, Ints, ResultColumns
from domain.kpis.window import InPeriod
from evaluation.added import Added, told_row
from evaluation.engine import Figures, results
from evaluation.evaluate import Shape, StaleAfter, qualified
from evaluation.window_table import BETWEEN_NAMES, WindowTable

# Figures of a window's periods do not become stale, except in a running period.
_AGES = timedelta(days=365 * 1000)


@dataclass(slots=True)
class WindowShape:
    """KPIs of one feed, level and window, evaluated together; ``shape`` has them in the form of `added`."""

    shape: Shape
    table: WindowTable

    @property
    def feed(self) -> str:
        """The feed whose contributors count."""
        return self.shape.kpis[0].feed

    @property
    def feeds(self) -> frozenset[str]:
        """The feeds whose figures it sums."""
        return self.table.feeds

    def evaluate(
        self,
        expected: Mapping[str, str],
        stale_after: StaleAfter,
        before: Mapping[str, ResultColumns],
        now: datetime,
    ) -> tuple[list[ResultColumns], list[StatusEvent]]:
        """Results at ``now`` and status events since ``before``; ``expected`` are the reporters."""
        sums, kpis = self.table.sums(expected, now), self.shape.kpis
        found = self.shape.said({self.feed: sums.table}, self._ages(stale_after), now)
        told, asked = self.shape.totals([told_row(kpi.key) for kpi in kpis]), found.expected * sums.periods
        found = replace(_covered(kpis, _named(found), told, asked), told=told, asked=asked)
        made, events, _ = results(self.shape.declared, found, self.shape.territory, before, now)
        return made, events

    def _ages(self, stale_after: StaleAfter) -> StaleAfter:
        """The age from which a sum is stale, by its row."""
        window = self.shape.kpis[0].window
        if not isinstance(window, InPeriod) or not window.running:
            return lambda _feed, _row: _AGES
        limits: dict[str, timedelta] = {}
        for kpi in self.shape.kpis:
            assert isinstance(kpi.formula, Added)
            age = min(stale_after(*qualified(kpi, name)) for name in kpi.formula.inner.needs)
            limits |= dict.fromkeys(kpi.formula.needs, age)
        return lambda _feed, row: limits[row]


def _named(found: Figures) -> Figures:
    """``found`` with joined source names split again."""
    sources = [[_parted(one) for one in line] for line in found.sources]
    stated = [one and replace(one, sources=tuple(sorted(_parted(frozenset(one.sources))))) for one in found.stated]
    return replace(found, sources=sources, stated=stated)


@lru_cache(maxsize=1_024)  # the sources of a sum rarely change
def _parted(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name for joined in names for name in joined.split(BETWEEN_NAMES))


def _covered(kpis: Sequence[Kpi], found: Figures, told: Ints, asked: Ints) -> Figures:
    """``found`` only where ``min_coverage`` of the asked figures are present: one day is no sum of thirty.

    NOT_APPLICABLE requires every figure: an absent day may hide something.
    """
    least = np.array([[kpi.min_coverage] for kpi in kpis]) * asked
    few = (told < least) | ((found.said == CODE[Status.NOT_APPLICABLE]) & (told < asked))
    return replace(
        found,
        said=np.where(few, CODE[Status.NO_DATA], found.said),
        value=np.where(few, np.nan, found.value),
        numerator=np.where(few, np.nan, found.numerator),
        denominator=np.where(few, np.nan, found.denominator),
        missing=np.where(few, MISSING.index(Missing.FEW), -1 if found.missing is None else found.missing),
    )
