"""No page of people's own work has a serious fault of accessibility, nor is wider than a telephone."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page

from domain.access.principal import CENTRE, OF_PEOPLE
from pages.accounts.session import COOKIE
from store.access.accounts import Accounts
from store.database import open_database
from store.valkey.server import connect
from store.valkey.signed_in import SignedIn
from tests.browser.axe import AXE, SERIOUS
from tests.browser.centres.web_side import Web

PASSWORD = "Sáng nay trời 26 độ!"
PROFILES = {"desk": (1366, 768), "phone": (390, 844)}
PAGES = (
    "/tai-khoan", "/gui-so-lieu", "/quan-tri", "/nhat-ky", "/man-hinh", "/man-hinh/danh-sach", "/bao-cao",
    "/to-cong-nghe", "/phan-anh/cong-khai", "/canh-bao", "/chien-dich/bao-cao", "/figures", "/dang-nhap",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not AXE, reason="BỎ QUA: chưa có axe / skipped: no axe-core, run scripts/node-tools")


async def faults(page: Page) -> list[object]:
    await page.evaluate(AXE)
    found: list[object] = await page.evaluate(SERIOUS)
    wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, *([f"{wider} px wider than the screen"] if wider > 0 else [])]


@pytest.mark.parametrize("profile", PROFILES)
async def test_axe_finds_nothing_serious_on_the_pages_of_people(web: Web, browser: Browser, profile: str) -> None:
    engine, now = open_database(web.environment["DATABASE_URL"]), datetime.now(UTC)
    accounts = Accounts(engine)
    accounts.invite("lan", "Trần Thị Lan", set(OF_PEOPLE), ("27694",), CENTRE, now)
    assert accounts.change("lan", PASSWORD, CENTRE, now) is None
    epoch = accounts.everyone()["lan"].epoch
    engine.dispose()
    redis = connect(web.environment["REDIS_URL"])
    token = await SignedIn(redis, timedelta(hours=1), timedelta(hours=1)).open("lan", epoch, now, two_factors=True)
    await redis.aclose()
    width, height = PROFILES[profile]
    context = await browser.new_context(bypass_csp=True, viewport={"width": width, "height": height})
    await context.add_cookies([{"name": COOKIE, "value": token, "url": web.url}])
    page, found = await context.new_page(), dict[str, list[object]]()
    for path in PAGES:
        if path == "/dang-nhap":
            await context.clear_cookies()
        answer = await page.goto(web.url + path)
        assert answer is not None
        assert (path, answer.status, page.url) == (path, 200, web.url + path)
        found[path] = await faults(page)
    await context.add_cookies([{"name": COOKIE, "value": token, "url": web.url}])
    await page.goto(f"{web.url}/tai-khoan")
    await page.fill("form[action^='/tai-khoan/hai-buoc'] [name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".qr svg")
    found["/tai-khoan/hai-buoc"] = await faults(page)
    assert {path: told for path, told in found.items() if told} == {}
    await context.close()
