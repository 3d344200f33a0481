"""Listener and puller as processes."""

import asyncio
import logging
import sys

from centre.beating import owner
from centre.commands.parts import all_of, feeds_of_the_tree, fleets_of, prepared, stream_of, until_stopped
from domain.feeds.scrub import Secrets
from intake.door.front_door import utc_now
from intake.door.listening import Listener, Topics, broker_at
from intake.messages.scrubbing import Scrubber
from intake.pull.addresses import sources
from intake.pull.holding import Holding
from intake.pull.http import http_client
from intake.pull.pulling import Parts as PullParts
from settings import Settings
from store.registry import Registry
from store.valkey.pulls import Pulls
from store.valkey.raw_stream import StreamUnreachable
from store.valkey.server import connect


def run_listener(settings: Settings, secrets: Secrets) -> int:
    """Run the MQTT listener until stopped; 2 when no broker is set."""
    try:
        broker = broker_at(settings.mqtt_url)
    except ValueError as error:
        print(f"Cấu hình sai / wrong setting: {error}", file=sys.stderr)
        return 2

    registry = Registry(prepared(settings))

    async def listen() -> None:
        redis, feeds = connect(settings.stream_url), feeds_of_the_tree()
        listener = Listener(
            broker,
            stream_of(settings, redis, registry),
            Topics(feeds),
            fleets=fleets_of(feeds, registry),
            scrubbed=Scrubber(feeds, secrets),
            clock=utc_now,
        )
        await until_stopped(listener.run(), settings)
        await redis.aclose()

    asyncio.run(listen())
    return 0


def run_puller(settings: Settings, secrets: Secrets) -> int:
    """Fetch all configured sources until stopped; 2 when there is none, or an address is wrong."""
    if not settings.pulls:
        print("Chưa có địa chỉ nguồn: hãy đặt IOC_PULL_<FEED>_URL / no source has an address: set it", file=sys.stderr)
        return 2
    feeds, http = feeds_of_the_tree(), http_client()
    try:
        found = sources(feeds, settings.pulls, http, utc_now)
    except ValueError as error:
        print(f"Cấu hình sai / wrong setting: {error}", file=sys.stderr)
        return 2
    # These libraries log each request with its address, which may hold a key.
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.WARNING)
    registry = Registry(prepared(settings))

    async def pull() -> None:
        redis = connect(settings.stream_url)
        parts = PullParts(
            feeds=feeds,
            fleets=fleets_of(feeds, registry),
            stream=stream_of(settings, redis, registry),
            pulls=Pulls(redis),
            scrubbed=Scrubber(feeds, secrets),
            secrets=secrets,
            registered=registry.organisations.known,
            clock=utc_now,
        )
        async with http:
            holding = [Holding(key, listed, parts, owner()).run() for key, listed in found.items()]
            await until_stopped(all_of(holding), settings)
        await redis.aclose()

    asyncio.run(pull())
    return 0


def run_anew(settings: Settings, feed_key: str) -> int:
    """Have a feed fetched again from its beginning; figures already stored count as repeats."""
    feed = feeds_of_the_tree().get(feed_key)
    if feed is None or not feed.fetched:
        print(f"Trung tâm không tự lấy nguồn này / the centre does not fetch this feed: {feed_key!r}", file=sys.stderr)
        return 2

    async def begin_anew() -> None:
        redis = connect(settings.stream_url)
        try:
            await Pulls(redis).begin_anew(feed_key)
        finally:
            await redis.aclose()

    try:
        asyncio.run(begin_anew())
    except StreamUnreachable as stopped:
        print(stopped, file=sys.stderr)
        return 1
    return 0
