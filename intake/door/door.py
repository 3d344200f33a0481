"""The ways in: decode once to answer truthfully, keep the raw message, only then say 202."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from data_sources import MAX_ITEMS, trackers
from domain.discovery import discover
from domain.feeds.feed import Feed, Format, Payload
from domain.feeds.scrub import Secrets
from domain.feeds.tracker_format import TrackerFormat
from domain.feeds.way_in import Wire
from domain.fleets.fleet import WAITING
from domain.network import network_of
from domain.reason import Reason
from intake.door.answers import Answer, Refusing, problem, receipt
from intake.door.limits import TokenBuckets
from intake.door.meters import Meters
from intake.door.principal import address_of, sender_of
from intake.messages import unclaimed, waiting
from intake.messages.decoding import FeedShare, Receipt, examine, lightened, split, weighed
from intake.messages.fleets import Fleets
from intake.messages.placing import Registered, none_registered
from intake.messages.scrubbing import Scrubber, UnscrubbedError
from intake.messages.telling import Telling
from store.valkey.raw_stream import RawStream, StreamUnreachable

_KB, _MB = 2**10, 2**20
OBSERVATIONS_MAX_BYTES = 8 * _MB
FILE_MAX_BYTES = 32 * _MB
# Decode larger bodies in a thread: here they would keep trackers waiting.
_INLINE_MAX_BYTES = 16 * _KB
RETRY_AFTER_S = 2.0
_NAME_CHARS = 200
RELEASE = "release"
"""Who sends what comes with the release; an item names its own source."""

_Examining = Callable[[Payload], tuple[Sequence[FeedShare], Receipt]]


class Door:
    """The ways in; one instance per process. Raises Refusing with the answer when a request is refused."""

    def __init__(
        self,
        stream: RawStream,
        feeds: Mapping[str, Feed],
        *,
        registered: Registered = none_registered,
        fleets: Fleets | None = None,
        telling: Telling | None = None,
        secrets: Secrets,
        clock: Callable[[], datetime],
        ticks: Callable[[], float],
    ) -> None:
        self._stream = stream
        self._feeds = {**feeds, WAITING: waiting.FEED, unclaimed.KEY: unclaimed.UNCLAIMED}
        # Without a register every tracker's message goes to the feed WAITING.
        self._fleets = fleets or Fleets(feeds, ticks=ticks)
        self._registered = registered
        self._telling = telling
        self._clock = clock
        self._ticks = ticks
        self.tracker_formats = discover(trackers, "FORMAT", TrackerFormat)
        self._by_device = TokenBuckets(rate=100, burst=1_000)
        # Senders that stand for no vehicle and have no key, by address and all together.
        self._by_address = TokenBuckets(rate=10, burst=200)
        self._strangers = TokenBuckets(rate=100, burst=2_000)
        self._by_key = TokenBuckets(rate=50, burst=100)
        self.meters = Meters()
        self._scrubbed = Scrubber(self._feeds, secrets, self.meters.dropped)

    async def tracker(self, request: Request, form: TrackerFormat) -> Answer:
        """One message in a tracker format."""
        source = sender_of(request).name
        payload = await self._payload(request, WAITING, form.key, source, form.max_bytes)
        if form.name_headers:
            payload = replace(payload, name=_name(request, form.name_headers))
        try:
            await self._fleets.fresh()
        except SQLAlchemyError as error:
            raise Refusing(problem(503, "store_unreachable", type(error).__name__, RETRY_AFTER_S)) from error
        parts, found = await self._work(payload, self._examine_tracker)
        if source or any(part.payload.feed != WAITING for part in parts):
            self._slow_down(self._by_device, found.device or payload.sender)
        else:
            self._slow_down(self._by_address, payload.address)
            self._slow_down(self._strangers, "")
        answer = await self._keep(parts, found)
        return answer if form.reply is None or not found.usable else Answer(200, form.reply)

    async def wire(self, request: Request, feed: str, form: Wire) -> Answer:
        """One message in a feed's own format."""
        source = sender_of(request).name
        self._slow_down(self._by_key, source)
        payload = await self._payload(request, feed, form.key, source, form.max_bytes)
        parts, found = await self._work(payload, self._examine_whole)
        return await self._keep(parts, await self._beside_what_stands(found))

    async def observations(self, request: Request) -> Answer:
        """A JSON array of observations and fixes, of one feed or several."""
        source = sender_of(request).name
        self._slow_down(self._by_key, source)
        payload = await self._payload(request, unclaimed.KEY, Format.OBSERVATIONS, source, OBSERVATIONS_MAX_BYTES)
        parts, found = await self._work(payload, self._split_and_examine)
        if found.accepted + found.rejected > MAX_ITEMS or found.says(Reason.TOO_MANY_ITEMS):
            raise Refusing(problem(413, "too_many_items"))
        return await self._keep(parts, await self._beside_what_stands(found))

    async def file(self, request: Request, feed: str, name: str) -> Answer:
        """A CSV or spreadsheet file for ``feed``; its ``name`` may carry the day or month of its figures."""
        source = sender_of(request).name
        if feed not in self._feeds or Format.FILE not in self._feeds[feed].decoders:
            raise Refusing(problem(404, "unknown_feed", feed[:60]))
        self._slow_down(self._by_key, source)
        payload = await self._payload(request, feed, Format.FILE, source, FILE_MAX_BYTES)
        payload = replace(payload, name=name[:_NAME_CHARS])
        parts, found = await self._work(payload, self._examine_whole)
        return await self._keep(parts, await self._beside_what_stands(found))

    async def take_shipped(self) -> None:
        """Take the messages that come with the release, except those whose figures stand already.

        Raises Refusing when one cannot be kept now; taking it again then changes nothing that was kept.
        """
        for feed in self._feeds.values():
            for form in feed.shipped:
                payload = Payload(
                    feed=feed.key, format=form.format, body=form.made(), received_at=self._clock(), source=RELEASE
                )
                parts, found = await self._work(payload, self._examine_whole)
                found = await self._beside_what_stands(found)
                if found.worth is None or found.worth.repeated < found.accepted:
                    await self._keep(parts, found)

    async def whole(self, request: Request, limit: int) -> bytes:
        """A body of at most ``limit`` bytes, for requests of a key's holder that are no feed's message."""
        self._slow_down(self._by_key, sender_of(request).name)
        return await _body(request, limit)

    async def ready(self) -> None:
        """Return when a message could be kept now. Raises Refusing 503."""
        try:
            await self._stream.ping()
        except StreamUnreachable as error:
            raise Refusing(problem(503, "stream_unreachable", str(error), RETRY_AFTER_S)) from error

    def _examine_whole(self, payload: Payload) -> tuple[Sequence[FeedShare], Receipt]:
        parts = [FeedShare(self._cleared(payload))]
        found = examine(parts, self._feeds, self._registered)
        return lightened(parts, found), found

    def _examine_tracker(self, payload: Payload) -> tuple[list[FeedShare], Receipt]:
        decoded, kept = self._fleets.read(payload)
        parts = [FeedShare(self._cleared(one)) for one in kept]
        if [part.payload for part in parts] == kept:
            return parts, weighed(((parts[0], decoded),))
        # A fleet's scrub removed something: decode again, so that the answer counts what is left.
        return parts, examine(parts, self._feeds, self._registered)

    def _split_and_examine(self, payload: Payload) -> tuple[list[FeedShare], Receipt]:
        parts = [replace(part, payload=self._cleared(part.payload)) for part in split(payload, self._feeds)]
        return parts, examine(parts, self._feeds, self._registered)

    def _cleared(self, payload: Payload) -> Payload:
        """Remove data that may never be stored, before anything reads or repeats it."""
        try:
            return self._scrubbed(payload)
        except UnscrubbedError as error:
            raise Refusing(problem(400, "unscrubbed", ": ".join(error.args))) from None

    async def _work(self, payload: Payload, examining: _Examining) -> tuple[Sequence[FeedShare], Receipt]:
        # A file may be read by a process of its own: wait for that in a thread, however small the file.
        if payload.format != Format.FILE and len(payload.body) <= _INLINE_MAX_BYTES:
            return examining(payload)
        return await asyncio.to_thread(examining, payload)

    async def _beside_what_stands(self, found: Receipt) -> Receipt:
        if self._telling is None or not found.observations:
            return found
        return replace(found, worth=await self._telling.worth(found.observations))

    async def _keep(self, parts: Sequence[FeedShare], found: Receipt) -> Answer:
        """Append everything, good or bad, and only then answer."""
        started_s = self._ticks()
        try:
            if len(parts) == 1:
                await self._stream.append(parts[0].payload)
            else:
                await self._stream.append_many([part.payload for part in parts])
        except StreamUnreachable as error:
            raise Refusing(problem(503, "stream_unreachable", str(error), RETRY_AFTER_S)) from error
        if self._telling is not None and found.observations:
            self._telling.passed_on(found.observations)
        self.meters.kept(parts[0].payload, found, self._ticks() - started_s)
        return receipt(found)

    async def _payload(self, request: Request, feed: str, form: str, source: str, limit: int) -> Payload:
        return Payload(
            feed=feed,
            format=form,
            body=await _body(request, limit),
            received_at=self._clock(),
            source=source,
            query=request.scope["query_string"].decode("utf-8", "replace"),
            content_type=request.headers.get("content-type", "")[:_NAME_CHARS],
            address="" if source else network_of(address_of(request)),
        )

    def _slow_down(self, buckets: TokenBuckets, key: str) -> None:
        wait_s = buckets.take(key, self._ticks())
        if wait_s:
            raise Refusing(problem(429, "too_fast", retry_after_s=wait_s))


def _name(request: Request, headers: Sequence[str]) -> str:
    """The values of ``headers`` joined by "/"; "" unless all are there."""
    values = [request.headers.get(header, "").strip() for header in headers]
    return "/".join(values)[:_NAME_CHARS] if all(values) else ""


async def _body(request: Request, limit: int) -> bytes:
    """The request's body; refuses more than ``limit`` bytes, by the header when it says so, else while reading.

    Compressed and multipart bodies have refusals of their own: decoding them would only report wrong text or JSON.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusing(problem(400, "compressed"))
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise Refusing(problem(400, "multipart"))
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said[:20]) > limit:
        raise Refusing(problem(413, "too_large", f"> {limit} bytes"))
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise Refusing(problem(413, "too_large", f"> {limit} bytes"))
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
