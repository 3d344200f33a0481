"""Parts that the processes of the writing side share."""

import asyncio
import signal
import time
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import Engine

import data_sources
from centre.beating import beat
from centre.private import own_folder
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.fleets.fleet import WAITING
from intake.door.front_door import utc_now
from intake.messages import unclaimed, waiting
from intake.messages.fleets import Fleets
from intake.messages.sharing import Sharing
from settings import Settings
from store.database import migrate, open_database
from store.registry import Registry
from store.valkey.raw_stream import RawStream


async def until_stopped(work: Coroutine[Any, Any, None], settings: Settings) -> None:
    """Run ``work``, and the process's heartbeat beside it, until it ends or the process gets SIGINT or SIGTERM."""
    running, beating = asyncio.create_task(work), asyncio.create_task(beat(settings.stream_url))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await running
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def all_of(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all together; when one fails, cancel the others and raise its error."""
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work)


def stream_of(settings: Settings, redis: "Redis", registry: Registry) -> RawStream:
    """The raw streams, with the number of parts from the settings."""
    feeds = {**feeds_of_the_tree(), WAITING: waiting.FEED, unclaimed.KEY: unclaimed.UNCLAIMED}
    return RawStream(redis, settings.parts, Sharing(feeds, registry.organisations.known))


def feeds_of_the_tree() -> dict[str, Feed]:
    """The feeds declared in data_sources/, by key."""
    return discover(data_sources, "FEED", Feed)


def fleets_of(feeds: Mapping[str, Feed], registry: Registry) -> Fleets:
    """The register's answer to which fleet a tracker belongs to."""
    return Fleets(feeds, registry.fleets, registry.version, ticks=time.monotonic)


def prepared(settings: Settings) -> Engine:
    """The database, migrated, with the places and offices the release ships."""
    own_folder(settings.data_dir)
    engine = open_database(settings.database_url)
    migrate(engine)
    registry = Registry(engine)
    registry.seed_places()
    registry.organisations.seed(utc_now())
    return engine
