"""Querying real databases, SQLite and PostgreSQL: new rows come once, nothing is written, each fault has a name."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hangs import come
from servers import Servers
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from domain.feeds.pull import FetchProblem, PullError
from domain.feeds.way_in import PullSql
from intake.pull import databases
from intake.pull.source import Page
from intake.pull.sql import SqlSource

EVERY = timedelta(minutes=1)
ALL = PullSql(every=EVERY, query="SELECT place, due FROM figures ORDER BY id")
NEW = PullSql(
    every=EVERY,
    query="SELECT id, place, due FROM figures WHERE id > :since ORDER BY id",
    since="id",
    start=0,
    rows_max=3,
)


@pytest.fixture
def office(pair: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The database of another office, with its own schema."""
    if pair == "embedded":
        engine = create_engine(f"sqlite:///{tmp_path}/office.sqlite3", poolclass=NullPool)
    else:
        servers: Servers = request.getfixturevalue("servers")
        base = create_engine(servers.database_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with base.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS office WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE office"))
        engine = create_engine(make_url(servers.database_url).set(database="office"), poolclass=NullPool)
    done(engine, "CREATE TABLE figures (id BIGINT, place TEXT, due NUMERIC, stamp TIMESTAMP)")
    yield engine
    engine.dispose()


def done(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def kept(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM figures")) or 0)


def rows(engine: Engine, *ids: int) -> None:
    done(engine, *(f"INSERT INTO figures (id, place, due) VALUES ({n}, '27694', {n}.5)" for n in ids))


def source(engine: Engine, pull: PullSql, **given: Any) -> SqlSource:
    return SqlSource(feed="services", pull=pull, url=engine.url, **given)


async def told(of: SqlSource, position: dict[str, str] | None = None) -> list[dict[str, Any]]:
    page = await of.fetch(position or {})
    return [] if page is None else orjson.loads(page.body)


async def problem(of: SqlSource, position: dict[str, str] | None = None) -> PullError:
    with pytest.raises(PullError) as failed:
        await of.fetch(position or {})
    return failed.value


async def test_rows_come_as_objects_and_a_null_stays_null(office: Engine) -> None:
    done(office, "INSERT INTO figures VALUES (1, '27694', 12.5, NULL), (2, 'Nhơn Hội', NULL, NULL)")
    assert await told(source(office, ALL)) == [{"place": "27694", "due": 12.5}, {"place": "Nhơn Hội", "due": None}]


async def test_signs_of_a_query_mean_what_they_mean_in_sql(office: Engine) -> None:
    rows(office, 1, 2)
    query = "SELECT id, '100%' AS part, '12:30' AS at FROM figures WHERE place LIKE '27%' AND id > :since"
    (row,) = await told(source(office, replace(NEW, query=query)), {"since": "1"})
    assert row == {"id": 2, "part": "100%", "at": "12:30"}
    cast = "SELECT CAST(id AS TEXT) AS id FROM figures" if office.name == "sqlite" else "SELECT id::text FROM figures"
    assert await told(source(office, replace(ALL, query=cast))) == [{"id": "1"}, {"id": "2"}]


async def test_no_rows_are_nothing_new(office: Engine) -> None:
    assert await source(office, ALL).fetch({}) is None
    assert await source(office, NEW).fetch({"since": "9"}) is None


async def test_new_rows_come_page_by_page_each_once(office: Engine) -> None:
    rows(office, *range(1, 8))
    position: dict[str, str] = {}
    pages: list[Page] = []
    while (page := await source(office, NEW).fetch(position)) is not None:
        pages.append(page)
        position = dict(page.position)
    assert [[row["id"] for row in orjson.loads(page.body)] for page in pages] == [[1, 2, 3], [4, 5, 6], [7]]
    assert [page.more for page in pages] == [True, True, False]
    rows(office, 8)
    assert [row["id"] for row in await told(source(office, NEW), position)] == [8]


async def test_rows_of_one_value_are_never_divided(office: Engine) -> None:
    rows(office, 1, 2, 5, 5, 9)
    first = await source(office, NEW).fetch({})
    assert first is not None
    assert ([row["id"] for row in orjson.loads(first.body)], first.position) == ([1, 2], {"since": "2"})
    assert [row["id"] for row in await told(source(office, NEW), dict(first.position))] == [5, 5, 9]
    rows(office, 5, 5, 5)
    failed = await problem(source(office, NEW), {"since": "2"})
    assert failed.problem is FetchProblem.TOO_MANY_ROWS


async def test_more_than_rows_max_without_a_position_are_refused_whole(office: Engine) -> None:
    rows(office, *range(1, 5))
    assert (await problem(source(office, replace(ALL, rows_max=3)))).problem is FetchProblem.TOO_MANY_ROWS
    assert len(await told(source(office, replace(ALL, rows_max=4)))) == 4


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT id, place FROM figures WHERE id > :since OR 1 = 1 ORDER BY id DESC", "goes back"),
        ("SELECT id, place FROM figures WHERE id > :since OR id = 2", "goes back"),
        ("SELECT NULLIF(id, 5) AS id, place FROM figures WHERE id > :since", "NULL"),
        ("SELECT place AS id FROM figures WHERE id > :since", "str, int"),
        ("SELECT id + 0.5 AS id FROM figures WHERE id > :since", ", int"),
        ("SELECT place FROM figures WHERE id > :since", "no column id"),
        ("SELECT id, place, place FROM figures WHERE id > :since", "two columns of one name"),
    ],
)
async def test_a_column_that_does_not_tell_the_place_keeps_nothing(office: Engine, query: str, said: str) -> None:
    rows(office, 2, 4, 5)
    failed = await problem(source(office, replace(NEW, query=query)), {"since": "3"})
    assert failed.problem in (FetchProblem.SINCE_BROKEN, FetchProblem.BAD_QUERY)
    assert said in failed.detail


async def test_an_instant_may_be_the_position(office: Engine, pair: str) -> None:
    done(office, *(f"INSERT INTO figures VALUES ({n}, '27694', 1, '2026-11-2{n} 07:00:00')" for n in (1, 2)))
    query = "SELECT stamp, place FROM figures WHERE stamp > :since ORDER BY stamp"
    start: datetime | str = datetime(2026, 1, 1) if pair == "servers" else "2026-01-01"  # noqa: DTZ001
    asked = source(office, PullSql(every=EVERY, query=query, since="stamp", start=start))
    page = await asked.fetch({})
    assert page is not None
    assert await asked.fetch(dict(page.position)) is None
    assert orjson.loads(page.body)[1]["stamp"].startswith("2026-11-22")
    if pair == "servers":
        aware = replace(asked.pull, start=datetime(2026, 1, 1, tzinfo=UTC))
        assert (await problem(source(office, aware))).problem is FetchProblem.SINCE_BROKEN


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM no_such_table",
        "SELECT no_such_column FROM figures",
        "SELECT 1 +",
    ],
)
async def test_a_query_that_cannot_be_run_says_so(office: Engine, query: str) -> None:
    failed = await problem(source(office, replace(ALL, query=query)))
    assert failed.problem is FetchProblem.BAD_QUERY
    assert failed.detail


