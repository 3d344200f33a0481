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
from data_sources.dossiers import FEED
from domain.case import CaseEvent
from domain.feeds.payload import Payload
from domain.feeds.scrub import Secrets
from domain.instant import to_ms
from domain.period import Span, period_of
from domain.services.dossier import FACTS
from store.cases import write_events
from store.casework.dossiers import Dossiers
from store.database import migrate, open_database, writing
from store.tables.casework import dossiers

MILLION, OFFICES, PROCEDURES, RECORDS = 1_000_000, 110, 300, 40_000
SCREEN_MS, MONTH_S, EVENTS_S = 200.0, 1.0, 5_000.0
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
    said = f"{RECORDS} records of one event, decoded and written; baseline: required"
    yield compared(f"dossiers_ingest_per_s_{name}", "/s", _ingest(engine), EVENTS_S, said)
    _fill(engine)
    known = Dossiers(engine)
    asks: dict[str, Callable[[], object]] = {
        "due_now": lambda: known.due_now(NOW, NOW + timedelta(days=1)),
        "month": lambda: known.counted(MONTH, NOW),
        "procedures": lambda: known.counted(MONTH, NOW, "H53.7"),
    }
    for ask, run in asks.items():
        slowest_s = max(_took_s(run) for _ in range(9))
        yield compared(f"dossiers_{ask}_1m_ms_{name}", "ms", 1_000 * slowest_s, SCREEN_MS, "baseline: required")
    slowest_s = max(_took_s(asks["procedures"]) for _ in range(9))
    yield compared(f"dossiers_office_month_1m_s_{name}", "s", slowest_s, MONTH_S, "baseline: required")
    engine.dispose()


def _took_s(run: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    run()
    return time.perf_counter() - began_s


def _fill(engine: Engine) -> None:
    """A million dossiers of twelve months; one in fifty is open."""
    chance, names = random.Random(17), list(dossiers.columns.keys())  # noqa: S311 - a world, no secret
    began_ms = to_ms(NOW - timedelta(days=365))
    step_ms = (to_ms(NOW) - began_ms) / MILLION
    marks = ", ".join(f":{name}" for name in names)
    into = text(f"INSERT INTO dossiers ({', '.join(names)}) VALUES ({marks})")
    for first in range(0, MILLION, 50_000):
        rows = []
        for number in range(first, first + 50_000):
            received_ms = began_ms + int(number * step_ms)
            due_ms = received_ms + chance.randrange(1, 15) * 86_400_000
            is_open = due_ms > to_ms(NOW) or chance.random() < 0.002
            flags = {fact: chance.random() < 0.6 for fact in FACTS}
            rows.append({
                "case_key": f"{number:032x}", "feed": FEED.key, "office": f"H53.{chance.randrange(OFFICES)}",
                "place": "", "procedure": f"1.{chance.randrange(PROCEDURES):06d}", "field": "TP-01",
                "channel": "online" if chance.random() < 0.8 else "counter", "received_ms": received_ms,
                "due_ms": due_ms, "ended_ms": None if is_open else due_ms - 3_600_000, "refused": False,
                "supplements": int(chance.random() < 0.05), "waits": False, "kind": "measured",
                "told_ms": received_ms, **flags,
            })  # fmt: skip
        with writing(engine) as connection:
            connection.execute(into, rows)
    with writing(engine) as connection:
        connection.execute(text("ANALYZE"))


def _ingest(engine: Engine) -> float:
    """Events a second, from a scrubbed message to its rows, in batches as a collector reads them."""
    secrets = Secrets(b"a key of the bench, 32 bytes long")
    messages = [
        FEED.scrub(
            Payload(feed=FEED.key, format="dossiers", body=orjson.dumps([_record(n) for n in range(at, at + 2_000)]),
                    received_at=NOW, source="bench"), secrets,
        ).payload
        for at in range(0, RECORDS, 2_000)
    ]  # fmt: skip
    began_s = time.perf_counter()
    for message in messages:
        events = [one for one in FEED.decode(message) if isinstance(one, CaseEvent)]
        with writing(engine) as connection:
            new, _, _ = write_events(connection, events)
        assert new == len(events) == 2_000
    return RECORDS / (time.perf_counter() - began_s)


def _record(number: int) -> dict[str, object]:
    return {
        "MaHoSo": f"000.00.12.H53-261120-{number:06d}", "MaTTHC": f"1.{number % PROCEDURES:06d}.000.00.00.H53",
        "KenhThucHien": "2", "NgayTiepNhan": "20250101083000", "NgayHenTra": "20250105170000",
        "NgayKetThucXuLy": "20250104100000", "DonViXuLy": f"H53.{number % OFFICES}", "ChuHoSo": "Nguyễn Văn A",
    }  # fmt: skip
