"""Each feed has a recorded payload: all of it is read, damaged copies never break the decoder, its data age."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from evaluating import devices_of
from recorded import SAMPLES, form

import data_sources
from domain.case import CaseEvent
from domain.discovery import discover
from domain.feeds.feed import Decoded, Feed, Payload
from domain.fleets.vehicle import Vehicle
from domain.instant import to_ms
from domain.observation import Fix, Observation, Rejection
from domain.places.place import IN_FORCE, PROVINCE
from domain.reason import Reason
from evaluation.columns import Cell
from intake.evaluator.health import health
from intake.evaluator.known import KnownFeed
from intake.messages.decoding import decode
from store import territories

FEEDS = discover(data_sources, "FEED", Feed)
LONG_AFTER = datetime.fromisoformat("2100-01-01T00:00:00Z")
DAMAGES = 300

each = pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.name}")


def payload(sample: Path, body: bytes | None = None) -> Payload:
    return Payload(
        feed=sample.parent.name,
        format=form(sample),
        body=sample.read_bytes() if body is None else body,
        name=sample.name,
        received_at=LONG_AFTER,
        source="recorded",
    )


def read(sample: Path) -> Sequence[Decoded]:
    return decode(FEEDS[sample.parent.name], payload(sample))


def test_every_feed_has_a_sample_and_every_sample_a_feed() -> None:
    assert {sample.parent.name for sample in SAMPLES} == set(FEEDS)


@each
def test_it_is_read_whole(sample: Path) -> None:
    feed, found = FEEDS[sample.parent.name], read(sample)
    assert [item for item in found if isinstance(item, Rejection)] == []
    assert {item.measure for item in found if isinstance(item, Observation)} <= {one.key for one in feed.measures}
    assert len(found) > 0


@each
def test_damaged_it_is_refused_and_never_breaks_the_decoder(sample: Path) -> None:
    chance = random.Random(sample.name)
    whole = sample.read_bytes()
    for _ in range(DAMAGES):
        body = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(body) + 1)
            body[at : at + chance.randrange(6)] = chance.choice([b"", b"0", b'"', b"null", b"\xff", b"-1e999", b"\0"])
        found = decode(FEEDS[sample.parent.name], payload(sample, bytes(body)))
        assert found, "what is neither read nor refused is lost"
        assert not [item for item in found if isinstance(item, Rejection) and item.reason is Reason.INTERNAL]


@each
def test_it_ages_by_its_own_time_and_not_by_its_arrival(sample: Path) -> None:
    feed, found = FEEDS[sample.parent.name], read(sample)
    told = [item for item in found if isinstance(item, Observation)]
    fixes = [item for item in found if isinstance(item, Fix)]
    cases = [item for item in found if isinstance(item, CaseEvent)]
    known = KnownFeed(feed, (), [one.code for one in territories.places(IN_FORCE)])
    known.take(told)
    if fixes:
        known.devices = devices_of([], [vehicle(fix) for fix in fixes], fixes[0].at.date())
    # One system tells the cases of all offices.
    known.count([Cell("received", c.of.code, c.place, to_ms(c.at), 1.0, c.kind, c.source) for c in cases])
    contributors = {fix.device for fix in fixes} if feed.is_tracked else {item.of.code for item in told}
    contributors |= {PROVINCE} if cases else set()
    newest = max(item.at for item in (fixes if feed.is_tracked else [*told, *cases]))
    fresh = health(feed, known, None, contributors, newest + feed.stale_after)
    old = health(feed, known, None, contributors, newest + feed.stale_after + timedelta(seconds=1))
    assert fresh.reporting >= 1
    assert (old.reporting, old.expected) == (0, len(contributors))
    assert {one.code for one in old.silent} == contributors


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_who_keeps_the_cadence_never_grows_stale(feed: Feed) -> None:
    for measure in feed.measures:
        assert feed.cadence_of(measure.key) <= feed.stale_after_of(measure.key), measure.key


def vehicle(fix: Fix) -> Vehicle:
    return Vehicle(
        id=fix.device, device=fix.device, bound=True, at=fix.at, received_at=fix.received_at, latitude=fix.latitude,
        longitude=fix.longitude, kind=fix.kind, source=fix.source,
    )  # fmt: skip
