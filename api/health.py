"""/healthz, /readyz and /metrics: whether the process is alive, its servers answer, and how much they process."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest

from api.answers import Readiness
from api.route import SILENT, HouseRoute
from domain.access.needs import Need, needing
from store.reading import Reading
from store.valkey.raw_stream import RawStream

Gauges = Mapping[str, tuple[str, Callable[[], float]]]
"""The composition root's numbers about its own process: metric name to (help, reader)."""


def router(
    reading: Reading, stream: RawStream, feeds: Collection[str], clock: Callable[[], datetime], gauges: Gauges
) -> APIRouter:
    """The three routes of health."""
    routes = APIRouter(tags=["health"], route_class=HouseRoute)

    @routes.get("/healthz", response_class=PlainTextResponse, summary="The process is alive")
    @needing(Need.PUBLIC)
    async def healthz() -> str:
        return "ok"

    @routes.get(
        "/readyz",
        response_model=Readiness,
        responses={503: {"model": Readiness, "description": "The one that is false does not answer."}},
        summary="The store and the stream answer",
    )
    @needing(Need.PUBLIC)
    async def readyz() -> Response:
        silent = await reading.ping()
        readiness = Readiness(store="store" not in silent, stream="stream" not in silent)
        return JSONResponse(readiness.model_dump(), status_code=503 if silent else 200)

    @routes.get("/metrics", response_class=PlainTextResponse, summary="Numbers for Prometheus")
    @needing(Need.LOOK)
    async def metrics() -> Response:
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        for name, (about, read) in gauges.items():
            Gauge(name, about, registry=registry).set(read())
        await _measure_feeds(reading, stream, feeds, clock(), registry)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _measure_feeds(
    reading: Reading, stream: RawStream, feeds: Collection[str], now: datetime, registry: CollectorRegistry
) -> None:
    """Ages and counters of feeds; unknown values are left out, because a 0 would be a claim."""
    up = Gauge("ioc_stream_up", "1 when Redis or Valkey answers.", registry=registry)
    try:
        evaluated_at = await reading.evaluated_at()
        health = await reading.feeds()
        waiting = await stream.waiting(*feeds)
    except SILENT:
        up.set(0)
        return
    up.set(1)
    if evaluated_at is not None:
        beat = Gauge("ioc_evaluator_age_seconds", "Time since KPIs were last evaluated; 10 at most.", registry=registry)
        beat.set((now - evaluated_at).total_seconds())
    age = Gauge("ioc_feed_age_seconds", "Age of a feed's newest data.", ["feed"], registry=registry)
    items = Gauge("ioc_feed_items", "Items of a feed since the beginning.", ["feed", "outcome"], registry=registry)
    fresh = Gauge("ioc_feed_contributors", "Contributors of a feed.", ["feed", "which"], registry=registry)
    length = Gauge("ioc_stream_entries", "Raw messages not yet collected.", ["feed", "part"], registry=registry)
    for feed in health:
        if feed.last_at is not None:
            age.labels(feed.feed).set((now - feed.last_at).total_seconds())
        for outcome in ("accepted", "duplicates", "rejected", "late"):
            items.labels(feed.feed, outcome).set(getattr(feed, outcome))
        fresh.labels(feed.feed, "reporting").set(feed.reporting)
        fresh.labels(feed.feed, "expected").set(feed.expected)
    for part, entries in waiting.items():
        length.labels(part.feed, f"{part.number}.{part.of}").set(entries)
