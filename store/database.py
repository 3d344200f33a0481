"""Opens the SQL database (SQLite or PostgreSQL) the same way in every process, and migrates its schema."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from alembic.config import Config
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Executable,
    Select,
    String,
    and_,
    cast,
    create_engine,
    event,
    func,
    literal,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import Table

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_MS = 10_000
# A batch of the whole fleet touches one 4 KB page per truck, because rows are ordered by device. The cache holds these
# pages, and the WAL grows to about 32 MB before a checkpoint copies each page once for all batches that touched it.
_CACHE_KB = 16_000
_LOG_PAGES = 8_000
# Any constant works, if every process of this product uses the same one.
_MIGRATION_LOCK = 7_204_110_425

Insert = sqlite.Insert | postgresql.Insert


def open_database(url: str) -> Engine:
    """Engine for ``sqlite:///file`` or ``postgresql+psycopg://…``; connects lazily.

    SQLite runs in WAL mode with synchronous=FULL: a returned commit survives a power cut. It overwrites removed data
    with zeros, so that forgotten people do not stay in free pages. Errors omit the statement's
    values, because errors reach the logs and values may name people. Raises ValueError for any other database.
    """
    backend = make_url(url).get_backend_name()
    if backend == "postgresql":
        on_server = make_url(url).set(drivername="postgresql+psycopg")
        return create_engine(on_server, pool_pre_ping=True, hide_parameters=True)
    if backend != "sqlite" or not make_url(url).database:
        raise ValueError(
            f"DATABASE_URL: chỉ dùng được tệp SQLite hoặc PostgreSQL / only an SQLite file or PostgreSQL: {backend}"
        )
    # LIFO: the connection used last still has its pages and statements cached.
    engine = create_engine(url, hide_parameters=True, pool_use_lifo=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: commits at the end, rolls back on any error.

    On SQLite it takes the write lock at once. So it waits for its turn instead of failing halfway when another process
    writes after its first read.
    """
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def insert(dialect: str, table: Table) -> Insert:
    """INSERT with ON CONFLICT in the named dialect; both dialects share the clauses.

    Build a statement that uses ``excluded`` once and keep it: each one copies the table with reference cycles, and
    building one per batch filled a collector's memory faster than the garbage collector freed it.
    """
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def execute_many(connection: Connection, statement: Executable, values: Sequence[Mapping[str, object]]) -> int:
    """Run ``statement`` (built once and kept) for each of ``values`` (all with the same keys); returns rows touched.

    It passes the compiled SQL to the driver directly, because SQLAlchemy's own processing of every parameter took half
    the time of a batch. So values must be plain driver types: numbers, str, bytes or None.
    """
    if not values:
        return 0
    compiled = _compiled(connection.dialect, statement, tuple(values[0]))
    names = compiled.positiontup
    given: list[Any] = list(values) if names is None else [tuple(map(row.__getitem__, names)) for row in values]
    return _driven(connection, compiled, given)


def execute_rows(connection: Connection, statement: Executable, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """As `execute_many`, for rows with a value for every column of ``table`` in its order; cheaper to build."""
    if not rows:
        return 0
    columns = tuple(table.columns.keys())
    compiled = _compiled(connection.dialect, statement, columns)
    assert compiled.positiontup is None or tuple(compiled.positiontup) == columns
    named = compiled.positiontup is None
    given: list[Any] = [dict(zip(columns, row, strict=True)) for row in rows] if named else list(rows)
    return _driven(connection, compiled, given)


def insert_new(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> int:
    """Insert the rows that do not exist yet; returns how many were new."""
    return execute_many(connection, _insert_if_new(connection.dialect.name, table), values)


def upsert(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, replacing those with the same primary key."""
    execute_many(connection, _insert_or_replace(connection.dialect.name, table), values)


def insert_new_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """As `insert_new`, for whole rows."""
    return execute_rows(connection, _insert_if_new(connection.dialect.name, table), table, rows)


def upsert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """As `upsert`, for whole rows."""
    execute_rows(connection, _insert_or_replace(connection.dialect.name, table), table, rows)


def among(
    dialect: str, query: Select[Any], columns: Sequence[Column[Any]], keys: Sequence[tuple[object, ...]]
) -> Select[Any]:
    """``query`` for the rows whose ``columns``, the first of a primary key, equal one of ``keys`` (each once).

    SQLite reads the whole table to answer (a, b) IN ((1, 2), …), but looks up each row of a joined list. The keys go
    as one JSON value: writing a statement with a thousand of them takes longer than running it.
    """
    parts: list[ColumnElement[Any]]
    given = literal(orjson.dumps(keys).decode(), String)
    if dialect == "postgresql":
        each = func.jsonb_array_elements(cast(given, postgresql.JSONB)).table_valued("value", name="wanted")
        wanted = each.render_derived()
        parts = [cast(wanted.c.value.op("->>")(at), one.type) for at, one in enumerate(columns)]
    else:
        wanted = func.json_each(given).table_valued("value", name="wanted")
        parts = [func.json_extract(wanted.c.value, f"$[{at}]") for at in range(len(columns))]
    return query.join(wanted, and_(*(one == part for one, part in zip(columns, parts, strict=True))))


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
    """Migrate the schema to the newest version. Several processes may call it at once; the later ones wait."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        command.upgrade(schema(connection), "head")


def schema(connection: Connection) -> Config:
    """Alembic's configuration for the transaction of ``connection``; a release's migrations are a folder."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("recursive_version_locations", "true")
    config.attributes["connection"] = connection
    return config


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's implicit BEGIN comes too late for DDL and for the write lock, so we send BEGIN ourselves (below).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"cache_size=-{_CACHE_KB}",
        f"wal_autocheckpoint={_LOG_PAGES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
