"""Forget personal data in time: who drove, drivers who left, who read about them."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from store.drivers import Drivers

EVERY_S = 3_600.0
_log = logging.getLogger(__name__)


async def forget(drivers: Drivers, clock: Callable[[], datetime]) -> None:
    """For ever, once an hour; an outage of the database is waited out."""
    while True:
        try:
            await asyncio.to_thread(drivers.forget, clock())
        except SQLAlchemyError as outage:
            _log.warning("forgetting: %s; again in an hour", type(outage).__name__)
        await asyncio.sleep(EVERY_S)
