"""Keeps every table within its retention: once an hour, one runner at a time, one rule after the other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from store.keeping.retaining import LEASE, LeaseLost, Retainer
from store.keeping.rule import RollUp, Rule
from store.valkey.stopping import stop_if_cancelled

EVERY_S = 3_600.0
# Pause between two transactions: SQLite's waiting writers check the lock at least every 100 ms.
PAUSE_S = 0.1
_log = logging.getLogger(__name__)


async def retain(
    retainer: Retainer,
    rules: Sequence[Rule | RollUp],
    forgotten: Callable[[], Awaitable[None]],
    wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Run for ever; wait out database outages, and other runners, whose work it takes over.

    ``forgotten`` runs after data about people was removed.
    """
    while True:
        pause_s = LEASE.total_seconds()
        try:
            if await asyncio.to_thread(retainer.acquire):
                if await once(retainer, rules, wait):
                    await forgotten()
                await asyncio.to_thread(retainer.release)
                pause_s = EVERY_S
        except LeaseLost as lost:
            _log.warning("%s", lost)
        except (SQLAlchemyError, RedisError) as outage:
            _log.warning("retention: %s; again in %.0f s", type(outage).__name__, pause_s)
        stop_if_cancelled()
        await wait(pause_s)


async def once(
    retainer: Retainer, rules: Sequence[Rule | RollUp], wait: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> bool:
    """Apply every rule now; a failing rule does not stop the others. Returns whether data about people was removed.

    Raises LeaseLost, and SQLAlchemyError when not even the failure could be noted.
    """
    forgotten = False
    for rule in rules:
        try:
            steps = retainer.steps(rule)
            while (rows := await asyncio.to_thread(next, steps, None)) is not None:
                _log.debug("retention: %s, %d rows", rule.key, rows)
                forgotten = forgotten or (isinstance(rule, Rule) and rule.forgets)
                stop_if_cancelled()
                await wait(PAUSE_S)
        except SQLAlchemyError as failed:
            _log.warning("retention: %s: %s", rule.key, type(failed).__name__)
            await asyncio.to_thread(retainer.failed, rule, type(failed).__name__)
    return forgotten
