"""Ten thousand damaged payloads through the collector's work: nothing raises, each is counted, refusals say why."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fuzzing import examples
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.feeds.part import Part
from domain.reason import Reason
from intake.collector.session import Entry, Session
from store.intake import IntakeStore, feed_counts
from store.records import FeedCounts
from store.registry import Registry
from store.tables.feeds import rejections

FEEDS = discover(data_sources, "FEED", Feed)
SAMPLES = Path(__file__).parents[2] / "samples"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EXAMPLES, PER_EXAMPLE = 100, 100

WAYS_IN = [(feed.key, form) for feed in FEEDS.values() for form in feed.decoders]
BODIES = [path.read_bytes()[:4_000] for path in sorted(SAMPLES.rglob("*.*"))]


def damaged(seed: int) -> Payload:
    """One payload of a random way in: a real message cut, with bytes changed or doubled, or plain noise."""
    chance = random.Random(seed)
    feed, form = chance.choice(WAYS_IN)
    body = bytearray(chance.choice([*BODIES, chance.randbytes(chance.randrange(200))]))
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(body) + 1)
        body[at : at + chance.randrange(4)] = chance.choice([b"", b"0", b'"', b"null", b"[", b"\xff", b"-1e999", b"\0"])
    del body[chance.randrange(1, 2 * len(body) + 2) :]
    query = "&".join(
        f"{name}={chance.choice(['', 'x', '0', '10.5', '106.4', '1795315800', '%00', 'nan', '-1'])}"
        for name in ("id", "lat", "lon", "timestamp", "speed")
        if chance.random() < 0.6
    )
    name = chance.choice(["a.csv", "a.xlsx", "", "owntracks/u/d"])
    return Payload(feed=feed, format=form, body=bytes(body), received_at=NOW, query=query, name=name, source="fuzz")


def refusals(engine: Engine, feed: str) -> int:
    with engine.connect() as connection:
        query = select(func.count()).select_from(rejections).where(rejections.c.feed == feed)
        return int(connection.scalar(query) or 0)


def counted(engine: Engine, feed: str) -> FeedCounts | None:
    return feed_counts(engine).get(feed)


def handled(counts: FeedCounts | None) -> tuple[int, int]:
    """(items counted in any way, items refused)."""
    return (counts.accepted + counts.duplicates + counts.rejected, counts.rejected) if counts else (0, 0)


@pytest.mark.long
@settings(
    max_examples=examples(EXAMPLES),
    phases=[Phase.generate],  # a failing seed is an example as small as any
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.integers(0, 2**63), min_size=PER_EXAMPLE, max_size=PER_EXAMPLE))
def test_every_damaged_payload_is_counted_and_every_refusal_says_why(engine: Engine, seeds: list[int]) -> None:
    given_to: dict[str, list[Payload]] = {}
    for payload in map(damaged, seeds):
        given_to.setdefault(payload.feed, []).append(payload)
    for feed, payloads in given_to.items():
        session = Session(FEEDS[feed], Part(feed), IntakeStore(engine), Registry(engine), NOW)
        before, listed = handled(counted(engine, feed)), refusals(engine, feed)
        first = int(session.cursor.split("-")[0]) + 1
        entries: list[Entry] = [(f"{first + n}-0", payload) for n, payload in enumerate(payloads)]
        session.keep(session.judge(entries, NOW), NOW, 0.0)
        after = handled(counted(engine, feed))
        assert after[0] - before[0] >= len(payloads), "a payload was counted nowhere"
        assert refusals(engine, feed) - listed == after[1] - before[1]
    with engine.connect() as connection:
        said = set(connection.scalars(select(rejections.c.reason)))
    assert said <= {reason.code for reason in Reason} - {Reason.INTERNAL.code}
