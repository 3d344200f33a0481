"""After retention has removed data about people: remove the copies that files of both servers still hold."""

import asyncio
import logging

from redis.asyncio import Redis
from sqlalchemy import Engine

_log = logging.getLogger(__name__)
_POLL_S = 0.1


async def forget_for_good(engine: Engine, redis: "Redis | None") -> None:
    """Empty SQLite's journal, and have the embedded server's log written anew without what was trimmed.

    SQLite overwrites removed rows with zeros (secure_delete), but its journal keeps old pages until it is emptied.
    ``redis`` None: the server is not ours; its administrator has its log rewritten. PostgreSQL: VACUUM, likewise.
    """
    if engine.dialect.name == "sqlite":
        await asyncio.to_thread(_empty_journal, engine)
    if redis is not None:
        await _rewritten(redis)  # one that began before the removal
        await redis.bgrewriteaof()
        await _rewritten(redis)


def _empty_journal(engine: Engine) -> None:
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        connection.rollback()
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        _log.warning("forgetting: a reader keeps the journal; it is emptied after the next removal")


async def _rewritten(redis: "Redis") -> None:
    """Return once the server has written its log anew; it announces that to nobody, so ask."""
    while True:
        told = await redis.info("persistence")
        if not told["aof_rewrite_in_progress"] and not told["aof_rewrite_scheduled"]:
            return
        await asyncio.sleep(_POLL_S)
