"""The team's form on a telephone: an evening without a network, two reloads, each report once, photos without place."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hangs
import pytest
import pytest_asyncio
from collecting import FEEDS, drain, reader
from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import Engine

from domain.access.principal import CENTRE
from intake.collector.collector import Parts
from store.access.team_codes import TeamCodes
from store.casework.teams import Teams
from store.database import open_database, writing
from store.tables.team_codes import team_photos
from store.tables.teams import teams
from store.valkey.raw_stream import RawStream
from store.valkey.server import connect
from tests.browser.axe import AXE, SERIOUS
from tests.browser.centres.web_side import Web

SHOTS = Path(__file__).parents[1] / "shots"
TEAM, OTHER, ENTRIES = "27694-T01", "27712-T01", 50
PLANTED = (b"GPS 10.5382,106.4113", b"2026:11:29 08:15:00", b"Nguyen Van Bi Mat")


@pytest.fixture
def engine(web: Web) -> Engine:
    return open_database(web.environment["DATABASE_URL"])


def registered(engine: Engine, code: str, place: str, hamlet: str) -> None:
    with writing(engine) as connection:
        connection.execute(
            teams.insert().values(
                code=code, territory="2025-07", place=place, hamlet=hamlet, launched="", ended=False,
                kind="declared", told_ms=0,
            )
        )  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, web: Web, engine: Engine) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """A telephone that opened the form and typed its code."""
    registered(engine, TEAM, "27694", "Khu phố Bình Quân 1")
    code = TeamCodes(engine).hand_out(TEAM, CENTRE, datetime.now(UTC))
    context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    page = await context.new_page()
    await page.goto(f"{web.url}/bao-cao")
    await page.fill("[name=code]", code)
    await page.click("#code button")
    await page.wait_for_selector("#whose:has-text('Bình Quân')")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    yield context, page
    await context.close()


async def typed(page: Page, guided: str) -> bool:
    return await page.input_value("[name=guided]") == guided


async def emptied(page: Page) -> bool:
    return await typed(page, "")


async def waits(page: Page, many: int) -> None:
    """Wait until the page says that so many reports wait to be sent."""
    await page.wait_for_selector(f"#waiting:text-is('{many}')", timeout=hangs.HANG_MS)


async def save(page: Page, guided: int) -> None:
    await page.fill("[name=guided]", str(guided))
    await page.click("#report button")
    await hangs.until(lambda: emptied(page))


async def collected(web: Web, engine: Engine) -> None:
    """What the stream holds, written as the collector writes it."""
    redis = connect(web.environment["REDIS_URL"])
    parts = Parts(
        stream=RawStream(redis), live=web.live, engine=engine, feeds=FEEDS, clock=lambda: datetime.now(UTC),
        ticks=lambda: datetime.now(UTC).timestamp(),
    )  # fmt: skip
    await drain(await reader(parts, "team_work"))
    await redis.aclose()


async def test_fifty_reports_without_a_network_are_stored_once_each(
    web: Web, engine: Engine, phone: tuple[BrowserContext, Page]
) -> None:
    context, page = phone
    await context.set_offline(True)
    for number in range(ENTRIES):
        await save(page, number + 1)
        if number in (20, 40):
            await page.reload()
            await waits(page, number + 1)
    await waits(page, ENTRIES)
    # It first says that the report is saved, until the attempt to send it has failed.
    await expect(page.locator("#state")).to_contain_text("mất mạng")
    await context.set_offline(False)
    await waits(page, 0)
    assert await page.inner_text("#sent") == str(ENTRIES)
    await page.click("#now")
    await collected(web, engine)
    (found,) = Teams(engine).board().standings
    assert (found.reports, found.counts["guided"]) == (ENTRIES, sum(range(1, ENTRIES + 1)))
    assert found.counts["sessions"] == ENTRIES


async def test_what_is_typed_survives_a_reload_without_a_network_and_is_gone_once_saved(
    phone: tuple[BrowserContext, Page],
) -> None:
    context, page = phone
    await context.set_offline(True)
    await page.fill("[name=guided]", "17")
    await page.fill("[name=households]", "4")
    await hangs.until(lambda: drafted(page, "4"))
    await page.reload()
    await hangs.until(lambda: typed(page, "17"))
    assert await page.input_value("[name=households]") == "4"
    await page.click("#report button")
    await waits(page, 1)
    await hangs.until(lambda: emptied(page))
    await page.reload()
    await waits(page, 1)
    assert await emptied(page), "a saved report is no draft"


async def test_a_photo_leaves_the_phone_without_its_place_and_waits_for_a_network(
    engine: Engine, phone: tuple[BrowserContext, Page]
) -> None:
    context, page = phone
    await context.set_offline(True)
    taken = await camera(page)
    assert all(told in taken for told in PLANTED)
    await page.set_input_files("[name=photo]", {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": taken})
    await save(page, 3)
    await page.reload()
    await waits(page, 1)
    waiting = await saved_photo(page)
    assert waiting[:2] == b"\xff\xd8"
    assert [told for told in PLANTED if told in waiting] == [], "the phone removed it, before it had a network"
    await context.set_offline(False)
    await waits(page, 0)
    with engine.connect() as connection:
        (kept,) = connection.execute(team_photos.select()).all()
    assert kept.jpeg[:2] == b"\xff\xd8"
    assert [told for told in PLANTED if told in kept.jpeg] == []


async def test_a_photo_goes_out_under_its_own_teams_code_only(
    engine: Engine, phone: tuple[BrowserContext, Page]
) -> None:
    context, page = phone
    registered(engine, OTHER, "27712", "Ấp Hai")
    asked: list[str] = []

    async def fail(route: Route) -> None:
        asked.append(route.request.url)
        await route.abort()

    await page.route("**/bao-cao/anh/**", fail)
    taken = await camera(page)
    await page.set_input_files("[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": taken})
    await save(page, 3)
    await page.wait_for_selector("#sent:text-is('1')", timeout=hangs.HANG_MS)
    await hangs.until(lambda: bool(asked))
    await enter(context, page, engine, OTHER, "Ấp Hai")
    await page.unroute("**/bao-cao/anh/**")
    page.on("request", lambda request: asked.append(request.url) if "/anh/" in request.url else None)
    asked.clear()
    await save(page, 4)
    # The page counts a report only once everything that the phone may send is gone.
    await page.wait_for_selector("#sent:text-is('2')", timeout=hangs.HANG_MS)
    await waits(page, 1)
    assert asked == [], "the photo is of another team"
    await enter(context, page, engine, TEAM, "Bình Quân")
    await waits(page, 0)
    with engine.connect() as connection:
        (kept,) = connection.execute(team_photos.select()).all()
    assert (kept.team, len(asked)) == (TEAM, 1)


async def enter(context: BrowserContext, page: Page, engine: Engine, team: str, hamlet: str) -> None:
    """The phone forgets who it is and gets a code of ``team``; what it saved stays."""
    await context.clear_cookies()
    await page.reload()
    await page.wait_for_selector("#code", timeout=hangs.HANG_MS)
    await page.fill("[name=code]", TeamCodes(engine).hand_out(team, CENTRE, datetime.now(UTC)))
    await page.click("#code button")
    await page.wait_for_selector(f"#whose:has-text('{hamlet}')", timeout=hangs.HANG_MS)


async def saved_photo(page: Page) -> bytes:
    """The photo of the report that waits on the phone's disk."""
    said: str = await page.evaluate(
        """() => new Promise((done) => { const asked = indexedDB.open('ioc-team', 1);
        asked.onsuccess = () => { const get = asked.result.transaction('reports').objectStore('reports').getAll();
        get.onsuccess = () => { asked.result.close(); const reader = new FileReader();
        reader.onload = () => done(reader.result.split(',')[1]); reader.readAsDataURL(get.result[0].photo); }; }; })"""
    )
    return base64.b64decode(said)


