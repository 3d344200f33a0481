"""Figures that somebody approved, as the stream carries them: numbered revisions; a repetition changes nothing."""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import orjson

from domain.feeds.payload import Format, Payload
from domain.observation import Observation
from store.rows import observation_of, observation_row


def packed(figures: Sequence[Observation]) -> bytes:
    """Figures as bytes; `unpacked` reads them."""
    return zlib.compress(orjson.dumps([observation_row(item) for item in figures]), 6)


def unpacked(body: bytes) -> list[Observation]:
    """The figures that `packed` wrote."""
    return [observation_of(row) for row in orjson.loads(zlib.decompress(body))]


def imported(feed: str, figures: bytes, name: str, received_at: datetime) -> Payload:
    """The message of one decision; the collector stores a message in one transaction."""
    return Payload(feed=feed, format=Format.IMPORTED, body=figures, received_at=received_at, name=name)


def figures_in(payload: Payload) -> list[Observation]:
    """The figures of a decision, as of their arrival."""
    return [replace(item, received_at=payload.received_at) for item in unpacked(payload.body)]