async def test_a_view_that_keeps_its_former_columns_is_asked_by_them(office: Engine) -> None:
    rows(office, 1, 2, 3, 4)
    renamed = replace(NEW, query=NEW.query.replace("due", "outstanding"), formerly=(NEW.query,))
    page = await source(office, renamed).fetch({})
    assert page is not None
    assert ([row["due"] for row in orjson.loads(page.body)], page.position) == ([1.5, 2.5, 3.5], {"since": "3"})
    done(office, "ALTER TABLE figures RENAME COLUMN due TO outstanding")
    assert await told(source(office, renamed), {"since": "3"}) == [{"id": 4, "place": "27694", "outstanding": 4.5}]


async def test_the_present_query_tells_what_is_wrong_and_a_former_one_never_writes(office: Engine) -> None:
    rows(office, 1)
    neither = replace(ALL, query="SELECT new FROM figures", formerly=("SELECT old FROM figures",))
    failed = await problem(source(office, neither))
    assert failed.problem is FetchProblem.BAD_QUERY
    assert "old" not in failed.detail
    gone = "WITH gone AS (DELETE FROM figures RETURNING id) SELECT id FROM gone"
    assert (await problem(source(office, replace(neither, formerly=(gone,))))).problem in (
        FetchProblem.WRITES, FetchProblem.BAD_QUERY,
    )  # fmt: skip
    assert kept(office) == 1


