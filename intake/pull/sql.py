"""Fetch new rows from another system's database: one SELECT in a read-only transaction, within a time limit."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import orjson
from sqlalchemy import URL, Connection, CursorResult, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from domain.feeds.pull import FetchProblem, PullError
from domain.feeds.way_in import Position, PullSql
from intake.pull.databases import DATABASES, Abort, Database
from intake.pull.source import PAGE_BYTES_MAX, WITHIN_S, Page

_KEY = "since"
_INT_BITS = 63
# Of a driver's message keep only the missing table or column: other words may hold values.
_NO_SUCH = re.compile(r"no such (?:table|column): [\w.]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlSource:
    """One address of a feed's `PullSql`."""

    feed: str
    pull: PullSql
    url: URL = field(repr=False)
    within_s: float = WITHIN_S

    @property
    def host(self) -> str:
        """The server's host, or the file's name."""
        return self.url.host or (self.url.database or "").rpartition("/")[2]

    @property
    def address(self) -> str:
        """The address without user and password, and the query: a position is of no use to another query."""
        url = self.url
        where = URL.create(url.drivername, host=url.host, port=url.port, database=url.database, query=url.query)
        return f"{where} {self.pull.since} {type(self.pull.start).__name__} {self.pull.query}"

    async def fetch(self, position: Mapping[str, str]) -> Page | None:
        """The next rows; None when there are none. Raises PullError."""
        aborts: list[Abort] = []
        asking = asyncio.create_task(asyncio.to_thread(self._ask, position.get(_KEY), aborts.append))
        try:
            async with asyncio.timeout(self.within_s):
                return await asyncio.shield(asking)
        except TimeoutError:
            raise PullError(FetchProblem.SLOW, f"{self.within_s:.0f} s") from None
        finally:
            # A thread cannot be stopped, but the statement it waits for can.
            if not asking.done():
                for abort in aborts:
                    abort()
            await asyncio.gather(asking, return_exceptions=True)

    def _ask(self, since: str | None, opened: Callable[[Abort], None]) -> Page | None:
        database = DATABASES[self.url.get_backend_name()]
        engine = database.engine(self.url)
        try:
            with engine.connect() as connection, database.abort(connection) as abort:
                opened(abort)
                return self._answer(connection, database, since)
        except DBAPIError as error:
            problem = database.problem(error)
            raise PullError(
                problem if problem is FetchProblem.DENIED else FetchProblem.UNREACHABLE, _named(error)
            ) from None
        except (SQLAlchemyError, UnicodeError) as error:
            raise PullError(FetchProblem.BAD_QUERY, type(error).__name__) from None
        finally:
            engine.dispose()

    def _answer(self, connection: Connection, database: Database, since: str | None) -> Page | None:
        """The answer to the first query that the database can run. When it can run none, the present one's fault."""
        unknown: PullError | None = None
        for query in (self.pull.query, *self.pull.formerly):
            try:
                database.begin(connection)
                return self._page(connection, query, since)
            except DBAPIError as error:
                problem = PullError(database.problem(error), _named(error))
                if problem.problem is not FetchProblem.BAD_QUERY:
                    raise problem from None
                unknown = unknown or problem
            connection.rollback()
        assert unknown is not None, "there is always a query"
        raise unknown

    def _page(self, connection: Connection, query: str, since: str | None) -> Page | None:
        pull = self.pull
        given = {} if pull.start is None else {_KEY: pull.start if since is None else _read(since, pull.start)}
        # Of the statement alone: the connection would also stream what a next query's transaction begins with.
        streamed = {"stream_results": True, "max_row_buffer": min(1_000, pull.rows_max + 1)}
        result = connection.execute(text(query), given, execution_options=streamed)
        names = list(result.keys())
        if len(set(names)) < len(names):
            raise PullError(FetchProblem.BAD_QUERY, "hai cột trùng tên / two columns of one name")
        if pull.start is not None and pull.since not in names:
            raise PullError(FetchProblem.BAD_QUERY, f"không có cột / no column {pull.since}")
        rows = _Rows(names, pull, given.get(_KEY))
        for values in _each(result, pull.rows_max + 1):
            if not rows.take(values):
                break
        return rows.page()


