"""Queries each kind of database without harm: read only, within a time limit, dropped when it does not answer."""

import os
import socket
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from domain.feeds.pull import FetchProblem

Abort = Callable[[], None]

CONNECT_WITHIN_S = 10
STATEMENT_WITHIN_S = 45
LOCK_WITHIN_S = 5
# libpq gives no code for a refused connection, only these words.
_NOT_LET_IN = ("authentication failed", "no password supplied", "permission denied", "pg_hba.conf")


class Database(NamedTuple):
    """What differs by kind. ``abort`` gives a function that ends the running statement from another thread."""

    engine: Callable[[URL], Engine]
    begin: Callable[[Connection], None]
    abort: Callable[[Connection], AbstractContextManager[Abort]]
    problem: Callable[[DBAPIError], FetchProblem]


def _postgresql(url: URL) -> Engine:
    reached = {
        "connect_timeout": CONNECT_WITHIN_S,
        "application_name": "ioc-long-an",
        # Notice a server that vanished without closing the connection.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=reached,
        execution_options={"postgresql_readonly": True},
    )


def _begin_postgresql(connection: Connection) -> None:
    for name, seconds in (("statement_timeout", STATEMENT_WITHIN_S), ("lock_timeout", LOCK_WITHIN_S)):
        connection.exec_driver_sql(f"SET LOCAL {name} = {seconds * 1000}")


@contextmanager
def _abort_postgresql(connection: Connection) -> Iterator[Abort]:
    driver = connection.connection.dbapi_connection
    assert driver is not None
    # The driver's connection must not be used from another thread, but its socket can be shut down.
    with socket.socket(fileno=os.dup(driver.pgconn.socket)) as line:

        def abort() -> None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        yield abort


def _problem_postgresql(error: DBAPIError) -> FetchProblem:
    code = getattr(error.orig, "sqlstate", None) or ""
    said = {
        "25006": FetchProblem.WRITES,
        "57014": FetchProblem.SLOW,
        "55P03": FetchProblem.LOCKED,
        "42501": FetchProblem.DENIED,
    }  # fmt: skip
    if code in said:
        return said[code]
    if not code and any(words in str(error.orig) for words in _NOT_LET_IN):
        return FetchProblem.DENIED
    if not code or code[:2] in ("08", "57"):
        return FetchProblem.CUT_OFF
    return FetchProblem.DENIED if code[:2] == "28" else FetchProblem.BAD_QUERY


def _sqlite(url: URL) -> Engine:
    def opened() -> sqlite3.Connection:
        file = f"file:{quote(url.database or '')}?mode=ro"
        return sqlite3.connect(file, uri=True, timeout=LOCK_WITHIN_S, isolation_level=None)

    return create_engine("sqlite://", creator=opened, poolclass=NullPool, hide_parameters=True)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA query_only = ON")


@contextmanager
def _abort_sqlite(connection: Connection) -> Iterator[Abort]:
    driver = connection.connection.dbapi_connection
    assert driver is not None

    def abort() -> None:
        with suppress(sqlite3.ProgrammingError):
            driver.interrupt()

    yield abort


def _problem_sqlite(error: DBAPIError) -> FetchProblem:
    said = getattr(error.orig, "sqlite_errorname", "")
    known = {
        "SQLITE_BUSY": FetchProblem.LOCKED,
        "SQLITE_LOCKED": FetchProblem.LOCKED,
        "SQLITE_READONLY": FetchProblem.WRITES,
        "SQLITE_INTERRUPT": FetchProblem.SLOW,
        "SQLITE_CANTOPEN": FetchProblem.UNREACHABLE,
        "SQLITE_NOTADB": FetchProblem.UNREACHABLE,
        "SQLITE_CORRUPT": FetchProblem.CUT_OFF,
    }
    return known.get(said, FetchProblem.BAD_QUERY)


DATABASES: Mapping[str, Database] = {
    "postgresql": Database(_postgresql, _begin_postgresql, _abort_postgresql, _problem_postgresql),
    "sqlite": Database(_sqlite, _begin_sqlite, _abort_sqlite, _problem_sqlite),
}
