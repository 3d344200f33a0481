"""The newest state in Redis/Valkey and its change channel. Every web worker listens to this cache."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import orjson
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.feeds.pull import PullState
from domain.fleets.vehicle import Position, Vehicle
from domain.instant import from_ms, to_ms
from domain.kpis.health import Behind, FeedHealth, Silent, StatusEvent
from domain.kpis.result_columns import ResultColumns, from_document
from store import rows
from store.valkey.pulls import Pulls

KEPT_EVENTS = 200
_CHANNEL = "live"
_DIRTY = "dirty"
_VEHICLES, _RESULTS, _FEEDS, _EVENTS = "live:vehicles", "live:results", "live:feeds", "live:events"
_QUIET_CHECK_S = 5.0
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changed:
    """The changes of one publication. ``resync``: some may have been missed, so read everything again."""

    vehicles: Sequence[Position] = ()
    results: Sequence[ResultColumns] = ()
    feeds: Sequence[FeedHealth] = ()
    events: Sequence[StatusEvent] = ()
    resync: bool = False


class LiveState:
    """Newest vehicles, KPI results, feed health and events, as domain objects.

    Every method except `listen` raises redis.exceptions.RedisError when the server does not answer.
    """

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def publish_positions(self, positions: Iterable[Position]) -> None:
        """Store and announce newest positions."""
        await self._publish({_VEHICLES: {item.id: orjson.dumps(tuple(item)) for item in positions}})

    async def publish_results(self, results: Iterable[ResultColumns]) -> None:
        """Store and announce the newest results, one whole document per KPI."""
        await self.publish(results=results)

    async def publish_feeds(self, feeds: Iterable[FeedHealth]) -> None:
        """Store and announce feed health."""
        await self.publish(feeds=feeds)

    async def publish_events(self, events: Sequence[StatusEvent]) -> None:
        """Store (the newest 200) and announce status events; ``events`` are oldest first."""
        await self.publish(events=events)

    async def publish(
        self,
        *,
        results: Iterable[ResultColumns] = (),
        events: Sequence[StatusEvent] = (),
        feeds: Iterable[FeedHealth] = (),
    ) -> None:
        """Store and announce all changes of one tick in one message."""
        texts = {f"{item.key}/{item.territory}/{item.kind}": item.text() for item in results}
        healths = {item.feed: orjson.dumps(_feed_out(item)) for item in feeds}
        await self._publish({_RESULTS: texts, _FEEDS: healths}, [orjson.dumps(rows.event_row(item)) for item in events])

    async def pulls(self, feeds: Iterable[str]) -> list[PullState]:
        """The newest fetch from each source of ``feeds``."""
        return await Pulls(self._redis).states(feeds)

    async def announce_dirty(self, feed: str) -> None:
        """Announce that a batch of ``feed`` is in the database; stores nothing, because a listener can read SQL."""
        await cast(Awaitable[Any], self._redis.publish(_DIRTY, feed))

    async def dirty(self) -> AsyncIterator[None]:
        """Yields after each announcement of a dirty feed, and when one may have been missed; never ends."""
        async for _ in self._subscribed(_DIRTY):
            yield

    async def remove_vehicles(self, ids: Iterable[str]) -> None:
        """Remove vehicles (a device was bound and now has another id); listeners read everything again."""
        gone = list(ids)
        if gone:
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.hdel(_VEHICLES, *gone)
            pipeline.publish(_CHANNEL, orjson.dumps({}))
            await pipeline.execute()

    async def vehicles(self) -> list[Vehicle]:
        """Every vehicle's newest position, by id."""
        return await self._all(_VEHICLES, _vehicle_in)

    async def results(self) -> list[ResultColumns]:
        """Newest results of every KPI."""
        return await self._all(_RESULTS, from_document)

    async def feeds(self) -> list[FeedHealth]:
        """Every feed's health."""
        return await self._all(_FEEDS, _feed_in)

    async def events(self, limit: int = KEPT_EVENTS) -> list[StatusEvent]:
        """Newest status events, newest first."""
        kept = await cast(Awaitable[list[bytes]], self._redis.lrange(_EVENTS, 0, limit - 1))
        return [rows.event_of(orjson.loads(item)) for item in kept]

    async def ping(self) -> None:
        """Return once the server answers."""
        await cast(Awaitable[Any], self._redis.ping())

    async def listen(self) -> AsyncIterator[Changed]:
        """Yields changes for ever, across outages. The first item, and the first after each outage, is a resync."""
        async for data in self._subscribed(_CHANNEL):
            yield Changed(resync=True) if data is None else _changed_in(data)

    async def _subscribed(self, channel: str) -> AsyncIterator[bytes | None]:
        """Yields the messages of ``channel`` for ever; None at first and after each outage."""
        pause_s = _FIRST_PAUSE_S
        while True:
            subscription = self._redis.pubsub(ignore_subscribe_messages=True)
            try:
                await subscription.subscribe(channel)
                yield None
                pause_s = _FIRST_PAUSE_S
                async for data in _messages(subscription):
                    yield data
            except (RedisError, OSError):
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            finally:
                await subscription.aclose()  # type: ignore[no-untyped-call]

    async def _publish(self, hashes: Mapping[str, Mapping[str, bytes]], events: Sequence[bytes] = ()) -> None:
        """Set hash fields, prepend events, and announce both; does nothing without changes."""
        said = {name: [*map(orjson.Fragment, encoded.values())] for name, encoded in hashes.items() if encoded}
        if events:
            said[_EVENTS] = [*map(orjson.Fragment, events)]
        if not said:
            return
        pipeline = self._redis.pipeline(transaction=True)
        for name, encoded in hashes.items():
            if encoded:
                pipeline.hset(name, items=[text for pair in encoded.items() for text in pair])
        if events:
            pipeline.lpush(_EVENTS, *events)
            pipeline.ltrim(_EVENTS, 0, KEPT_EVENTS - 1)
        pipeline.publish(_CHANNEL, orjson.dumps(said))
        await pipeline.execute()

    async def _all(self, name: str, decode: Callable[[Any], T]) -> list[T]:
        kept = await cast(Awaitable[dict[bytes, bytes]], self._redis.hgetall(name))
        return [decode(orjson.loads(kept[key])) for key in sorted(kept)]


