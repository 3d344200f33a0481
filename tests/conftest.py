"""Shared fixtures: both pairs of servers (SQLite with embedded Valkey, PostgreSQL with Redis), clean for each test."""

import fcntl
import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fuzzing import FAST
from hypothesis import settings
from pytest_socket import socket_allow_hosts
from redis.asyncio import Redis
from servers import Servers, empty, running
from sqlalchemy import Engine

from store.database import migrate, open_database
from store.reading import Reading
from store.valkey.live_state import LiveState
from store.valkey.raw_stream import RawStream
from store.valkey.server import EmbeddedValkey, connect

# What is imported and collected stays: a search through it finds nothing.
gc.disable()

# Timed asserts do not belong in the suite: on a loaded machine the library's 200 ms an example would be one.
settings.register_profile("untimed", deadline=None)
settings.register_profile(FAST, deadline=None)
settings.load_profile("untimed")

SERVERS_ABSENT = "BỎ QUA: cần PostgreSQL và Redis (scripts/test cài) / needs both (scripts/test installs them)"


# Whoever asks for one of these speaks to a server of ours.
SPEAKING_TO_SERVERS = {"servers", "valkey", "redis_url"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests whose fixtures start a server, so that no test can forget the mark."""
    for item in items:
        if isinstance(item, pytest.Function) and not SPEAKING_TO_SERVERS.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.servers)


def pytest_runtest_setup() -> None:
    """No test speaks to another machine."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(params=["embedded", pytest.param("servers", marks=pytest.mark.servers)])
def pair(request: pytest.FixtureRequest) -> str:
    """Which pair of servers the test runs on; every test of the store contract runs on both."""
    name: str = request.param
    if name == "servers" and request.getfixturevalue("servers") is None:
        pytest.skip(SERVERS_ABSENT)
    return name


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers | None]:
    """PostgreSQL and Redis of this process alone: tests in other processes truncate and publish in theirs."""
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file to copy: a migration a test would cost more than the tests.

    Of the processes of a run the first makes it for all.
    """
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    path = folder / "migrated.sqlite3"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            made = own / "migrating.sqlite3"
            engine = open_database(f"sqlite:///{made}")
            migrate(engine)
            engine.dispose()
            made.rename(path)
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(servers: Servers | None) -> Iterator[Engine]:
    """PostgreSQL of this process, migrated; `empty` it before each test."""
    assert servers is not None, "`pair` skips the test where it is absent"
    engine = open_database(servers.database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database of this test's own."""
    path = tmp_path / "ioc.sqlite3"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def database_url(pair: str, request: pytest.FixtureRequest) -> str:
    """URL of a migrated, empty database of the pair."""
    if pair == "embedded":
        url: str = request.getfixturevalue("sqlite_url")
        return url
    postgresql: Engine = request.getfixturevalue("migrated_postgresql")
    empty(postgresql)
    return postgresql.url.render_as_string(hide_password=False)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The pair's SQL database, migrated and empty."""
    opened = open_database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """One embedded Valkey for the whole run."""
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def redis_url(pair: str, request: pytest.FixtureRequest) -> str:
    """URL of the pair's Redis or Valkey."""
    if pair == "embedded":
        server: EmbeddedValkey = request.getfixturevalue("valkey")
        return server.url
    return _of_servers(request).redis_url


def _of_servers(request: pytest.FixtureRequest) -> Servers:
    started: Servers | None = request.getfixturevalue("servers")
    assert started is not None, "`pair` skips the test where they are absent"
    return started


@pytest.fixture
async def redis(redis_url: str) -> "AsyncIterator[Redis]":
    """Client of the pair's Redis or Valkey, emptied."""
    client = connect(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
def stream(redis: "Redis") -> RawStream:
    """The raw streams, empty."""
    return RawStream(redis)


@pytest.fixture
def live(redis: "Redis") -> LiveState:
    """The live state, empty."""
    return LiveState(redis)


@pytest.fixture
def reading(engine: Engine, live: LiveState) -> Reading:
    """The queries of the web side, over an empty centre."""
    return Reading(engine, live)


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Folder of the shared real inputs; skips where it is absent."""
    default = Path(__file__).parents[2] / "shared" / "realdata"
    folder = Path(os.environ.get("IOC_REALDATA", default))
    if not folder.is_dir():
        pytest.skip(f"BỎ QUA: không có dữ liệu thật / real data absent: {folder} (IOC_REALDATA)")
    return folder


def pytest_collection_finish() -> None:
    """Search for garbage more rarely than a process of the centre does: thousands of tests keep what was imported."""
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    gc.enable()
