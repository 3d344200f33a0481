"""The waste map in Chromium: due streets by their state or their last service, the track of a truck."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from plan_fixtures import ROUTE, done
from playwright.async_api import Browser, Route
from run_fixtures import BEGINS, MISSED, RUN, SERVED, minutes, street

from domain.instant import to_ms
from domain.waste.run import AssignedBy, Assignment, RunResult, StreetState
from store.database import open_database
from store.intake import IntakeStore
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from tests.browser.centres.web_side import Web, open_page, until
from tests.store.test_intake import Writer, fix

LINE = ((106.41, 10.53), (106.41, 10.535))
DAY = f"?day={RUN.day.isoformat()}"
KINDS = "IOC.map.ground.querySourceFeatures('collection').map(f => f.properties.kind)"


def judge(web: Web, *runs: RunResult) -> None:
    """Put a plan of two streets and what became of them straight into the store."""
    engine = open_database(web.environment["DATABASE_URL"])
    streets = tuple(replace(ROUTE.streets[0], order=i, points=LINE) for i in (1, 2))
    if not Plan(engine).routes():
        Plan(engine).add(done(), [replace(ROUTE, id="mau-01", streets=streets)], valid={})
    Runs(engine).put(runs)
    engine.dispose()


def drive(web: Web, longitude: Callable[[int], float]) -> None:
    """Have LA-001 work on the run and put 20 fixes of it into the store, a minute apart; ``longitude`` by number."""
    worked = Assignment(
        vehicle="LA-001", since=BEGINS, until=BEGINS + minutes(60), confidence=0.9, by=AssignedBy.MATCHED
    )
    judge(web, replace(RUN, assignments=(worked,), streets=(street(1, StreetState.SERVED, SERVED),)))
    engine = open_database(web.environment["DATABASE_URL"])
    driven = [BEGINS + minutes(at) for at in range(20, 40)]
    Writer(IntakeStore(engine))(
        fixes=[fix(at=at, received_at=at, longitude=longitude(i)) for i, at in enumerate(driven)]
    )
    engine.dispose()


async def test_due_streets_are_on_the_map_in_both_legends(web: Web, gl_browser: Browser) -> None:
    judge(web, replace(RUN, streets=(street(1, StreetState.SERVED, SERVED), street(2, StreetState.MISSED, MISSED))))
    page, _ = await open_page(gl_browser, web, f"/waste{DAY}")
    await until(page, "IOC.map.ground && IOC.map.ground.getLayer('collection-missed')")
    await until(page, f"new Set({KINDS}).has('missed') && new Set({KINDS}).has('served')")
    await page.click("[data-runs-by=age]")
    await until(page, f"new Set({KINDS}).has('never') && !new Set({KINDS}).has('missed')")
    assert await page.is_visible("[data-runs-legend=age]")
    assert not await page.is_visible("[data-runs-legend=state]")
    await page.close()


async def test_the_drawing_stays_until_the_live_map_has_the_days_streets(web: Web, gl_browser: Browser) -> None:
    judge(web, replace(RUN, streets=(street(1, StreetState.SERVED, SERVED), street(2, StreetState.MISSED, MISSED))))
    page, answered = await gl_browser.new_page(viewport={"width": 1280, "height": 720}), asyncio.Event()

    async def held(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await page.route("**/api/v1/runs/streets?*", held)
    await page.goto(f"{web.url}/waste{DAY}")
    await until(page, "IOC.map.ground && IOC.map.ground.loaded()")
    idle = "IOC.map.ground.once('idle', done); IOC.map.ground.triggerRepaint()"
    await page.evaluate(f"new Promise(done => {{ {idle} }})")
    assert await page.locator("#map svg [data-collection] path").count() > 0, "the streets would leave and come again"
    answered.set()
    await until(page, "!!IOC.map.shown")
    assert await page.evaluate(f"[...new Set({KINDS})].sort()") == ["missed", "served"]
    assert await page.locator("#map svg").count() == 0
    await page.close()


async def test_paper_shows_the_days_streets_also_after_the_live_map_came(web: Web, gl_browser: Browser) -> None:
    judge(web, replace(RUN, streets=(street(1, StreetState.SERVED, SERVED), street(2, StreetState.MISSED, MISSED))))
    page, _ = await open_page(gl_browser, web, f"/waste{DAY}")
    await until(page, "!!IOC.map.shown")
    await page.emulate_media(media="print")
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert await page.locator("#map svg:visible path.ioc-judged--missed").count() == 1
    assert not await page.locator("#map canvas").first.is_visible()
    await page.emulate_media(media="screen")
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert await page.locator("#map svg").count() == 0
    assert await page.locator("#map canvas").first.is_visible()
    await page.close()


async def test_a_truck_without_fixes_cannot_be_played_and_says_so(web: Web, browser: Browser) -> None:
    page, _ = await open_page(browser, web, f"/waste{DAY}&vehicle=LA-404")
    await until(page, "document.querySelector('[data-said]').textContent === 'không có vị trí nào trong thời gian này'")
    await page.click("[data-play]")
    assert await page.evaluate("IOC.replay.playing") is False
    await page.close()


async def test_the_hours_under_a_track_are_those_of_its_line(web: Web, gl_browser: Browser) -> None:
    drive(web, lambda i: 106.41 + i / 10_000)
    page, _ = await open_page(gl_browser, web, f"/waste{DAY}&run={RUN.route}&number={RUN.number}")
    await until(page, "window.IOC.replay && IOC.replay.fixes === 20")
    await until(page, "IOC.map.ground && IOC.map.ground.getSource('replay')")
    scale = page.locator("[data-replay] [data-part=scale]")
    assert await scale.get_attribute("data-from") == str(to_ms(BEGINS + minutes(10)))
    await page.close()


async def test_a_track_fills_the_small_map_of_a_telephone(web: Web, gl_browser: Browser) -> None:
    drive(web, lambda i: 106.38 + i / 500)
    page = await gl_browser.new_page(viewport={"width": 390, "height": 844})
    await page.goto(f"{web.url}/waste{DAY}&run={RUN.route}&number={RUN.number}")
    await until(page, "window.IOC && IOC.map.ground && IOC.map.ground.getSource('replay')")
    share = await page.evaluate(
        """() => {
          const map = IOC.map.ground, at = x => map.project([x, 10.53]).x;
          return (at(106.418) - at(106.38)) / map.getContainer().clientWidth;
        }"""
    )
    assert share > 0.8
    await page.close()
