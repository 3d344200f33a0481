"""The examples of docs/connect-a-system.md work: its table, its view and its declaration are fetched as written."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pull_parts import pull_parts
from pull_server import response, saying, serving
from servers import Servers
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.feeds.part import Part
from domain.feeds.pull import PullState, address_setting
from domain.feeds.scrub import Secrets
from intake.pull.addresses import sources
from intake.pull.http import http_client
from intake.pull.pulling import Puller
from settings import Settings
from store.valkey.pulls import lease_name
from store.valkey.raw_stream import RawStream

PAGE = (Path(__file__).parents[2] / "docs" / "connect-a-system.md").read_text("utf-8")
NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
FEEDS = discover(data_sources, "FEED", Feed)
SECRETS = Secrets(bytes(32))


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as client:
        yield client


async def fetched(
    feeds: dict[str, Feed],
    feed: str,
    address: str,
    stream: RawStream,
    redis: Any,
    http: httpx.AsyncClient,
    now: datetime = NOW,
) -> PullState:
    """How one fetch from ``address`` went, as `python -m ingest pull` would do it at ``now``."""
    assert await stream.acquire_lease(lease_name(feed), "one", 600)
    parts = pull_parts(redis, feeds, SECRETS, lambda: now)
    (source,) = sources(feeds, Settings.from_env({address_setting(feed): address}).pulls, http, parts.clock)[feed]
    await Puller(source, parts, "one").once()
    (state,) = await parts.pulls.states([feed])
    return state


async def test_the_report_is_read_as_it_stands(stream: RawStream, redis: Any, http: httpx.AsyncClient) -> None:
    async with serving(saying(response(block("csv").encode(), content_type="text/csv"))) as server:
        state = await fetched(FEEDS, "services", server.url(), stream, redis, http)
    assert (state.accepted, state.rejected, state.problem) == (4, 0, None)


async def test_the_report_in_json_too(stream: RawStream, redis: Any, http: httpx.AsyncClient) -> None:
    (told,) = re.findall(r'`(\{"data".*?\]\})`', PAGE)
    async with serving(saying(response(told.encode()))) as server:
        state = await fetched(FEEDS, "services", server.url(), stream, redis, http)
    assert (state.accepted, state.rejected, state.problem) == (1, 0, None)


@pytest.mark.servers
async def test_the_view_is_asked_by_an_account_that_may_read_it_alone(
    servers: Servers | None, stream: RawStream, redis: Any, http: httpx.AsyncClient
) -> None:
    if servers is None:
        pytest.skip("BỎ QUA: cần PostgreSQL / needs PostgreSQL")
    base = create_engine(servers.database_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with base.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS motcua WITH (FORCE)"))
        connection.execute(text("DROP ROLE IF EXISTS ioc"))
        connection.execute(text("CREATE DATABASE motcua"))
    office = create_engine(make_url(servers.database_url).set(database="motcua"), poolclass=NullPool)
    with office.begin() as connection:
        for statement in block("sql").split(";\n"):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(
            "INSERT INTO ho_so VALUES (1, '27694', '2026-11-01', '2026-11-02', true, false, false), "
            "(2, '27694', '2026-11-01', '2026-10-30', true, true, true), "
            "(3, '27712', '2999-01-01', NULL, false, false, false)"
        )
    address = office.url.set(username="ioc", password="change-me").render_as_string(hide_password=False)
    # The view's now() is the machine's: a clock that stands still would refuse it from the next day on.
    state = await fetched(FEEDS, "services", address, stream, redis, http, now=datetime.now(UTC))
    assert (state.accepted, state.rejected, state.problem) == (12, 0, None)
    ((_, payload),) = await stream.read(Part("services"), "0-0", 10, 0)
    first = min(orjson.loads(payload.body), key=lambda row: row["place"])
    assert (first["dossiers_received"], first["dossiers_due"], first["dossiers_on_time"]) == (2, 2, 1)
    assert "change-me" not in repr(state)


async def test_the_declaration_reads_an_api_with_names_of_its_own(
    stream: RawStream, redis: Any, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    told: dict[str, Any] = {}
    exec(block("python"), told)
    feeds = FEEDS | {"hotline": told["FEED"]}
    calls = [{"maDonVi": "27694", "thoiDiem": "2026-11-28T10:00:00+07:00", "soCuoc": 7, "nguoiGoi": {"ten": "x"}}]
    body = orjson.dumps({"code": 0, "danhSach": calls})
    async with serving(saying(response(body))) as server:
        state = await fetched(feeds, "hotline", server.url(), stream, redis, http)
    assert (state.accepted, state.rejected, state.problem) == (1, 0, None)

    office = create_engine(f"sqlite:///{tmp_path}/office.sqlite3")
    with office.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE cuoc_goi (id INTEGER, maDonVi TEXT, thoiDiem TEXT, soCuoc INTEGER)")
        connection.exec_driver_sql("INSERT INTO cuoc_goi VALUES (5, '27694', '2026-11-28 10:30:00', 9)")
    await stream.release_lease(lease_name("hotline"), "one")
    await redis.delete("pull:hotline:states")
    state = await fetched(feeds, "hotline", str(office.url), stream, redis, http)
    assert (state.accepted, state.rejected, state.problem) == (1, 0, None)


def test_the_page_names_what_people_see() -> None:
    assert "Dữ liệu trung tâm tự lấy" in PAGE
    assert "trung tâm chưa được khai báo địa chỉ của nguồn này" in PAGE
    for feed in FEEDS.values():
        if feed.fetched and not feed.is_tracked:
            assert address_setting(feed.key) in PAGE
