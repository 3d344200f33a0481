"""The screens in Chromium at their intended profiles: pictures under shots/, and faults that can be measured."""

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from screen_figures import FEEDS, KPIS, NOW

from domain.text import Language
from present import formats
from present.text import english
from tests.browser.served import draw_all_again, launched
from tests.letters import SEEN, too_small

HERE = Path(__file__).parent
SHOTS = HERE / "shots"
PROFILES = {
    "wall": (3840, 2160),
    "desk": (1920, 1080),
    "laptop": (1366, 768),
    "phone": (390, 844),
    "kiosk": (1920, 1080),
    "portrait": (1080, 1920),
    "zoomed": (960, 540),  # the desk at 200 %
}

# Figures and names that must never be cut; an ellipsis in the small print of a line is allowed.
CUT = """() => [...document.querySelectorAll(
  '.ioc-name,.ioc-value,.ioc-unit,.ioc-age,.ioc-bar *,h1,h2,.ioc-list td,.ioc-legend span,.ioc-public *')]
  .filter(e => e.offsetParent && getComputedStyle(e).display !== 'inline' && !e.closest('svg, .ioc-hidden')
    && !e.matches('.ioc-nav')  // moves sideways on telephones
    && (e.scrollWidth > e.clientWidth + 1
        || (getComputedStyle(e).overflowY === 'hidden' && e.scrollHeight > e.clientHeight + 1)))
  .map(e => e.className + ': ' + e.textContent.slice(0, 60))"""

BEYOND = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.offsetParent && !e.closest('.ioc-scroll, .ioc-nav, .ioc-hidden, .ioc-skip, #map, svg'))
  .filter(e => { const r = e.getBoundingClientRect(); return r.width && r.right > innerWidth + 1; })
  // Rows without room wrap out of their list whole, and nobody sees them.
  .filter(e => !(e.closest('.ioc-todo')?.getBoundingClientRect().right <= e.getBoundingClientRect().left))
  .map(e => e.className + ': ' + e.textContent.slice(0, 60))"""

BELOW = """() => [...document.querySelectorAll(
  '[data-part=wall-left] > *, [data-part=wall-right] > *, [data-slide] > article > *')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().bottom > innerHeight + 1)
  .map(e => e.textContent.slice(0, 60))"""

OVERLAPS = """() => [...document.querySelectorAll('[data-kpi][data-place]')].flatMap(card => {
  const parts = [...card.querySelectorAll('.ioc-name,.ioc-signal,.ioc-figure,.ioc-spark')].filter(e => e.offsetParent);
  const hits = [];
  parts.forEach((a, i) => parts.slice(i + 1).forEach(b => {
    const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (wide > 1 && high > 1)
      hits.push(card.dataset.kpi + ': ' + a.className + ' on ' + b.className);
  }));
  return hits;
})"""

# Parts of the bar that lie on each other.
BAR = """() => { const parts = [...document.querySelectorAll('.ioc-bar > *')].filter(e => e.getClientRects().length);
  const box = e => e.getBoundingClientRect(), hits = [];
  parts.forEach((a, i) => parts.slice(i + 1).forEach(b => {
    const wide = Math.min(box(a).right, box(b).right) - Math.max(box(a).left, box(b).left);
    const high = Math.min(box(a).bottom, box(b).bottom) - Math.max(box(a).top, box(b).top);
    if (wide > 1 && high > 1) hits.push(a.className + ' on ' + b.className);
  }));
  return hits; }"""

# Share of pixels whose colour shouts: bright and far from grey, measured on the picture itself.
SATURATED = """async data => {
  const image = new Image(); image.src = 'data:image/png;base64,' + data; await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const pixels = pen.getImageData(0, 0, image.width, image.height).data;
  let loud = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const colour = pixels.subarray(i, i + 3), high = Math.max(...colour), low = Math.min(...colour);
    if (high > 100 && (high - low) / high > 0.4) loud++;
  }
  return loud / (pixels.length / 4);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """One Chromium and one cache for the module."""
    with launched() as chromium:
        yield chromium.new_context()


