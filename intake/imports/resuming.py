"""Brings what killed processes left of imports to its end, again and again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from domain.imports.desk import FigureDesk
from store.valkey.raw_stream import StreamUnreachable
from store.valkey.stopping import stop_if_cancelled

_log = logging.getLogger(__name__)
EVERY_S = 30.0


async def resuming(desk: FigureDesk, wait: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Resume imports every 30 s until cancelled; a silent server is tried again then."""
    while True:
        try:
            await desk.resume()
        except (SQLAlchemyError, RedisError, StreamUnreachable, OSError) as error:
            _log.warning("imports wait: %s", type(error).__name__)
        stop_if_cancelled()
        await wait(EVERY_S)
