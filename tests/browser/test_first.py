"""The first response in Chromium: a page before and without scripts, and React's page in its place without a jump."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.served import launched
from tests.browser.test_screens import BEYOND, CUT, PROFILES, SHOTS

HERE = Path(__file__).parent
CALLBACK = re.compile("/_dash-update-component")

PATHS = ("/", "/waste", "/services", "/leader", "/data", "/indicators", "/kiosk", "/kpi/services_online?range=12m",
         "/waste?run=mau-03&day=2026-11-23", "/waste?vehicle=LA-001&day=2026-11-23")  # fmt: skip

# Where every element of the page lies, by its way down from the page; what scripts alone fill is left out.
BOXES = """() => {
  const found = {}, size = r => [r.left, r.top + scrollY, r.width, r.height];
  const walk = (element, way) => {
    // Nobody sees what a closed fold holds, and it has a size; a telephone's fold stands open where there is room.
    if (element.matches('details:not([open]) > :not(summary)') && !element.checkVisibility()) return;
    const r = element.getBoundingClientRect();
    if ((r.width || r.height) && !element.matches('.ioc-map__inset')) found[way] = size(r);
    if (element.matches('svg, #map, .ioc-map__inset, [data-part], [data-replay]')) return;
    [...element.children].forEach((child, i) => walk(child, way + '>' + i + child.getAttribute('class')));
  };
  walk(document.querySelector('.ioc-page'), '');
  for (const what of ['#map svg', '.ioc-map__inset']) {
    const drawn = document.querySelector(what);
    // In a closed fold nobody sees it, and it has a size, too.
    if (drawn && !drawn.closest('details:not([open])')) found[what] = size(drawn.getBoundingClientRect());
  }
  return found;
}"""
# Ages count on by themselves, before and after.
STILL = "() => { const now = IOC.now(); IOC.now = () => now; IOC.ageAll(); }"
# What people see, frame by frame: pages in sight, letters on them, drawings in the map.
WATCH = """() => {
  window.frames_ = []; window.shifts = [];
  new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts.push(
    entry.sources.map(one => [one.node && one.node.className, one.previousRect.toJSON(), one.currentRect.toJSON()]))))
    .observe({ type: 'layout-shift' });
  const look = () => {
    const pages = [...document.querySelectorAll('.ioc-page')].filter(page => page.getBoundingClientRect().height);
    const map = document.querySelector('#map');
    window.frames_.push([pages.length, pages.map(p => p.innerText.length)[0], map ? map.children.length : -1]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@pytest.fixture
def centre(first_centres: dict[str, str]) -> str:
    return first_centres["normal"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as started:
        yield started


def jumps(before: list[float], after: list[float] | None) -> bool:
    """Letters that React puts into several text nodes are some hundredths of a pixel wider."""
    return after is None or any(abs(a - b) > 0.5 for a, b in zip(before, after, strict=True))


class Held:
    """A page whose React waits for its callback until `release`."""

    def __init__(self, chromium: Browser, profile: str) -> None:
        width, height = PROFILES[profile]
        self.page = chromium.new_page(viewport={"width": width, "height": height})
        self.waiting: list[Route] = []
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        # What scripts ask for once the page stands (who drove, a day's way) comes later, as it always did.
        self.page.route(re.compile("/api/v1/"), lambda _: None)
        self.page.route(CALLBACK, lambda route: self.waiting.append(route))

    def open(self, url: str) -> Page:
        with self.page.expect_request(CALLBACK):
            self.page.goto(url)
        self.page.evaluate("document.fonts.ready")
        return self.page

    def release(self) -> None:
        for route in self.waiting:
            route.continue_()
        self.waiting.clear()
        self.page.unroute(CALLBACK)
        self.page.wait_for_function("() => !document.getElementById('ioc-first')")


@pytest.fixture
def held(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Held]:
    made = Held(chromium, getattr(request, "param", "desk"))
    yield made
    made.page.close()


@pytest.mark.parametrize("held", ["desk", "laptop", "phone"], indirect=True)
@pytest.mark.parametrize("path", PATHS[:-1])  # a vehicle's day holds a player that its script makes, as it always did
def test_reacts_page_takes_the_place_without_a_jump_or_a_flash(held: Held, centre: str, path: str) -> None:
    page = held.open(centre + path)
    assert page.locator(".ioc-page").count() == 1, "the first response is on the screen"
    page.evaluate(STILL)
    before = page.evaluate(BOXES)
    page.evaluate(WATCH)
    held.release()
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    after = page.evaluate(BOXES)
    moved = {way: (box, after.get(way)) for way, box in before.items() if jumps(box, after.get(way))}
    assert moved == {}, json.dumps(moved)
    assert before.keys() ^ after.keys() == set()
    frames = page.evaluate("window.frames_")
    assert {pages for pages, _, _ in frames} == {1}, "never none, never two"
    assert min(letters for _, letters, _ in frames) > 0.9 * max(letters for _, letters, _ in frames)
    assert all(drawn for _, _, drawn in frames), "the map is never without a picture"
    assert page.evaluate("window.shifts") == []
    assert held.errors == []


@pytest.mark.parametrize("held", ["desk", "phone"], indirect=True)
def test_a_runs_drawing_stays_that_of_its_streets(held: Held, centre: str) -> None:
    page = held.open(f"{centre}/waste?run=mau-03&day=2026-11-23")
    seen = "document.querySelector('#map svg').getAttribute('viewBox')"
    streets, map_ = page.evaluate("""() => ['#map .ioc-judged', '#map'].map(what => {
        const all = [...document.querySelectorAll(what)].map(one => one.getBoundingClientRect());
        return [Math.max(...all.map(r => r.right)) - Math.min(...all.map(r => r.left)),
                Math.max(...all.map(r => r.bottom)) - Math.min(...all.map(r => r.top))]; })""")
    assert max(streets[0] / map_[0], streets[1] / map_[1]) > 0.7, "they fill the map across or along"
    before = page.evaluate(seen)
    page.evaluate("void (document.querySelector('#map svg').dataset.old = '')")
    with page.expect_response(re.compile(r"/map/streets\.svg")):  # without WebGL the map is this drawing
        held.release()
    page.wait_for_function("() => !('old' in document.querySelector('#map svg').dataset)")
    assert page.evaluate(seen) == before


@pytest.mark.parametrize("held", ["phone"], indirect=True)
def test_scroll_focus_and_opened_menus_go_over(held: Held, centre: str) -> None:
    page = held.open(f"{centre}/services")
    page.click(".ioc-territory summary")
    page.focus(".ioc-territory nav a >> nth=1")
    href = page.evaluate("document.activeElement.href")
    page.evaluate("scrollTo(0, 300)")
    held.release()
    assert page.evaluate("[document.activeElement.href, scrollY]") == [href, 300]
    assert page.is_visible(".ioc-territory nav")
    assert page.evaluate("document.activeElement.closest('#react-entry-point') !== null")


def test_what_was_typed_early_is_typed(held: Held, centre: str) -> None:
    page = held.open(f"{centre}/services")
    page.click(".ioc-map__places summary")
    page.fill(".ioc-map__places input", "khánh hậu")
    held.release()
    assert page.input_value("#react-entry-point .ioc-map__places input") == "khánh hậu"


def test_ages_count_before_react_is_there(held: Held, centre: str) -> None:
    page = held.open(f"{centre}/")
    age = page.locator("#ioc-first .ioc-wall__left time").first
    assert re.fullmatch(r"\d+ (giây|phút|giờ|ngày)", age.inner_text())
    assert not page.is_visible(".ioc-made"), "somebody keeps it up to date"
    page.evaluate("const now = performance.now.bind(performance); performance.now = () => now() + 86400000 * 3")
    page.wait_for_function("e => e.textContent === '3 ngày'", arg=age.element_handle())


@pytest.mark.parametrize("held", ["phone"], indirect=True)
def test_an_address_of_an_indicator_opens_its_fold_on_both_pages(held: Held, centre: str) -> None:
    page = held.open(f"{centre}/indicators#indicator-24")
    open_folds = "[...document.querySelectorAll('.ioc-page details[open]')].map(fold => fold.dataset.fold)"
    for _ in range(2):
        assert page.locator("#indicator-24").is_visible()
        assert not page.locator("#indicator-1").is_visible()
        assert page.evaluate(open_folds) == ["indicators-economy"]
        held.release()


PLACED = """() => [...document.querySelectorAll('.ioc-page header, .ioc-page section, .ioc-card, tr, #map')]
  .map(element => [element.className, element.getBoundingClientRect()])
  .map(([name, box]) => [name, Math.round(box.top), Math.round(box.height)])"""


# On the wall one sentence breaks elsewhere, because its letters are wider than the mean that the stand-in is made for.
@pytest.mark.parametrize(("path", "within"), [("/", 24), ("/services", 2), ("/leader", 2)])
def test_letters_that_come_late_are_waited_for_by_nobody_and_move_nothing(
    chromium: Browser, centre: str, path: str, within: int
) -> None:
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    late: list[Route] = []
    page.route(re.compile(r"\.woff2"), lambda route: late.append(route))
    page.route(CALLBACK, lambda _: None)  # React's page is not what this is about
    page.goto(centre + path, wait_until="domcontentloaded")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    assert not page.evaluate("""document.fonts.check('600 16px "Be Vietnam Pro"')""")
    before = page.evaluate(PLACED)
    for route in late:
        route.continue_()
    page.wait_for_function("""() => document.fonts.check('600 16px "Be Vietnam Pro"')""")
    page.evaluate("document.fonts.ready")
    after = page.evaluate(PLACED)
    pairs = zip(before, after, strict=True)
    moved = [(a, b) for a, b in pairs if abs(a[1] - b[1]) > within or abs(a[2] - b[2]) > within]
    assert moved == []
    page.close()


def test_a_page_that_nothing_comes_to_help_says_so(chromium: Browser, centre: str) -> None:
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    page.clock.install()
    page.route(re.compile(r"_dash-|/assets/.*\.js"), lambda route: route.abort())
    page.goto(f"{centre}/")
    assert not page.is_visible(".ioc-made")
    page.clock.run_for(13_000)
    assert page.is_visible(".ioc-made")
    assert page.inner_text(".ioc-made").startswith("Trang này không tự cập nhật · số liệu đến 14:05 23/11/2026")
    page.close()


SPILL = """all => all.filter(field => field.checkVisibility()).map(field => {
  const box = field.closest('.ioc-field').getBoundingClientRect(), inner = field.getBoundingClientRect();
  return Math.max(box.left - inner.left, inner.right - box.right, inner.bottom - box.bottom);
})"""


def test_fields_lie_in_their_boxes_before_dash_styles_them(chromium: Browser, centre: str) -> None:
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.route(re.compile("_dash-"), lambda route: route.abort())
    page.goto(f"{centre}/waste?run=mau-03&day=2026-11-23")
    spilled = page.locator(".ioc-field > input").evaluate_all(SPILL)
    assert spilled
    assert max(spilled) <= 0
    page.close()


NAMES = """() => {
  const box = e => e.getBoundingClientRect();
  const cells = [...document.querySelectorAll('#map [data-place] > path')].map(box);
  const names = [...document.querySelectorAll('#map .ioc-names text')].filter(one => one.getClientRects().length);
  const within = name => cells.some(cell => cell.left - 3 <= name.left && cell.right + 3 >= name.right
    && cell.top - 3 <= name.top && cell.bottom + 3 >= name.bottom);
  return { cells: cells.length, names: names.length,
    beyond: names.filter(one => !within(box(one))).map(one => one.textContent),
    least: Math.min(...names.map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)) };
}"""


@pytest.mark.parametrize(("profile", "least"), [("wall", 28), ("desk", 14), ("laptop", 12.7)])
@pytest.mark.parametrize("path", ["/services", "/teams", "/connectivity"])
def test_every_cell_has_its_name_in_itself(
    chromium: Browser, centre: str, path: str, profile: str, least: float
) -> None:
    width, height = PROFILES[profile]
    page = chromium.new_page(java_script_enabled=False, viewport={"width": width, "height": height})
    page.goto(centre + path)
    seen = page.evaluate(NAMES)
    assert (seen["cells"], seen["names"]) == (60, 60)
    assert seen["beyond"] == []
    assert seen["least"] >= least
    page.close()


@pytest.mark.parametrize("path", ["/connectivity", "/waste"])
def test_a_telephone_has_no_empty_room_below_a_map_and_breaks_no_coverage(
    chromium: Browser, centre: str, path: str
) -> None:
    width, height = PROFILES["phone"]
    page = chromium.new_page(java_script_enabled=False, viewport={"width": width, "height": height})
    page.goto(centre + path)
    bottoms = page.locator(".ioc-mapbox, .ioc-map__foot").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().bottom)"
    )
    assert abs(bottoms[0] - bottoms[1]) < 16
    told = page.locator(".ioc-card [data-part=coverage]:not(:empty)")
    lines = "all => all.map(one => new Set([...one.getClientRects()].map(line => line.top)).size)"
    assert set(told.evaluate_all(lines)) <= {0, 1}
    page.close()


UNSEEN = "all => all.filter(one => !one.checkVisibility()).map(one => one.className)"
SEEN = UNSEEN.replace("!one", "one")


@pytest.mark.parametrize("profile", ["desk", "laptop", "phone"])
@pytest.mark.parametrize("path", PATHS)
def test_without_scripts_the_page_is_read_and_says_how_old_it_is(
    chromium: Browser, centre: str, path: str, profile: str
) -> None:
    width, height = PROFILES[profile]
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(centre + path)
    SHOTS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", path).strip("-") or "wall"
    page.screenshot(path=SHOTS / f"first_{name}_{profile}.png")
    assert page.is_visible(".ioc-made")
    assert page.inner_text(".ioc-made").startswith("Trang này không tự cập nhật · số liệu đến 14:05 23/11/2026")
    ages = [text for text in page.locator("time[data-as-of]").all_inner_texts() if text]
    assert all(text.startswith(("lúc ", "ngày ")) for text in ages), "no age stands still"
    idle = page.locator("main :is(button, input, select)")
    assert idle.evaluate_all(SEEN) == [], "they would do nothing"
    assert page.inner_text(".ioc-made").endswith("cần JavaScript") is (idle.count() > 0)
    folded = (path, profile) == ("/indicators", "phone")
    assert ages or folded or path.startswith("/waste?"), "one run and one day tell hours anyway"
    assert page.evaluate(BEYOND) == []
    assert page.evaluate(CUT) == []
    if profile != "phone":
        assert page.locator(".ioc-phone-fold > :not(summary)").evaluate_all(UNSEEN) == []
    fold = page.locator("details:not([open]):has(#map) > summary")
    if fold.count():
        fold.click()
    if page.locator("#map").count():
        assert page.locator("#map svg").first.bounding_box()["width"] > 100  # type: ignore[index]
    context.close()


@pytest.mark.parametrize(("profile", "open_"), [("desk", True), ("phone", False)])
def test_what_a_telephone_folds_is_open_at_a_desk_without_scripts(
    chromium: Browser, centre: str, profile: str, open_: bool
) -> None:
    width, height = PROFILES[profile]
    page = chromium.new_page(java_script_enabled=False, viewport={"width": width, "height": height})
    page.goto(centre + "/services")
    fold = "<details class=ioc-phone-fold><summary>Điểm từng nhóm</summary><p id=folded>17,58/18</p></details>"
    page.evaluate("fold => document.querySelector('#ioc-first main').insertAdjacentHTML('afterbegin', fold)", fold)
    assert page.is_visible("#folded") is open_
    page.close()


def test_the_publics_first_response_holds_public_bytes_only(chromium: Browser, centre: str) -> None:
    answer = chromium.new_page().goto(f"{centre}/kiosk")
    assert answer is not None
    html = answer.text().split("<body>")[1]  # the style sheets before it are everybody's
    assert "DỮ LIỆU MÔ PHỎNG" in html
    for private in ("data-layers", "LA-001", "waste_online_rate", "data-rows", "ioc-nav", "Cần xử lý", "/waste"):
        assert private not in html
    assert answer.headers["cache-control"] == "no-store"
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"].split("style-src")[0]
