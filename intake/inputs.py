"""From what is newest in a feed to what KPIs ask: one value per measure and contributor, and who ought to report."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import pandas as pd

from domain.feed import Feed
from domain.health import FeedHealth
from domain.instant import to_ms
from domain.observation import Kind, Observation
from domain.place import PROVINCE
from intake.collected import Collected
from intake.restated import newest, restated
from intake.session import Snapshot
from kpi._collection import expected_routes, route_inputs, work_inputs
from kpi._evaluate import EXPECTED_COLUMNS
from kpi._pivot import input_frame
from kpi._trackers import derived_inputs, expected_vehicles
from store.records import FeedCounts


def is_tracked(feed: Feed) -> bool:
    """Whether the feed's contributors are vehicles with trackers rather than places."""
    return feed.measure("position") is not None


def is_routed(feed: Feed) -> bool:
    """Whether the feed's contributors are the routes of the collection plan."""
    return feed.measure("judged_m") is not None


def newest_inputs(feed: Feed, snapshot: Snapshot, now: datetime, collected: Collected | None = None) -> pd.DataFrame:
    """The newest value per (measure, contributor), of whichever source said it last; a missing one is NaN.

    ``collected`` is what the centre itself found of collection on that day.
    """
    rows = [
        (item.measure, item.entity or item.place, item.place, to_ms(item.at), item.value, item.kind.value, item.source)
        for item in newest(_in_its_span(feed, restated(feed, snapshot.observations)))
    ]
    found = [input_frame(rows)]
    if is_tracked(feed):
        found.append(derived_inputs(snapshot.days, snapshot.observations, snapshot.vehicles, now))
        if collected is not None:
            found.append(work_inputs(collected.day.vehicles, collected.residents, now))
    elif is_routed(feed) and collected is not None:
        found.append(route_inputs(collected.day, now))
    return pd.concat([frame for frame in found if len(frame)] or found, ignore_index=True)


def _in_its_span(feed: Feed, told: Iterable[Observation]) -> Iterator[Observation]:
    """Statements over the span the measure is declared in: a quarter's figure is not one of its months."""
    spans = {measure.key: measure.span for measure in feed.measures}
    return (item for item in told if spans.get(item.measure, item.period.span) is item.period.span)


def expected_contributors(
    feed: Feed, snapshot: Snapshot, places: Sequence[str], now: datetime, collected: Collected | None = None
) -> pd.DataFrame:
    """Who ought to report: every commune, every vehicle in service, or every route of the plan."""
    if is_routed(feed):
        return expected_routes(collected.day.routes if collected else ())
    if is_tracked(feed):
        return expected_vehicles(snapshot.observations, snapshot.vehicles, now)
    codes = [code for code in places if code != PROVINCE]
    return pd.DataFrame({"contributor": codes, "place": codes}, columns=list(EXPECTED_COLUMNS))


def health(
    feed: Feed,
    snapshot: Snapshot,
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
    kinds: list[Kind] = []
    spoken: list[tuple[str, datetime, Kind]] = (
        [(item.id, item.at, item.kind) for item in snapshot.vehicles]
        if is_tracked(feed)
        else [(item.place, item.at, item.kind) for item in restated(feed, snapshot.observations) if item.place]
    )
    runs = collected.day.runs if collected and is_routed(feed) else ()
    judged = [(run.route, run.as_of, run.kind) for run in runs if run.as_of]
    spoken += judged
    for contributor, at, kind in spoken:
        last[contributor] = max(at, last.get(contributor, at))
        kinds.append(kind)
    wanted = set(expected)
    return FeedHealth(
        feed=feed.key,
        accepted=(counts.accepted if counts else 0) + len(judged),
        duplicates=counts.duplicates if counts else 0,
        rejected=counts.rejected if counts else 0,
        late=counts.late if counts else 0,
        corrected=counts.corrected if counts else 0,
        last_received_at=_newest(counts.last_received_at if counts else None, judged),
        last_at=_newest(None, spoken) if is_tracked(feed) else _newest(counts.last_at if counts else None, judged),
        reporting=sum(now - at <= feed.stale_after for contributor, at in last.items() if contributor in wanted),
        expected=len(wanted),
        automatic_share=_share(kinds, lambda kind: kind is not Kind.DECLARED),
        simulated_share=_share(kinds, lambda kind: kind is Kind.SIMULATED),
    )


def _newest(counted: datetime | None, spoken: Iterable[tuple[str, datetime, Kind]]) -> datetime | None:
    """The newest of what was counted on arrival and of what contributors said."""
    return max([*(at for _, at, _ in spoken), *([counted] if counted else [])], default=None)


def _share(kinds: Sequence[Kind], counts: Callable[[Kind], bool]) -> float | None:
    return sum(map(counts, kinds)) / len(kinds) if kinds else None
