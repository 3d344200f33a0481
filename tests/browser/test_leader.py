"""The leader's page on a telephone and on paper: how long it is, what its first screen says, one sheet of A4."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.served import launched

PHONE = {"width": 390, "height": 844}
FOUR_SCREENS = (
    *("/", "/data", "/indicators"),
    *("/services", "/teams", "/connectivity", "/society", "/economy", "/platform"),
    "/waste?run=mau-03&day=2026-11-23",
)


@pytest.fixture
def centre(centres: dict[str, str]) -> str:
    """A made-up centre on a working day."""
    return centres["normal"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium."""
    with launched() as chromium:
        yield chromium


def opened(browser: Browser, url: str, **viewport: int) -> Page:
    page = browser.new_page(viewport={**PHONE, **viewport})
    page.goto(url)
    page.wait_for_selector("#content")
    page.evaluate("document.fonts.ready")
    return page


def bottom(page: Page, selector: str) -> float:
    return float(page.evaluate("s => document.querySelector(s).getBoundingClientRect().bottom", selector))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_telephone_answers_at_once_and_ends_after_four_screens(browser, centre, language) -> None:
    page = opened(browser, f"{centre}/leader?lang={language}")
    assert bottom(page, ".ioc-leader__lead") <= PHONE["height"], "value, gap and owner"
    assert bottom(page, ".ioc-goals") <= 1_700, "changes and every goal that a figure can reach"
    assert page.evaluate("document.documentElement.scrollHeight") <= 4 * PHONE["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.close()


@pytest.mark.parametrize(("condition", "path"), [*(("normal", path) for path in FOUR_SCREENS), ("broken", "/")])
def test_a_telephone_ends_after_four_screens_and_paper_shows_what_is_folded(browser, centres, condition, path) -> None:
    page = opened(browser, centres[condition] + path)
    assert page.evaluate("document.documentElement.scrollHeight") <= 4 * PHONE["height"]
    folds = page.locator(".ioc-phone-fold:not(details:not(.ioc-phone-fold) *) > :not(summary)")
    hidden = "all => all.filter(one => !one.checkVisibility()).length"
    assert folds.evaluate_all(hidden) == folds.count()
    shown = "all => all.filter(one => one.checkVisibility()).length"
    if folds.count():
        page.locator(".ioc-phone-fold:not(details:not(.ioc-phone-fold) *) > summary").first.press("Enter")
        assert folds.evaluate_all(shown) > 0, "the keyboard opens it"
    page.emulate_media(media="print")
    assert folds.evaluate_all(shown) == folds.count()
    page.close()


@pytest.mark.parametrize("path", ["/", "/waste", "/services", "/leader", "/data"])
@pytest.mark.parametrize("width", [360, 390])
def test_the_bar_of_a_telephone_is_two_rows(browser, centre, path, width) -> None:
    page = opened(browser, centre + path, width=width)
    assert bottom(page, ".ioc-bar") <= 90
    assert not page.is_visible(".ioc-nav__language")
    page.click(".ioc-territory > summary")
    assert page.is_visible(".ioc-territory__language"), "the other language is in the menu"
    page.close()


def test_cards_of_goals_side_by_side_are_of_one_height(browser, centre) -> None:
    page = opened(browser, centre + "/leader", width=1366, height=768)
    cards = page.locator(".ioc-goals > .ioc-card:visible")
    boxes = [card.bounding_box() for card in cards.all()]
    rows: dict[float, set[float]] = {}
    for box in boxes:
        rows.setdefault(round(box["y"]), set()).add(round(box["height"]))
    assert len(rows) < len(boxes), "some stand side by side"
    assert all(len(heights) == 1 for heights in rows.values()), rows
    page.close()


def test_a_line_parts_the_links_of_a_laptops_bar(browser, centre) -> None:
    """They are hardly further apart than words, and a name has two or three."""
    page = opened(browser, centre + "/services", width=1366, height=768)
    lines = page.evaluate("""() => [...document.querySelectorAll('.ioc-nav__link + .ioc-nav__link')]
      .filter(one => !one.matches('[aria-current]')).map(one => getComputedStyle(one).backgroundImage)""")
    assert len(lines) > 5
    assert "none" not in lines
    page.close()


def test_without_a_script_the_day_stands_in_the_middle_of_the_bar(browser, first_centres) -> None:
    """There is no clock then, nor an empty line for it."""
    page = browser.new_page(viewport={"width": 1366, "height": 768}, java_script_enabled=False)
    page.goto(first_centres["normal"] + "/services")
    day, bar = (page.locator(one).bounding_box() for one in (".ioc-date", ".ioc-bar"))
    assert abs(day["y"] + day["height"] / 2 - bar["y"] - bar["height"] / 2) <= 2
    page.close()


def test_paper_of_a_run_has_nothing_to_fill_in(browser, centre) -> None:
    page = opened(browser, centre + "/waste?run=mau-03&day=2026-11-23", width=1200)
    page.wait_for_selector(".ioc-override")
    page.emulate_media(media="print")
    fields = page.locator("#content :is(input, button:not(.ioc-map__by[aria-pressed=true])):visible")
    assert fields.evaluate_all("all => all.map(one => one.outerHTML)") == []
    assert not page.locator(".ioc-table--streets :text('xem')").first.is_visible(), "nobody opens evidence on paper"
    assert page.locator(".ioc-map").bounding_box()["height"] > 150
    page.close()


def test_who_has_not_sent_is_read_without_moving_a_table(browser, centre) -> None:
    page = opened(browser, centre + "/data")
    cells = ("Chỉ số chuyển đổi số (DTI)", "Xã Hưng Điền, Xã Phước Lý", "LA-019 (09:49), XG-001 (08:06)")
    hidden = page.evaluate(
        """cells => { const made = document.querySelector('.ioc-table--feeds').parentElement.cloneNode();
        const [name, never, late] = cells;
        made.innerHTML = `<table class="ioc-table ioc-table--silent"><tbody><tr><th scope="row">${name}</th>
          <td class="ioc-words">${never}</td><td class="ioc-words">${late}</td></tr></tbody></table>`;
        document.querySelector('.ioc-table--feeds').parentElement.before(made);
        return made.firstChild.offsetWidth - made.clientWidth; }""",
        cells,
    )
    assert hidden <= 0
    page.close()


def test_what_a_button_is_for_stands_clear_of_it_on_a_telephone(browser, centre) -> None:
    page = opened(browser, centre + "/data")
    gap = page.eval_on_selector(
        ".ioc-button[href^='/figures']",
        """e => { const button = e.getBoundingClientRect(), range = document.createRange();
        range.setStartAfter(e); range.setEndAfter(e.parentElement.lastChild);
        return Math.min(...[...range.getClientRects()].map(one => one.left < button.right ? one.top - button.bottom
          : one.left - button.right)); }""",
    )
    assert gap >= 4
    page.close()


def test_no_engine_of_maps_is_loaded(browser, centre) -> None:
    page = browser.new_page(viewport=PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(centre + "/leader", wait_until="networkidle")
    assert not [url for url in asked if "vendor" in url or "maplibre" in url]
    page.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_prints_on_one_sheet_dark_on_light(browser, centre, language) -> None:
    page = opened(browser, f"{centre}/leader?lang={language}", width=1200)
    assert not page.is_visible("[data-hash]")
    page.emulate_media(media="print")
    for hidden in (".ioc-nav", ".ioc-fold", ".ioc-behind"):
        assert not page.is_visible(hidden)
    paper = page.inner_text("[data-hash]")
    assert page.get_attribute("[data-hash]", "data-hash") in paper.replace("\n", "")
    assert {"vi": "Nguồn:", "en": "Sources:"}[language] in paper
    assert "14:05" in paper, "as of when"
    assert page.evaluate(FAINTEST) >= 4.5
    assert page.is_visible(".ioc-section > .ioc-behind > summary"), "a line counts the goals that paper leaves out"
    left = page.locator(".ioc-leader__headline").bounding_box()["x"]
    assert min(one.bounding_box()["x"] for one in page.locator(".ioc-leads > .ioc-card").all()) >= left, "off the sheet"
    sheets = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    page.close()


# The lowest contrast of a visible text with white paper.
FAINTEST = """() => {
  const light = c => { const s = c / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; };
  const ratios = [...document.querySelectorAll('#content *')]
    .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .map(e => getComputedStyle(e).color.match(/[0-9.]+/g).map(Number))
    .map(([r, g, b]) => 1.05 / (0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b) + 0.05));
  return Math.min(...ratios);
}"""
