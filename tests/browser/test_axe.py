"""No screen has a serious fault of accessibility, in either language, at the desk and on a telephone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.axe import AXE, SERIOUS
from tests.browser.served import launched
from tests.browser.test_screens import open_screen

PAGES = (
    "/", "/waste", "/services", "/connectivity", "/teams", "/data", "/leader", "/kiosk", "/kpi/services_online",
    "/waste?run=mau-03&day=2026-11-23", "/waste?vehicle=LA-001&day=2026-11-23",
    "/economy", "/platform", "/society", "/figures", "/indicators", "/drivers",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not AXE, reason="BỎ QUA: chưa có axe / skipped: no axe-core, run scripts/node-tools")


@pytest.fixture
def centre(first_centres: dict[str, str]) -> str:
    return first_centres["normal"]


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with launched() as chromium:
        yield chromium.new_context(bypass_csp=True)


@pytest.mark.parametrize("profile", ["desk", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(browser: BrowserContext, centre: str, path: str, profile: str) -> None:
    page = open_screen(browser, centre + path, profile)
    page.wait_for_function("!document.querySelector('#ioc-first')")
    page.evaluate(AXE)
    assert page.evaluate(SERIOUS) == []
    page.close()
