"""Disagreements: two sources report different fresh values for the same measure and place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import isclose

from domain.feeds.feed import Feed
from domain.feeds.precedence import Precedence, precedence
from domain.observation import Observation
from domain.places.place import IN_FORCE, PROVINCE


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One measure at one place. ``readings`` holds one of each source, by `precedence`; KPIs use the first."""

    feed: str
    measure: str
    place: str
    readings: tuple[Observation, ...]

    @property
    def spread(self) -> float:
        """The largest difference as a share of the largest reading, 0..1 for counts."""
        values = [r.value for r in self.readings if r.value is not None]
        return (max(values) - min(values)) / max(abs(value) for value in values)


def disagreements(feed: Feed, observations: Iterable[Observation], now: datetime) -> list[Disagreement]:
    """Disagreements of ``feed`` in the newest observations of each source, largest spread first.

    Compares only figures of places of the territory version in force, no older than their measure's ``stale_after``: an
    old figure beside a new one is no contradiction. Ignores missing values and figures of entities.
    """

    def order(item: Observation) -> Precedence:
        return precedence(item, feed.cadence_of(item.measure))

    newest: dict[tuple[str, str], dict[str, Observation]] = {}
    for item in observations:
        here = item.place and (item.territory == IN_FORCE or item.place == PROVINCE)
        old = now - item.at > feed.stale_after_of(item.measure)
        if item.entity or not here or item.value is None or old:
            continue
        by_source = newest.setdefault((item.measure, item.place), {})
        known = by_source.get(item.source)
        if known is None or order(item) > order(known):
            by_source[item.source] = item
    found = [
        Disagreement(feed.key, measure, place, tuple(sorted(by_source.values(), key=order, reverse=True)))
        for (measure, place), by_source in newest.items()
        if _differ(by_source.values())
    ]
    return sorted(found, key=lambda one: (-one.spread, one.measure, one.place))


def _differ(readings: Iterable[Observation]) -> bool:
    values = [r.value for r in readings if r.value is not None]
    return not all(isclose(value, values[0], rel_tol=1e-9) for value in values)
