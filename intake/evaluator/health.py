"""The health of a feed: its counters, how many of those who ought to report are fresh, how figures came about."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from datetime import datetime

from domain.feed import Feed
from domain.health import NAMED_SILENT, FeedHealth, Silent
from domain.observation import Kind, Observation
from intake.evaluator.collected import Collected
from intake.evaluator.known import Known
from store.records import FeedCounts


def health(
    feed: Feed,
    known: Known,
    counts: FeedCounts | None,
    expected: Iterable[str],
    now: datetime,
    collected: Collected | None = None,
) -> FeedHealth:
    """The feed's health: its counters, and how many of ``expected`` sent something not older than stale_after.

    Routes are judged by the centre itself: of them runs count as sent. A feed of trackers is as old as its newest
    fix: a roster that somebody types in shows no tracker alive, nor one that was never heard as silent.
    """
    last: dict[str, datetime] = {}
    wanted = set(expected)
    spoken: list[tuple[str, datetime, Kind]] = (
        [(item.id, item.at, item.kind) for item in known.vehicles]
        if feed.is_tracked
        else [(_reporter(item, wanted), item.at, item.kind) for item in known.statements]
    )
    runs = collected.day.runs if collected and feed.is_routed else ()
    judged = [(run.route, run.as_of, run.kind) for run in runs if run.as_of]
    spoken += judged
    for contributor, at, _ in spoken:
        if contributor not in last or at > last[contributor]:
            last[contributor] = at
    kinds = Counter(kind for _, _, kind in spoken)
    real = kinds.total() - kinds[Kind.SIMULATED]
    fresh = {code for code in wanted if code in last and now - last[code] <= feed.stale_after}
    return FeedHealth(
        feed=feed.key,
        accepted=(counts.accepted if counts else 0) + len(judged),
        duplicates=counts.duplicates if counts else 0,
        rejected=counts.rejected if counts else 0,
        late=counts.late if counts else 0,
        corrected=counts.corrected if counts else 0,
        last_received_at=_newest(counts.last_received_at if counts else None, judged),
        last_at=_newest(None, spoken) if feed.is_tracked else _newest(counts.last_at if counts else None, judged),
        reporting=len(fresh),
        expected=len(wanted),
        automatic_share=_share(real - kinds[Kind.DECLARED], real),
        simulated_share=_share(kinds[Kind.SIMULATED], kinds.total()),
        silent=_silent(wanted - fresh, last),
    )


def _reporter(item: Observation, wanted: Set[str]) -> str:
    """Whose report it is: its own subject's when that is expected, else of the place where it counts."""
    return item.of.code if item.of.code in wanted else item.place or item.of.code


def _silent(codes: Iterable[str], last: Mapping[str, datetime]) -> tuple[Silent, ...]:
    """Who never reported first, then who is silent longest."""
    found = [Silent(code, last.get(code)) for code in codes]
    found.sort(key=lambda one: (one.since.timestamp() if one.since else 0.0, one.code))
    return tuple(found[:NAMED_SILENT])


def _newest(counted: datetime | None, spoken: Iterable[tuple[str, datetime, Kind]]) -> datetime | None:
    """The newest of what was counted on arrival and of what contributors said."""
    return max([*(at for _, at, _ in spoken), *([counted] if counted else [])], default=None)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