def open_screen(browser: BrowserContext, url: str, profile: str) -> Page:
    width, height = PROFILES[profile]
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": height})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    outside: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(("http://127.0.0.1", "data:")) else outside.append(r.url))
    page.goto(url)
    page.wait_for_selector("#content")
    page.evaluate("document.fonts.ready")
    page.wait_for_function(
        "!document.querySelector('[data-part=spark]') || document.querySelector('[data-part=spark] svg')"
    )
    assert errors == []
    assert outside == []
    return page


def _shoot(page: Page, name: str, *, whole: bool = False) -> bytes:
    SHOTS.mkdir(exist_ok=True)
    return page.screenshot(path=SHOTS / f"{name}.png", full_page=whole)


RUN, VEHICLE = "run=mau-03&day=2026-11-23", "vehicle=LA-001&day=2026-11-23"
VIEWS = [
    ("normal", "/", "wall"),
    *[(c, "/", p) for c in ("normal", "empty", "broken") for p in ("desk", "phone")],
    *[("normal", path, p) for path in ("/waste", "/services", "/leader", "/data") for p in ("desk", "phone")],
    *[("normal", f"/waste?{asked}", p) for asked in (RUN, VEHICLE) for p in ("desk", "phone")],
    *[("normal", path, "desk") for path in ("/waste?lang=en", f"/waste?{RUN}&lang=en")],
    *[("normal", path, "desk") for path in ("/connectivity", "/teams", "/?lang=en", "/leader?lang=en")],
    *[("normal", f"{path}?territory=2024-01", p) for path in ("/services", "/leader") for p in ("desk", "phone")],
    *[(c, path, "desk") for c in ("empty", "broken") for path in ("/waste", "/leader", "/data")],
    *[("normal", "/kiosk", p) for p in ("kiosk", "portrait", "phone")],
    ("empty", "/kiosk", "kiosk"),
]


