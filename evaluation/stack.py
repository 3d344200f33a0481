"""Puts the tables of feeds with the same contributors into one."""

from collections.abc import Mapping, Sequence

import numpy as np

from evaluation.columns import Table


class Stack:
    """The joint table of ``feeds``. Sources keep their codes from one table to the next."""

    def __init__(self, feeds: tuple[str, ...]) -> None:
        self._feeds = feeds
        self._measures: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        self._given: list[Table] = []
        self._made: Table | None = None

    def table(self, tables: Mapping[str, Table]) -> Table:
        """Rows are "feed/measure", for a single feed its own; what it was before when none of ``tables`` is another."""
        if len(self._feeds) == 1:
            return tables[self._feeds[0]]
        given = [tables[feed] for feed in self._feeds]
        if self._made is None or any(one is not known for one, known in zip(given, self._given, strict=True)):
            self._given, self._made = given, self._joined(given)
        return self._made

    def _joined(self, given: Sequence[Table]) -> Table:
        names = [f"{feed}/{name}" for feed, one in zip(self._feeds, given, strict=True) for name in one.measures]
        if names != list(self._measures):
            self._measures = {name: row for row, name in enumerate(names)}
        return Table(
            measures=self._measures,
            contributors=given[0].contributors,
            places=given[0].places,
            value=np.vstack([one.value for one in given]),
            at_ms=np.vstack([one.at_ms for one in given]),
            kind=np.vstack([one.kind for one in given]),
            source=np.vstack([self._codes(one.sources)[one.source] for one in given]),
            sources=list(self._sources),
        )

    def _codes(self, names: Sequence[str]) -> np.ndarray:
        """The joint code of each source of a table; a table without sources has only zeros."""
        return np.array([self._sources.setdefault(name, len(self._sources)) for name in names] or [0], np.int64)
