"""The desk in Chromium, on a whole centre: from a dropped file to the approved figure, or map, and back."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from boundary_files import cells, rows, write
from hangs import HANG_MS
from playwright.async_api import Browser, FileChooser, Page
from playwright.async_api import TimeoutError as NoAnswer

from bench.rig.centre import Centre, running
from domain.access.principal import CENTRE, Role
from domain.places.territory import Level
from store.access.accounts import Accounts
from store.database import open_database
from store.registry import Registry
from tests.browser.axe import AXE, SERIOUS
from tests.browser.centres.web_side import until

SHOTS = Path(__file__).parent / "shots"
WORDS = {
    "source": "Sở thử",
    "licence": "nội bộ",
    "attribution": "Ranh giới © Sở thử",
    "dated": "01/07/2025",
    "by": "Lan",
}


@pytest.fixture
def communes(tmp_path: Path) -> Path:
    return write(tmp_path / "xã phường.geojson", rows(cells("2025-07", Level.COMMUNE), "2025-07"))


async def choose(page: Page, file: Path, words: dict[str, str]) -> None:
    await page.set_input_files("[data-import] input[type=file]", file)
    for name, text in words.items():
        await page.fill(f"#data-import-{name}", text)


async def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    await page.screenshot(path=SHOTS / f"import_{name}.png", full_page=True)


SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
CARD = "[data-kpi=services_app_installs] [data-part=value]"


@pytest.fixture(scope="module")
def centre() -> Iterator[Centre]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def passwords(centre: Centre) -> dict[str, str]:
    """Whoever hands in, and whoever approves, with passwords of their own."""
    engine, now = open_database(centre.database_url), datetime.now(UTC)
    found = {}
    for name, role in (("lan", Role.OPERATOR), ("minh", Role.APPROVER)):
        Accounts(engine).invite(name, name, {role}, (), CENTRE, now)
        found[name] = f"Sáng nay trời 26 độ {role[:2]}!"
        assert Accounts(engine).change(name, found[name], CENTRE, now) is None
    engine.dispose()
    return found


@pytest_asyncio.fixture(loop_scope="session", params=list(SIZES))
async def desks(
    request: pytest.FixtureRequest, browser: Browser, centre: Centre, passwords: dict[str, str]
) -> AsyncIterator[tuple[Page, Page]]:
    """The desk of who hands in, and that of who approves."""
    contexts = [await browser.new_context(viewport=SIZES[request.param], bypass_csp=True) for _ in passwords]
    pages = []
    for context, (name, password) in zip(contexts, passwords.items(), strict=True):
        await context.request.post(f"{centre.web}/dang-nhap", form={"name": name, "password": password})
        pages.append(await context.new_page())
    yield pages[0], pages[1]
    for context in contexts:
        await context.close()


def table(installs: str, first: str) -> bytes:
    day = (datetime.now(UTC) - timedelta(days=2)).date()
    rows = [
        "BÁO CÁO ỨNG DỤNG", "", f"{first};Mã đơn vị;Kỳ báo cáo;Lượt tải Long An Số", f"1;80;{day:%d/%m/%Y};{installs}",
        "", "Người lập biểu",
    ]  # fmt: skip
    return "\n".join(rows).encode()


async def hand_in(page: Page, centre: Centre, body: bytes) -> None:
    await opened(page, centre)
    await page.set_input_files(
        "[data-import] input[type=file]", {"name": "bao-cao.csv", "mimeType": "text/csv", "buffer": body}
    )
    await page.select_option("#data-import-feed", "services")
    await page.fill("#data-import-source", "Sở thử")
    await page.click("[data-part=send]")


async def opened(page: Page, centre: Centre, path: str = "/figures") -> None:
    """Wait until React's page has replaced the first response: what is typed before that is lost."""
    await page.goto(centre.web + path)
    await until(page, "window.IOC && IOC.connected && !document.querySelector('#ioc-first')")


async def reached(page: Page, name: str) -> None:
    await page.wait_for_selector(f".ioc-import--{name}", timeout=HANG_MS)


async def on_the_wall(page: Page, centre: Centre, figure: str) -> None:
    await page.goto(f"{centre.web}/services")
    await page.wait_for_function(
        "([where, said]) => (document.querySelector(where) || {}).textContent === said", arg=[CARD, figure],
        timeout=HANG_MS,
    )  # fmt: skip