def _tokens(texts: list[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[a-z]{4,}", text.lower())}


def _english_only() -> set[str]:
    """Words that the product says in English and never in Vietnamese."""
    declared = [t for kpi in KPIS.values() for t in (kpi.names, kpi.short, kpi.unit, kpi.contributor, kpi.response)]
    declared += [feed.names for feed in FEEDS.values()] + [feed.owner.office for feed in FEEDS.values()]
    messages = [one for one in english() if one.id]
    vietnamese = _tokens([*(" ".join(_forms(one.id)) for one in messages), *(text.vi for text in declared)])
    return _tokens([*(" ".join(_forms(one.string)) for one in messages), *(text.en for text in declared)]) - vietnamese


def _forms(told: str | Sequence[str]) -> Sequence[str]:
    return (told,) if isinstance(told, str) else told


@pytest.mark.parametrize(("condition", "path", "profile"), VIEWS)
def test_nothing_is_cut_sticks_out_or_speaks_english(
    browser: BrowserContext, centres: dict[str, str], condition, path, profile
) -> None:
    page = open_screen(browser, centres[condition] + path, profile)
    name = re.sub(r"\W+", "-", path).strip("-") or "wall"
    _shoot(page, f"{name}_{condition}_{profile}", whole=profile == "phone")
    assert page.evaluate(CUT) == []
    assert page.evaluate(BEYOND) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(BAR) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert profile not in SEEN or too_small(page, profile) == []
    if profile != "phone":
        assert page.evaluate(BELOW) == []
    if "lang=en" not in path:
        # Names of settings are typed as they stand, in whatever language.
        said = re.sub(r"\bIOC_[A-Z_]+", "", page.inner_text("body"))
        assert _tokens([said]) & _english_only() == set()
    page.close()


LINES = """days => { const said = document.querySelector('.ioc-date');
  return days.map(day => {
    said.textContent = day;
    return new Set([...document.querySelectorAll('.ioc-nav > a')].map(link => link.offsetTop)).size;
  }); }"""


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", ["/", "/waste", "/services?territory=2024-01"])
def test_a_laptops_bar_has_every_screen_on_one_line_on_every_day(
    browser: BrowserContext, centres: dict[str, str], path: str, language: Language
) -> None:
    address = f"{centres['normal']}{path}{'&' if '?' in path else '?'}lang={language}"
    page = open_screen(browser, address, "laptop")
    days = [formats.weekday(NOW + timedelta(days=n), language) for n in range(7)]
    assert page.evaluate(LINES, days) == [1] * 7
    assert page.evaluate(BAR) == []
    page.close()


def test_the_territory_version_is_chosen_and_left_by_keyboard(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["normal"] + "/services", "desk")
    page.focus("[data-part=territory] summary")
    page.keyboard.press("Enter")
    assert page.is_visible("[data-part=territory] nav")
    page.keyboard.press("Escape")
    assert not page.is_visible("[data-part=territory] nav")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    for key in ("Enter", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector("[role=note]")
    assert page.url.endswith("/services?territory=2024-12")
    page.click("text=Tổ công nghệ số")
    page.wait_for_selector("[data-screen=teams]")
    assert page.url.endswith("/teams?territory=2024-12")
    page.close()


def test_a_reform_is_drawn_into_the_sparkline(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["normal"] + "/", "desk")
    spark = page.locator("[data-part=spark]").first
    spark.evaluate("e => { e.dataset.breaks = '30.5 Đổi địa giới 1/12/2024|62.0 Đổi địa giới 1/7/2025'; }")
    page.wait_for_function("document.querySelectorAll('[data-part=spark] line').length === 2")
    assert spark.get_attribute("title") == "Đổi địa giới 1/12/2024; Đổi địa giới 1/7/2025"
    spark.evaluate("e => { e.dataset.breaks = ''; }")
    page.wait_for_function("document.querySelectorAll('[data-part=spark] line').length === 0")
    page.close()


@pytest.mark.parametrize("condition", ["quiet", "normal"])
def test_the_wall_is_quiet(browser: BrowserContext, centres: dict[str, str], condition) -> None:
    page = open_screen(browser, centres[condition] + "/", "desk")
    picture = base64.b64encode(_shoot(page, f"wall_{condition}_quiet")).decode()
    assert page.evaluate(SATURATED, picture) < 0.02
    page.close()


def test_the_wall_at_4k_is_the_desk_twice_as_large(browser: BrowserContext, centres: dict[str, str]) -> None:
    sizes = {}
    for profile in ("desk", "wall"):
        page = open_screen(browser, centres["normal"] + "/", profile)
        sizes[profile] = page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('[data-part=value]')).fontSize)"
        )
        page.close()
    assert sizes["wall"] == pytest.approx(2 * sizes["desk"], rel=0.01)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", ["/", "/leader", "/waste", "/services", "/data"])
def test_a_laptop_scrolls_rather_than_shrink_what_must_be_read(
    browser: BrowserContext, centres: dict[str, str], path, language
) -> None:
    page = open_screen(browser, f"{centres['normal']}{path}?lang={language}", "laptop")
    assert too_small(page, "laptop") == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(BEYOND) == []
    page.close()


@pytest.mark.parametrize("profile", ["desk", "laptop", "phone"])
def test_the_hint_where_names_are_typed_is_read_in_full(
    browser: BrowserContext, centres: dict[str, str], profile
) -> None:
    page = open_screen(browser, centres["normal"] + "/connectivity", profile)
    page.click("[data-part=map-places] summary")
    spare = page.evaluate(
        """() => {
          const field = document.querySelector('[data-part=map-places] input'), look = getComputedStyle(field);
          const pen = new OffscreenCanvas(1, 1).getContext('2d');
          pen.font = look.font;
          const room = field.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
          return room - pen.measureText(field.placeholder).width;
        }"""
    )
    assert spare >= 0
    assert page.evaluate(BEYOND) == []
    page.close()


