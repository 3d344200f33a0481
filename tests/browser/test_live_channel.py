"""The live channel in Chromium: stored values reach the page, and the page shows a failure and recovers by itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hangs import HANG_MS
from playwright.async_api import Browser
from said import columns_of

from domain.instant import to_ms
from domain.kpis.health import FeedHealth
from tests.browser.centres.web_side import CARD, SKIP, Web, open_page, result, truck, until

NAMED_WITHIN_MS = 5_000


async def test_what_the_store_says_reaches_the_wall_and_no_request_goes_out(web: Web, gl_browser: Browser) -> None:
    await web.live.publish_positions([truck("LA-001")])
    page, seen = await open_page(gl_browser, web)
    await until(page, "IOC.newest['LA-001'] && IOC.redraws > 0")
    await web.live.publish_positions([truck("LA-002", 10.53)])
    await until(page, "IOC.newest['LA-002']")
    await web.live.publish_results(columns_of([result(97.3)]))
    await until(page, f"document.querySelector('{CARD}').textContent === '97,3'")
    vehicles = "IOC.map.overlay._deck.layerManager.getLayers()[0].getNumInstances()"
    await until(page, f"{vehicles} === 2")
    assert seen.elsewhere == []
    assert seen.errors == []
    assert await page.evaluate("IOC.violations") == []
    assert await page.locator("[data-part=simulated]").is_visible()


async def test_rows_change_in_place(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web)
    row = '[data-rows=feeds] [data-row="services"]'
    await until(page, "!document.getElementById('ioc-first')")  # React's page keeps its rows, the first gives way to it
    now = datetime.now(UTC)
    health = FeedHealth(
        feed="services", accepted=10, duplicates=0, rejected=0, late=0, corrected=0,
        last_received_at=now, last_at=now, reporting=27, expected=30, measured_share=1.0, simulated_share=1.0,
    )  # fmt: skip
    await web.live.publish_feeds([health])
    await until(page, f"document.querySelector('{row}')?.textContent.includes('27/30')")
    await page.evaluate(f"document.querySelector('{row}').mark = 'same'")
    assert await page.locator("[data-part=simulated]").is_visible(), "a simulated count is marked before any card is"
    await web.live.publish_feeds([replace(health, reporting=26)])
    await until(page, f"document.querySelector('{row}').textContent.includes('26/30')")
    assert await page.evaluate(f"document.querySelector('{row}').mark") == "same"
    await web.live.publish_feeds([replace(health, reporting=30)])
    await until(page, f"!document.querySelector('{row}')")  # the wall lists what somebody should look at


async def test_a_row_that_changes_parts_its_words_as_the_servers_does(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web)
    await until(page, "!document.getElementById('ioc-first')")
    told = {"t": "Xe 62C-123.45 im lặng 12 phút, 04:03–07:25, 3 xã."}
    row = {"id": "x", "tone": "", "simulated": False, "href": "", "cells": [{"t": "▲"}, told]}
    await page.evaluate("row => IOC.tell('rows', { id: 'feeds', rows: [row] })", row)
    await until(page, "document.querySelector('[data-row=x]')")
    whole = await page.eval_on_selector_all("[data-row=x] .ioc-whole", "found => found.map(one => one.textContent)")
    assert whole == ["62C-123.45", "12 phút", "04:03–07:25", "3 xã"]
    assert await page.text_content("[data-row=x] td:last-child") == told["t"]
    await page.close()


async def test_a_public_screen_receives_no_vehicle_and_no_operator_card(web: Web, browser: Browser) -> None:
    await web.live.publish_positions([truck("51C-123.45")])
    await web.record([result(83.5, "services_online"), result(12.25, "waste_online_rate")])
    page, seen = await open_page(browser, web, "/kiosk")
    await web.live.publish_positions([truck("51C-123.45", 10.53)])
    # 84 of 100 stay filled: with another picture the page loads anew, at an instant of its own.
    await web.live.publish_results(columns_of([result(84.2, "services_online")]))
    await until(page, "document.querySelector('[data-kpi=services_online]').textContent.includes('84,2')")
    received = "".join(m if isinstance(m, str) else "BINARY" for m in seen.received)
    assert "51C" not in received + await page.content()
    assert "BINARY" not in received
    assert set(re.findall(r'"k":"(\w+)"', received)) <= {"hello", "kpis", "maps", "hb"}
    assert '"headline"' in received
    assert "waste_online_rate" not in received
    assert seen.elsewhere == []


async def test_a_public_screen_that_was_empty_gets_its_slides_when_figures_come(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web, "/kiosk")
    assert await page.locator("[data-slide=neutral]").count() == 1
    await web.record([result(83.5, "services_online")])
    await until(page, "document.querySelector('[data-public][data-kpi=services_online]')")


async def test_a_figure_the_public_may_no_longer_see_leaves_nothing_of_itself(web: Web, browser: Browser) -> None:
    await web.record([result(83.5, "services_online")])
    page, _ = await open_page(browser, web, "/kiosk")
    slide = "[data-public][data-kpi=services_online]"
    await until(page, f"document.querySelector('{slide}').textContent.includes('83,5')")
    await web.live.publish_results(columns_of([replace(result(83.5, "services_online"), reporting=1)]))
    await until(page, f"!document.querySelector('{slide}').textContent.includes('83,5')")
    left = [await page.text_content(f"{slide} [data-part={name}]") for name in ("headline", "context", "coverage")]
    assert left == ["", "", ""]
    assert await page.text_content(f"{slide} [data-part=age]") == "—"


async def test_a_dead_server_is_named_within_five_seconds_and_numbers_go_on_ageing(web: Web, browser: Browser) -> None:
    await web.live.publish_results(columns_of([result(97.3)]))
    page, _ = await open_page(browser, web)
    await until(page, f"document.querySelector('{CARD}').textContent === '97,3'")
    await page.evaluate("window.mark = 'same page'")
    await page.evaluate(SKIP)
    web.kill()
    assert await page.locator(".ioc-offline").count() == 0
    await page.evaluate(f"window.skipped += {NAMED_WITHIN_MS}")
    banner = await page.wait_for_selector(".ioc-offline", timeout=HANG_MS)
    assert banner is not None
    assert re.search(r"Mất kết nối máy chủ · số liệu từ \d\d:\d\d:\d\d", await banner.inner_text())
    age = '[data-kpi=services_on_time] [data-part="age"]'
    before = await page.inner_text(age)
    await until(page, f"document.querySelector('{age}').textContent !== '{before}'")
    await web.start()
    await page.wait_for_selector(".ioc-offline", state="detached", timeout=HANG_MS)
    await web.live.publish_results(columns_of([result(96.4)]))
    await until(page, f"document.querySelector('{CARD}').textContent === '96,4'")
    assert await page.evaluate("window.mark") == "same page"


async def test_a_new_release_reloads_the_page_and_the_same_does_not(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web)
    await page.evaluate("window.mark = 'old page'; document.documentElement.dataset.release = 'older'")
    web.kill()
    await web.start()
    await until(page, "window.mark === undefined && window.IOC && IOC.connected")
    assert await page.evaluate("document.documentElement.dataset.release") != "older"


async def test_a_vehicle_grows_old_on_the_map_although_nothing_is_received(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web)
    await web.live.publish_positions([truck("A", age_s=88), truck("B", age_s=599), truck("C")])
    states = """() => { const found = {}; IOC.fleet.each(performance.now(), false,
        (slot, lon, lat, state) => { found[IOC.fleet.ids[slot]] = state; }); return JSON.stringify(found); }"""
    await until(page, f'({states})() === \'{{"A":3,"B":4,"C":1}}\'')


async def test_a_far_jump_is_not_shown_as_a_ride_and_a_near_one_glides(web: Web, browser: Browser) -> None:
    at = datetime.now(UTC)
    before = [truck(id_)._replace(at_ms=to_ms(at - timedelta(seconds=10))) for id_ in ("near", "far")]
    await web.live.publish_positions(before)
    page, _ = await open_page(browser, web)
    await until(page, "IOC.newest.near && IOC.newest.far")
    now = [truck(id_, latitude)._replace(at_ms=to_ms(at)) for id_, latitude in (("near", 10.544), ("far", 10.6))]
    await web.live.publish_positions(now)
    await until(page, f"['near', 'far'].every(id => IOC.newest[id] === {to_ms(at) // 1000})")
    spans = await page.evaluate("Object.fromEntries(IOC.fleet.ids.map((id, i) => [id, IOC.fleet.span[i]]))")
    assert spans["near"] > 0
    assert spans["far"] == 0


async def test_a_lost_webgl_context_is_built_again(web: Web, gl_browser: Browser) -> None:
    await web.live.publish_positions([truck("A")])
    page, _ = await open_page(gl_browser, web)
    await until(page, "IOC.redraws > 0 && IOC.map.overlay._deck")
    lose = "c => c.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
    await page.evaluate(f"document.querySelectorAll('#map canvas').forEach({lose})")
    await until(page, "IOC.map.losses === 1 && IOC.map.builds === 2")
    await page.evaluate("window.drawn = IOC.redraws")
    await web.live.publish_positions([truck("A", 10.5435)])
    await until(page, "IOC.redraws > window.drawn")


async def test_without_webgl_the_map_is_a_drawing_with_moving_vehicles(web: Web, browser: Browser) -> None:
    await web.live.publish_positions([truck("A"), truck("B", 10.53, age_s=700)])
    page, seen = await open_page(browser, web)
    await page.wait_for_selector("#map svg [data-state=silent][d^=M]", state="attached")
    first = await page.get_attribute("#map svg [data-state=live]", "d")
    await web.live.publish_positions([truck("A", 10.535)])
    moved = f"document.querySelector('#map svg [data-state=live]').getAttribute('d') !== '{first}'"
    await until(page, moved)
    assert await page.evaluate("IOC.map.overlay") is None
    assert seen.errors == []
