"""Pages at twice their size, on a telephone and on a kiosk: nothing is cut, and an area answers before its map."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.test_screens import BEYOND, CUT, OVERLAPS, PROFILES, SHOTS, browser, open_screen

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


@pytest.mark.parametrize("path", ["/services", "/platform"])
def test_a_telephones_card_says_its_level_beside_nothing(
    browser: BrowserContext, centres: dict[str, str], path: str
) -> None:
    page = open_screen(browser, centres["normal"] + path, "phone")
    page.evaluate(
        """() => document.querySelectorAll('.ioc-card--as-chart > .ioc-signal [data-part=word]')
            .forEach(one => { one.textContent = 'ưu tiên cao'; })"""
    )
    assert page.locator(".ioc-card--as-chart > .ioc-signal:visible").count() > 0
    assert page.evaluate(OVERLAPS) == []
    page.close()


def test_beside_a_long_list_the_map_is_no_higher_than_the_window_and_stays_in_sight(
    browser: BrowserContext, centres: dict[str, str]
) -> None:
    page = open_screen(browser, centres["normal"] + "/services", "laptop")
    page.evaluate("document.querySelector('.ioc-actions').style.minHeight = '2000px'")
    page.locator(".ioc-actions").evaluate("list => list.lastElementChild.scrollIntoView({ block: 'end' })")
    page.evaluate("document.scrollingElement.scrollBy(0, 300)")
    box = page.locator(".ioc-split .ioc-mapbox").bounding_box()
    assert box is not None
    assert box["height"] <= PROFILES["laptop"][1]
    assert box["y"] >= 0
    page.close()


@pytest.fixture(params=["kiosk", "portrait"])
def kiosk(request: pytest.FixtureRequest, browser: BrowserContext, centres: dict[str, str]) -> Iterator[Page]:
    """The public's screen, lying and standing."""
    page = open_screen(browser, centres["normal"] + "/kiosk", request.param)
    yield page
    page.close()


def test_the_marks_of_a_kiosks_round_stand_clear_of_what_is_above(kiosk: Page) -> None:
    clear = kiosk.evaluate("""() => {
        const dots = document.querySelector('.ioc-kiosk__dots'), mark = dots.firstElementChild.getBoundingClientRect();
        const shown = [...document.querySelectorAll('.ioc-public')].find(one => one.getClientRects().length);
        const above = shown.getBoundingClientRect();
        return (mark.top - above.bottom) / mark.height; }""")
    assert clear >= 1


def test_every_slide_of_a_kiosk_has_room_for_its_source_and_age(kiosk: Page) -> None:
    cut = kiosk.evaluate("""() => [...document.querySelectorAll('[data-slide]')].filter((on, _, all) => {
        all.forEach(one => one.toggleAttribute('data-on', one === on));
        return document.querySelector('.ioc-kiosk__dots').getBoundingClientRect().bottom > innerHeight;
      }).map(slide => slide.innerText)""")
    assert cut == []


def test_hours_days_streets_and_wards_of_a_kiosk_stand_in_columns(kiosk: Page) -> None:
    """At night some hours have a day beside them, and streets have names of any length."""
    rows = "".join(
        f"<li><time>{hour} <small>{day}</small></time><span><b>{street}</b><small>Phường Tân An</small></span></li>"
        if day
        else f"<li><time>{hour}</time><span><b>{street}</b><small>Phường Tân An</small></span></li>"
        for hour, day, street in (("23:40", "", "Hẻm 9"), ("04:11", "02/12", "Trần Phú"), ("05:00", "12/12", "Lê Lợi"))
    )
    sides = kiosk.evaluate(
        """rows => {
        const list = document.querySelector('[data-slide] > *').appendChild(document.createElement('ul'));
        list.className = 'ioc-coming';
        list.innerHTML = rows;
        const at = part => [...list.querySelectorAll(part)].map(one => Math.round(one.getBoundingClientRect().left));
        return ['time', 'time small', 'b', 'span small'].map(at); }""",
        rows,
    )
    assert [len(set(edges)) for edges in sides] == [1, 1, 1, 1], sides


def test_the_kiosk_offers_nothing_to_touch(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["normal"] + "/kiosk", "kiosk")
    assert page.evaluate("document.querySelectorAll('a, button, input, select, nav').length") == 0
    assert page.evaluate("[...document.querySelectorAll('[data-slide]')].filter(s => s.offsetParent).length") == 1
    page.close()


def test_a_kiosk_without_a_server_says_so_as_large_as_its_small_print(
    browser: BrowserContext, centres: dict[str, str]
) -> None:
    page = open_screen(browser, centres["normal"] + "/kiosk", "kiosk")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<div class=ioc-offline>Mất kết nối máy chủ</div>')")
    said, print_ = (
        page.evaluate(f"parseFloat(getComputedStyle(document.querySelector('{one}')).fontSize)")
        for one in (".ioc-offline", "[data-kiosk] [data-part=simulated]")
    )
    assert said >= print_
    page.close()


def test_a_phone_shows_the_kiosk_in_letters_that_can_be_read(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["normal"] + "/kiosk", "phone")
    sizes = page.evaluate(
        """[...document.querySelectorAll('[data-kiosk] *')].filter(e => e.offsetParent && e.textContent.trim())
           .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 12
    page.close()
