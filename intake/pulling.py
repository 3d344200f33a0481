"""The way in for sources that only answer: fetch each URL again and again, and keep what it says as it came."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from domain.feed import Payload
from domain.tracker_format import TrackerFormat
from intake.scrubbing import Scrubber, UnscrubbedError
from intake.stopping import stop_if_cancelled
from store.raw_stream import RawStream, StreamUnreachable

_log = logging.getLogger(__name__)
# GTFS-realtime's best practices: feeds are refreshed at least every 30 s; one more fetch makes none wait longer.
EVERY_S = 20.0
_PAUSE_MAX_S = 300.0
_WITHIN_S = 15.0
_OUTAGE = (httpx.HTTPError, httpx.InvalidURL, StreamUnreachable, UnscrubbedError, TimeoutError, OSError)


class Source(NamedTuple):
    """What is fetched: its address, the format it answers in, and the feed that belongs to."""

    url: str
    form: TrackerFormat
    feed: str

    @property
    def host(self) -> str:
        """How it is named in logs and beside its positions; the rest of the address may hold a key."""
        return urlsplit(self.url).hostname or ""


class TooLargeError(OSError):
    """The answer is larger than the format allows."""


def checked_url(url: str) -> str:
    """``url``; raises ValueError unless it is an http or https address. The error never repeats it."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("IOC_GTFS_RT_URL must hold http(s) addresses separated by commas")
    return url


class Puller:
    """Fetches one source. A fetch that fails is tried again, ever more rarely, up to every five minutes."""

    def __init__(
        self,
        source: Source,
        stream: RawStream,
        http: httpx.AsyncClient,
        *,
        scrubbed: Scrubber,
        clock: Callable[[], datetime],
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._source = source
        self._stream = stream
        self._scrubbed = scrubbed
        self._http = http
        self._clock = clock
        self._wait = wait
        self._unless: dict[str, str] = {}

    async def run(self) -> None:
        """Until cancelled."""
        pause_s = EVERY_S
        while True:
            try:
                await self.once()
                pause_s = EVERY_S
            except _OUTAGE as outage:
                pause_s = min(2 * pause_s, _PAUSE_MAX_S)
                _log.warning("%s: %s; again in %.0f s", self._source.host, _words(outage), pause_s)
            stop_if_cancelled()
            await self._wait(pause_s)

    async def once(self) -> bool:
        """Fetch once and keep the answer; False when the source says that nothing changed. Raises what went wrong."""
        async with (
            asyncio.timeout(_WITHIN_S),
            self._http.stream("GET", self._source.url, headers=self._unless) as answer,
        ):
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return False
            answer.raise_for_status()
            body = await self._body(answer)
        payload = Payload(
            feed=self._source.feed,
            format=self._source.form.key,
            body=body,
            received_at=self._clock(),
            source=self._source.host,
            content_type=answer.headers.get("content-type", "")[:200],
        )
        await self._stream.append(self._scrubbed(payload))
        # Only now: what could not be kept must be given out again.
        validators = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
        self._unless = {ask: answer.headers[name] for ask, name in validators.items() if name in answer.headers}
        return True

    async def _body(self, answer: httpx.Response) -> bytes:
        chunks, size = [], 0
        async for chunk in answer.aiter_bytes():
            size += len(chunk)
            if size > self._source.form.max_bytes:
                raise TooLargeError(f"> {self._source.form.max_bytes} bytes")
            chunks.append(chunk)
        return b"".join(chunks)


def _words(outage: Exception) -> str:
    """What went wrong without the address, which may hold a key."""
    if isinstance(outage, httpx.HTTPStatusError):
        return f"HTTP {outage.response.status_code}"
    return type(outage).__name__ if isinstance(outage, httpx.HTTPError | TimeoutError) else str(outage)
