"""Opening, migrating and locking the SQL database on both backends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hangs import HANG_S
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import IntegrityError

from store.database import migrate, open_database, writing
from store.tables.base import metadata
from store.tables.fleet import vehicles

MIGRATE = "import sys; from store.database import *; migrate(open_database(sys.argv[1]))"


def test_migrations_create_exactly_the_declared_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    before = set(inspect(engine).get_table_names())
    migrate(engine)
    assert set(inspect(engine).get_table_names()) == before


@pytest.mark.servers
@pytest.mark.parametrize("pair", ["embedded"])
def test_processes_may_migrate_at_once(tmp_path: Path, pair: str) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    runs = [subprocess.Popen([sys.executable, "-c", MIGRATE, url], env=environment) for _ in range(3)]
    assert [run.wait(HANG_S) for run in runs] == [0, 0, 0]
    assert "fixes" in inspect(open_database(url)).get_table_names()


def test_a_commit_survives_a_power_cut_on_sqlite(sqlite_url: str) -> None:
    with open_database(sqlite_url).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    row = {"id": "LA-001", "place": "27694", "in_service": True, "updated_ms": 0}
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(vehicles.insert(), [row, row])
    with engine.connect() as connection:
        assert connection.execute(select(vehicles)).all() == []


def test_an_error_does_not_repeat_the_values_of_its_statement(engine: Engine) -> None:
    row = {"id": "LA-001", "place": "Nguyễn Văn Kín", "in_service": True, "updated_ms": None}
    with pytest.raises(IntegrityError) as failed, writing(engine) as connection:
        connection.execute(vehicles.insert(), [row])
    # PostgreSQL itself tells the failing row to whoever may read its errors; the library must not tell it again.
    assert "Nguyễn Văn Kín" not in str(failed.value).partition("[SQL:")[2]


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite://"])
def test_other_databases_are_refused_in_both_languages(url: str) -> None:
    with pytest.raises(ValueError, match=r"chỉ dùng được .* / only"):
        open_database(url)