async def test_an_error_repeats_no_value_of_the_data(
    office: Engine, pair: str, caplog: pytest.LogCaptureFixture
) -> None:
    if pair == "embedded":
        pytest.skip("SQLite casts whatever it is given")
    caplog.set_level(logging.DEBUG)
    done(office, "INSERT INTO figures VALUES (1, 'Nguyễn Văn Bí Mật', 1, NULL)")
    failed = await problem(source(office, replace(ALL, query="SELECT CAST(place AS INTEGER) FROM figures")))
    assert (failed.problem, failed.detail) == (FetchProblem.BAD_QUERY, "InvalidTextRepresentation 22P02")
    assert "Bí Mật" not in caplog.text


async def test_nothing_is_ever_written(office: Engine, pair: str) -> None:
    rows(office, 1)
    writing = ["WITH gone AS (DELETE FROM figures RETURNING id) SELECT id FROM gone"]
    if pair == "servers":
        done(
            office,
            "CREATE SEQUENCE counted",
            "CREATE FUNCTION wipe() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN DELETE FROM figures; RETURN 1; END'",
        )
        writing += ["SELECT wipe()", "SELECT nextval('counted')", "SELECT * INTO copied FROM figures"]
    for query in writing:
        failed = await problem(source(office, replace(ALL, query=query)))
        assert failed.problem in (FetchProblem.WRITES, FetchProblem.BAD_QUERY), query
        if "wipe" in query or "nextval" in query:
            assert failed.problem is FetchProblem.WRITES
    assert kept(office) == 1


async def test_sqlite_is_opened_for_reading_alone(tmp_path: Path) -> None:
    file = tmp_path / "absent.sqlite3"
    gone = SqlSource(feed="services", pull=ALL, url=make_url(f"sqlite:///{file}"))
    assert (await problem(gone)).problem is FetchProblem.UNREACHABLE
    assert not file.exists()
    file.write_text("a letter")
    assert (await problem(gone)).problem is FetchProblem.UNREACHABLE


@pytest.mark.parametrize(
    "query", ["DELETE FROM figures", "SELECT 1; DROP TABLE figures", "", "INSERT INTO figures SELECT 1", "selected"]
)
def test_a_declaration_that_is_no_select_is_refused(query: str) -> None:
    with pytest.raises(ValueError, match="one SELECT"):
        PullSql(every=EVERY, query=query)
    with pytest.raises(ValueError, match="one SELECT"):
        replace(ALL, formerly=(query,))


