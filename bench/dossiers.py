"""A million dossiers: what the screen asks, one organisation's month, and the way from a message to the rows."""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from sqlalchemy import Engine, text

from bench.rig.figure import Figure, compared
from data_sources import MAX_ITEMS
from data_sources.dossiers import FEED
from domain.case import CaseEvent
from domain.feeds.payload import Payload
from domain.feeds.scrub import Secrets
from domain.instant import from_ms, to_ms
from domain.observation import Kind
from domain.period import Span, period_of
from domain.services.dossier import DOSSIER, FACTS
from domain.subject import organisation
from store.cases import write_events
from store.casework.dossiers import Dossiers
from store.database import migrate, open_database, writing

MILLION, OFFICES, PROCEDURES, RECORDS = 1_000_000, 110, 300, 40_000
# As a collector reads a backlog: messages of the most records, until they make 2 MB.
BATCH = MAX_ITEMS
SCREEN_MS, MONTH_S, EVENTS_S = 200.0, 1.0, 5_000.0
_KEYS = Secrets(b"a key of the bench, 32 bytes long")
NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
MONTH = period_of(Span.MONTH, NOW.date())
_ASKS = ("due_now", "month", "procedures")
DATABASES = ("sqlite", "postgresql")
POSTGRES = "IOC_BENCH_POSTGRES"
"""The URL of an empty PostgreSQL database; without it only SQLite is measured."""
FIGURES = (
    *(f"dossiers_{ask}_1m_ms_{name}" for name in DATABASES for ask in _ASKS),
    *(f"dossiers_office_month_1m_s_{name}" for name in DATABASES),
    *(f"dossiers_ingest_per_s_{name}" for name in DATABASES),
)


def measure() -> Iterator[Figure]:
    """The slowest of nine; baseline: what is required."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _of("sqlite", f"sqlite:///{Path(folder) / 'ioc.sqlite3'}")
    if url := os.environ.get(POSTGRES):
        yield from _of("postgresql", url)


def _of(name: str, url: str) -> Iterator[Figure]:
    engine = open_database(url)
    migrate(engine)
    _fill(engine)
    known = Dossiers(engine)
    asks: dict[str, Callable[[], object]] = {
        "due_now": lambda: known.due_now(NOW, NOW + timedelta(days=1)),
        "month": lambda: known.counted(MONTH, NOW),
        "procedures": lambda: known.by_procedure(MONTH, NOW, "H53.7"),
    }
    for ask, run in asks.items():
        slowest_s = max(_took_s(run) for _ in range(9))
        yield compared(f"dossiers_{ask}_1m_ms_{name}", "ms", 1_000 * slowest_s, SCREEN_MS, "baseline: required")
    slowest_s = max(_took_s(asks["procedures"]) for _ in range(9))
    yield compared(f"dossiers_office_month_1m_s_{name}", "s", slowest_s, MONTH_S, "baseline: required")
    said = f"{RECORDS} records decoded and written to a centre that holds a million; baseline: required"
    yield compared(f"dossiers_ingest_per_s_{name}", "/s", _ingest(engine), EVENTS_S, said)
    engine.dispose()


def _took_s(run: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    run()
    return time.perf_counter() - began_s


def _fill(engine: Engine) -> None:
    """A million dossiers of twelve months with their events; about one in fifty is open."""
    chance = random.Random(17)  # noqa: S311 - a world, no secret
    began_ms, until_ms = to_ms(NOW - timedelta(days=365)), to_ms(NOW)
    step_ms = (until_ms - began_ms) / MILLION
    for first in range(0, MILLION, BATCH):
        events = [
            _happened(chance, number, began_ms + int(number * step_ms), until_ms)
            for number in range(first, first + BATCH)
        ]
        with writing(engine) as connection:
            write_events(connection, events)
    with writing(engine) as connection:
        connection.execute(text("ANALYZE"))


def _happened(chance: random.Random, number: int, received_ms: int, until_ms: int) -> CaseEvent:
    due_ms = received_ms + chance.randrange(1, 15) * 86_400_000
    is_open = due_ms > until_ms or chance.random() < 0.002
    ended = {} if is_open else {"ended": from_ms(due_ms - 3_600_000).isoformat()}
    return CaseEvent(
        feed=FEED.key, case_type=DOSSIER.key, case=_KEYS.hashed(str(number)), event="recorded",
        of=organisation(f"H53.{chance.randrange(OFFICES)}"), at=from_ms(received_ms), received_at=from_ms(received_ms),
        kind=Kind.MEASURED, source="bench",
        attributes={
            "procedure": f"1.{chance.randrange(PROCEDURES):06d}", "field": "TP-01",
            "channel": "online" if chance.random() < 0.8 else "counter",
            "supplements": int(chance.random() < 0.05), "due": from_ms(due_ms).isoformat(), **ended,
            **{fact: True for fact in FACTS if chance.random() < 0.6},
        },
    )  # fmt: skip


def _ingest(engine: Engine) -> float:
    """Events a second, from a scrubbed message to its rows, in batches as a collector reads them."""
    messages = [
        FEED.scrub(
            Payload(feed=FEED.key, format="dossiers", body=orjson.dumps([_record(n) for n in range(at, at + BATCH)]),
                    received_at=NOW, source="bench"), _KEYS,
        ).payload
        for at in range(0, RECORDS, BATCH)
    ]  # fmt: skip
    began_s = time.perf_counter()
    for message in messages:
        events = [one for one in FEED.decode(message) if isinstance(one, CaseEvent)]
        with writing(engine) as connection:
            new, _, _ = write_events(connection, events)
        assert new == len(events) == BATCH
    return RECORDS / (time.perf_counter() - began_s)


def _record(number: int) -> dict[str, object]:
    return {
        "MaHoSo": f"000.00.12.H53-261120-{number:06d}", "MaTTHC": f"1.{number % PROCEDURES:06d}.000.00.00.H53",
        "KenhThucHien": "2", "NgayTiepNhan": "20250101083000", "NgayHenTra": "20250105170000",
        "NgayKetThucXuLy": "20250104100000", "DonViXuLy": f"H53.{number % OFFICES}", "ChuHoSo": "Nguyễn Văn A",
    }  # fmt: skip