FORTY_ALARMS = """() => {
  const body = document.querySelector('[data-rows=alarms]'), row = body.firstElementChild;
  body.replaceChildren(...[...Array(40).keys()].map(() => row.cloneNode(true)));
}"""

# Distances of each row in sight to the upper and the lower edge of the list.
ALARMS_IN_SIGHT = """() => {
  const body = document.querySelector('[data-rows=alarms]'), frame = body.getBoundingClientRect();
  return [...body.children].map(row => row.getBoundingClientRect())
    .filter(row => row.left < frame.right - 1).map(row => [row.top - frame.top, frame.bottom - row.bottom]);
}"""


def test_alarms_without_room_are_counted_and_no_row_is_shown_in_half(
    browser: BrowserContext, centres: dict[str, str]
) -> None:
    page = open_screen(browser, f"{centres['normal']}/", "desk")
    page.evaluate(FORTY_ALARMS)
    _shoot(page, "wall-many-alarms-desk")
    edges = page.evaluate(ALARMS_IN_SIGHT)
    assert 3 < len(edges) < 40, "the most urgent are there, the rest has no room"
    assert min(min(pair) for pair in edges) > -1, "whole rows only"
    counted = page.evaluate("getComputedStyle(document.querySelector('.ioc-section--alarms'), '::after').content")
    assert "counter(critical)" in counted
    assert page.evaluate(BELOW) == []
    page.close()


def test_simulated_banner_shows_by_data_alone(browser: BrowserContext, centres: dict[str, str]) -> None:
    for condition, shown in (("normal", True), ("empty", False)):
        for path in ("/", "/kiosk"):
            page = open_screen(browser, centres[condition] + path, "desk")
            assert page.is_visible("[data-part=simulated]") is shown, (condition, path)
            bars = page.locator("[data-part=bullet] b").evaluate_all(
                "bars => bars.map(bar => getComputedStyle(bar).backgroundImage)"
            )
            assert all(("repeating" in bar) is shown for bar in bars), "a simulated figure's bar is hatched"
            page.close()


def test_live_figures_do_not_dance(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["normal"] + "/", "desk")
    widths = page.evaluate(
        """() => ['111,1', '888,8', '000,0'].map(text => {
          const value = document.querySelector('[data-part=value]');
          value.textContent = text;
          return value.getBoundingClientRect().width;
        })"""
    )
    assert max(widths) - min(widths) < 0.5
    page.close()


def test_the_typeface_has_every_mark_and_vietnamese_letter(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["normal"] + "/", "desk")
    missing = page.evaluate(
        """async marks => { await document.fonts.load('400 20px "Be Vietnam Pro"');
          const pen = new OffscreenCanvas(9, 9).getContext('2d');
          const width = (font, c) => { pen.font = font; return pen.measureText(c).width; };
          return [...marks].filter(c => width('200px "Be Vietnam Pro", monospace', c) === width('200px monospace', c)
            && width('200px "Be Vietnam Pro", serif', c) === width('200px serif', c)); }""",
        "◆▲●✎≈→✓ẾẪỰỘỮẶỶđĐ0189—−·",
    )
    assert missing == []
    page.close()


def test_a_waiting_device_is_bound_to_any_vehicle_and_unbound(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["broken"] + "/data", "desk")
    assert page.is_visible("text=862019041234567")
    page.fill("[data-part=bind] input", "LA-031")
    page.click("[data-part=bind] button")
    page.wait_for_selector("text=Đã gắn thiết bị 862019041234567 vào xe LA-031.")
    page.wait_for_selector("text=Không có thiết bị nào chờ gắn xe.")
    page.click("text=Hoàn tác")
    page.wait_for_selector("[data-table=pending] >> text=862019041234567")
    # A vehicle that nobody registered is added by a choice of its fleet.
    page.fill("[data-part=bind] input", "LA-0777")
    page.click("[data-part=bind] button")
    page.wait_for_selector("text=Sổ xe chưa có LA-0777.")
    assert page.is_visible("[data-table=pending] >> text=862019041234567"), "nothing is bound before the choice"
    page.click(f"button:text-is('{FEEDS['waste_trucks'].names.vi}')")
    page.wait_for_selector("text=Đã gắn thiết bị 862019041234567 vào xe LA-0777.")
    page.click("text=Hoàn tác")
    page.wait_for_selector("[data-table=pending] >> text=862019041234567")
    page.close()


