"""A million entries of the audit log, checked from the first to the last."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.rig.figure import Figure, compared
from domain.access.principal import Actor
from domain.audit import NO_SEAL, Act, Whole, seal_of
from domain.instant import to_ms
from store.audit import AuditLog
from store.database import migrate, open_database, writing
from store.tables.audit import audit_entries, audit_heads

FIGURES = ("audit_verify_1m_s",)
ENTRIES, REQUIRED_S = 1_000_000, 20.0
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def measure() -> Iterator[Figure]:
    """Seconds of `audit verify` in SQLite; baseline: what is required."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder) / 'ioc.sqlite3'}")
        migrate(engine)
        seal = NO_SEAL
        rows = []
        for number in range(1, ENTRIES + 1):
            at_ms = to_ms(_BEGIN + timedelta(seconds=30 * number))
            told = (number, at_ms, Actor.PERSON.value, f"person {number % 40}", "10.1.2.3", Act.VEHICLE_BOUND.value)
            link = (*told, f"device {number % 700}", '{"vehicle":"LA-001"}', '{"vehicle":"LA-002"}')
            seal = seal_of(seal, link)
            rows.append((*link, seal))
        marks = ", ".join("?" * len(audit_entries.c))
        with writing(engine) as connection:
            connection.exec_driver_sql(f"INSERT INTO audit_entries VALUES ({marks})", rows)
            connection.execute(audit_heads.delete())
            connection.execute(audit_heads.insert().values(id=1, number=ENTRIES, seal=seal))
        del rows
        began_s = time.perf_counter()
        found = AuditLog(engine).verify()
        took_s = time.perf_counter() - began_s
        assert isinstance(found, Whole), found
        engine.dispose()
        yield compared("audit_verify_1m_s", "s", took_s, REQUIRED_S, f"{found.entries} entries; baseline: required")
