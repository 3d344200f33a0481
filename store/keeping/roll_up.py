"""Which history rows a roll-up may remove without changing the answer to "as it was" (decision 0022)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from store.keeping.retention import DAY_MS
from store.keeping.rule import RollUp

# Days and hours of Việt Nam, which has no daylight saving time.
_ZONE_MS = 7 * 3_600_000


def day_floor(at_ms: int) -> int:
    """The start (epoch ms) of the service day that contains ``at_ms``."""
    return (at_ms + _ZONE_MS) // DAY_MS * DAY_MS - _ZONE_MS


def times(rule: RollUp) -> list[tuple[str, str]]:
    """(time column, column that must be NULL then, or ""): a result without as_of ages by its computation time."""
    return [(rule.time, ""), *([(rule.otherwise, rule.time)] if rule.otherwise else [])]


def oldest_from(rule: RollUp, time: str, absent: str, since_ms: int | None) -> Select[Any]:
    """The oldest instant from ``since_ms`` on in any series; one index seek per series."""
    h, latest = rule.table.alias("history"), rule.latest
    where = [h.c[name] == latest.c[name] for name in rule.series]
    where += [h.c[absent].is_(None)] if absent else []
    where += [] if since_ms is None else [h.c[time] >= since_ms]
    first = select(func.min(h.c[time])).where(*where).correlate(latest).scalar_subquery()
    each = select(first.label("at")).select_from(latest).subquery()
    return select(func.min(each.c.at))


def superfluous(
    rule: RollUp, by: Mapping[str, object], time: str, absent: str, begin_ms: int, end_ms: int
) -> Select[Any]:
    """The removable instants in [begin, end): neither the last of their grain nor a change of status.

    Rows of the same instant go or stay together. An instant is no change when all its rows and all rows of the previous
    instant in its series have the same status. An instant stays when no other precedes it within one grain.
    """
    w = _instants(rule, by, time, absent, begin_ms, end_ms).c
    unchanged = [w.low == w.high, w.low_before == w.low, w.high_before == w.low] if rule.state else []
    same_grain = _grain(w.next_time, rule) == _grain(w[time], rule)
    columns = (w[name] for name in (*rule.series, time))
    return select(*columns, w.rows).where(w[time] >= begin_ms, w.spared == 0, same_grain, *unchanged)


def _instants(rule: RollUp, by: Mapping[str, object], time: str, absent: str, begin_ms: int, end_ms: int) -> Any:
    """Each instant of each series from one grain before ``begin_ms`` on, with its neighbours."""
    latest, h = rule.latest.alias("series"), rule.table.alias("history")
    series = [latest.c[name] for name in rule.series]
    same = and_(*(h.c[name] == latest.c[name] for name in rule.series))
    where: list[ColumnElement[bool]] = [latest.c[name] == value for name, value in by.items()]
    where += [h.c[time] >= begin_ms - rule.grain_ms, h.c[time] < end_ms]
    where += [h.c[absent].is_(None)] if absent else []
    where += [latest.c.span.in_(rule.spans)] if rule.spans else []
    state = h.c[rule.state] if rule.state else h.c[time]
    removable = h.c.kind.in_(rule.kinds) if rule.kinds else h.c[time].is_not(None)
    each = (
        select(
            *series,
            h.c[time],
            func.count().label("rows"),
            func.min(state).label("low"),
            func.max(state).label("high"),
            func.sum(case((removable, 0), else_=1)).label("spared"),
        )
        .select_from(latest.join(h, same))
        .where(*where)
        .group_by(*series, h.c[time])
        .subquery()
    )
    i = each.c
    apart, order = [i[name] for name in rule.series], i[time]
    return select(
        each,
        func.lag(i.low).over(partition_by=apart, order_by=order).label("low_before"),
        func.lag(i.high).over(partition_by=apart, order_by=order).label("high_before"),
        func.lead(i[time]).over(partition_by=apart, order_by=order).label("next_time"),
    ).subquery()


def _grain(at_ms: ColumnElement[int], rule: RollUp) -> ColumnElement[int]:
    return (at_ms + _ZONE_MS) // rule.grain_ms
