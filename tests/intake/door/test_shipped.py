"""What comes with the release: taken at the door's start as if sent, once, and never against a correction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hangs import until

import data_sources
from data_sources.press.press import FEED
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.feeds.scrub import Secrets
from domain.feeds.way_in import Files, Shipped
from domain.observation import Observation
from intake.door.door import Door
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.messages.decoding import decode
from intake.messages.telling import Telling
from store.revisions import Identity, Says, identity, said_by
from store.valkey.raw_stream import StreamUnreachable

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FEEDS = discover(data_sources, "FEED", Feed)


class Stream:
    """Remembers what was appended; it is unreachable the first ``failing`` times."""

    def __init__(self, failing: int = 0) -> None:
        self.kept: list[Payload] = []
        self.failing = failing

    async def append(self, payload: Payload) -> str:
        if self.failing:
            self.failing -= 1
            raise StreamUnreachable("off")
        self.kept.append(payload)
        return f"{len(self.kept)}-0"


def figures(payloads: Iterable[Payload]) -> list[Observation]:
    return [item for one in payloads for item in decode(FEED, one) if isinstance(item, Observation)]


def door(stream: Stream, stood: Mapping[Identity, Mapping[int, Says]], feeds: Mapping[str, Feed] = FEEDS) -> Door:
    telling = Telling(lambda asked: {key: stood[key] for key in asked if key in stood})
    made: Any = stream
    return Door(made, feeds, telling=telling, secrets=Secrets(bytes(32)), clock=lambda: NOW, ticks=lambda: 0.0)


def standing(items: Sequence[Observation]) -> dict[Identity, dict[int, Says]]:
    return {identity(item): {item.revision: said_by(item)} for item in items}


async def test_a_new_centre_takes_every_shipped_figure_as_a_message_of_its_feed() -> None:
    stream = Stream()
    await door(stream, {}).take_shipped()
    (payload,) = stream.kept
    assert (payload.feed, payload.format, payload.source) == ("press", "observations", "release")
    (fibre,) = [item for item in figures([payload]) if item.measure == "households_fibre"]
    assert (fibre.value, fibre.source, fibre.territory) == (88.9, "VnExpress 4798653", "2024-01")


async def test_a_second_start_sends_nothing_also_before_the_first_was_written() -> None:
    first, again = Stream(), Stream()
    one = door(first, {})
    await one.take_shipped()
    await one.take_shipped()
    assert len(first.kept) == 1
    await door(again, standing(figures(first.kept))).take_shipped()
    assert again.kept == []


async def test_what_somebody_corrected_stays_corrected() -> None:
    stream, again = Stream(), Stream()
    await door(stream, {}).take_shipped()
    known = standing(figures(stream.kept))
    fibre = next(item for item in figures(stream.kept) if item.measure == "households_fibre")
    known[identity(fibre)][2] = said_by(replace(fibre, value=89.4))
    await door(again, known).take_shipped()
    assert again.kept == []


async def test_a_release_with_one_figure_more_sends_it() -> None:
    stream, again = Stream(), Stream()
    await door(stream, {}).take_shipped()
    known = standing(figures(stream.kept)[1:])
    await door(again, known).take_shipped()
    assert len(again.kept) == 1


async def test_a_start_without_its_stream_takes_it_when_the_stream_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream(failing=2)
    made: Any = stream
    monkeypatch.setattr("intake.door.front_door.RETRY_AFTER_S", 0.0)
    app = create_front_door(made, KeyRing(dict), FEEDS, secrets=Secrets(bytes(32)), clock=lambda: NOW)
    async with app.router.lifespan_context(app):
        await until(lambda: bool(stream.kept))
    assert len(stream.kept) == 1


def test_what_is_shipped_needs_a_way_in_that_reads_it() -> None:
    (files,) = [way for way in FEED.ways_in if isinstance(way, Files)]
    with pytest.raises(ValueError, match="shipped"):
        replace(FEED, ways_in=(files, Shipped(made=bytes)))
