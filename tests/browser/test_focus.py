"""The wall's focus slot in Chromium: it fills and empties by itself without flicker, and the map's layer follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, Page
from said import at_place
from screen_figures import KPIS

from domain.kpis.kpi import KpiResult, Status
from domain.places.place import IN_FORCE, PROVINCE
from store import territories
from tests.browser.centres.web_side import SKIP, Web, open_page, result, until
from tests.browser.test_screens import PROFILES, SHOTS

SHOWN = "document.querySelector('[data-focus]:not([hidden]) [data-kpi]').dataset.kpi"
HIDDEN = (
    "document.querySelector('[data-focus]').dataset.focus === '' && !document.querySelector('.ioc-focus__calm').hidden"
)
SECOND = "IOC.seconds.forEach(act => act())"
# Parts of the card that stick out of it or lie on each other's figures.
INSIDE = """() => { const card = document.querySelector('[data-focus] [data-kpi]'), box = card.getBoundingClientRect();
  const value = card.querySelector('[data-part=unit]').getBoundingClientRect();
  const drawn = [...card.children].filter(e => e.getClientRects().length && (e.textContent || e.firstElementChild));
  return drawn.filter(e => {
    const r = e.getBoundingClientRect();
    const covers = e.matches('[data-part=spark]') && r.left < value.right && r.top < value.bottom;
    return covers || r.left < box.left || r.right > box.right + 1 || r.bottom > box.bottom + 1;
  }).map(e => e.className); }"""
TONES = {Status.WARNING: "high", Status.CRITICAL: "critical"}
KPI, OTHER, DEFAULT = "services_online", "services_cashless", "services_on_time"


def said(key: str, status: Status = Status.NORMAL, minutes: float = 1) -> KpiResult:
    return replace(result(81.2, key), status=status, since=datetime.now(UTC) - timedelta(minutes=minutes))


async def open_wall(web: Web, browser: Browser) -> Page:
    for key in (KPI, OTHER, DEFAULT):
        # Most communes: a figure that few have does not colour the map.
        codes = [place.code for place in territories.places(IN_FORCE) if place.code != PROVINCE][:40]
        parts = [at_place(result(60.0 + n, key), place=code, reporting=1, expected=1) for n, code in enumerate(codes)]
        await web.record([said(key), *parts])
    page, _ = await open_page(browser, web)
    await page.evaluate(SKIP)
    await until(page, f"IOC.card('{KPI}') && IOC.panel.kpi === '{DEFAULT}'")
    assert await page.evaluate(HIDDEN)
    return page


async def skip(page: Page, seconds: int) -> None:
    """Put the clock forward without the line seeming dead; the slot is looked at before and after."""
    await page.evaluate(f"{SECOND}; window.skipped += {seconds * 1000}; IOC.heardAt += {seconds * 1000}; {SECOND}")


async def tell(web: Web, page: Page, *results: KpiResult) -> None:
    await web.record(list(results))
    for one in results:
        await until(page, f"IOC.card('{one.key}').status === '{one.status}'")
        row = f"(IOC.rows('alarms') || []).find(row => row.kpi === '{one.key}')"
        await until(page, f"({row} || {{ tone: '' }}).tone === '{TONES.get(one.status, '')}'")


async def looks(page: Page, times: int = 3) -> None:
    """Have the slot looked at again, which the page does once a second."""
    for _ in range(times):
        await page.evaluate(SECOND)


async def test_an_abnormal_kpi_grows_into_the_slot_and_the_map_shows_it(web: Web, gl_browser: Browser) -> None:
    page = await open_wall(web, gl_browser)
    lines = "[...document.querySelectorAll('[data-part=wall-left] > *')]"
    left = f"JSON.stringify({lines}.map(e => e.getBoundingClientRect().y))"
    before = await page.evaluate(left)
    await tell(web, page, said(KPI, Status.WARNING))
    assert await page.evaluate(HIDDEN), "not at once: it may pass"
    await skip(page, 6)
    await until(page, f"{SHOWN} === '{KPI}'")
    slot = page.locator("[data-focus]")
    shown = await slot.inner_text()
    for part in (
        KPIS[KPI].short.vi,
        "81,2",
        "▲",
        "từ ",
        "58/60 xã",
        KPIS[KPI].response.vi,
        "Trung tâm Phục vụ hành chính công",
    ):
        assert part in shown, part
    assert await page.evaluate(f"IOC.panel.kpi === '{KPI}'")
    assert await page.is_visible(f"[data-legend={KPI}]")
    assert await page.evaluate(left) == before, "nothing else moved"
    row = page.locator("[data-rows=alarms] [data-focused]")
    assert KPIS[KPI].response.vi in (await row.text_content() or "")
    assert KPIS[KPI].response.vi not in await row.inner_text(), "the slot says it, once is enough"
    await until(page, "IOC.map.ground && IOC.map.ground.loaded()")
    SHOTS.mkdir(exist_ok=True)
    for profile in ("wall", "desk", "phone"):
        width, height = PROFILES[profile]
        await page.set_viewport_size({"width": width, "height": height})
        await page.screenshot(path=SHOTS / f"wall_focus_{profile}.png", full_page=profile == "phone")
        card = await page.evaluate(INSIDE)
        assert card == [], (profile, card)


async def test_the_slot_does_not_flap(web: Web, browser: Browser) -> None:
    page = await open_wall(web, browser)
    await tell(web, page, said(KPI, Status.WARNING))
    await tell(web, page, said(KPI))
    await skip(page, 6)
    await looks(page)
    assert await page.evaluate(HIDDEN), "what passed within the hold was never shown"
    await tell(web, page, said(KPI, Status.WARNING))
    await skip(page, 6)
    await until(page, f"{SHOWN} === '{KPI}'")
    await tell(web, page, said(KPI))
    await looks(page)
    assert await page.evaluate(f"{SHOWN} === '{KPI}'"), "well again, but not gone at once"
    await skip(page, 31)
    await until(page, HIDDEN)
    await until(page, f"IOC.panel.kpi === '{DEFAULT}'")


async def test_critical_takes_the_slot_over_and_an_equal_does_not(web: Web, browser: Browser) -> None:
    page = await open_wall(web, browser)
    await tell(web, page, said(KPI, Status.WARNING))
    await skip(page, 6)
    await until(page, f"{SHOWN} === '{KPI}'")
    await tell(web, page, said(OTHER, Status.WARNING, minutes=90))
    await skip(page, 6)
    assert await page.evaluate(f"{SHOWN} === '{KPI}'"), "an equal, though older, does not push it out"
    await tell(web, page, said(OTHER, Status.CRITICAL))
    await until(page, f"{SHOWN} === '{OTHER}'")


async def test_an_operators_own_choice_of_layer_wins_for_a_while(web: Web, browser: Browser) -> None:
    page = await open_wall(web, browser)
    await page.evaluate(
        f"""() => {{ const select = document.querySelector('[data-map=kpi]'); select.value = '{OTHER}';
          select.dispatchEvent(new Event('change', {{ bubbles: true }})); }}"""
    )
    await tell(web, page, said(KPI, Status.CRITICAL))
    await skip(page, 6)
    await until(page, f"{SHOWN} === '{KPI}'")
    assert await page.evaluate(f"IOC.panel.kpi === '{OTHER}'")
    await page.evaluate("IOC.panel.keep('chosenAt', Date.now() - 11 * 60000)")
    await until(page, f"IOC.panel.kpi === '{KPI}'")


async def test_the_slot_is_there_at_first_sight_and_ages_without_a_server(web: Web, browser: Browser) -> None:
    await web.record([said(KPI, Status.CRITICAL)])
    page, _ = await open_page(browser, web)
    assert await page.evaluate(f"{SHOWN} === '{KPI}'")
    await page.evaluate(SKIP)
    web.kill()
    await page.evaluate("window.skipped += 4000")
    age = "document.querySelector('[data-focus] [data-part=age]').textContent"
    await until(page, f"parseInt({age}) >= 4 && {SHOWN} === '{KPI}'")
