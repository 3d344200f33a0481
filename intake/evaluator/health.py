"""A feed's health: its counters, how many expected reporters are fresh, shares of measured and simulated values."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.feeds.feed import Feed
from domain.instant import CLOCKS_DIFFER, from_ms, to_ms
from domain.kpis.health import NAMED_SILENT, Behind, FeedHealth, Silent
from domain.kpis.result_columns import NEVER
from domain.observation import Kind
from domain.waste.run import RunResult
from evaluation.inputs.rounds import CollectionDay
from intake.evaluator.judged import Collected
from intake.evaluator.known import KnownFeed
from store.records import FeedCounts


def health(
    feed: Feed,
    known: KnownFeed,
    counts: FeedCounts | None,
    expected: Iterable[str],
    now: datetime,
    collected: Collected | None = None,
    *,
    behind: tuple[Behind, ...] = (),
) -> FeedHealth:
    """The feed's counters, and how many of ``expected`` sent something no older than stale_after.

    ``behind``: its parts whose reading is behind.

    The centre judges routes itself: their judged runs count as sent, those of the day before too, because after
    midnight nobody has fallen silent. A feed of trackers is as old as its newest fix: a roster that somebody types in
    shows no tracker as alive.
    """
    day = collected.day if collected and feed.is_routed else CollectionDay()
    judged, today = _judged([*day.before, *day.runs]), _judged(day.runs)
    wanted, fresh_from_ms = set(expected), to_ms(now - feed.stale_after)
    heard = known.heard(wanted)
    if judged:
        heard = heard.copy()
    for route, at, kind in judged:
        heard.note(route, to_ms(at), kind)
    # A time that has not come was taken by a wrong clock: it says nothing of when anybody was heard.
    latest = now + CLOCKS_DIFFER
    last_ms: Mapping[str, int] = heard.last_ms
    newest_ms = max(last_ms.values(), default=NEVER)
    if newest_ms > to_ms(latest):
        last_ms = {code: at_ms for code, at_ms in last_ms.items() if at_ms <= to_ms(latest)}
        newest_ms = max(last_ms.values(), default=NEVER)
    fresh = {code for code in wanted if last_ms.get(code, NEVER) >= fresh_from_ms}
    last_fix = from_ms(newest_ms) if last_ms else None
    counted = counts.last_at if counts else None
    counted = last_fix if counted is not None and counted > latest else counted
    newest_judged = max((at for _, at, _ in judged), default=None)
    of_kinds = heard.kinds.total()
    real = of_kinds - heard.kinds[Kind.SIMULATED]
    return FeedHealth(
        feed=feed.key,
        accepted=(counts.accepted if counts else 0) + len(today),
        duplicates=counts.duplicates if counts else 0,
        rejected=counts.rejected if counts else 0,
        late=counts.late if counts else 0,
        corrected=counts.corrected if counts else 0,
        last_received_at=_later(counts.last_received_at if counts else None, newest_judged),
        last_at=last_fix if feed.is_tracked else _later(counted, newest_judged),
        reporting=len(fresh),
        expected=len(wanted),
        measured_share=_share(heard.kinds[Kind.MEASURED], real),
        simulated_share=_share(heard.kinds[Kind.SIMULATED], of_kinds),
        silent=_silent(wanted - fresh, last_ms),
        behind=behind,
    )


def _judged(runs: Iterable[RunResult]) -> list[tuple[str, datetime, Kind]]:
    return [(run.route, run.as_of, run.kind) for run in runs if run.as_of]


def _silent(codes: Iterable[str], last_ms: Mapping[str, int]) -> tuple[Silent, ...]:
    """The silent reporters: first those that never reported, then the longest silent."""
    found = sorted((last_ms.get(code, NEVER), code) for code in codes)[:NAMED_SILENT]
    return tuple(Silent(code, None if at_ms == NEVER else from_ms(at_ms)) for at_ms, code in found)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
