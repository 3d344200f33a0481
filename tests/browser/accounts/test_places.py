"""Where things stand on the pages of people's own work: at a board's size, on a telephone and on a desk."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from domain.access.account import Account
from domain.access.principal import Role
from pages.accounts.forms import page as written
from pages.accounts.forms import sign_in_page
from pages.teams.pages import filled

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOX = "e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom].map(Math.round); }"


@pytest_asyncio.fixture(loop_scope="session")
async def sheet(browser: Browser) -> AsyncIterator[Page]:
    """A page that is given its text."""
    context = await browser.new_context(java_script_enabled=True)
    yield await context.new_page()
    await context.close()


async def box(page: Page, where: str) -> list[int]:
    found: list[int] = await page.eval_on_selector(where, BOX)
    return found


async def lay(page: Page, body: bytes, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    await page.set_content(body.decode())


@pytest.mark.parametrize(("width", "height"), [(384, 192), (768, 384), (390, 844), (1080, 1920), (1920, 1080)])
async def test_a_screens_code_stands_whole_on_every_screen(sheet: Page, width: int, height: int) -> None:
    shown = written("screen", "vi", 200, words=None, code="GCVY-W2MF", here="/man-hinh", script="")
    await lay(sheet, bytes(shown.body), width, height)
    await sheet.eval_on_selector(".code", "e => { e.innerHTML = `<span>${e.textContent}</span>`; }")
    left, top, right, bottom = await box(sheet, ".code span")
    assert (left >= 0, top >= 0, right <= width, bottom <= height) == (True,) * 4, (left, top, right, bottom)
    assert right - left > width / 2, "it is read from across the room"


async def test_the_other_way_in_is_as_wide_as_the_form(sheet: Page) -> None:
    await lay(sheet, bytes(sign_in_page("vi", "/", offered=False, authority="/x").body), 390, 844)
    form, other = await box(sheet, "form"), await box(sheet, ".other .button")
    assert (form[0], form[2]) == (other[0], other[2])
    words = await sheet.eval_on_selector(
        ".other .button", "e => { const r = document.createRange(); r.selectNodeContents(e);"
        " const b = r.getBoundingClientRect(); return [b.top, b.bottom]; }",
    )  # fmt: skip
    assert other[1] + 8 < words[0], "its words keep off the edge"
    assert words[1] < other[3] - 8


async def test_a_tasks_day_and_how_late_it_is_do_not_run_together_on_a_telephone(sheet: Page) -> None:
    one = SimpleNamespace(title="Tập huấn", attributes={}, due=NOW, is_open=True)
    week = SimpleNamespace(done=[], evidence=[], late=[], owed=[one])
    shown = filled(
        "weekly", "vi", here="/x", since=NOW, until=NOW, now=NOW, campaigns={"Chợ": ((), week)}, left=lambda _: 4,
        late=lambda _: False, behind=[], homes_left=0, last_day=None, visited=0, simulated=False,
    )  # fmt: skip
    await lay(sheet, bytes(shown.body), 390, 844)
    assert (await sheet.inner_text(".tasks td:last-child")).split() == ["01/01/2026", "còn", "4", "ngày", "làm", "việc"]


async def test_the_own_account_has_no_hole_on_a_desk(sheet: Page) -> None:
    account = Account(name="lan", shown="Lan", roles=frozenset({Role.OPERATOR}), renewed_at=NOW)
    given: dict[str, Any] = dict.fromkeys(
        ("linked", "changed", "refused", "must_change", "overdue", "needs_two", "demonstration"), False
    )
    shown = written(
        "account", "vi", 200, account=account, words=None, links=[], roles=["Trực ca", "Lãnh đạo"], authority="/x",
        two_step="/y", codes_left=0, chars=14, **given,
    )  # fmt: skip
    await lay(sheet, bytes(shown.body), 1366, 768)
    assert (await box(sheet, "form:has([name=new])"))[3] < 768, "the password's card stands beside the others"
    label = await box(sheet, "dt:text('Vai trò')")
    assert label[3] - label[1] < 40, "a short label stays on one line"