async def test_from_a_dropped_file_to_the_approved_figure_and_back(desks: tuple[Page, Page], centre: Centre) -> None:
    page, other = desks
    # Another layout on the telephone, for which no answer is remembered.
    phone = page.viewport_size == SIZES["phone"]
    head, first, second = ("STT", "31.000", "42.111") if phone else ("TT", "27.000", "27.200")
    await hand_in(page, centre, table(first, head))
    await reached(page, "previewed")
    high = "document.querySelector('[data-import] [data-part=send]').getBoundingClientRect().height"
    assert await page.evaluate(high) < 44, "a button as high as its words, however high the drop area is"
    if AXE:
        await page.evaluate(AXE)
        assert await page.evaluate(SERIOUS) == []
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(width) <= 0, "nothing runs out of the page"
    await page.click(f".ioc-asked >> text={first.replace('.', '')}")
    await reached(page, "mapped")
    await approve(other, centre)
    await on_the_wall(page, centre, first)
    await hand_in(page, centre, table(second, head))
    await reached(page, "mapped")
    await approve(other, centre)
    await on_the_wall(page, centre, second)
    await other.click("text=Rút số liệu của tệp này")
    await reached(other, "withdrawn")
    await on_the_wall(page, centre, first)


async def test_a_file_that_is_being_read_is_shown_instead_of_an_earlier_one(
    desks: tuple[Page, Page], centre: Centre
) -> None:
    page, _ = desks
    phone = page.viewport_size == SIZES["phone"]
    await hand_in(page, centre, table("33.000" if phone else "32.000", "Số" if phone else "TT số"))
    await reached(page, "previewed")
    # Whoever follows the file hears of no end of its reading.
    await page.route("**/api/v1/imports/*", lambda _route: None)
    later = {"name": "sau.csv", "mimeType": "text/csv", "buffer": table("34.000", "Mục lục" if phone else "Mục")}
    await page.set_input_files("[data-import] input[type=file]", later)
    await page.click("[data-part=send]")
    await page.wait_for_selector(".ioc-import b >> text=sau.csv")
    assert await page.locator(".ioc-import").count() == 1, "nobody decides on the earlier file by mistake"


async def approve(page: Page, centre: Centre) -> None:
    await opened(page, centre)
    await reached(page, "mapped")
    await page.click("text=Duyệt và ghi số liệu")
    await reached(page, "applied")


async def on_the_map(page: Page, centre: Centre, words: str) -> None:
    """Whether maps show the layer, as the list on /data says."""
    await opened(page, centre, "/data")
    folded = page.locator("[data-fold=layers]:not([open]) > summary")
    await page.wait_for_selector("[data-layer]", state="attached", timeout=HANG_MS)
    if await folded.is_visible():  # on a telephone
        await folded.click()
    await page.wait_for_selector(f"[data-layer] >> text={words}", timeout=HANG_MS)


async def test_from_a_dropped_map_to_the_map_and_back(desks: tuple[Page, Page], centre: Centre, communes: Path) -> None:
    page, other = desks
    await opened(page, centre)
    await page.select_option("#data-import-feed", "boundaries")
    await choose(page, communes, {"source": "Sở thử"})
    await page.click("[data-part=send]")
    missing = "Hãy điền đủ: đơn vị gửi, giấy phép, lời ghi trên bản đồ."
    assert await page.inner_text("[data-import] [data-part=stage]") == missing
    # Another day on the telephone, so that it is another layer.
    phone = page.viewport_size == SIZES["phone"]
    await choose(page, communes, WORDS | {"dated": "02/07/2025" if phone else "01/07/2025"})
    await page.click("[data-part=send]")
    await reached(page, "mapped")
    # Nothing said of this file passes to the next.
    await until(page, "document.getElementById('data-import-licence').value === ''")
    await shoot(page, f"map_{'phone' if phone else 'desk'}")
    if AXE:
        await page.evaluate(AXE)
        assert await page.evaluate(SERIOUS) == []
    await opened(other, centre)
    await other.click("text=Duyệt tệp này")
    await reached(other, "applied")
    await on_the_map(page, centre, "đang hiện")
    assert await page.is_visible("[data-layer] >> text=60/60")
    await other.click("text=Rút tệp này")
    await reached(other, "withdrawn")
    await on_the_map(page, centre, "không hiện")
    await page.click("text=Dùng lại lớp này >> nth=0")
    await page.wait_for_selector("[data-layer] >> text=đang hiện", timeout=HANG_MS)
    await page.click("text=Gỡ khỏi bản đồ")
    await page.wait_for_selector("text=Gỡ khỏi bản đồ", state="detached", timeout=HANG_MS)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_refused_map_says_what_to_do_and_changes_nothing(
    desks: tuple[Page, Page], centre: Centre, tmp_path: Path
) -> None:
    page, _ = desks
    wrong = tmp_path / "sai.geojson"
    wrong.write_text('{"type": "FeatureCollection", "features": []')
    await opened(page, centre)
    await page.select_option("#data-import-feed", "boundaries")
    await choose(page, wrong, WORDS)
    await page.click("[data-part=send]")
    await reached(page, "refused")
    await until(page, "!document.querySelector('[data-import] [data-part=send]').disabled")
    assert await page.input_value("#data-import-licence") == "nội bộ", "to be sent again, mended"


