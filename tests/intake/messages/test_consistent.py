"""Figures of one message that contradict each other: a part that exceeds its whole is refused, and its whole too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed, Format, Payload
from domain.observation import Observation, Rejection
from domain.period import Span
from domain.reason import Reason
from intake.messages.decoding import decode

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
FEEDS = discover(data_sources, "FEED", Feed)
PAIRS = [(feed, one.key, one.part_of) for feed in FEEDS.values() for one in feed.measures if one.part_of]


def told(feed: Feed, *items: tuple[str, str, float | None], hours: int = 0) -> list[object]:
    at = (NOW - timedelta(hours=hours)).isoformat()
    # Measured: what a probe must measure is refused from anybody else.
    body = [
        {"feed": feed.key, "measure": m, "place": place, "at": at, "value": value, "kind": "measured"}
        for m, place, value in items
    ]
    payload = Payload(
        feed=feed.key, format=Format.OBSERVATIONS, body=orjson.dumps(body), received_at=NOW, source="test"
    )
    return decode(feed, payload)


@pytest.mark.parametrize(("feed", "part", "whole"), PAIRS, ids=[part for _, part, _ in PAIRS])
def test_a_part_that_exceeds_its_whole_is_refused_with_it(feed: Feed, part: str, whole: str) -> None:
    both = told(feed, (whole, "27694", 10), (part, "27694", 12))
    assert [type(one) for one in both] == [Rejection, Rejection]
    assert {one.reason for one in both} == {Reason.PART_EXCEEDS_WHOLE}  # type: ignore[attr-defined]
    assert {one.detail for one in both} == {f"27694: {part} 12 > {whole} 10"}  # type: ignore[attr-defined]
    assert all(isinstance(one, Observation) for one in told(feed, (whole, "27694", 12), (part, "27694", 12)))


def test_only_figures_of_one_place_and_period_are_compared() -> None:
    feed = FEEDS["coverage"]
    apart = [("households", "27694", 10), ("fibre_households", "27712", 12), ("population", "27694", 5)]
    assert all(isinstance(one, Observation) for one in told(feed, *apart))
    missing = told(feed, ("households", "27694", None), ("fibre_households", "27694", 12))
    assert all(isinstance(one, Observation) for one in missing)
    assert all(isinstance(one, Observation) for one in told(feed, ("fibre_households", "27694", 12)))


def test_the_rest_of_the_message_counts_and_keeps_its_order() -> None:
    feed = FEEDS["coverage"]
    items = told(feed, ("households", "27712", 9), ("households", "27694", 10), ("fibre_households", "27694", 12),
                 ("fibre_households", "27712", 9))  # fmt: skip
    assert [type(one) for one in items] == [Observation, Rejection, Rejection, Observation]


def test_a_part_of_a_measure_that_the_feed_lacks_is_a_wrong_declaration() -> None:
    feed = FEEDS["coverage"]
    with pytest.raises(ValueError, match="lighthouses"):
        replace(feed, measures=(*feed.measures[:-1], replace(feed.measures[-1], part_of="lighthouses")))
    # Figures of different spans are never compared, so the part would never be refused.
    with pytest.raises(ValueError, match="fibre_households"):
        replace(feed, measures=tuple(replace(one, span=Span.TO_DATE) if one.key == "fibre_households" else one
                                     for one in feed.measures))  # fmt: skip
