"""Fetching a feed: what is asked, what is kept, what an outage costs; no network, the transport is the test's."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from data_sources.trackers import gtfs_rt
from domain.feed import Payload
from domain.scrub import Secrets
from intake.pulling import EVERY_S, Puller, Source, TooLargeError, checked_url
from intake.scrubbing import Scrubber
from store.raw_stream import StreamUnreachable

SECRETS = Secrets(bytes(32))

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SOURCE = Source("https://buses.example/vp.pb?api_key=secret", gtfs_rt.FORMAT, "waste_trucks")


class Stream:
    """Remembers what was appended; `down` makes it unreachable."""

    def __init__(self) -> None:
        self.kept: list[Payload] = []
        self.down = False

    async def append(self, payload: Payload) -> str:
        if self.down:
            raise StreamUnreachable("off")
        self.kept.append(payload)
        return "1-0"


def puller(
    stream: Stream,
    answer: Callable[[httpx.Request], httpx.Response],
    pauses: list[float] | None = None,
    rounds: int = 0,
) -> Puller:
    async def wait(seconds: float) -> None:
        assert pauses is not None
        pauses.append(seconds)
        if len(pauses) == rounds:
            raise asyncio.CancelledError

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return Puller(SOURCE, stream, http, scrubbed=Scrubber({}, SECRETS), clock=lambda: NOW, wait=wait)  # type: ignore[arg-type]


async def test_the_answer_is_kept_as_it_came_with_the_host_as_its_source() -> None:
    stream = Stream()
    assert await puller(stream, lambda _: httpx.Response(200, content=b"\x0a\x00")).once()
    (payload,) = stream.kept
    assert (payload.body, payload.feed, payload.format) == (b"\x0a\x00", "waste_trucks", "gtfs-rt")
    assert (payload.source, payload.received_at) == ("buses.example", NOW)


async def test_the_next_fetch_asks_whether_anything_changed_and_keeps_nothing_when_not() -> None:
    asked: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers)
        if "if-none-match" in request.headers:
            return httpx.Response(304)
        return httpx.Response(
            200, content=b"x", headers={"ETag": '"1"', "Last-Modified": "Mon, 02 Mar 2026 01:29:00 GMT"}
        )

    stream = Stream()
    fetched = puller(stream, answer)
    assert [await fetched.once(), await fetched.once()] == [True, False]
    assert asked[1]["if-none-match"] == '"1"'
    assert asked[1]["if-modified-since"] == "Mon, 02 Mar 2026 01:29:00 GMT"
    assert len(stream.kept) == 1


async def test_what_could_not_be_kept_is_fetched_again_whole() -> None:
    asked: list[bool] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append("if-none-match" in request.headers)
        return httpx.Response(200, content=b"x", headers={"ETag": '"1"'})

    stream = Stream()
    stream.down = True
    fetched = puller(stream, answer)
    with pytest.raises(StreamUnreachable):
        await fetched.once()
    stream.down = False
    assert await fetched.once()
    assert asked == [False, False]


async def test_an_answer_without_end_is_given_up_at_the_formats_limit() -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 2**20
            yield bytes(2**20)

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            for chunk in endless():
                yield chunk

    stream = Stream()
    with pytest.raises(TooLargeError):
        await puller(stream, lambda _: httpx.Response(200, stream=Endless())).once()
    assert read <= gtfs_rt.FORMAT.max_bytes + 2**20
    assert not stream.kept


async def test_outages_are_tried_again_ever_more_rarely_and_the_key_in_the_address_is_never_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = iter([200, 500, 500, 404, 500, 500, 200])
    pauses: list[float] = []
    stream = Stream()
    with caplog.at_level(logging.INFO, "intake.pulling"), pytest.raises(asyncio.CancelledError):
        await puller(stream, lambda _: httpx.Response(next(answers), content=b"x"), pauses, 7).run()
    assert pauses == [EVERY_S, 40, 80, 160, 300, 300, EVERY_S]
    assert len(stream.kept) == 2
    said = " ".join(record.getMessage() for record in caplog.records if record.name == "intake.pulling")
    assert "HTTP 500" in said
    assert "secret" not in said


async def test_a_source_that_cannot_be_reached_is_an_outage_like_any_other() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    pauses: list[float] = []
    with pytest.raises(asyncio.CancelledError):
        await puller(Stream(), refuse, pauses, 2).run()
    assert pauses == [40, 80]


@pytest.mark.parametrize("url", ["ftp://host/x", "host/vp.pb", "", "https://"])
def test_only_http_addresses_are_fetched(url: str) -> None:
    with pytest.raises(ValueError, match="IOC_GTFS_RT_URL"):
        checked_url(url)
