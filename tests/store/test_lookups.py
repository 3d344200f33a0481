"""What a late message is compared with is looked up by primary key: a table of years is never read whole for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from domain import subject
from domain.case import CaseEvent, case_key
from domain.feeds.part import Part
from domain.observation import Fix, Kind, Observation
from store.database import open_database
from store.intake import Batch, IntakeStore, fix_key

# The list of keys itself, and the single row of a statement that writes.
LISTED = ("SCAN wanted", "SCAN CONSTANT ROW")
T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    """SQLite alone chose to read whole tables; PostgreSQL takes the index for any list of keys."""
    engine = open_database(sqlite_url)
    yield engine
    engine.dispose()


@contextmanager
def read_whole(engine: Engine) -> Iterator[list[str]]:
    """The steps, in SQLite's own words, that read the whole of a table while the block runs."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: object, statement: str, given: Any, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, given))

    found: list[str] = []
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)
    assert asked, "nothing was asked"
    with engine.connect() as connection:
        for statement, given in asked:
            steps = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)]
            found += [step for step in steps if step.startswith("SCAN ") and not step.startswith(LISTED)]


def fix(seconds: int, latitude: float = 10.543) -> Fix:
    at = T0 + timedelta(seconds=seconds)
    return Fix(
        feed="waste_trucks", device=f"LA-{seconds % 3:03d}", at=at, received_at=at, latitude=latitude,
        longitude=106.41, kind=Kind.MEASURED, source="t",
    )  # fmt: skip


def test_known_fixes_are_looked_up(sqlite: Engine):
    intake, part = IntakeStore(sqlite), Part("waste_trucks")
    fixes = [fix(second) for second in range(0, 1_200, 2)]
    intake.write(part, expected_cursor=intake.cursor(part), cursor="1-0", batch=Batch(fixes=fixes))
    elsewhere = fix(2, latitude=10.6)
    with read_whole(sqlite) as whole:
        known = intake.known_fixes(map(fix_key, [*(fix(second) for second in range(1_200)), elsewhere]))
    assert known == set(map(fix_key, fixes)), "neither an odd second nor another place at a known instant"
    assert whole == []


def test_told_again_figures_and_events_are_looked_up(sqlite: Engine):
    intake = IntakeStore(sqlite)
    observations = [
        Observation(
            feed="services", measure="dossiers_due", at=T0 - timedelta(days=day), received_at=T0, value=float(day),
            kind=Kind.DECLARED, source="xã", place="27715", territory="2025-07",
        )
        for day in range(40)
    ]  # fmt: skip
    happened = CaseEvent(
        feed="dossiers", case_type="dossier", case=case_key(b"of this centre alone", "H53.12-1"), event="received",
        of=subject.organisation("H53.12"), at=T0, received_at=T0, kind=Kind.MEASURED, source="TTHC", attributes={},
    )  # fmt: skip
    for feed, batch in (("services", Batch(observations=observations)), ("dossiers", Batch(cases=[happened]))):
        part = Part(feed)
        intake.write(part, expected_cursor=intake.cursor(part), cursor="1-0", batch=batch)
        with read_whole(sqlite) as whole:
            again = intake.write(part, expected_cursor="1-0", cursor="2-0", batch=batch)
        assert (again.accepted, again.duplicates) == (0, len(batch.observations) + len(batch.cases))
        assert whole == [], feed
