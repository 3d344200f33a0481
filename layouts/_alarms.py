"""What needs somebody now, as ready rows: indicators over their threshold and feeds that went silent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from domain.feed import Feed
from domain.health import FeedHealth
from domain.kpi import Kpi, KpiResult, Status
from domain.place import PROVINCE, Place
from domain.text import Language, Text
from layouts import _format
from layouts._present import TONES, RowVM, alarm_row, status_now

PRIORITY = {Status.CRITICAL: 0, Status.WARNING: 1, Status.ADVISORY: 2}
ROWS_SHOWN = 12
PLACES_NAMED = 2


def alarm_rows(
    results: Iterable[KpiResult],
    kpis: Mapping[str, Kpi],
    feeds: Mapping[str, Feed],
    health: Mapping[str, FeedHealth],
    places: Mapping[str, Place],
    language: Language,
    now: datetime,
) -> list[RowVM]:
    """Worst first, then newest; one row for the province and one for all communes of an indicator, never a flood."""
    found: list[tuple[int, float, RowVM]] = []
    raised: dict[tuple[str, bool], list[KpiResult]] = {}
    for result in results:
        kpi = kpis.get(result.key)
        if kpi is not None and status_now(result, feeds[kpi.feed], now) in PRIORITY:
            raised.setdefault((result.key, result.place == PROVINCE), []).append(result)
    for (key, _), group in raised.items():
        group.sort(key=lambda r: (PRIORITY[r.status], -r.since.timestamp(), r.place))
        row = _raised(kpis[key], group, places, language, now)
        found.append((PRIORITY[group[0].status], -group[0].since.timestamp(), row))
    for feed in feeds.values():
        silent_since = _silent_since(feed, health.get(feed.key), now)
        if silent_since is not None:
            row = _silent(feed, silent_since, language, now)
            found.append((PRIORITY[Status.WARNING], -silent_since.timestamp(), row))
    return [row for _, _, row in sorted(found, key=lambda f: f[:2])][:ROWS_SHOWN]


def _raised(
    kpi: Kpi, group: Sequence[KpiResult], places: Mapping[str, Place], language: Language, now: datetime
) -> RowVM:
    worst = group[0]
    value = _format.number(worst.value, kpi.decimals, language)
    unit = kpi.unit.to(language)
    figure = value + unit if unit == "%" else f"{value} {unit}".strip()
    where = _where(group, places)
    return alarm_row(
        id=f"{kpi.key}:{'province' if worst.place == PROVINCE else 'places'}",
        priority=TONES[worst.status],
        what=Text(f"{kpi.short.vi}: {figure}", f"{kpi.short.en}: {figure}"),
        where=where,
        since=worst.since,
        response=kpi.response,
        language=language,
        now=now,
    )


def _where(group: Sequence[KpiResult], places: Mapping[str, Place]) -> Text:
    if group[0].place == PROVINCE:
        return Text("Toàn tỉnh", "Whole province")
    names = [places[r.place].name if r.place in places else r.place for r in group[:PLACES_NAMED]]
    more = len(group) - len(names)
    joined = ", ".join(names)
    return Text(f"{joined} và {more} xã khác", f"{joined} and {more} more") if more else Text(joined, joined)


def _silent_since(feed: Feed, health: FeedHealth | None, now: datetime) -> datetime | None:
    """When the feed's newest data became too old; None while it is fresh, and for a feed that never spoke."""
    if health is None or health.last_at is None or now - health.last_at <= feed.stale_after:
        return None
    return health.last_at + feed.stale_after


def _silent(feed: Feed, since: datetime, language: Language, now: datetime) -> RowVM:
    return alarm_row(
        id=f"feed:{feed.key}",
        priority=TONES[Status.WARNING],
        what=Text(f"Nguồn ngừng gửi: {feed.names.vi}", f"Feed went silent: {feed.names.en}"),
        where=feed.owner,
        since=since,
        response=Text("Báo đơn vị gửi kiểm tra đường truyền", "Ask the sender to check the line"),
        language=language,
        now=now,
    )
