"""The heartbeat of a process: written by its event loop, so that a stopped or stuck one has none."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from redis.exceptions import RedisError

from store.valkey.beats import Beats
from store.valkey.server import connect
from store.valkey.stopping import stop_if_cancelled

EVERY_S = 10.0


def owner(pid: int | None = None) -> str:
    """Name of this process, or of another one on this machine, as a holder of leases and heartbeats."""
    return f"{socket.gethostname()}:{pid or os.getpid()}"


async def beat(stream_url: str, wait: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Write this process's heartbeat for ever; a server that does not answer is asked again."""
    redis = connect(stream_url)
    try:
        while True:
            with suppress(RedisError, OSError):
                await Beats(redis).beat(owner(), datetime.now(UTC))
            stop_if_cancelled()
            await wait(EVERY_S)
    finally:
        await redis.aclose()