def test_regions_are_drawn_again_in_place(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["normal"] + "/services", "desk")
    names = "[...document.querySelectorAll('[data-table=communes] tbody th')].map(th => th.textContent)"
    before = page.evaluate(names)
    page.evaluate("scrollTo(0, 200); window.told = 0; void store.subscribe(() => { told += 1 })")
    with page.expect_response("**/_dash-update-component**") as answer:
        page.evaluate(draw_all_again("services"))
    answer.value.finished()
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert page.evaluate(names) == before
    assert page.evaluate("scrollY") == 200
    assert 0 < page.evaluate("told") < 200, "each tells every component that Dash knows"
    page.close()


def test_keyboard_reaches_the_content_first(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["normal"] + "/services", "desk")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    page.close()


def test_the_browser_remembers_its_last_visit(browser: BrowserContext, centres: dict[str, str]) -> None:
    assert browser.browser
    page = browser.browser.new_page()
    page.clock.set_fixed_time(NOW)
    page.add_init_script(
        """const whenever = (what, found) => document.querySelector(what)
             ? found() : setTimeout(whenever, 50, what, found);
           window.IOC = { whenever, at: path => path }"""
    )
    for script in ("05-contract.js", "29-last-visit.js"):
        page.add_init_script(path=HERE.parent.parent / "assets" / "scripts" / script)
    seen = "localStorage.getItem('ioc-visit')"
    page.goto(centres["normal"] + "/leader")
    page.wait_for_function(f"JSON.parse({seen} || '{{}}').seen")
    assert page.inner_text("[data-part=last-visit]").startswith("Lần xem đầu tiên")
    page.clock.set_fixed_time(NOW + timedelta(minutes=5))
    page.reload()
    page.wait_for_selector("[data-part=last-visit]")
    assert page.inner_text("[data-part=last-visit]").startswith("Lần xem đầu tiên"), "a reload is the same visit"
    hours_ago = int((NOW - timedelta(hours=2)).timestamp() * 1000)
    page.goto(centres["normal"] + "/kiosk")
    page.evaluate(f"localStorage.setItem('ioc-visit', '{{\"seen\":{hours_ago}}}')")
    page.goto(centres["normal"] + "/leader")
    page.wait_for_selector("[data-part=last-visit]")
    assert page.inner_text("[data-part=last-visit]").startswith("Từ lần xem trước (12:05): ")
    page.goto(centres["normal"] + "/kiosk")
    assert page.evaluate("document.cookie") == "", "no page is sent the cookie but the leader's"
    page.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_parts_of_a_telephones_bar_stand_apart_also_without_a_server(
    browser: BrowserContext, centres: dict[str, str], language: str
) -> None:
    page = open_screen(browser, f"{centres['normal']}/leader?lang={language}", "phone")
    assert page.evaluate(BAR) == []
    page.evaluate("""() => document.querySelector('.ioc-bar').insertAdjacentHTML('beforeend',
      '<div class=ioc-offline>Mất kết nối máy chủ · số liệu từ 15:46:25</div>')""")
    assert page.is_visible(".ioc-offline")
    assert page.evaluate(BAR) == []
    page.close()


def test_a_phone_shows_how_old_each_feed_is_without_scrolling(browser: BrowserContext, centres: dict[str, str]) -> None:
    page = open_screen(browser, centres["normal"] + "/data", "phone")
    ages = page.locator("[data-table=feeds] time").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
    assert ages
    assert max(ages) <= PROFILES["phone"][0]
    page.close()
