"""Collector, evaluator and assessor as processes; each stands by while another works."""

import asyncio
import sys
import time
from collections.abc import Sequence

from sqlalchemy import Engine

import kpi
from centre import memory
from centre.beating import owner
from centre.commands.parts import all_of, feeds_of_the_tree, prepared, stream_of, until_stopped
from domain.discovery import discover
from domain.kpis.kpi import Kpi
from intake.assessor import assessing
from intake.assessor.assessing import Assessor
from intake.collector.collector import Collector, Parts
from intake.door.front_door import utc_now
from intake.evaluator.process import Evaluator
from intake.evaluator.process import Parts as EvaluatorParts
from intake.running.leased import Lease, serve
from intake.running.retaining import retain
from settings import Settings
from store.keeping.forgetting import forget_for_good
from store.keeping.retaining import Retainer
from store.keeping.retention import rules
from store.keeping.rule import RollUp, Rule
from store.maps.map_layers import MapLayers
from store.registry import Registry
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream
from store.valkey.server import connect


def run_collector(settings: Settings) -> int:
    """Run the collector until stopped."""
    memory.settle()
    asyncio.run(_collect(settings, prepared(settings)))
    return 0


def run_evaluator(settings: Settings) -> int:
    """Run the evaluator of KPIs until stopped."""
    memory.settle()
    asyncio.run(_evaluate(settings, prepared(settings)))
    return 0


def run_assessor(settings: Settings) -> int:
    """Run the assessor of collection runs, and retention beside it, until stopped; 2 when a setting is wrong."""
    try:
        kept = rules(settings.keep_days, settings.keep_raw_bytes)
    except ValueError as error:
        print(f"Cấu hình sai / wrong setting: {error}", file=sys.stderr)
        return 2
    memory.settle()
    engine = prepared(settings)
    amounts = frozenset(
        (feed.key, one.key) for feed in feeds_of_the_tree().values() for one in feed.measures if one.amount
    )
    retainer = Retainer(engine, owner(), utc_now, amounts)
    asyncio.run(until_stopped(_assess_and_retain(settings, engine, retainer, kept), settings))
    return 0


async def _collect(settings: Settings, engine: Engine) -> None:
    redis = connect(settings.stream_url)
    parts = Parts(
        stream=stream_of(settings, redis, Registry(engine)),
        live=LiveState(redis),
        engine=engine,
        feeds=feeds_of_the_tree(),
        clock=utc_now,
        ticks=time.monotonic,
    )
    await until_stopped(Collector(parts, owner()).run(), settings)
    await redis.aclose()


async def _evaluate(settings: Settings, engine: Engine) -> None:
    redis = connect(settings.stream_url)
    parts = EvaluatorParts(
        stream=stream_of(settings, redis, Registry(engine)),
        live=LiveState(redis),
        engine=engine,
        feeds=feeds_of_the_tree(),
        kpis=discover(kpi, "KPIS", Kpi),
        clock=utc_now,
    )
    await until_stopped(Evaluator(parts, owner()).run(), settings)
    await redis.aclose()


async def _assess_and_retain(
    settings: Settings, engine: Engine, retainer: Retainer, kept: Sequence[Rule | RollUp]
) -> None:
    redis = connect(settings.stream_url)
    stream = stream_of(settings, redis, Registry(engine))
    # A server of somebody else's keeps its log as its administrator decides.
    own = None if settings.redis_url else redis
    try:
        await all_of([_assess(settings, engine, stream), retain(retainer, kept, lambda: forget_for_good(engine, own))])
    finally:
        await redis.aclose()


async def _assess(settings: Settings, engine: Engine, stream: RawStream) -> None:
    async def judge() -> None:
        # A new Assessor each time, so that it reads from the database what another process judged meanwhile.
        await Assessor(engine, MapLayers(engine, settings.maps_dir)).run(utc_now)

    await serve(Lease(assessing.LEASE, stream, owner(), time.monotonic), judge)
