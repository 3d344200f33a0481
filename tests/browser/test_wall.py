"""The wall in Chromium as its first response shows it: nothing covers what moves, all can be read from its place."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.served import launched
from tests.browser.test_first import centre
from tests.browser.test_screens import PROFILES, SHOTS
from tests.letters import SEEN, too_small

__all__ = ["centre"]  # the fixture of the same centre

# Vehicles, streets, marks, legends; parts of the page that lie on one of them without holding it.
COVERED = """() => {
  const seen = e => { const r = e.getBoundingClientRect();
    return r.width && r.height && getComputedStyle(e).opacity > 0; };
  const things = [...document.querySelectorAll(
    '#map use, #map [data-marks] path, .ioc-streets use, .ioc-streets .ioc-judged,'
    + ' .ioc-streets [data-marks] path, .ioc-legend:not([hidden]), .ioc-counts, .ioc-now-run')].filter(seen);
  const panels = [...document.querySelectorAll(
    '.ioc-bar, .ioc-wall__left, .ioc-wall__right, .ioc-wall__streets, .ioc-wall__band > *, .ioc-map__foot,'
    + ' .ioc-map__tools, .ioc-map__card, .ioc-map__empty:not([hidden])')].filter(seen);
  const inner = (e, by) => { const r = e.getBoundingClientRect();
    return { left: r.left + by, right: r.right - by, top: r.top + by, bottom: r.bottom - by }; };
  const hits = panels.flatMap(panel => things.filter(thing => !panel.contains(thing)).filter(thing => {
    const a = inner(panel, 1), b = inner(thing, 1);
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }).map(thing => panel.className + ' on ' + (thing.getAttribute('class') || thing.tagName)));
  return [things.length, hits];
}"""

# Communes under the picture of streets, sampled on a grid of its box.
COMMUNES_UNDER = """() => {
  const box = document.querySelector('.ioc-wall__streets').getBoundingClientRect();
  const svg = document.querySelector('#map svg');
  const back = svg.getScreenCTM().inverse(), under = new Set();
  for (let i = 0; i <= 40; i++) for (let j = 0; j <= 20; j++) {
    const at = new DOMPoint(box.left + box.width * i / 40, box.top + box.height * j / 20).matrixTransform(back);
    svg.querySelectorAll('.ioc-place').forEach(place => {
      if (place.querySelector('path').isPointInFill(at)) under.add(place.dataset.place);
    });
  }
  return [...under];
}"""

SHARES = """() => {
  const size = e => { const r = e.getBoundingClientRect(); return r.width * r.height; };
  return size(document.querySelector('.ioc-map__province svg')) / size(document.querySelector('.ioc-wall__centre'));
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as started:
        yield started


def first(chromium: Browser, centre: str, profile: str, *, zoom: float = 1) -> Page:
    width, height = PROFILES[profile]
    page = chromium.new_page(
        viewport={"width": int(width / zoom), "height": int(height / zoom)},
        device_scale_factor=zoom,
        java_script_enabled=False,
    )
    page.goto(centre)
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"wall_first_{profile}_{zoom:g}.png", full_page=profile in ("phone", "laptop"))
    return page


@pytest.mark.parametrize(("profile", "zoom"), [*((name, 1) for name in SEEN), ("desk", 2)])
def test_nothing_covers_a_vehicle_a_street_a_mark_or_a_legend(chromium: Browser, centre: str, profile, zoom) -> None:
    page = first(chromium, centre, profile, zoom=zoom)
    count, hits = page.evaluate(COVERED)
    assert count > 40, "vehicles, streets, runs and legends are there"
    assert hits == []
    assert page.evaluate(COMMUNES_UNDER) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


@pytest.mark.parametrize("profile", SEEN)
def test_every_letter_is_read_from_where_people_stand(chromium: Browser, centre: str, profile) -> None:
    page = first(chromium, centre, profile)
    assert too_small(page, profile, ".ioc-wall") == []
    page.close()


def test_the_province_fills_the_centre_and_there_is_one_heading(chromium: Browser, centre: str) -> None:
    page = first(chromium, centre, "desk")
    assert page.evaluate(SHARES) > 0.35
    assert page.locator("h1").count() == 1
    assert page.locator("#map .ioc-place").count() == 60
    page.close()


# Names of runs that have no room, and buttons that lie on the map's picture.
NAMES_CUT = """() => [...document.querySelectorAll('.ioc-now-run__name')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).length"""
BUTTONS_ON_MAP = """() => {
  const tools = document.querySelector('.ioc-map__tools').getBoundingClientRect();
  return [...document.querySelectorAll('#map .ioc-place')].filter(place => {
    const box = place.getBoundingClientRect();
    return box.left < tools.right && tools.left < box.right && box.top < tools.bottom && tools.top < box.bottom;
  }).length;
}"""


def test_on_a_telephone_every_run_has_its_name_and_no_button_lies_on_a_commune(chromium: Browser, centre: str) -> None:
    page = first(chromium, centre, "phone")
    assert page.locator(".ioc-now-run__name").count() > 0
    assert page.evaluate(NAMES_CUT) == 0
    assert page.evaluate(BUTTONS_ON_MAP) == 0
    page.close()


@pytest.mark.parametrize("profile", ["wall", "laptop", "phone"])
def test_no_digit_of_an_english_tile_is_cut(chromium: Browser, centre: str, profile: str) -> None:
    page = first(chromium, f"{centre}/?lang=en", profile)
    cut = page.evaluate("""() => [...document.querySelectorAll('.ioc-card--as-tile .ioc-context')].map(said => {
        said.textContent = '1,686,858/1,688,547 households';
        return said.scrollWidth - said.clientWidth; }).filter(hidden => hidden > 1)""")
    assert cut == []
    page.close()


def test_rows_and_cards_lead_on(chromium: Browser, centre: str) -> None:
    page = first(chromium, centre, "desk")
    rows = page.locator("[data-rows=alarms] tr")
    assert rows.count() > 0
    assert page.locator("[data-rows=alarms] a[href]").count() == rows.count()
    page.close()
