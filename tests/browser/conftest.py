"""Every test here needs a browser; the made-up centres are started once for all of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser.served import CHROMIUM, Centres

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