class _Rows:
    """Collects rows up to the page's limits. Rows that share the first left-out row's since value are left out too."""

    def __init__(self, names: list[str], pull: PullSql, after: Position | None) -> None:
        self._names = names
        self._pull = pull
        self._column = None if after is None else names.index(pull.since)
        self._last = after
        self._written: list[tuple[bytes, Position | None]] = []
        self._bytes = 2
        self._left_out: Position | None = None
        self._full = False

    def take(self, values: tuple[object, ...]) -> bool:
        """Add a row; returns whether there is room for more. Raises PullError."""
        since = self._since(values)
        row = orjson.dumps({name: _plain(value) for name, value in zip(self._names, values, strict=True)}, default=str)
        self._bytes += len(row) + 1
        if len(self._written) == self._pull.rows_max or self._bytes > PAGE_BYTES_MAX:
            self._full, self._left_out = True, since
            return False
        self._written.append((row, since))
        return True

    def page(self) -> Page | None:
        """The page; None when there are no rows. Raises PullError when the rows cannot be divided into pages."""
        if self._full:
            if self._column is not None:
                self._written = [(row, since) for row, since in self._written if since != self._left_out]
            if self._column is None or not self._written:
                raise PullError(FetchProblem.TOO_MANY_ROWS, f"> {self._pull.rows_max}")
        if not self._written:
            return None
        last = self._written[-1][1]
        return Page(
            body=b"[" + b",".join(row for row, _ in self._written) + b"]",
            content_type="application/json",
            position={} if last is None else {_KEY: _told(last)},
            more=self._full,
        )

    def _since(self, values: tuple[object, ...]) -> Position | None:
        if self._column is None or self._last is None:
            return None
        value = values[self._column]
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        kind = type(self._pull.start)
        if type(value) is not kind:
            said = "NULL" if value is None else type(value).__name__
            raise PullError(FetchProblem.SINCE_BROKEN, f"{self._pull.since}: {said}, {kind.__name__}")
        try:
            goes_back = value < self._last  # type: ignore[operator]
        except TypeError:
            raise PullError(FetchProblem.SINCE_BROKEN, f"{self._pull.since}: múi giờ / time zone") from None
        if goes_back:
            raise PullError(FetchProblem.SINCE_BROKEN, f"{self._pull.since}: đi lùi / goes back")
        self._last = value
        return self._last


def _each(result: "CursorResult[tuple[object, ...]]", count: int) -> Iterator[tuple[object, ...]]:
    for _ in range(count):
        row = result.fetchone()
        if row is None:
            return
        yield tuple(row)


def _plain(value: object) -> object:
    """A value for JSON. A number that JSON cannot hold becomes text, which the decoder refuses by row and column."""
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= _INT_BITS else str(value)
    if isinstance(value, float):
        # orjson would write null, which says "known to be missing".
        return value if abs(value) < float("inf") else f"không là số / not a number: {value}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list | dict | timedelta | UUID):
        return value if isinstance(value, list | dict) else str(value)
    return "nhị phân / binary"


def _told(position: Position) -> str:
    return position.isoformat() if isinstance(position, date) else str(position)


def _read(said: str, start: Position) -> Position:
    """A stored position in the type of ``start``."""
    return type(start).fromisoformat(said) if isinstance(start, date) else type(start)(said)


def _named(error: DBAPIError) -> str:
    """The kind of error, without any value of the data or part of the address."""
    original = error.orig
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    found = _NO_SUCH.search(str(original))
    return " ".join(filter(None, (type(original).__name__, code, found.group() if found else "")))