@pytest.mark.parametrize("given", [{"since": "id"}, {"start": 0}, {"since": "id", "start": 0}, {"rows_max": 0}])
def test_a_declaration_says_all_of_its_position_or_nothing(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        PullSql(every=EVERY, query="SELECT 1", **given)
    with pytest.raises(ValueError):
        replace(NEW, formerly=(ALL.query,))


async def test_a_locked_table_is_not_waited_for_long(office: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "LOCK_WITHIN_S", 0.2)
    rows(office, 1)
    with office.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE figures IN ACCESS EXCLUSIVE MODE"))
        else:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        assert (await problem(source(office, ALL))).problem is FetchProblem.LOCKED


async def test_a_query_without_end_is_given_up(office: Engine, pair: str) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    slow = source(office, replace(ALL, query=endless), within_s=0.5)
    assert (await problem(slow)).problem is FetchProblem.SLOW
    if pair == "servers":
        with office.connect() as connection:
            left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ioc-long-an' AND state = 'active'"
            assert int(connection.scalar(text(left)) or 0) <= 1, "the server notices at its next row to send"


async def test_a_statement_has_its_own_limit_at_the_server(
    office: Engine, pair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if pair == "embedded":
        pytest.skip("SQLite has none; the deadline of the whole fetch ends it")
    monkeypatch.setattr(databases, "STATEMENT_WITHIN_S", 0.2)
    failed = await problem(source(office, replace(ALL, query="SELECT 1 FROM pg_sleep(30)")))
    assert failed.problem is FetchProblem.SLOW


async def test_a_connection_that_breaks_off_keeps_nothing(office: Engine, pair: str) -> None:
    if pair == "embedded":
        pytest.skip("a file has no connection")
    query = "SELECT pg_terminate_backend(pg_backend_pid()) AS place"
    assert (await problem(source(office, replace(ALL, query=query)))).problem is FetchProblem.CUT_OFF


@pytest.mark.long
async def test_a_server_that_does_not_answer_or_is_none(office: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "CONNECT_WITHIN_S", 2)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        nobody = make_url(f"postgresql://who:secret@127.0.0.1:{mute.getsockname()[1]}/office")
        failed = await problem(SqlSource(feed="services", pull=ALL, url=nobody))
        assert failed.problem is FetchProblem.UNREACHABLE
        assert "secret" not in failed.detail
        mute.listen()
        assert (await problem(SqlSource(feed="services", pull=ALL, url=nobody))).problem is FetchProblem.UNREACHABLE


@asynccontextmanager
async def silenced(engine: Engine) -> AsyncIterator[str]:
    """A line to PostgreSQL through a relay that goes mute, without closing, when it sees the query."""
    host = engine.url.query["host"]
    stuck = asyncio.Event()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.5432")

        async def back() -> None:
            while data := await there_reader.read(2**16):
                writer.write(data)
            await stuck.wait()

        answering = asyncio.create_task(back())
        while (data := await reader.read(2**16)) and b"figures" not in data:
            there.write(data)
        await reader.read()
        answering.cancel()
        there.close()
        writer.close()

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_a_half_open_connection_is_cut_at_the_deadline(office: Engine, pair: str) -> None:
    if pair == "embedded":
        pytest.skip("a file has no connection")
    async with silenced(office) as there:
        host, _, port = there.partition(":")
        url = office.url.set(host=host, port=int(port), query={"sslmode": "disable"})
        failed = await come(problem(SqlSource(feed="services", pull=ALL, url=url, within_s=0.5)))
        assert failed.problem is FetchProblem.SLOW


@pytest.mark.long
async def test_many_rows_come_in_pages_each_row_once(office: Engine, pair: str) -> None:
    numbers = (
        "SELECT i, '27694', i % 100 FROM generate_series(1, 100000) AS s(i)"
        if pair == "servers"
        else "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "SELECT i, '27694', i % 100 FROM n"
    )
    done(office, f"INSERT INTO figures (id, place, due) {numbers}", "CREATE INDEX by_id ON figures (id)")
    asked, position, count, total, largest = source(office, replace(NEW, rows_max=5_000)), {}, 0, 0, 0
    while (page := await asked.fetch(position)) is not None:
        ids = [row["id"] for row in orjson.loads(page.body)]
        count, total, largest = count + len(ids), total + sum(ids), max(largest, len(ids))
        position = dict(page.position)
    assert (count, total, largest) == (100_000, 5_000_050_000, 5_000)
    assert (await problem(source(office, ALL))).problem is FetchProblem.TOO_MANY_ROWS


async def test_values_without_a_json_number_stay_words_that_are_refused(office: Engine, pair: str) -> None:
    strange = "'NaN'::numeric, 'Infinity'::float8, '\\x00'::bytea" if pair == "servers" else "9e999, -9e999, x'00'"
    (row,) = await told(source(office, replace(ALL, query=f"SELECT {strange}")))
    assert all(isinstance(value, str) for value in row.values()), row


def test_what_the_address_holds_is_never_shown() -> None:
    shown = SqlSource(feed="services", pull=ALL, url=make_url("postgresql://who:secret@db.example/office"))
    assert "secret" not in repr(shown) + shown.address + shown.host
    assert shown.host == "db.example"
    assert "who" not in shown.address, "another password is the same source"