async def _messages(subscription: PubSub) -> AsyncIterator[bytes]:
    """Yields messages until the connection breaks. Sends PING when it is quiet, because a dead peer is silent too.

    Reads the subscription's connection directly: the retries and records of `PubSub.get_message` cost a web worker more
    than handling the message.
    """
    connection: Any = subscription.connection  # made by `subscribe`
    asked = False
    while True:
        reply = await connection.read_response(timeout=_QUIET_CHECK_S, disconnect_on_error=False)
        if reply is not None:
            asked = False
            if reply[0] == b"message":
                yield reply[2]
        elif asked:
            raise RedisTimeoutError("no answer to PING")
        else:
            asked = True
            await subscription.ping()


def _changed_in(data: bytes) -> Changed:
    parts = orjson.loads(data)
    return Changed(
        vehicles=[Position(*item) for item in parts.get(_VEHICLES, ())],
        results=[from_document(item) for item in parts.get(_RESULTS, ())],
        feeds=[_feed_in(item) for item in parts.get(_FEEDS, ())],
        events=[rows.event_of(item) for item in parts.get(_EVENTS, ())],
        resync=not parts,
    )


def _vehicle_in(parts: Sequence[Any] | Mapping[str, Any]) -> Vehicle:
    # Releases before 2026-12 stored field names too, in this order.
    return Position(*(parts.values() if isinstance(parts, Mapping) else parts)).vehicle()


def _feed_out(item: FeedHealth) -> dict[str, object]:
    return {
        "feed": item.feed,
        "accepted": item.accepted,
        "duplicates": item.duplicates,
        "rejected": item.rejected,
        "late": item.late,
        "corrected": item.corrected,
        "last_received": None if item.last_received_at is None else to_ms(item.last_received_at),
        "last": None if item.last_at is None else to_ms(item.last_at),
        "reporting": item.reporting,
        "expected": item.expected,
        "measured_share": item.measured_share,
        "simulated_share": item.simulated_share,
        "silent": [(code, None if since is None else to_ms(since)) for code, since in item.silent],
        "behind": [(number, of, to_ms(since)) for number, of, since in item.behind],
    }


def _feed_in(parts: Mapping[str, Any]) -> FeedHealth:
    return FeedHealth(
        feed=parts["feed"],
        accepted=parts["accepted"],
        duplicates=parts["duplicates"],
        rejected=parts["rejected"],
        late=parts["late"],
        # Absent in entries of the previous release; the next announcement has it.
        corrected=parts.get("corrected", 0),
        last_received_at=rows.instant_or_none(parts["last_received"]),
        last_at=rows.instant_or_none(parts["last"]),
        reporting=parts["reporting"],
        expected=parts["expected"],
        measured_share=parts.get("measured_share"),
        simulated_share=parts["simulated_share"],
        silent=tuple(Silent(code, rows.instant_or_none(since)) for code, since in parts.get("silent", ())),
        behind=tuple(Behind(number, of, from_ms(since)) for number, of, since in parts.get("behind", ())),
    )
