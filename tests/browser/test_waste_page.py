"""The waste page in Chromium: its first screen has map, work and runs; nothing lies on the map; a thumb hits links."""

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.served import draw_all_again
from tests.browser.test_screens import browser, open_screen

__all__ = ["browser"]

MAP_SHARE, WORK_ROWS, THUMB_PX = 0.4, 3, 44
SEEN = """() => {
  const seen = e => {
    const r = e.getBoundingClientRect();
    return r.height > 0 && r.top >= 0 && r.top + 20 <= innerHeight;
  };
  const map = document.querySelector('#map').getBoundingClientRect();
  const within = Math.max(0, Math.min(map.bottom, innerHeight) - map.top) * map.width;
  return {
    map: within / (innerWidth * innerHeight),
    work: [...document.querySelectorAll('#waste-actions li')].filter(seen).length,
    runs: [...document.querySelectorAll('#waste-runs a')].filter(seen).length,
    screens: document.documentElement.scrollHeight / innerHeight,
  };
}"""
ON_MAP = """() => {
  const map = document.querySelector('#map').getBoundingClientRect();
  return [...document.querySelectorAll('main *')]
    .filter(e => e.checkVisibility() && !e.closest('#map, .ioc-map__empty') && !e.querySelector('#map'))
    .filter(e => { const r = e.getBoundingClientRect();
      return r.width && Math.min(r.right, map.right) - Math.max(r.left, map.left) > 1
        && Math.min(r.bottom, map.bottom) - Math.max(r.top, map.top) > 1; })
    .map(e => e.className);
}"""
SMALL = """least => [...document.querySelectorAll('main a, main button, main summary, main select')]
  .filter(e => e.checkVisibility())
  .filter(e => {  // a card's name is its link, which covers the card
    const r = (e.closest('.ioc-name') ? e.closest('.ioc-card') : e).getBoundingClientRect();
    return r.width && Math.min(r.width, r.height) < least;
  })
  .map(e => e.className + ': ' + e.textContent.slice(0, 40))"""


@pytest.mark.parametrize("profile", ["desk", "laptop"])
def test_the_first_screen_has_map_work_and_runs(browser: BrowserContext, centres: dict[str, str], profile: str) -> None:
    page = open_screen(browser, f"{centres['normal']}/waste", profile)
    seen = page.evaluate(SEEN)
    assert seen["map"] >= MAP_SHARE, seen
    assert seen["work"] >= WORK_ROWS, seen
    assert seen["runs"] >= 1, seen
    assert seen["screens"] <= 3, seen
    page.close()


def test_on_a_phone_it_is_short_and_a_thumb_hits_what_it_wants(
    browser: BrowserContext, centres: dict[str, str]
) -> None:
    page = open_screen(browser, f"{centres['normal']}/waste", "phone")
    assert page.evaluate(SEEN)["screens"] <= 6
    assert page.evaluate(SMALL, THUMB_PX) == []
    page.close()


@pytest.mark.parametrize("profile", ["desk", "laptop", "phone"])
@pytest.mark.parametrize("asked", ["", "?run=mau-02", "?vehicle=LA-001"])
def test_nothing_lies_on_the_map(browser: BrowserContext, centres: dict[str, str], profile: str, asked: str) -> None:
    page = open_screen(browser, f"{centres['normal']}/waste{asked}", profile)
    assert page.evaluate(ON_MAP) == []
    page.close()


def test_an_open_fold_stays_open_when_its_region_is_drawn_again(
    browser: BrowserContext, centres: dict[str, str]
) -> None:
    page = open_screen(browser, f"{centres['normal']}/waste", "desk")
    page.click("#waste-more summary >> nth=0")
    page.wait_for_function("document.querySelector('#waste-more details').open")
    page.evaluate("document.querySelector('#waste-more details').dataset.old = ''")
    page.evaluate(draw_all_again("waste"))
    page.wait_for_function("!('old' in document.querySelector('#waste-more details').dataset)")
    assert page.evaluate("document.querySelector('#waste-more details').open")
    page.close()
