"""The raw streams between front door and collector: durable appends, ordered reads, one reader a feed by lease."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.feed import Payload
from domain.instant import from_ms, to_ms

# Compare-and-renew and compare-and-delete must be one step, or a collector could touch a lease it just lost.
_RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class StreamUnreachable(Exception):  # noqa: N818 - it names the condition callers answer 503 for
    """The stream server did not confirm: the payload may or may not be kept; the sender should send again."""


class RawStream:
    """Raw payloads by feed, in the order they were accepted."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._waiting: list[tuple[Payload, asyncio.Future[str]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def append(self, payload: Payload) -> str:
        """Append to ``raw:<feed>`` and return the entry id once it is on disk; raises StreamUnreachable.

        Appends of one event-loop turn, and those that arrive while a round trip is under way, travel together.
        """
        confirmed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((payload, confirmed))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await confirmed

    async def append_many(self, payloads: Sequence[Payload]) -> list[str]:
        """Append several payloads in one round trip, in order; ids in the same order; raises StreamUnreachable."""
        return list(await asyncio.gather(*(self.append(payload) for payload in payloads)))

    async def read(self, feed: str, after: str, count: int, block_ms: int) -> list[tuple[str, Payload]]:
        """Up to ``count`` entries behind id ``after`` as (id, payload), in order; waits up to ``block_ms`` for one.

        Reading takes nothing away from anyone: whoever reads from the database's cursor misses no entry, however
        many others read at the same time. Raises StreamUnreachable.
        """
        answer = await confirmed(self._redis.xread({stream_of(feed): after}, count=count, block=max(1, block_ms)))
        return [(entry.decode(), payload_of(feed, fields)) for entry, fields in _entries(answer)]

    async def forget(self, feed: str, upto: str) -> None:
        """Remove entries up to and including id ``upto``, which are in the database; raises StreamUnreachable."""
        milliseconds, _, sequence = upto.partition("-")
        following = f"{milliseconds}-{int(sequence) + 1}"
        await confirmed(self._redis.xtrim(stream_of(feed), minid=following, approximate=False))

    async def length(self, feed: str) -> int:
        """Entries accepted and not yet in the database; raises StreamUnreachable."""
        return int(await confirmed(self._redis.xlen(stream_of(feed))))

    async def ping(self) -> None:
        """Return when the server answers; raises StreamUnreachable."""
        await confirmed(cast(Awaitable[Any], self._redis.ping()))

    async def acquire_lease(self, feed: str, owner: str, ttl_s: float) -> bool:
        """Become the one reader of ``feed`` for ``ttl_s``; False when someone else is. Raises StreamUnreachable."""
        return bool(await confirmed(self._redis.set(lease_of(feed), owner, nx=True, px=int(ttl_s * 1000))))

    async def renew_lease(self, feed: str, owner: str, ttl_s: float) -> bool:
        """Hold the lease for another ``ttl_s``; False when it is lost. Raises StreamUnreachable."""
        renewed = self._redis.eval(_RENEW, 1, lease_of(feed), owner, str(int(ttl_s * 1000)))
        return bool(await confirmed(renewed))

    async def release_lease(self, feed: str, owner: str) -> None:
        """Give the lease back if it is still ours; raises StreamUnreachable."""
        await confirmed(self._redis.eval(_RELEASE, 1, lease_of(feed), owner))

    async def _flush(self) -> None:
        # One round trip in flight at a time: what arrives meanwhile makes the next, larger one (group commit).
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await self._send(group)
        finally:
            self._flushing = None

    async def _send(self, group: list[tuple[Payload, "asyncio.Future[str]"]]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for payload, _ in group:
            pipeline.xadd(stream_of(payload.feed), cast(Any, fields_of(payload)))
        try:
            answers = await pipeline.execute(raise_on_error=False)
        except (RedisError, OSError) as error:
            answers = [error] * len(group)
        for (_, confirmed), answer in zip(group, answers, strict=True):
            if confirmed.done():
                continue
            if isinstance(answer, Exception):
                confirmed.set_exception(_unreachable(answer))
            else:
                confirmed.set_result(answer.decode())


def stream_of(feed: str) -> str:
    """Key of the stream of a feed."""
    return f"raw:{feed}"


def lease_of(feed: str) -> str:
    """Key of the lease of a feed."""
    return f"lease:{feed}"


def fields_of(payload: Payload) -> dict[str, bytes]:
    """A payload of its feed as named bytes, for the stream and the archive alike."""
    texts = {
        "format": payload.format,
        "received_ms": str(to_ms(payload.received_at)),
        "source": payload.source,
        "query": payload.query,
        "content_type": payload.content_type,
        "name": payload.name,
        "retained": "1" if payload.retained else "",
        "again": payload.again,
        # Codes of devices hold no control characters.
        "apart": "\n".join(payload.apart),
    }
    # surrogatepass: what came in must come out, also when it was no proper Unicode.
    fields = {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items() if text}
    return fields | {"body": payload.body}


def payload_of(feed: str, fields: Mapping[bytes, bytes]) -> Payload:
    """The payload of its fields."""

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
    """What the server answers; raises StreamUnreachable."""
    try:
        return await answer
    except (RedisError, OSError) as error:
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> StreamUnreachable:
    lost = isinstance(error, RedisConnectionError | RedisTimeoutError | OSError)
    what = "không trả lời / does not answer" if lost else "từ chối / refused"
    return StreamUnreachable(f"Máy chủ Redis/Valkey {what}: {error}")