async def camera(page: Page) -> bytes:
    """A picture as a telephone takes it: the camera wrote place, time and owner beside it."""
    drawn = await page.evaluate(
        """() => { const c = document.createElement('canvas'); c.width = 64; c.height = 48;
        c.getContext('2d').fillRect(8, 8, 20, 20); return c.toDataURL('image/jpeg'); }"""
    )
    plain = base64.b64decode(drawn.partition(",")[2])
    exif = b"Exif\0\0" + b"|".join(PLANTED)
    return plain[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + plain[2:]


async def drafted(page: Page, households: str) -> bool:
    """Whether the phone has on disk what was typed last."""
    said = await page.evaluate(
        """() => new Promise((done) => { const asked = indexedDB.open('ioc-team', 1);
        asked.onsuccess = () => { const get = asked.result.transaction('kept').objectStore('kept').get('draft');
        get.onsuccess = () => { asked.result.close(); done(get.result ? get.result.households : ''); }; }; })"""
    )
    return bool(said == households)


async def test_an_answer_that_is_lost_makes_no_second_report(
    web: Web, engine: Engine, phone: tuple[BrowserContext, Page]
) -> None:
    _, page = phone
    lost: list[int] = []

    async def cut(route: object) -> None:
        await route.fetch()  # type: ignore[attr-defined] # the centre has it
        lost.append(1)
        await route.abort()  # type: ignore[attr-defined]

    await page.route("**/bao-cao/gui", cut, times=1)
    await save(page, 7)
    await hangs.until(lambda: bool(lost))
    await waits(page, 1)
    await page.click("#now")
    await waits(page, 0)
    await collected(web, engine)
    assert Teams(engine).stored(TEAM) == 1


async def test_two_taps_save_one_report_and_two_tabs_count_it_once(
    web: Web, engine: Engine, phone: tuple[BrowserContext, Page]
) -> None:
    context, page = phone
    second = await context.new_page()
    await second.goto(f"{web.url}/bao-cao")
    await context.set_offline(True)
    taken = await camera(page)
    await page.set_input_files("[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": taken})
    await page.fill("[name=guided]", "5")
    await page.eval_on_selector("#report", "form => { form.requestSubmit(); form.requestSubmit(); }")
    await hangs.until(lambda: emptied(page))
    await waits(page, 1)
    await context.set_offline(False)
    for one in (page, second):
        await one.click("#now")
    for one in (page, second):
        await waits(one, 0)
        await one.reload()
        await one.wait_for_selector("#sent:text-is('1')", timeout=hangs.HANG_MS)
    await collected(web, engine)
    assert Teams(engine).stored(TEAM) == 1


