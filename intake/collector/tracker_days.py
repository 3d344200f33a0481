"""One tracker's service day, added up from its fixes."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from domain.fleets.tracker_day import TrackerDay
from domain.fleets.vehicle import LIVE_WITHIN
from domain.instant import service_day, to_ms
from domain.observation import HISTORY, Fix, least_factual

# Limits of lateness: 2 minutes (the law), 10 minutes (an operator's patience), an hour.
_LATE_120S_MS, _LATE_600S_MS, _LATE_3600S_MS = 120_000, 600_000, 3_600_000
_LIVE_MS = LIVE_WITHIN // timedelta(milliseconds=1)


def tracker_day(fixes: Iterable[Fix], *, duplicates: int = 0, out_of_order: int = 0) -> TrackerDay:
    """The day of one device recomputed from all its accepted fixes of one service day, in any order.

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
    return extended(opened, ordered)


def extended(day: TrackerDay, fixes: Sequence[Fix]) -> TrackerDay:
    """``day`` after ``fixes`` that follow its last one, oldest first: the same as recomputing it with them.

    Raises ValueError for a fix of another device or day, or before the last one (then the day must be recomputed).
    """
    if not fixes:
        return day
    if service_day(fixes[-1].at) != day.day:
        raise ValueError(f"{fixes[-1].at} is not on {day.day}")
    late_120s, late_600s, late_3600s = day.late_120s, day.late_600s, day.late_3600s
    online_ms, history = round(day.online_s * 1000), day.history
    kind = day.kind
    last_ms = to_ms(day.last_at)
    for fix in fixes:
        at_ms = to_ms(fix.at)
        if at_ms < last_ms or fix.device != day.device:
            raise ValueError(f"the fix of {fix.device} at {fix.at} does not follow {day.device} at {day.last_at}")
        online_ms += min(at_ms - last_ms, _LIVE_MS)
        last_ms = at_ms
        delay_ms = to_ms(fix.received_at) - at_ms
        if fix.flags and HISTORY in fix.flags:
            history += 1
        elif delay_ms > _LATE_120S_MS:
            late_120s += 1
            late_600s += delay_ms > _LATE_600S_MS
            late_3600s += delay_ms > _LATE_3600S_MS
        if fix.kind is not kind:
            kind = least_factual((kind, fix.kind))
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
        first_at=day.first_at,
        last_at=fixes[-1].at,
        history=history,
    )
