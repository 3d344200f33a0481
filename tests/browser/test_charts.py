"""Charts in Chromium: drawn before any script, kept by React, reached by keyboard, printed; plotly where asked."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.test_first import Held, centre, chromium, held
from tests.browser.test_screens import PROFILES, SHOTS

__all__ = ["centre", "chromium", "held"]

PAGE = "/kpi/services_online?range=12m"
PLOTLY = re.compile(r"plotly(\.min)?\.js|async-graph")
# Labels of a chart that lie on each other, or outside of the chart's box.
CLASHES = """() => {
  const clashes = [];
  for (const chart of document.querySelectorAll('[data-part=chart]')) {
    const box = chart.getBoundingClientRect();
    if (!box.height) continue;
    const shown = [...chart.querySelectorAll('text')].filter(t => t.checkVisibility());
    const texts = shown.map(t => [t.textContent, t.getBoundingClientRect()]);
    for (const [said, r] of texts) {
      if (r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 2 || r.bottom > box.bottom + 2)
        clashes.push(['outside', said, chart.ariaLabel.slice(0, 40)]);
      for (const [other, o] of texts) if (said !== other && r.left < o.right - 1 && o.left < r.right - 1
        && r.top < o.bottom - 3 && o.top < r.bottom - 3) clashes.push([said, other, chart.ariaLabel.slice(0, 40)]);
    }
  }
  return clashes;
}"""


@pytest.mark.parametrize("profile", ["desk", "laptop", "phone"])
@pytest.mark.parametrize("path", ["/services", "/connectivity", "/teams", PAGE, "/teams?lang=en"])
def test_labels_are_inside_and_apart_before_and_after_scripts(chromium: Browser, centre: str, path, profile) -> None:
    made = Held(chromium, profile)
    page = made.open(centre + path)
    assert page.locator("#ioc-first [data-part=chart] svg").count() >= 2, "drawn in the first response"
    assert page.evaluate(CLASHES) == []
    drawn = page.evaluate("[...document.querySelectorAll('[data-part=chart]')].map(e => e.innerHTML)")
    made.release()
    assert page.evaluate("[...document.querySelectorAll('[data-part=chart]')].map(e => e.innerHTML)") == drawn
    assert page.evaluate(CLASHES) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    made.page.close()


def test_a_card_is_opened_by_keyboard_and_plotly_comes_when_asked(chromium: Browser, centre: str) -> None:
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if PLOTLY.search(request.url) else None)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{centre}/services")
    page.wait_for_function("() => !document.getElementById('ioc-first')")
    page.focus(".ioc-card--as-chart h3 a >> nth=1")
    assert page.evaluate("getComputedStyle(document.activeElement.closest('article')).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/kpi/services_online")
    page.wait_for_function("() => !document.getElementById('ioc-first')")
    assert asked == [], "no page loads plotly by itself"
    page.focus("#kpi-open")
    page.keyboard.press("Enter")
    page.wait_for_selector("#kpi-live .js-plotly-plot .scatterlayer")
    assert any("plotly" in url for url in asked)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "region", "the figure's box has the focus"
    assert errors == [], "nothing of it breaks the content policy"
    page.close()


def test_a_redrawn_region_draws_its_charts_again(held: Held, centre: str) -> None:
    page = held.open(f"{centre}/services")
    held.release()
    page.evaluate("document.querySelectorAll('[data-part=chart]').forEach(e => e.replaceChildren())")
    page.evaluate("""() => document.querySelectorAll('[data-part=chart]').forEach(
        e => { e.dataset.drawing = '<svg class="again"></svg>'; })""")
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-part=chart]')].every(e => e.querySelector('svg.again'))"
    )


def test_the_table_is_opened_without_scripts(chromium: Browser, centre: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(centre + PAGE)
    figures = page.locator("[data-table=figures]").first
    assert not figures.is_visible()
    page.locator(".ioc-behind summary").first.click()
    assert figures.is_visible()
    assert "/" in figures.locator("tbody tr").first.inner_text(), "value and how many report"
    context.close()


def test_paper_shows_the_drawing_dark_on_light(chromium: Browser, centre: str) -> None:
    width, height = PROFILES["desk"]
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto(centre + PAGE)
    page.wait_for_function("() => !document.getElementById('ioc-first')")
    page.emulate_media(media="print")
    ink = page.evaluate("getComputedStyle(document.querySelector('.ioc-plot__actual')).stroke")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert luminance(ink) < 0.35 < 0.9 < luminance(ground)
    assert luminance(page.evaluate("getComputedStyle(document.querySelector('h1')).color")) < 0.1
    assert not page.is_visible("#kpi-open")
    assert not page.is_visible("nav")
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / "kpi_print.png", full_page=True)
    page.close()


def luminance(colour: str) -> float:
    """Of "rgb(r, g, b)", 0 to 1, without gamma."""
    red, green, blue = (int(n) / 255 for n in re.findall(r"\d+", colour)[:3])
    return 0.21 * red + 0.72 * green + 0.07 * blue
