"""One tracker's service day, added up from its fixes."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise

from domain.fleets.tracker_day import TrackerDay
from domain.fleets.vehicle import LIVE_WITHIN
from domain.instant import service_day, to_ms
from domain.observation import HISTORY, Fix, least_factual

# Limits of lateness: 2 minutes (the law), 10 minutes (an operator's patience), an hour.
_LATE_120S_MS, _LATE_600S_MS, _LATE_3600S_MS = 120_000, 600_000, 3_600_000
_LIVE_MS = LIVE_WITHIN // timedelta(milliseconds=1)


def tracker_day(fixes: Iterable[Fix], *, duplicates: int = 0, out_of_order: int = 0) -> TrackerDay:
    """The day of one device computed from all its accepted fixes of one service day, in any order.

    ``duplicates`` and ``out_of_order`` were counted on arrival: stored fixes do not show them.
    Raises ValueError when there is no fix, or fixes of another device or day.
    """
    ordered = sorted(fixes, key=lambda fix: fix.at)
    if not ordered:
        raise ValueError("a day without fixes is no tracker day")
    first = ordered[0]
    opened = TrackerDay(
        device=first.device,
        day=service_day(first.at),
        kind=first.kind,
        fixes=0,
        duplicates=duplicates,
        out_of_order=out_of_order,
        late_120s=0,
        late_600s=0,
        late_3600s=0,
        online_s=0.0,
        first_at=first.at,
        last_at=first.at,
    )
    return with_fixes(opened, ordered, (to_ms(first.at),))


def with_fixes(day: TrackerDay, fixes: Sequence[Fix], stored_ms: Sequence[int]) -> TrackerDay:
    """``day`` with new ``fixes``, oldest first: the same as computing it from all its fixes.

    ``stored_ms``: epoch ms of the day's earlier fixes, ascending, from the last one before the first new fix to the
    first one after the last new fix. Only the gaps between these change.
    Raises ValueError for a fix of another device or day.
    """
    if not fixes:
        return day
    late_120s, late_600s, late_3600s = day.late_120s, day.late_600s, day.late_3600s
    history, kind = day.history, day.kind
    times_ms = []
    for fix in fixes:
        if fix.device != day.device:
            raise ValueError(f"the fix of {fix.device} is none of {day.device}")
        at_ms = to_ms(fix.at)
        times_ms.append(at_ms)
        delay_ms = to_ms(fix.received_at) - at_ms
        if fix.flags and HISTORY in fix.flags:
            history += 1
        elif delay_ms > _LATE_120S_MS:
            late_120s += 1
            late_600s += delay_ms > _LATE_600S_MS
            late_3600s += delay_ms > _LATE_3600S_MS
        if fix.kind is not kind:
            kind = least_factual((kind, fix.kind))
    if service_day(fixes[0].at) != day.day or service_day(fixes[-1].at) != day.day:
        raise ValueError(f"{fixes[0].at} to {fixes[-1].at} is not on {day.day}")
    online_ms = round(day.online_s * 1000) + _online_ms(sorted((*stored_ms, *times_ms))) - _online_ms(stored_ms)
    # Written out: dataclasses.replace costs as much as the rest of this function, for every device of every batch.
    return TrackerDay(
        device=day.device,
        day=day.day,
        kind=kind,
        fixes=day.fixes + len(fixes),
        duplicates=day.duplicates,
        out_of_order=day.out_of_order,
        late_120s=late_120s,
        late_600s=late_600s,
        late_3600s=late_3600s,
        online_s=online_ms / 1000,
        first_at=min(day.first_at, fixes[0].at),
        last_at=max(day.last_at, fixes[-1].at),
        history=history,
    )


def _online_ms(times_ms: Iterable[int]) -> int:
    return sum(min(later - earlier, _LIVE_MS) for earlier, later in pairwise(times_ms))
