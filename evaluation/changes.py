"""Changes between two moments, from recorded results and events only: the leader's "since last time"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.feeds.feed import Feed
from domain.kpis.change import Change, FeedChange, KpiChange, WorstChange
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import LEVELS, Kpi, KpiResult, Status
from domain.kpis.ranking import WORST, worst_moves
from domain.places.place import PROVINCE


@dataclass(frozen=True, slots=True)
class Moment:
    """Every result as recorded at the time ``at``, by (key, place)."""

    at: datetime
    results: Mapping[tuple[str, str], KpiResult]

    def current(self, key: str, place: str, stands: timedelta) -> KpiResult | None:
        """The result if it had a fresh value at that time; results of the KPI count for ``stands``."""
        found = self.results.get((key, place))
        if found is None or found.value is None or found.status not in LEVELS:
            return None
        return found if found.as_of is not None and self.at - found.as_of <= stands else None


def changes(
    kpis: Mapping[str, Kpi],
    feeds: Mapping[str, Feed],
    before: Moment,
    after: Moment,
    events: Iterable[StatusEvent],
    sets: Sequence[str] = (),
) -> list[Change]:
    """Changes from ``before`` to ``after``: feeds, then KPIs, the worst status first, then worst communes.

    ``events`` are those in between, ``sets`` the keys of place sets. KPIs count for the province and place sets,
    communes count by rank. These are no changes: another n of N or a newer as_of with the same value; a value that
    stays in its level and on its side of the target; consequences of a feed's silence; a figure that was unknown or too
    old before, unless its status is bad now.
    """
    happened: dict[tuple[str, str], list[StatusEvent]] = {}
    for event in sorted(events, key=lambda e: e.at):
        if before.at < event.at <= after.at:
            happened.setdefault((event.key, event.place), []).append(event)
    moved = [
        change
        for key, kpi in kpis.items()
        for place in (PROVINCE, *sets)
        if (change := _of_kpi(kpi, feeds[kpi.feed], place, before, after, happened.get((key, place), ())))
    ]
    # A place set with all reporters only repeats the province's change.
    moved = [c for c in moved if c.place == PROVINCE or not _same_whole(c, after)]
    moved.sort(key=lambda c: (-LEVELS.index(c.after.status), c.place != PROVINCE, kpis[c.key].order, c.key))
    return [*_feeds(kpis, feeds, before, after), *moved, *_worst(kpis, feeds, before, after)]


def _of_kpi(
    kpi: Kpi, feed: Feed, place: str, before: Moment, after: Moment, events: Sequence[StatusEvent]
) -> KpiChange | None:
    stands = kpi.stands(feed)
    was, result = before.current(kpi.key, place, stands), after.current(kpi.key, place, stands)
    if result is None:
        return None
    between = [event for event in events if event.after in LEVELS]
    levels = (was.status, result.status) if was and was.status is not result.status else None
    if was is None and between and result.status is not Status.NORMAL:
        levels = (events[0].before, result.status)
    highest = max([result.status, *(event.after for event in between)], key=LEVELS.index)
    passed = highest if LEVELS.index(highest) > max(_rank(was), _rank(result)) else None
    target = _target(kpi, was, result)
    corrected = was is not None and _corrected(kpi, was, result, before, after)
    if not (levels or passed or corrected) and target is None:
        return None
    moments = [event.at for event in between if event.after is (passed or result.status)]
    return KpiChange(
        key=kpi.key,
        place=place,
        before=was,
        after=result,
        levels=levels,
        passed=passed,
        target=target,
        corrected=corrected,
        at=moments[-1] if moments else None,
    )


def _same_whole(change: KpiChange, after: Moment) -> bool:
    province, own = after.results.get((change.key, PROVINCE)), change.after
    return province is not None and (province.value, province.expected) == (own.value, own.expected)


def _rank(result: KpiResult | None) -> int:
    return LEVELS.index(result.status) if result else 0


def _target(kpi: Kpi, was: KpiResult | None, result: KpiResult) -> bool | None:
    """True when the target was reached, False when it was lost, None when unchanged or unknown before."""
    if was is None or was.value is None or result.value is None:
        return None
    met = kpi.meets(result.value)
    return met if met is not kpi.meets(was.value) else None


def _corrected(kpi: Kpi, was: KpiResult, result: KpiResult, before: Moment, after: Moment) -> bool:
    """Whether the change is a correction: another value for the same instant from the same contributors.

    A province's value also changes at the same as_of when a commune other than the newest one reports. So at least one
    commune must have another value for its own instant, and none a newer one.
    """
    if not _said_anew(kpi, was, result):
        return False
    if not kpi.by_place:
        return True
    pairs = [
        (before.results.get(at), new)
        for at, new in after.results.items()
        if at[0] == kpi.key and _is_commune(at[1]) and new.as_of is not None
    ]
    if any(old is None or old.as_of != new.as_of for old, new in pairs):
        return False
    return any(old is not None and _said_anew(kpi, old, new) for old, new in pairs)


def _said_anew(kpi: Kpi, was: KpiResult, result: KpiResult) -> bool:
    if was.value is None or result.value is None:
        return False
    same = (was.as_of, was.reporting, was.expected) == (result.as_of, result.reporting, result.expected)
    return same and round(was.value, kpi.decimals) != round(result.value, kpi.decimals)


def _is_commune(place: str) -> bool:
    """Whether it is a commune; the keys of place sets are names."""
    return place.isdigit() and place != PROVINCE


def _feeds(kpis: Mapping[str, Kpi], feeds: Mapping[str, Feed], before: Moment, after: Moment) -> Iterator[FeedChange]:
    """Feeds that fell silent or resumed. A feed's age is that of its newest input; composites do not count."""
    then = _newest(kpis, before)
    for key, last_at in _newest(kpis, after).items():
        was, limit = then.get(key), feeds[key].stale_after
        silent = after.at - last_at > limit
        if silent != (was is None or before.at - was > limit):
            yield FeedChange(feed=key, silent=silent, last_at=last_at, first=was is None)


def _newest(kpis: Mapping[str, Kpi], moment: Moment) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for (key, _), result in moment.results.items():
        if key in kpis and kpis[key].formula.needs and result.as_of is not None:
            feed = kpis[key].feed
            found[feed] = max(result.as_of, found.get(feed, result.as_of))
    return found


def _worst(kpis: Mapping[str, Kpi], feeds: Mapping[str, Feed], before: Moment, after: Moment) -> Iterator[WorstChange]:
    """Changes in the worst communes per KPI, only with at least twice WORST communes: else being worst says nothing."""
    communes = sorted({place for _, place in after.results if _is_commune(place)})
    for kpi in kpis.values():
        today, then = (_figures(kpi, feeds[kpi.feed], communes, moment) for moment in (after, before))
        if len(today.keys() & then.keys()) >= 2 * WORST:
            entered, left = worst_moves(today, then, kpi.better)
            if entered or left:
                yield WorstChange(key=kpi.key, entered=tuple(sorted(entered)), left=tuple(sorted(left)))


def _figures(kpi: Kpi, feed: Feed, communes: Sequence[str], moment: Moment) -> dict[str, float]:
    """Current values, rounded as people see them."""
    stands = kpi.stands(feed)
    found = ((code, moment.current(kpi.key, code, stands)) for code in communes)
    return {code: round(r.value, kpi.decimals) for code, r in found if r is not None and r.value is not None}
