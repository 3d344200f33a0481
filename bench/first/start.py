"""How long it takes from the one command in an empty folder to the wall, without an account and after signing in."""

import asyncio
import re
import secrets
import subprocess
from base64 import b32decode
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic

from bench.first.number import WATCH
from bench.rig.centre import ROOT, Centre, running
from bench.rig.chromium import Page, chromium
from bench.rig.figure import Figure, compared
from domain.access.second_factor import code_at, step_at

FIGURES = ("first_start_wall_s", "first_start_signed_in_wall_s", "first_start_administrator_s")
MORE_S = 60.0
"""What signing in may add to a start; required."""
WALL_WITHIN_S = 120.0
PAINTED = "window.firstNumber"
PRESSED = "document.querySelector('form:has([name=demonstration]) button').click()"


def measure() -> Iterator[Figure]:
    """Seconds from `scripts/run` to the first figure of the wall, and of each sign-in that follows."""
    subprocess.run([ROOT / "scripts" / "venv", "requirements.txt"], cwd=ROOT, check=True)  # a start loads no packages
    began_s = monotonic()
    with running(simulator=True, command=("scripts/run",)) as centre:
        looked_s, operator_s, administrator_s = asyncio.run(_walk(centre, began_s))
    required = looked_s + MORE_S
    yield Figure(name="first_start_wall_s", value=looked_s, unit="s", note="one command, an empty folder, no account")
    yield compared(
        "first_start_signed_in_wall_s", "s", operator_s, required,
        "the operator by the demonstration's button; baseline: required",
    )  # fmt: skip
    yield compared(
        "first_start_administrator_s", "s", administrator_s, required,
        "printed password, own password, second step, first account invited and at the wall; baseline: required",
    )  # fmt: skip


async def _walk(centre: Centre, began_s: float) -> tuple[float, float, float]:
    """Seconds from ``began_s`` to the wall without an account; then as long with each sign-in's own seconds added."""
    async with chromium() as browser, browser.page(width=1920, height=1080) as page:
        await page.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        await _open(page, f"{centre.web}/", PAINTED)
        looked_s = monotonic() - began_s
        by_button_s = monotonic()
        await _open(page, f"{centre.web}/dang-nhap", "document.querySelector('[name=demonstration]')")
        await page.evaluate(PRESSED)
        await page.until(f"location.pathname === '/' && {PAINTED}", WALL_WITHIN_S)
        by_button_s = monotonic() - by_button_s
        await page.send("Network.clearBrowserCookies")
        by_hand_s = monotonic()
        link = await _administer(page, centre)
        await _invited(page, centre, link)
        by_hand_s = monotonic() - by_hand_s
    return looked_s, looked_s + by_button_s, looked_s + by_hand_s


async def _administer(page: Page, centre: Centre) -> str:
    """Do what the first administrator has to do: returns the link for the first operator."""
    given = re.search(r"shown this once\): (\S+)", centre.said)
    assert given is not None, "the start prints a password"
    own = _chosen()
    await _open(page, f"{centre.web}/dang-nhap", "document.querySelector('[name=password]')")
    await _send(page, "[name=password]", name="quantri", password=given[1])
    await page.until("document.querySelector('[name=before]')")
    await _send(page, "[name=before]", before=given[1], new=own, again=own)
    await page.until("location.search === '?changed=1' && document.querySelector('[action^=\"/tai-khoan/hai-buoc\"]')")
    await _send(page, '[action^="/tai-khoan/hai-buoc"] [name=password]', password=own)
    await page.until("document.querySelector('[name=offer]')")
    typed = str(await page.evaluate("document.querySelector('.seal code').textContent"))
    secret = b32decode(typed.replace(" ", ""))
    await _send(page, "[name=offer]", code=code_at(secret, step_at(datetime.now(UTC))))
    await page.until("document.querySelector('.reserve')")
    await _open(page, f"{centre.web}/quan-tri", "document.querySelector('[name=shown]')")
    await page.evaluate("document.querySelector('[name=role][value=operator]').checked = true")
    await _send(page, "[name=shown]", name="lan", shown="Lan")
    await page.until("document.querySelector('.done code')")
    return str(await page.evaluate("document.querySelector('.done code').textContent"))


async def _invited(page: Page, centre: Centre, link: str) -> None:
    """Follow the link, choose a password, sign in, see the wall."""
    await page.send("Network.clearBrowserCookies")
    own = _chosen()
    await _open(page, link, "document.querySelector('[name=new]')")
    await _send(page, "[name=new]", new=own, again=own)
    await page.until("location.pathname === '/dang-nhap'")
    await _send(page, "[name=password]", name="lan", password=own)
    await page.until(f"location.pathname === '/' && {PAINTED}", WALL_WITHIN_S)


async def _open(page: Page, address: str, there: str) -> None:
    """Go to ``address`` and wait until the expression ``there`` is true."""
    await page.send("Page.navigate", url=address)
    await page.until(f"location.href.startsWith('{address}') && {there}", WALL_WITHIN_S)


async def _send(page: Page, of: str, **fields: str) -> None:
    """Fill ``fields`` of the form that holds ``of`` in, and send it."""
    filled = "".join(f"form.querySelector('[name={name}]').value = '{value}';" for name, value in fields.items())
    await page.evaluate(f"{{ const form = document.querySelector('{of}').closest('form'); {filled} form.submit(); }}")


def _chosen() -> str:
    """A password as somebody would choose one."""
    return f"Aa1! {secrets.token_hex(8)}"
