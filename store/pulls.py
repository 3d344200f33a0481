"""What fetching remembers in Redis/Valkey: how far each source was kept, and how its newest fetch went."""

from collections.abc import Awaitable, Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, cast

import orjson
from redis.asyncio import Redis

from domain.instant import from_ms, to_ms
from domain.part import Part
from domain.payload import Payload
from domain.pull import Problem, PullState
from store.raw_stream import confirmed, fields_of, lease_of, stream_of
from store.rows import instant_or_none

# What was kept and how far belong together: a kill between the two would bring the same again, or skip it. And who
# has lost the lease without noticing, or goes on from where nobody stands any more, keeps nothing.
_KEEP = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
if (redis.call('HGET', KEYS[2], ARGV[2]) or '') ~= ARGV[4] then return false end
for number = 3, #KEYS do redis.call('XADD', KEYS[number], '*', unpack(ARGV, 5)) end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return true
"""
# A feed that nobody fetched for so long has no address any more.
FORGOTTEN_AFTER = timedelta(days=30)


class PullLeaseLost(Exception):  # noqa: N818 - it names what happened, not a fault
    """Somebody else fetches this feed now, or was told to begin anew; nothing was kept."""


class Pulls:
    """By feed and source (its way in and address). Raises StreamUnreachable when the server does not answer."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def position(self, feed: str, source: str) -> dict[str, str]:
        """How far ``source`` was kept; empty before the first time."""
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
        """Forget how far the sources of ``feed`` were kept: the next fetch brings everything again."""
        await _asked(self._redis.delete(_positions(feed)))

    async def note(self, state: PullState, source: str) -> None:
        """Remember how its newest fetch goes, for 30 days after the feed's last."""
        await _asked(self._redis.hset(_states(state.feed), source, orjson.dumps(_out(state))))
        await _asked(self._redis.expire(_states(state.feed), FORGOTTEN_AFTER))

    async def state(self, feed: str, source: str) -> PullState | None:
        """How its newest fetch went; None before the first."""
        found = await _asked(self._redis.hget(_states(feed), source))
        return None if found is None else _state(feed, found)

    async def states(self, feeds: Iterable[str]) -> list[PullState]:
        """How the newest fetch from each source of ``feeds`` went, in their order, then by source.

        For the web side, like its live state: raises redis.exceptions.RedisError.
        """
        found = []
        for feed in feeds:
            known = await cast(Awaitable[Any], self._redis.hgetall(_states(feed)))
            found += [_state(feed, said) for _, said in sorted(known.items())]
        return found

    async def only(self, feed: str, sources: Collection[str]) -> None:
        """Tell no more of sources of ``feed`` other than these; how far they were kept stays known."""
        known = await _asked(self._redis.hkeys(_states(feed)))
        gone = [source for source in known if source.decode() not in sources]
        if gone:
            await _asked(self._redis.hdel(_states(feed), *gone))


def lease_name(feed: str) -> Part:
    """The lease of whoever fetches ``feed``, in the cluster slot of its streams; see `RawStream.acquire_lease`."""
    return Part(stream_of(Part(feed)))


def _positions(feed: str) -> str:
    return f"pull:{{{stream_of(Part(feed))}}}:positions"


def _states(feed: str) -> str:
    return f"pull:{feed}:states"


def _written(position: Mapping[str, str]) -> bytes:
    """As the script compares it: nothing is no position."""
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
        problem=None if told["problem"] is None else Problem.__members__.get(told["problem"].upper(), Problem.INTERNAL),
        **{name: told[name] for name in ("way", "source", "running", "failures", "detail")},
        **{name: told[name] for name in ("bytes", "accepted", "rejected")},
    )
