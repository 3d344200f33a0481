"""/api/v1/feeds and /rejections: health of the feeds, and refused items with their reasons."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import (
    FeedAnswer,
    Feeds,
    Freshness,
    MeasureWords,
    OwnerAnswer,
    PullAnswer,
    PullProblem,
    RejectionAnswer,
    Rejections,
    SilentAnswer,
    WayAnswer,
)
from api.kpis import words
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.feeds.feed import Feed
from domain.feeds.pull import PullState, address_setting
from domain.instant import is_stale
from domain.kpis.health import FeedHealth
from domain.text import Text
from store.reading import Reading
from store.records import RejectedItem

_MAX_ID = 2**63 - 1


def router(reading: Reading, declared_feeds: Mapping[str, Feed], clock: Callable[[], datetime]) -> APIRouter:
    """The two routes about the data."""
    routes = APIRouter(prefix="/api/v1", tags=["data"], route_class=HouseRoute)

    @routes.get("/feeds", responses=refusals(), summary="Declaration and health of every feed")
    @needing(Need.LOOK)
    async def feeds() -> Feeds:
        health = {item.feed: item for item in await reading.feeds()}
        fetches = await reading.pulls(declared_feeds.values())
        now = clock()
        return Feeds(feeds=[_feed(feed, health.get(key), fetches, now) for key, feed in sorted(declared_feeds.items())])

    @routes.get(
        "/rejections",
        responses=refusals(not_found="No such feed, and nothing was refused under that name."),
        summary="Refused items with their reasons, newest first",
        description="`before` continues: pass the `next_before` of the previous answer.",
    )
    @needing(Need.LOOK)
    async def rejections(
        feed: Annotated[str | None, Query(pattern=r"^[a-z0-9_]{1,64}$", description="Only this feed.")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        before: Annotated[int | None, Query(ge=1, le=_MAX_ID)] = None,
    ) -> Rejections:
        found = await reading.rejections(feed, limit + 1, before)
        if feed is not None and feed not in declared_feeds and not found:
            raise RefusedError(
                404,
                "unknown_feed",
                Text(
                    "Không có nguồn dữ liệu này; danh sách ở /api/v1/feeds.", "No such feed; /api/v1/feeds lists them."
                ),
            )
        kept = found[:limit]
        return Rejections(
            rejections=[_rejection(item) for item in kept], next_before=kept[-1].id if len(found) > limit else None
        )

    return routes


def _feed(feed: Feed, health: FeedHealth | None, fetches: Sequence[PullState], now: datetime) -> FeedAnswer:
    last_at = health.last_at if health else None
    return FeedAnswer(
        key=feed.key,
        name=words(feed.names),
        owner=OwnerAnswer(office=words(feed.owner.office), role=words(feed.owner.role), phone=feed.owner.phone or None),
        silent=[] if health is None else [SilentAnswer(code=one.code, since=one.since) for one in health.silent],
        cadence_s=feed.cadence.total_seconds(),
        stale_after_s=feed.stale_after.total_seconds(),
        state=_freshness(feed, last_at, now),
        last_at=last_at,
        last_received_at=health.last_received_at if health else None,
        age_s=None if last_at is None else round((now - last_at).total_seconds(), 3),
        reporting=health.reporting if health else None,
        expected=health.expected if health else None,
        accepted=health.accepted if health else None,
        duplicates=health.duplicates if health else None,
        rejected=health.rejected if health else None,
        late=health.late if health else None,
        corrected=health.corrected if health else None,
        measured_share=health.measured_share if health else None,
        simulated_share=health.simulated_share if health else None,
        fetched=[
            WayAnswer(
                way=way.key,
                every_s=way.every.total_seconds(),
                format=way.format,
                setting=address_setting(feed.key),
            )
            for way in feed.fetched
        ],
        pulls=[_pull(state, now) for state in fetches if state.feed == feed.key],
        measures=[
            MeasureWords(key=measure.key, name=words(measure.names), unit=measure.unit, level=measure.bearer.value)
            for measure in feed.measures
        ],
    )


def _pull(state: PullState, now: datetime) -> PullAnswer:
    problem = state.problem
    return PullAnswer(
        way=state.way,
        source=state.source,
        state=state.condition(now).value,
        tried_at=state.tried_at,
        succeeded_at=state.succeeded_at,
        news_at=state.news_at,
        next_at=state.next_at,
        failures=state.failures,
        problem=None
        if problem is None
        else PullProblem(code=problem.code, vi=problem.value.vi, en=problem.value.en, detail=state.detail),
        bytes=state.bytes,
        accepted=state.accepted,
        rejected=state.rejected,
    )


def _freshness(feed: Feed, last_at: datetime | None, now: datetime) -> Freshness:
    if last_at is None:
        return "no_data"
    return "stale" if is_stale(last_at, feed.stale_after, now) else "fresh"


def _rejection(item: RejectedItem) -> RejectionAnswer:
    rejection = item.rejection
    return RejectionAnswer(
        id=item.id,
        feed=rejection.feed,
        reason=rejection.reason.code,
        vi=rejection.reason.value.vi,
        en=rejection.reason.value.en,
        received_at=rejection.received_at,
    )
