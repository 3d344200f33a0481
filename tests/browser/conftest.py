"""Every test here needs a browser; browsers and made-up centres are started once for all of them.

Asynchronous tests and their fixtures share one event loop, since a browser belongs to the loop that started it: such a
fixture says `loop_scope="session"`.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from inspect import iscoroutinefunction
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright

from bench.rig.centre import free_port
from store.database import open_database
from store.registry import Registry
from store.valkey.live_state import LiveState
from store.valkey.server import EmbeddedValkey, connect
from tests.browser.centres.web_side import Web
from tests.browser.served import CHROMIUM, NO_GL, PLAIN, SOFTWARE_GL, Centres

NEEDS = (
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="BỎ QUA: không có Chromium / skipped: no Chromium on PATH"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark this folder's tests."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            for mark in NEEDS:
                item.add_marker(mark)
            if iscoroutinefunction(getattr(item, "function", None)):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def centres() -> Iterator[Centres]:
    """Screens of made-up centres, without scripts that speak to /live."""
    with ExitStack() as running:
        yield Centres("screen_server.py", running)


@pytest.fixture(scope="session")
def first_centres() -> Iterator[Centres]:
    """Made-up centres with their first responses and all scripts."""
    with ExitStack() as running:
        yield Centres("first_server.py", running)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def play() -> AsyncIterator[Playwright]:
    """Playwright on the loop of asynchronous tests."""
    async with async_playwright() as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def flat_chromium(play: Playwright) -> AsyncIterator[Browser]:
    """The Chromium of `browser`."""
    async with chromium(play, *NO_GL) as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def gl_chromium(play: Playwright) -> AsyncIterator[Browser]:
    """The Chromium of `gl_browser`."""
    async with chromium(play, *SOFTWARE_GL) as started:
        yield started


@asynccontextmanager
async def chromium(play: Playwright, *arguments: str) -> AsyncIterator[Browser]:
    """A Chromium that ends with the session."""
    started = await play.chromium.launch(executable_path=CHROMIUM, args=[*PLAIN, *arguments])
    yield started
    await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(flat_chromium: Browser) -> AsyncIterator[Browser]:
    """Without WebGL, so that the map stays a drawing: a live map without a GPU takes most of a core."""
    yield flat_chromium
    await emptied(flat_chromium)


@pytest_asyncio.fixture(loop_scope="session")
async def gl_browser(gl_chromium: Browser) -> AsyncIterator[Browser]:
    """With WebGL, for tests of the live map."""
    yield gl_chromium
    await emptied(gl_chromium)


async def emptied(browser: Browser) -> None:
    """Close every page with all that its context keeps: the next test finds a browser as new, and nothing draws on."""
    for context in browser.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def web(valkey: EmbeddedValkey, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Web]:
    """The web side of an empty centre with places."""
    redis = connect(valkey.url)
    await redis.flushdb()
    engine = open_database(sqlite_url)
    Registry(engine).seed_places()
    engine.dispose()
    own = {"REDIS_URL": valkey.url, "DATABASE_URL": sqlite_url, "IOC_DATA_DIR": str(tmp_path), "IOC_SIMULATOR": "on"}
    server = Web(LiveState(redis), os.environ | own, free_port())
    await server.start()
    yield server
    server.kill()
    await redis.aclose()
