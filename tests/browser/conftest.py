"""Every test here needs a browser."""

from pathlib import Path

import pytest

from tests.browser.served import CHROMIUM

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