SLOW_STORE = """
  const open = indexedDB.open.bind(indexedDB);
  indexedDB.open = (...named) => {
    const asked = open(...named);
    Object.defineProperty(asked, 'onsuccess', {
      set(act) { asked.addEventListener('success', told => setTimeout(() => act(told), 1000)); },
    });
    return asked;
  };"""


@pytest.mark.parametrize("script", ["", SLOW_STORE], ids=["", "its store answers late"])
async def test_a_clock_that_is_years_behind_is_set_right_by_the_centres_answer(
    phone: tuple[BrowserContext, Page], script: str
) -> None:
    _, page = phone
    await page.add_init_script(script)
    day = await page.input_value("[name=day]")
    await page.clock.install(time=datetime(2021, 5, 1, tzinfo=UTC))
    await page.reload()
    await page.wait_for_function("(day) => document.querySelector('[name=day]').value === day", arg=day)
    await page.wait_for_selector("#whose:has-text('Bình Quân')")
    assert await page.input_value("[name=day]") == day
    assert await page.get_attribute("[name=day]", "max") == day


async def test_a_page_left_open_past_midnight_shows_the_new_day(phone: tuple[BrowserContext, Page]) -> None:
    context, page = phone
    evening = datetime.now(UTC).replace(hour=16, minute=59, second=30)
    await context.set_offline(True)
    await page.clock.install(time=evening)
    await page.reload()
    before = await page.input_value("[name=day]")
    await page.clock.run_for(60_000)
    after = await page.input_value("[name=day]")
    assert (before, after) == (evening.date().isoformat(), (evening.date() + timedelta(days=1)).isoformat())
    assert await page.get_attribute("[name=day]", "max") == after


async def test_what_the_centre_refuses_is_mended_and_counts_once(
    web: Web, engine: Engine, phone: tuple[BrowserContext, Page]
) -> None:
    _, page = phone
    await page.eval_on_selector("[name=guided]", "field => { field.max = 99999; }")
    await save(page, 9_000)
    await page.click("#list button:text-is('Sửa lại')")
    assert await typed(page, "9000")
    await save(page, 90)
    await waits(page, 0)
    await collected(web, engine)
    assert Teams(engine).stored(TEAM) == 1


async def test_a_full_phone_keeps_the_report_and_says_that_the_photo_is_left_out(
    phone: tuple[BrowserContext, Page],
) -> None:
    context, page = phone
    await context.set_offline(True)
    await page.evaluate(
        """() => { const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (one, ...key) {
        if (one && one.photo) throw new DOMException('full', 'QuotaExceededError');
        return put.call(this, one, ...key); }; }"""
    )
    taken = await camera(page)
    await page.set_input_files("[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": taken})
    await save(page, 3)
    await waits(page, 1)
    assert "hết chỗ" in await page.inner_text("#wrong")


@pytest.mark.skipif(not AXE, reason="BỎ QUA: chưa có axe / skipped: no axe-core, run scripts/node-tools")
@pytest.mark.parametrize("profile", [("desk", 1280, 720), ("phone", 390, 844)], ids=lambda one: one[0])
async def test_axe_finds_nothing_serious(web: Web, browser: Browser, profile: tuple[str, int, int]) -> None:
    name, width, height = profile
    context = await browser.new_context(bypass_csp=True, viewport={"width": width, "height": height})
    page = await context.new_page()
    SHOTS.mkdir(exist_ok=True)
    for lang in ("", "?lang=en"):
        await page.goto(f"{web.url}/bao-cao{lang}")
        await page.wait_for_selector("#code:not([hidden])")
        await page.evaluate(AXE)
        assert await page.evaluate(SERIOUS) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.screenshot(path=SHOTS / f"team_form{lang[-2:]}_{name}.png", full_page=True)
    await context.close()
