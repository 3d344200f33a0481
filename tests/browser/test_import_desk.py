"""The import desk in Chromium: upload a file, follow its import, read its report, withdraw its layer."""

import contextlib
from pathlib import Path

import pytest
from boundary_files import cells, rows, write
from hangs import HANG_MS
from playwright.async_api import Browser, FileChooser, Page
from playwright.async_api import TimeoutError as NoAnswer

from domain.places.territory import Level
from tests.browser.test_live_channel import Web, browser, open_page, until, web

__all__ = ["browser", "web"]  # fixtures of the same centre

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


async def test_from_a_file_to_the_map_and_back(browser: Browser, web: Web, communes: Path) -> None:
    page, seen = await open_page(browser, web, "/data", entering=True)
    other, _ = await open_page(browser, web, "/data", entering=True)
    assert await page.is_visible("text=Chưa nhập lớp nào")
    assert await page.is_disabled("[data-part=send]")
    await shoot(page, "empty")
    await choose(page, communes, WORDS)
    await page.click("[data-part=send]")
    await page.wait_for_selector("[data-part=bar]:not([hidden])")
    await page.wait_for_selector(".ioc-import--done >> text=60/60", timeout=HANG_MS)
    assert "không khớp" not in await page.inner_text("[data-import] [data-part=stage]")
    assert await page.input_value("#data-import-source") == ""  # nothing said of this file passes to the next
    await shoot(page, "done")
    await other.wait_for_selector("[data-layer] >> text=đang hiện", timeout=HANG_MS)
    await page.click("text=Gỡ khỏi bản đồ")
    await page.wait_for_selector("[data-layer] >> text=không hiện")
    await until(page, "IOC.maps === ''")
    await other.wait_for_selector("[data-layer] >> text=không hiện", timeout=HANG_MS)
    await page.click("text=Dùng lại lớp này")
    await page.wait_for_selector("[data-layer] >> text=đang hiện")
    await until(page, "IOC.maps !== ''")
    assert seen.elsewhere == []
    assert seen.errors == []


async def test_a_refused_file_says_what_to_do_and_changes_nothing(browser: Browser, web: Web, tmp_path: Path) -> None:
    wrong = tmp_path / "sai.geojson"
    wrong.write_text('{"type": "FeatureCollection", "features": []')
    page, seen = await open_page(browser, web, "/data?lang=en", entering=True)
    await choose(page, wrong, {})
    await page.click("[data-part=send]")
    assert await page.inner_text("[data-part=stage]") == "Fill in source, licence and attribution."
    await choose(page, wrong, WORDS)
    await page.click("[data-part=send]")
    await page.wait_for_selector(".ioc-import--refused", timeout=HANG_MS)
    assert await page.is_visible("text=No layer yet")
    assert await page.input_value("#data-import-source") == "Sở thử"  # to be sent again, mended
    assert await page.is_enabled("[data-part=send]")
    await shoot(page, "refused")
    assert seen.errors == []


async def test_streets_are_recognised_by_their_name(browser: Browser, web: Web, tmp_path: Path) -> None:
    page, _ = await open_page(browser, web, "/data", entering=True)
    (tmp_path / "tân an.osm.pbf").write_bytes(b"x")
    await choose(page, tmp_path / "tân an.osm.pbf", {})
    await page.wait_for_selector("[data-field=kind] option[value=streets]:checked", state="attached")
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


async def test_the_desk_works_by_keyboard_and_on_a_phone(browser: Browser, web: Web, communes: Path) -> None:
    page, _ = await open_page(browser, web, "/data", entering=True)
    await page.set_viewport_size({"width": 390, "height": 844})
    chooser = await chooser_by_key(page)
    await chooser.set_files(communes)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('[data-field]').dataset.field") == "kind"
    await choose(page, communes, WORDS)
    await page.focus("[data-part=send]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".ioc-import--done >> text=60/60", timeout=HANG_MS)
    await shoot(page, "phone")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button = await page.locator("text=Gỡ khỏi bản đồ").bounding_box()
    assert button is not None
    assert button["x"] + button["width"] <= 390
