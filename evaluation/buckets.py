"""Observations grouped by calendar period, for windows that look back; only changed periods are recomputed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from math import fsum

from domain.feeds.feed import Feed
from domain.instant import service_day, to_ms
from domain.observation import Observation, ObsStatus, least_factual, standing
from domain.period import Period, Span, period_of
from domain.subject import Subject
from evaluation.columns import Cell
from evaluation.inputs.statements import Walk, cell, newest, restated

Told = tuple[str, Subject, str, int]
"""Identity within a period: measure, subject, source and, for an amount, its instant; a later one replaces it."""


class Buckets:
    """Observations of one feed by period: the current one per series, or every one for an amount.

    The same observations in any order, also repeated, give the same buckets.
    """

    def __init__(self, feed: Feed, measures: Iterable[str], spans: Iterable[Span], crosswalk: Walk) -> None:
        self.feed, self.measures = feed, frozenset(measures)
        self._spans = frozenset(spans)
        self._amounts = {measure.key for measure in feed.measures if measure.amount}
        self._crosswalk = crosswalk
        self._told: dict[Period, dict[Told, Observation]] = defaultdict(dict)
        self._cells: dict[Period, list[Cell]] = {}

    def take(self, observations: Iterable[Observation]) -> set[Period]:
        """Add observations; returns the periods that changed."""
        touched = set()
        for item in observations:
            if item.measure not in self.measures:
                continue
            for period in self._periods_of(item):
                key = (item.measure, item.of, item.source, to_ms(item.at) if self._is_amount(item) else 0)
                held = self._told[period].get(key)
                if held is None or (item.at, item.revision) > (held.at, held.revision):
                    self._told[period][key] = item
                    touched.add(period)
        for period in touched:
            self._cells.pop(period, None)
        return touched

    def cells(self, period: Period) -> list[Cell]:
        """The cells of a period: at most one per measure and contributor. The same list object until it changes."""
        known = self._cells.get(period)
        if known is None:
            said = [standing(item) for item in self._summed(self._told.get(period, {}).values())]
            known = self._cells[period] = [
                cell(item) for item in newest(self.feed, restated(self.feed, said, self._crosswalk))
            ]
        return known

    def forget(self, before: date) -> None:
        """Drop the periods that ended before a day."""
        for period in [one for one in self._told if one.last is not None and one.last < before]:
            del self._told[period]
        for period in [one for one in self._cells if one.last is not None and one.last < before]:
            del self._cells[period]

    def _periods_of(self, item: Observation) -> Iterator[Period]:
        if self._is_amount(item):
            day = service_day(item.at)
            yield from (period_of(span, day) for span in self._spans)
        elif item.period.span in self._spans:
            yield item.period

    def _is_amount(self, item: Observation) -> bool:
        return item.measure in self._amounts and item.period.span is Span.INSTANT

    def _summed(self, told: Iterable[Observation]) -> Iterator[Observation]:
        """The sum of amounts per subject; an amount reported as missing makes its period unknown."""
        amounts: Mapping[tuple[str, Subject], list[Observation]] = defaultdict(list)
        for item in told:
            if self._is_amount(item):
                amounts[item.measure, item.of].append(item)
            else:
                yield item
        for parts in amounts.values():
            yield parts[0] if len(parts) == 1 else _added(parts)


def _added(parts: list[Observation]) -> Observation:
    values = [part.value for part in parts if part.value is not None]
    whole = len(values) == len(parts)
    last = max(parts, key=lambda part: part.at)
    return replace(
        last,
        value=fsum(values) if whole else None,
        status=ObsStatus.NORMAL if whole else ObsStatus.MISSING,
        received_at=max(part.received_at for part in parts),
        kind=least_factual(part.kind for part in parts),
        source=", ".join(sorted({part.source for part in parts})),
    )
