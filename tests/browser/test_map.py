"""The map in Chromium: the same on every page, it keeps people's choices, and requests nothing from other hosts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from map_fixtures import layer
from playwright.async_api import Browser, Page
from said import at_place

from domain.places.map_layer import LayerKind
from domain.places.territory import Level
from store.database import open_database
from store.maps.map_layers import MapLayers
from store.registry import Registry
from tests.browser.centres.web_side import Web, open_page, result, truck, until

GROUND = "IOC.map.ground && IOC.map.ground.loaded()"
PATHS = ("/", "/waste", "/services", "/connectivity", "/teams", "/leader", "/data", "/kiosk")
LIVE = ("/", "/services")  # a map with vehicles and one of figures alone; others have the same engine
KPI = "services_on_time"
# Limits of the KPI are 90 and 80: a place on the first still passes.
COMMUNES = {"27694": 99.0, "27712": 90.0, "27715": 85.0, "27721": 70.0}
CREDIT = "Ranh giới thử © Sở A"


async def figures(web: Web) -> None:
    """A KPI of four communes in every class of its limits, and of the province."""
    here = [at_place(result(value, KPI), place=code, reporting=1, expected=1) for code, value in COMMUNES.items()]
    await web.record([result(97.3, KPI), *here])


def square(longitude: float, latitude: float) -> dict[str, Any]:
    ring = [[longitude + x, latitude + y] for x, y in ((-0.03, -0.03), (0.03, -0.03), (0.03, 0.03), (-0.03, 0.03))]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def import_boundaries(web: Web) -> None:
    """A square border around every seat, put straight into the store as an import would."""
    engine = open_database(web.environment["DATABASE_URL"])
    places = [p for p in Registry(engine).places("2025-07") if p.longitude is not None]
    shapes = {p.code: square(p.longitude or 0, p.latitude or 0) for p in places}
    maps = MapLayers(engine, Path(web.environment["IOC_DATA_DIR"]) / "maps")
    given = layer("made1", kind=LayerKind.BOUNDARIES, level=Level.COMMUNE)
    given = replace(given, provenance=replace(given.provenance, attribution=CREDIT))
    maps.add(given, dict.fromkeys((0, 1, 2), shapes), {})
    engine.dispose()


async def state(page: Page, code: str) -> Any:
    return await page.evaluate(f"IOC.map.ground.getFeatureState({{source: 'places', id: '{code}'}}).class")


async def names_drawn(page: Page) -> set[str]:
    drawn = "IOC.map.ground.queryRenderedFeatures({layers: ['names', 'seats']}).map(f => f.properties.name)"
    return set(await page.evaluate(drawn))


async def asks_nobody(web: Web, chromium: Browser, path: str, drawn: str) -> None:
    await figures(web)
    page, seen = await open_page(chromium, web, path)
    await until(page, drawn)
    assert seen.elsewhere == []
    assert seen.errors == []
    assert await page.evaluate("IOC.violations") == []


@pytest.mark.parametrize("path", LIVE)
async def test_no_live_map_asks_anybody_but_its_own_host(web: Web, gl_browser: Browser, path: str) -> None:
    await asks_nobody(web, gl_browser, path, GROUND)


@pytest.mark.parametrize("path", PATHS)
async def test_no_page_asks_anybody_but_its_own_host(web: Web, browser: Browser, path: str) -> None:
    await asks_nobody(web, browser, path, "!document.getElementById('ioc-first')")


async def test_every_vehicle_is_drawn_however_close_they_stand(web: Web, gl_browser: Browser) -> None:
    await web.live.publish_positions([truck(f"LA-{i:03d}", 10.543 + i * 1e-6) for i in range(120)])
    page, _ = await open_page(gl_browser, web)
    drawn = "IOC.map.overlay._deck.layerManager.getLayers()[0]"
    await until(page, f"{drawn}.getNumInstances() === 120")
    assert await page.evaluate(f"{drawn}.props.visible")
    assert await page.evaluate("IOC.map.ground.getStyle().layers.at(-1).type") == "symbol"


async def test_a_vehicle_with_an_open_alarm_keeps_its_mark_when_vehicles_are_switched_off(
    web: Web, gl_browser: Browser
) -> None:
    await web.live.publish_positions([truck("LA-001"), truck("LA-002", 10.53)])
    page, _ = await open_page(gl_browser, web)
    layers = "IOC.map.overlay._deck.layerManager.getLayers()"
    await until(page, f"{layers}[0].getNumInstances() === 2")
    silent = "{id: 'silent:LA-002', tone: 'high', at: [[106.41, 10.53]]}"
    rows = f"[{silent}, {{id: 'kpi:services_on_time', tone: 'critical'}}]"
    await page.evaluate(f"IOC.tell('rows', {{id: 'alarms', rows: {rows}}})")
    await until(page, f"{layers}[1].props.data.length === 1")
    await page.evaluate("document.querySelector('[data-map-layer=vehicles]').click()")
    await until(page, f"{layers}.some(l => l.id === 'vehicles' && !l.props.visible)")
    assert await page.evaluate(f"{layers}.find(l => l.id === 'alarms').props.visible")


async def test_places_are_coloured_and_named_in_vietnamese(web: Web, gl_browser: Browser) -> None:
    await figures(web)
    page, _ = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    assert {code: await state(page, code) for code in COMMUNES} == {"27694": 0, "27712": 0, "27715": 2, "27721": 3}
    assert await state(page, "27727") is None
    assert {"Tân Hưng", "Cần Giuộc", "Đức Hòa"} <= await names_drawn(page)
    assert await page.inner_text(f"[data-legend={KPI}] [data-count]") == "4/4"
    assert "không phải ranh giới" in await page.inner_text("[data-part=map-credit]")


async def test_new_figures_change_colours_without_a_new_map(web: Web, gl_browser: Browser) -> None:
    await figures(web)
    page, _ = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    changed = at_place(result(72.0, KPI), place="27694", reporting=1, expected=1)
    await web.record([changed])
    await until(page, "IOC.map.ground.getFeatureState({source: 'places', id: '27694'}).class === 3")
    assert await page.evaluate("IOC.map.builds") == 1


async def test_an_import_appears_by_itself_and_the_view_stays(web: Web, gl_browser: Browser) -> None:
    await figures(web)
    page, seen = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    await page.evaluate("IOC.map.ground.jumpTo({center: [106.41, 10.54], zoom: 10})")
    import_boundaries(web)
    await until(page, f"document.querySelector('[data-part=map-credit]').textContent.includes('{CREDIT}')")
    await until(page, "IOC.map.ground.getSource('places')._data.geojson !== undefined || " + GROUND)
    await until(page, "IOC.map.ground.getFeatureState({source: 'places', id: '27721'}).class === 3")
    assert "lục giác" not in await page.inner_text("[data-part=map-credit]")
    assert await page.evaluate("IOC.map.ground.getZoom()") == pytest.approx(10)
    assert await page.evaluate("IOC.map.builds") == 1
    assert seen.errors == []


async def test_the_view_and_the_choices_are_kept_over_a_refresh_and_the_other_language(
    web: Web, gl_browser: Browser
) -> None:
    await figures(web)
    page, _ = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    await page.evaluate("IOC.map.ground.jumpTo({center: [106.2, 10.7], zoom: 10.5})")
    await page.evaluate("document.querySelector('[data-part=map-tools] details').open = true")
    await page.select_option("[data-map=kpi]", "services_online")
    await page.click("[data-map-layer=names]")
    for address in ("/services", "/services?lang=en"):
        await page.goto(web.url + address)
        await until(page, GROUND)
        assert await page.evaluate("IOC.map.ground.getZoom()") == pytest.approx(10.5)
        assert await page.input_value("[data-map=kpi]") == "services_online"
        assert await page.get_attribute("[data-map-layer=names]", "aria-checked") == "false"
        assert await page.evaluate("IOC.map.ground.getLayoutProperty('names', 'visibility')") == "none"


async def test_a_map_that_grows_shows_the_whole_province_unless_somebody_moved_it(
    web: Web, gl_browser: Browser
) -> None:
    page, _ = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    await page.set_viewport_size({"width": 1900, "height": 720})
    await page.reload()
    await until(page, GROUND)
    whole = await page.evaluate("IOC.map.ground.getZoom()")
    await page.set_viewport_size({"width": 1280, "height": 720})
    await page.reload()
    await until(page, GROUND)
    await page.set_viewport_size({"width": 1900, "height": 720})
    await until(page, f"Math.abs(IOC.map.ground.getZoom() - {whole}) < 0.01")
    await page.evaluate("IOC.map.ground.jumpTo({center: [106.2, 10.7], zoom: 10.5})")
    await page.set_viewport_size({"width": 1800, "height": 720})
    await page.set_viewport_size({"width": 1900, "height": 720})
    assert await page.evaluate("IOC.map.ground.getZoom()") == pytest.approx(10.5)


async def test_the_map_cannot_leave_the_province(web: Web, gl_browser: Browser) -> None:
    page, _ = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    await page.evaluate("IOC.map.ground.jumpTo({center: [105.85, 21.03], zoom: 2})")  # Hà Nội
    west, south, east, north = await page.evaluate("IOC.map.ground.getBounds().toArray().flat()")
    assert 104 < west < 105.6
    assert 106.7 < east < 108
    assert 9.5 < south < 10.4
    assert 11 < north < 12


async def test_the_keyboard_opens_a_place_and_closes_it(web: Web, gl_browser: Browser) -> None:
    await figures(web)
    page, _ = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    await page.focus("[data-part=map-places] summary")
    await page.keyboard.press("Enter")
    await page.focus("[data-map-place='27694']")
    place = page.get_by_role("button", name="Phường Long An ≥ 90", exact=True)
    assert await place.get_attribute("data-map-place") == "27694"
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#map-card h3 >> text=Phường Long An")
    assert "99,0" in await page.inner_text("#map-card")
    assert await page.get_attribute("#map-card a", "href") == "/services#place-27694"
    assert await page.locator("#place-27694").count() == 1
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#map-card:empty", state="attached")
    assert await page.evaluate("document.activeElement.dataset.mapPlace") == "27694"


async def test_a_former_name_typed_without_marks_leads_to_the_place_of_today(web: Web, browser: Browser) -> None:
    page, seen = await open_page(browser, web, "/services")
    await page.click("[data-part=map-places] summary")
    await page.fill("[data-map-find] input", "xa long an, can giuoc")
    await page.wait_for_selector("[data-map-found] button >> text=Xã Phước Vĩnh Tây")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#map-card h3 >> text=Xã Phước Vĩnh Tây")
    await page.fill("[data-map-find] input", "tan thanh")
    await until(page, "document.querySelectorAll('[data-map-found] button').length > 2")
    assert "hãy chọn một" in await page.inner_text("[data-map-found]")
    await page.fill("[data-map-find] input", "")
    await page.wait_for_selector("[data-map-place='27694']")
    assert seen.errors == []


async def test_seats_are_shown_on_wish(web: Web, gl_browser: Browser) -> None:
    import_boundaries(web)
    page, seen = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    assert await page.get_attribute("[data-map-layer=points]", "aria-checked") == "false"
    await page.evaluate("document.querySelector('[data-map-layer=points]').click()")
    await until(page, "IOC.map.ground.queryRenderedFeatures({layers: ['points']}).length > 40")
    assert seen.errors == []


async def test_a_name_that_the_panel_would_cover_is_left_out(web: Web, gl_browser: Browser) -> None:
    import_boundaries(web)
    page, _ = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    await page.evaluate("IOC.map.ground.jumpTo({center: [105.723, 10.811], zoom: 11})")  # the seat of Tân Hưng
    await until(page, GROUND)
    assert "Tân Hưng" in await names_drawn(page)
    await page.evaluate("""() => {
        const canvas = IOC.map.ground.getCanvas().getBoundingClientRect();
        const tools = document.querySelector('[data-part=map-tools]').getBoundingClientRect();
        const middle = side => [canvas[side] + canvas[side === 'x' ? 'width' : 'height'] / 2];
        IOC.map.ground.setMaxBounds(null);
        IOC.map.ground.panBy([middle('x') - tools.x - tools.width / 2, middle('y') - tools.bottom], {animate: false});
    }""")
    await until(page, GROUND)
    drawn = "IOC.map.ground.queryRenderedFeatures({layers: ['names']}).some(f => f.properties.name === 'Tân Hưng')"
    await until(page, f"!{drawn}")


async def test_arrow_keys_move_the_map(web: Web, gl_browser: Browser) -> None:
    page, _ = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    await page.evaluate("IOC.map.ground.jumpTo({center: [106.2, 10.7], zoom: 11})")
    await page.focus("#map canvas")
    await page.keyboard.press("ArrowRight")
    await until(page, "IOC.map.ground.getCenter().lng > 106.22")
    await page.keyboard.press("+")
    await until(page, "IOC.map.ground.getZoom() > 11.9")


async def test_a_click_on_the_map_opens_the_place_under_it(web: Web, gl_browser: Browser) -> None:
    await figures(web)
    import_boundaries(web)
    page, _ = await open_page(gl_browser, web, "/services")
    await until(page, GROUND)
    await page.evaluate("IOC.map.ground.jumpTo({center: [105.723, 10.811], zoom: 11})")
    await until(page, GROUND)
    box = await page.locator("#map").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.wait_for_selector("#map-card h3 >> text=Xã Tân Hưng")


async def test_without_webgl_the_same_map_is_a_drawing(web: Web, browser: Browser) -> None:
    await figures(web)
    import_boundaries(web)
    page, seen = await open_page(browser, web, "/services")
    await until(page, "!document.getElementById('ioc-first')")  # the first response has the same picture
    await page.wait_for_selector("#map svg [data-place='27721'][data-class='3']")
    assert await page.get_attribute("#map svg [data-place='27727']", "data-class") == "none"
    assert CREDIT in await page.inner_text("[data-part=map-credit]")
    await page.click("#map svg [data-place='27721']")
    await page.wait_for_selector("#map-card h3 >> text=Xã Tân Hưng")
    await web.record([at_place(result(100.0, KPI), place="27721", reporting=1, expected=1)])
    await page.wait_for_selector("#map svg [data-place='27721'][data-class='0']")
    assert seen.errors == []


async def test_a_telephone_gets_the_drawing_and_not_four_megabytes(web: Web, browser: Browser) -> None:
    await figures(web)
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    await page.goto(web.url + "/services")
    await page.wait_for_selector("#map svg [data-place='27721'][data-class='3']")
    assert not any("/vendor/" in url for url in asked)


async def test_a_telephone_shows_vehicles_on_their_streets_with_names_where_places_stand(
    web: Web, gl_browser: Browser
) -> None:
    await web.live.publish_positions([truck("LA-001"), truck("LA-002", 10.53)])
    for width in (320, 390):
        page = await gl_browser.new_page(viewport={"width": width, "height": 844})
        await page.goto(web.url + "/waste")
        await until(page, GROUND)
        drawn = "IOC.map.ground.queryRenderedFeatures({layers: ['streets']}).length"
        await until(page, f"{drawn} > 20")
        assert await page.evaluate("IOC.map.ground.queryRenderedFeatures({layers: ['names']}).length") == 0
        assert "Khánh Hậu" in await names_drawn(page), "as on the drawing: longer ones lie on the streets beside"
        await page.close()


async def test_an_older_version_without_borders_says_what_to_import(web: Web, gl_browser: Browser) -> None:
    page, _ = await open_page(gl_browser, web, "/services?territory=2024-01")
    await until(page, GROUND)
    assert "Hãy nhập tệp ranh giới" in await page.inner_text("[data-part=map-gap]")
    assert await page.evaluate("IOC.map.ground.queryRenderedFeatures({layers: ['land']}).length") == 0
