"""The raw streams between front door and collector: durable appends, ordered reads, one leased reader per part."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.feeds.feed import Payload
from domain.feeds.part import Part
from domain.instant import from_ms, to_ms
from domain.kpis.health import Behind

BEHIND_AFTER = timedelta(seconds=15)
# Only one division of a feed is read at a time. KEYS are the lease and the current division, in one cluster slot.
# Compare-and-renew and compare-and-delete must be atomic, or a collector could change a lease it just lost.
_ACQUIRE = """
local turn = redis.call('GET', KEYS[2])
if turn and turn ~= ARGV[3] then return 0 end
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[2])
return 1
"""
_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

Shares = Callable[[Payload, int], tuple[int, ...]]
"""Maps a payload and the number of parts to the parts that need a copy; the first one is its home."""


def at_home(_payload: Payload, _of: int) -> tuple[int, ...]:
    """The `Shares` of a feed with one part."""
    return (0,)


class StreamUnreachable(Exception):  # noqa: N818 - it names the condition callers answer 503 for
    """The stream server did not confirm. The payload may or may not be stored, so the sender should send again."""


class RawStream:
    """Raw payloads by part of a feed, in order of acceptance.

    ``shares`` assigns each payload to some of the ``parts``. Entries of another division keep their own parts.
    """

    def __init__(self, redis: "Redis", parts: int = 1, shares: Shares = at_home) -> None:
        self._redis = redis
        self.parts = parts
        self._shares = shares
        self._announced: set[str] = set()
        self._waiting: list[tuple[Part, Payload, asyncio.Future[str]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def append(self, payload: Payload) -> str:
        """Append to its parts and return the entry id in its home part once all are on disk; StreamUnreachable.

        Appends of one event-loop turn, and those that arrive during a round trip, share the next round trip.
        """
        parts, copy = await self.spread(payload)
        return (await asyncio.gather(*(self._appended(part, copy) for part in parts)))[0]

    async def spread(self, payload: Payload) -> tuple[Sequence[Part], Payload]:
        """Its parts, home first, and the payload to append to each; raises StreamUnreachable."""
        if self.parts == 1:
            return (Part(payload.feed),), payload
        await self._announce(payload.feed)
        numbers = self._shares(payload, self.parts)
        copy = replace(payload, receipt=secrets.token_hex(8), parts=numbers if len(numbers) > 1 else ())
        return [Part(payload.feed, number, self.parts) for number in numbers], copy

    def _appended(self, part: Part, payload: Payload) -> "asyncio.Future[str]":
        confirmed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((part, payload, confirmed))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return confirmed

    async def _announce(self, feed: str) -> None:
        """Record a feed's number of parts before the first such append, so that readers find all waiting entries."""
        if feed not in self._announced:
            await confirmed(cast(Awaitable[Any], self._redis.sadd(_divisions(feed), str(self.parts))))
            self._announced.add(feed)

    async def append_many(self, payloads: Sequence[Payload]) -> list[str]:
        """Append payloads in one round trip; returns ids in the same order; raises StreamUnreachable."""
        return list(await asyncio.gather(*(self.append(payload) for payload in payloads)))

    async def read(self, part: Part, after: str, count: int, block_ms: int) -> list[tuple[str, Payload]]:
        """Up to ``count`` entries after id ``after`` as (id, payload), in order; waits up to ``block_ms`` for one.

        With ``block_ms`` 0 it answers at once. Reading removes nothing: a reader that starts at the database's cursor
        misses no entry, even while others read at the same time. Raises StreamUnreachable.
        """
        answer = await confirmed(self._redis.xread({stream_of(part): after}, count=count, block=block_ms or None))
        return [(entry.decode(), payload_of(part.feed, fields)) for entry, fields in _entries(answer)]

    async def forget(self, part: Part, upto: str) -> None:
        """Remove entries up to and including id ``upto``, once they are in the database; raises StreamUnreachable."""
        milliseconds, _, sequence = upto.partition("-")
        following = f"{milliseconds}-{int(sequence) + 1}"
        await confirmed(self._redis.xtrim(stream_of(part), minid=following, approximate=False))

    async def length(self, feed: str) -> int:
        """Number of accepted entries that are not yet in the database; raises StreamUnreachable."""
        return sum((await self.waiting(feed)).values())

    async def waiting(self, *feeds: str) -> dict[Part, int]:
        """Number of entries per part of ``feeds`` that are not yet in the database; raises StreamUnreachable.

        Includes parts of earlier divisions while entries wait in them. Two round trips, however many feeds.
        """
        asked = self._redis.pipeline(transaction=False)
        for feed in feeds:
            asked.smembers(_divisions(feed))
        told = zip(feeds, await confirmed(asked.execute()), strict=True)
        divisions = [(feed, of) for feed, also in told for of in sorted({self.parts, 1, *map(int, also)})]
        parts = [Part(feed, number, of) for feed, of in divisions for number in range(of)]
        asked = self._redis.pipeline(transaction=False)
        for part in parts:
            asked.xlen(stream_of(part))
        found = zip(parts, await confirmed(asked.execute()), strict=True)
        return {part: entries for part, entries in found if entries or part.of == self.parts}

    async def behind(self, feeds: Iterable[str], now: datetime) -> dict[str, tuple[Behind, ...]]:
        """By feed, parts where an entry has waited longer than replacing a reader takes; raises StreamUnreachable."""
        found: dict[str, tuple[Behind, ...]] = {}
        for part, entries in (await self.waiting(*feeds)).items():
            oldest = entries and await confirmed(self._redis.xrange(stream_of(part), count=1))
            since = from_ms(int(oldest[0][0].partition(b"-")[0])) if oldest else now
            if now - since > BEHIND_AFTER:
                found[part.feed] = (*found.get(part.feed, ()), Behind(part.number, part.of, since))
        return found

    async def ping(self) -> None:
        """Return once the server answers; raises StreamUnreachable."""
        await confirmed(cast(Awaitable[Any], self._redis.ping()))

    async def acquire_lease(self, part: Part, owner: str, ttl_s: float) -> bool:
        """Become the only reader of ``part`` for ``ttl_s``; False while another reader or another division holds it.

        Raises StreamUnreachable.
        """
        return bool(await self._leased(_ACQUIRE, part, owner, ttl_s))

    async def renew_lease(self, part: Part, owner: str, ttl_s: float) -> bool:
        """Extend the lease by ``ttl_s``; False when it is lost. Raises StreamUnreachable."""
        return bool(await self._leased(_RENEW, part, owner, ttl_s))

    async def release_lease(self, part: Part, owner: str) -> None:
        """Release the lease if it is still ours; raises StreamUnreachable."""
        await self._leased(_RELEASE, part, owner, 0.0)

    async def _leased(self, script: str, part: Part, owner: str, ttl_s: float) -> Any:
        keys = lease_of(part), f"turn:{{{part.feed}}}"
        asked = self._redis.eval(script, len(keys), *keys, owner, str(int(ttl_s * 1000)), str(part.of))
        return await confirmed(asked)

    async def _flush(self) -> None:
        # One round trip at a time: payloads that arrive meanwhile form the next, larger one (group commit).
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await self._send(group)
        finally:
            self._flushing = None

    async def _send(self, group: list[tuple[Part, Payload, "asyncio.Future[str]"]]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for part, payload, _ in group:
            pipeline.xadd(stream_of(part), cast(Any, fields_of(payload)))
        try:
            answers = await pipeline.execute(raise_on_error=False)
        except (RedisError, OSError) as error:
            answers = [error] * len(group)
        for (_, _, confirmed), answer in zip(group, answers, strict=True):
            if confirmed.done():
                continue
            if isinstance(answer, Exception):
                confirmed.set_exception(_unreachable(answer))
            else:
                confirmed.set_result(answer.decode())


def lease_of(part: Part) -> str:
    """Key of a part's lease; the leases of one feed share a cluster slot."""
    return f"lease:{{{part.feed}}}" if part.of == 1 else f"lease:{{{part.feed}}}:{part.number}.{part.of}"


def stream_of(part: Part) -> str:
    """Key of a part's stream. Streams of one feed share a cluster slot, because a fetch appends to several at once."""
    # An undivided feed keeps its name from before parts existed, so that waiting entries are still read.
    stream = f"raw:{part.feed}"
    return stream if part.of == 1 else f"{{{stream}}}:{part.number}.{part.of}"


def _divisions(feed: str) -> str:
    return f"parts:{feed}"


def fields_of(payload: Payload) -> dict[str, bytes]:
    """A payload as named byte fields without its feed, for the stream and the archive."""
    texts = {
        "format": payload.format,
        "received_ms": str(to_ms(payload.received_at)),
        "source": payload.source,
        "query": payload.query,
        "content_type": payload.content_type,
        "name": payload.name,
        "retained": "1" if payload.retained else "",
        "again": payload.again,
        # Device codes contain no control characters.
        "apart": "\n".join(payload.apart),
        "receipt": payload.receipt,
        "parts": ",".join(map(str, payload.parts)),
        "address": payload.address,
    }
    # surrogatepass: text must round-trip even when it is not valid Unicode.
    fields = {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items() if text}
    return fields | {"body": payload.body}


def payload_of(feed: str, fields: Mapping[bytes, bytes]) -> Payload:
    """The payload from its `fields_of`."""

    def text(name: bytes) -> str:
        return fields.get(name, b"").decode("utf-8", "surrogatepass")

    return Payload(
        feed=feed,
        format=text(b"format"),
        body=fields.get(b"body", b""),
        received_at=from_ms(int(fields[b"received_ms"])),
        source=text(b"source"),
        query=text(b"query"),
        content_type=text(b"content_type"),
        name=text(b"name"),
        retained=text(b"retained") == "1",
        again=text(b"again"),
        apart=tuple(said.split("\n")) if (said := text(b"apart")) else (),
        receipt=text(b"receipt"),
        parts=tuple(int(number) for number in text(b"parts").split(",") if number),
        address=text(b"address"),
    )


def _entries(answer: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """Entries of an XREAD answer for one stream, in RESP2 (a list) or RESP3 (a mapping)."""
    if not answer:
        return []
    if isinstance(answer, dict):
        (batches,) = answer.values()
        return [entry for batch in batches for entry in batch]
    return list(answer[0][1])


async def confirmed(answer: Awaitable[Any]) -> Any:
    """The server's answer; raises StreamUnreachable."""
    try:
        return await answer
    except (RedisError, OSError) as error:
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> StreamUnreachable:
    lost = isinstance(error, RedisConnectionError | RedisTimeoutError | OSError)
    what = "không trả lời / does not answer" if lost else "từ chối / refused"
    return StreamUnreachable(f"Máy chủ Redis/Valkey {what}: {error}")
