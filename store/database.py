"""Open the SQL database (SQLite or PostgreSQL) the same way in every process, and bring its schema up to date."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Dialect, Engine, Executable, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import Table

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_MS = 10_000
# A batch of the whole fleet touches a page a truck (history is kept by device). Of 4 KB each: room for them in memory,
# and the log goes on for some 32 MB before they are copied into the file, once for all the batches that touched them.
_CACHE_KB = 16_000
_LOG_PAGES = 8_000
# Any constant does; it only has to be the same in every process of this product.
_MIGRATION_LOCK = 7_204_110_425

Insert = sqlite.Insert | postgresql.Insert


def open_database(url: str) -> Engine:
    """Engine for ``sqlite:///file`` or ``postgresql+psycopg://…``; connects lazily.

    SQLite runs in WAL mode with synchronous=FULL: a commit that returned survives a power cut. Errors do not repeat the
    values of a statement: they end up in logs, and values may name people.
    Raises ValueError for any other database.
    """
    backend = make_url(url).get_backend_name()
    if backend == "postgresql":
        on_server = make_url(url).set(drivername="postgresql+psycopg")
        return create_engine(on_server, pool_pre_ping=True, hide_parameters=True)
    if backend != "sqlite" or not make_url(url).database:
        raise ValueError(
            f"DATABASE_URL: chỉ dùng được tệp SQLite hoặc PostgreSQL / only an SQLite file or PostgreSQL: {backend}"
        )
    # The connection used last has its pages and statements at hand.
    engine = create_engine(url, hide_parameters=True, pool_use_lifo=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: commits at the end, rolls back on any error.

    On SQLite it takes the write lock at once, so it waits for its turn instead of failing halfway
    when another process wrote after it began to read.
    """
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def insert(dialect: str, table: Table) -> Insert:
    """INSERT with ON CONFLICT, in the dialect of that name; both speak the same clauses.

    A statement that names ``excluded`` is built once and kept: each is a copy of the table in reference cycles, and
    made anew for every batch they filled a collector's memory faster than the garbage collector looked for them.
    """
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def execute_many(connection: Connection, statement: Executable, values: Sequence[Mapping[str, object]]) -> int:
    """Run ``statement`` (built once and kept) for each of ``values``, which all have the same keys; rows it touched.

    The driver is given the compiled text itself: SQLAlchemy reads every parameter of every row once more, half the
    time of a batch. So a value must be what the driver takes as it is: a number, a text, bytes or None.
    """
    if not values:
        return 0
    compiled = _compiled(connection.dialect, statement, tuple(values[0]))
    names = compiled.positiontup
    given: list[Any] = list(values) if names is None else [tuple(map(row.__getitem__, names)) for row in values]
    return _driven(connection, compiled, given)


def execute_rows(connection: Connection, statement: Executable, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """As `execute_many`, for rows with a value for every column of ``table`` in its order: made with less ado."""
    if not rows:
        return 0
    columns = tuple(table.columns.keys())
    compiled = _compiled(connection.dialect, statement, columns)
    assert compiled.positiontup is None or tuple(compiled.positiontup) == columns
    named = compiled.positiontup is None
    given: list[Any] = [dict(zip(columns, row, strict=True)) for row in rows] if named else list(rows)
    return _driven(connection, compiled, given)


def insert_new(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> int:
    """Insert the rows that are not there yet; returns how many really were new."""
    return execute_many(connection, _insert_if_new(connection.dialect.name, table), values)


def upsert(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, or replace those that have the same primary key."""
    execute_many(connection, _insert_or_replace(connection.dialect.name, table), values)


def insert_new_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """As `insert_new`, for whole rows."""
    return execute_rows(connection, _insert_if_new(connection.dialect.name, table), table, rows)


def upsert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """As `upsert`, for whole rows."""
    execute_rows(connection, _insert_or_replace(connection.dialect.name, table), table, rows)


def _driven(connection: Connection, compiled: SQLCompiler, given: list[Any]) -> int:
    return connection.exec_driver_sql(str(compiled), given, execution_options={"preserve_rowcount": True}).rowcount


@lru_cache(maxsize=128)
def _compiled(dialect: Dialect, statement: Executable, columns: tuple[str, ...]) -> SQLCompiler:
    compiled = statement.compile(dialect=dialect, column_keys=columns)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    return compiled


@cache
def _insert_if_new(dialect: str, table: Table) -> Insert:
    return insert(dialect, table).on_conflict_do_nothing()


@cache
def _insert_or_replace(dialect: str, table: Table) -> Insert:
    statement = insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version; several processes may call it at once, the later ones wait."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own implicit BEGIN comes too late for DDL and for the write lock: we send it (below).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{_CACHE_KB}",
        f"wal_autocheckpoint={_LOG_PAGES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
