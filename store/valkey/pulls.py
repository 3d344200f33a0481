"""State of fetching in Redis/Valkey: the position up to which each source is kept, and its newest fetch."""

from collections.abc import Awaitable, Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, cast

import orjson
from redis.asyncio import Redis

from domain.feeds.part import Part
from domain.feeds.payload import Payload
from domain.feeds.pull import FetchProblem, PullState
from domain.instant import from_ms, to_ms
from store.rows import instant_or_none
from store.valkey.raw_stream import confirmed, fields_of, lease_of, stream_of

# Data and position change in one step: a kill between the two would fetch data twice or skip it. A process that lost
# the lease without noticing, or that starts from an outdated position, stores nothing.
_KEEP = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
if (redis.call('HGET', KEYS[2], ARGV[2]) or '') ~= ARGV[4] then return false end
for number = 3, #KEYS do redis.call('XADD', KEYS[number], '*', unpack(ARGV, 5)) end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return true
"""
# A feed that was not fetched for this long no longer has an address.
FORGOTTEN_AFTER = timedelta(days=30)


class PullLeaseLost(Exception):  # noqa: N818 - it names what happened, not a fault
    """Another process fetches this feed now, or its position was reset. Nothing was kept."""


class Pulls:
    """State by feed and source (way in and address). Raises StreamUnreachable when the server does not answer."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def position(self, feed: str, source: str) -> dict[str, str]:
        """The position up to which ``source`` is kept; empty before the first fetch."""
        found = await _asked(self._redis.hget(_positions(feed), source))
        return dict(orjson.loads(found)) if found else {}

    async def keep(
        self,
        feed: str,
        payload: Payload | None,
        parts: Iterable[Part],
        source: str,
        *,
        before: Mapping[str, str],
        after: Mapping[str, str],
        owner: str,
    ) -> None:
        """Append ``payload`` to the ``parts`` of ``feed`` and move its source's position, all or nothing.

        ``RawStream.spread`` gives both. Raises PullLeaseLost unless ``owner`` holds the feed's lease and the position
        is still ``before``.
        """
        keys = (lease_of(lease_name(feed)), _positions(feed), *map(stream_of, parts if payload else ()))
        fields = [part for pair in fields_of(payload).items() for part in pair] if payload else []
        said = (owner, source, _written(after), _written(before), *fields)
        if not await _asked(self._redis.eval(_KEEP, len(keys), *keys, *cast(Any, said))):
            raise PullLeaseLost(feed)

    async def begin_anew(self, feed: str) -> None:
        """Reset the positions of ``feed``'s sources, so that the next fetch reads everything again."""
        await _asked(self._redis.delete(_positions(feed)))

    async def note(self, state: PullState, source: str) -> None:
        """Store the state of the newest fetch, for 30 days after the feed's last one."""
        await _asked(self._redis.hset(_states(state.feed), source, orjson.dumps(_out(state))))
        await _asked(self._redis.expire(_states(state.feed), FORGOTTEN_AFTER))

    async def state(self, feed: str, source: str) -> PullState | None:
        """The newest fetch; None before the first."""
        found = await _asked(self._redis.hget(_states(feed), source))
        return None if found is None else _state(feed, found)

    async def states(self, feeds: Iterable[str]) -> list[PullState]:
        """The newest fetch from each source of ``feeds``, in the order of ``feeds``, then by source.

        For the web side, so it raises redis.exceptions.RedisError, like `LiveState`.
        """
        found = []
        for feed in feeds:
            known = await cast(Awaitable[Any], self._redis.hgetall(_states(feed)))
            found += [_state(feed, said) for _, said in sorted(known.items())]
        return found

    async def only(self, feed: str, sources: Collection[str]) -> None:
        """Remove the states of other sources of ``feed``; their positions stay."""
        known = await _asked(self._redis.hkeys(_states(feed)))
        gone = [source for source in known if source.decode() not in sources]
        if gone:
            await _asked(self._redis.hdel(_states(feed), *gone))


def lease_name(feed: str) -> Part:
    """Name of the lease for fetching ``feed``, in the cluster slot of its streams; see `RawStream.acquire_lease`."""
    return Part(stream_of(Part(feed)))


def _positions(feed: str) -> str:
    return f"pull:{{{stream_of(Part(feed))}}}:positions"


def _states(feed: str) -> str:
    return f"pull:{feed}:states"


def _written(position: Mapping[str, str]) -> bytes:
    """The form that the script compares; empty bytes for no position."""
    return orjson.dumps(dict(position)) if position else b""


async def _asked(answer: Awaitable[Any] | Any) -> Any:
    return await confirmed(cast(Awaitable[Any], answer))


def _out(state: PullState) -> dict[str, object]:
    return {
        "way": state.way,
        "source": state.source,
        "tried_ms": None if state.tried_at is None else to_ms(state.tried_at),
        "next_ms": to_ms(state.next_at),
        "running": state.running,
        "succeeded_ms": None if state.succeeded_at is None else to_ms(state.succeeded_at),
        "news_ms": None if state.news_at is None else to_ms(state.news_at),
        "failures": state.failures,
        "problem": None if state.problem is None else state.problem.code,
        "detail": state.detail,
        "bytes": state.bytes,
        "accepted": state.accepted,
        "rejected": state.rejected,
    }


def _state(feed: str, said: bytes) -> PullState:
    told = orjson.loads(said)
    return PullState(
        feed=feed,
        tried_at=instant_or_none(told["tried_ms"]),
        next_at=from_ms(told["next_ms"]),
        succeeded_at=instant_or_none(told["succeeded_ms"]),
        news_at=instant_or_none(told["news_ms"]),
        problem=None
        if told["problem"] is None
        else FetchProblem.__members__.get(told["problem"].upper(), FetchProblem.INTERNAL),
        **{name: told[name] for name in ("way", "source", "running", "failures", "detail")},
        **{name: told[name] for name in ("bytes", "accepted", "rejected")},
    )