async def test_maps_are_recognised_by_their_name(desks: tuple[Page, Page], centre: Centre, tmp_path: Path) -> None:
    page, _ = desks
    await opened(page, centre)
    assert not await page.is_visible("[data-field=licence]")
    (tmp_path / "tân an.osm.pbf").write_bytes(b"x")
    await choose(page, tmp_path / "tân an.osm.pbf", {})
    await page.wait_for_selector("[data-field=feed] option[value=streets]:checked", state="attached")
    await until(page, "document.getElementById('data-import-licence').value === 'ODbL 1.0'")
    assert "OpenStreetMap" in await page.input_value("#data-import-attribution")
    assert not await page.is_visible("[data-field=level]")
    assert await page.is_visible("[data-field=bbox]")
    (tmp_path / "xã.gpkg").write_bytes(b"x")
    await choose(page, tmp_path / "xã.gpkg", {})
    await until(page, "document.getElementById('data-import-licence').value === ''")
    assert await page.is_visible("[data-field=level]")


async def chooser_by_key(page: Page) -> FileChooser:
    """Space on the file field; a busy Chromium now and then swallows the first key, as a person would press again."""
    for _ in range(12):
        await page.focus("[data-import] input[type=file]")
        with contextlib.suppress(NoAnswer):
            async with page.expect_file_chooser(timeout=5_000) as opened:
                assert await page.evaluate("document.activeElement.type") == "file"
                await page.keyboard.press("Space")
            return await opened.value
    raise AssertionError("Space opens no file chooser")


async def test_the_desk_works_by_keyboard(desks: tuple[Page, Page], centre: Centre, communes: Path) -> None:
    page, _ = desks
    await opened(page, centre)
    chooser = await chooser_by_key(page)
    await chooser.set_files(communes)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('[data-field]').dataset.field") == "feed"


@pytest.mark.realdata
@pytest.mark.parametrize("desks", ["desk"], indirect=True)
async def test_the_report_of_six_sheets_goes_through_the_page_without_edits_by_hand(
    desks: tuple[Page, Page], centre: Centre, realdata: Path
) -> None:
    """Provinces, departments and communes land as subjects of their kind, and the page names what it did not read."""
    page, other = desks
    await opened(page, centre)
    report = realdata / "services" / "angiang_766" / "bao_cao_T10_2025.xlsx"
    await page.set_input_files("[data-import] input[type=file]", report)
    await page.select_option("#data-import-feed", "scores_766")
    await page.fill("#data-import-source", "Cổng Dịch vụ công Quốc gia")
    await page.click("[data-part=send]")
    await reached(page, "previewed")
    await page.click(".ioc-asked button >> text=Thêm vào danh mục")
    await reached(page, "mapped")
    not_read = await page.inner_text(".ioc-figures")
    assert all(f"{part}" in not_read for part in ("Xu hướng tháng", "Xu hướng quý", "TEN_COQUAN"))
    assert "Không nhận được" not in not_read, "nothing of it is refused"
    await shoot(page, "six_sheets")
    await approve(other, centre)
    engine = open_database(centre.database_url)
    kinds = Counter(one.kind.value for one in Registry(engine).organisations.all().values())
    engine.dispose()
    assert (kinds["department"], kinds["commune"], kinds["province"]) == (15, 102, 34)
    await page.goto(f"{centre.web}/services")
    await page.wait_for_selector("text=84,57", timeout=HANG_MS)
    await page.wait_for_selector("text=/29.{0,3}34/", timeout=HANG_MS)
