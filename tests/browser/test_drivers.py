"""Drivers in Chromium: nothing before the sign-in, one typed key, the register, who drove, and signing out."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from playwright.async_api import Browser, Page
from run_fixtures import DAY, NOW, RUN, VEHICLE_DAY

from domain.access.principal import Actor, Principal
from domain.feeds.part import Part
from domain.fleets.driver import Driver
from domain.key_role import KeyRole
from store.database import open_database
from store.drivers import Drivers
from store.intake import Batch, IntakeStore
from store.registry import Registry
from store.rounds.runs import Runs
from tests.browser.centres.web_side import Web, open_page, until
from tests.store.test_intake import fix

SHOTS = Path(__file__).parent / "shots"
PROFILES = {"desk": (1920, 1080), "phone": (390, 844)}
(ASSIGNED,) = RUN.assignments[:1]
REGISTER = [
    Driver(
        id="TX-07", name="Nguyễn Hữu Ẩn", phone="0912 345 678", licence_class="C", licence_number="790123456789",
        licence_expires=date(2020, 1, 2), active_from=date(2026, 1, 1),
    ),
    Driver(id="TX-08", name="Trần Thị Bình"),
]  # fmt: skip


def prepare(web: Web, register: list[Driver]) -> dict[str, str]:
    """A run with two drivers and somebody unknown; the secrets of a dispatcher and of a source."""
    engine = open_database(web.environment["DATABASE_URL"])
    told = [
        fix(device=ASSIGNED.vehicle, driver=code, at=ASSIGNED.since + timedelta(minutes=at), received_at=NOW)
        for at, code in ((0, "TX-07"), (25, "TX-07"), (26, "TX-08"), (40, "TX-08"), (41, "E2003412"))
    ]
    store = IntakeStore(engine)
    cursor = store.cursor(Part("waste_trucks"))
    store.write(Part("waste_trucks"), expected_cursor=cursor, cursor="1-0", batch=Batch(fixes=told))
    Runs(engine).put([RUN], [replace(VEHICLE_DAY, vehicle=ASSIGNED.vehicle)])
    Drivers(engine).put(register, Principal(actor=Actor.SOURCE, name="Ca tối"), NOW)
    keys = Registry(engine)
    secrets = {"dispatcher": keys.add_key("Ca tối", NOW, KeyRole.DISPATCHER), "source": keys.add_key("VNPT", NOW)}
    engine.dispose()
    return secrets


async def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    for profile, (width, height) in PROFILES.items():
        await page.set_viewport_size({"width": width, "height": height})
        # Whatever answered, nothing may stick out of the screen.
        await until(page, "document.documentElement.scrollWidth <= innerWidth")
        await page.screenshot(path=SHOTS / f"{name}_{profile}.png", full_page=True)


async def sign_in(page: Page, key: str) -> None:
    """By keyboard alone."""
    await page.focus("[data-drivers] input")
    await page.keyboard.type(key)
    await page.keyboard.press("Enter")


async def test_a_dispatcher_signs_in_sees_the_register_and_who_drove_and_signs_out(web: Web, browser: Browser) -> None:
    secrets = prepare(web, REGISTER)
    page, seen = await open_page(browser, web, "/drivers")
    await until(page, "document.querySelector('[data-drivers] input[type=password]')")
    assert "TX-07" not in await page.content()
    assert seen.errors == [], "whoever is not signed in is asked without an error"
    await shoot(page, "drivers_closed")
    await sign_in(page, secrets["source"])
    await until(page, "document.querySelector('[data-drivers]').textContent.includes('chỉ để gửi dữ liệu')")
    await shoot(page, "drivers_refused")
    await sign_in(page, secrets["dispatcher"])
    await until(page, "document.querySelectorAll('[data-drivers] tbody tr').length === 2")
    text = await page.inner_text("[data-drivers]")
    assert "Nguyễn Hữu Ẩn" in text
    assert "02/01/2020 ▲ đã hết hạn" in text
    assert secrets["dispatcher"] not in await page.content()
    assert await page.evaluate("document.cookie") == "", "no script can read the session"
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    await shoot(page, "drivers_register")
    await page.goto(f"{web.url}/waste?run={RUN.route}&number={RUN.number}&day={DAY}")
    await until(page, "document.querySelectorAll('[data-drivers] ul > li').length === 3")
    lines = await page.inner_text("[data-drivers]")
    assert "Nguyễn Hữu Ẩn · TX-07" in lines
    assert "không có trong sổ" in lines
    await shoot(page, "drivers_run")
    await page.goto(f"{web.url}/waste?vehicle={ASSIGNED.vehicle}&day={DAY}")
    await until(page, "document.querySelectorAll('[data-drivers] ul > li').length === 3")
    await shoot(page, "drivers_vehicle")
    await page.click("[data-drivers] button")
    await until(page, "document.querySelector('[data-drivers] input[type=password]')")
    assert "Nguyễn Hữu Ẩn" not in await page.content()
    await page.reload()
    await until(page, "document.querySelector('[data-drivers] input[type=password]')")
    await page.close()


async def test_an_empty_register_says_how_it_is_filled(web: Web, browser: Browser) -> None:
    secrets = prepare(web, [])
    page, _ = await open_page(browser, web, "/drivers?lang=en")
    await until(page, "document.querySelector('[data-drivers] input')")
    await sign_in(page, secrets["dispatcher"])
    await until(page, "document.querySelector('[data-drivers]').textContent.includes('The register is empty')")
    told = await page.inner_text("[data-drivers]")
    assert "ask the centre's administrator" in told
    assert "/ingest" not in told, "a dispatcher reads it, no programmer"
    await shoot(page, "drivers_empty")
    await page.close()
