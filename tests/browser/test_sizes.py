"""Pages at twice their size and on a telephone: nothing is cut, and an area answers before its map."""

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.test_screens import BEYOND, CUT, PROFILES, SHOTS, browser, open_screen

__all__ = ["browser"]

PATHS = ("/", "/waste", "/services", "/leader", "/data", "/kpi/services_online")


@pytest.mark.parametrize("path", PATHS)
def test_at_twice_the_size_nothing_is_cut_or_sticks_out(browser: BrowserContext, centres: dict[str, str], path) -> None:
    page = open_screen(browser, centres["normal"] + path, "zoomed")
    page.screenshot(path=SHOTS / f"zoomed{path.replace('/', '-')}.png", full_page=True)
    assert page.evaluate(CUT) == []
    assert page.evaluate(BEYOND) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


@pytest.mark.parametrize("path", ["/services", "/connectivity"])
def test_an_area_on_a_telephone_answers_first_and_ends_after_four_screens(
    browser: BrowserContext, centres: dict[str, str], path
) -> None:
    page = open_screen(browser, centres["normal"] + path, "phone")
    bottom = page.evaluate("document.querySelector('[id$=-actions]').getBoundingClientRect().bottom + scrollY")
    assert bottom <= 1_700, "figures and what to do about them, before the map"
    assert page.evaluate("document.documentElement.scrollHeight") <= 4 * PROFILES["phone"][1]
    page.close()
