"""Add a file, edit nothing: a scaffolded area in a copy of the tree appears on the wall with one figure."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import httpx
import pytest
from hangs import HANG_MS, HANG_S
from playwright.async_api import Browser, expect

from bench.rig.centre import free_port, wait_ready

ROOT = Path(__file__).parents[2]
NAME, PATH = "air_quality", "/air-quality"
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", "node_modules", "shots"
)
# What draws, declares and checks without a server: the screens suite and the contracts of feeds, KPIs and rooms.
FAST = (
    "tests/data_sources/test_samples.py", "tests/kpi/test_declarations.py", "tests/queries/test_alarm_rules.py",
    "tests/layouts/test_screens.py", "tests/layouts/test_leader.py", "tests/present/test_cards.py",
    "tests/layouts/test_maps.py", "tests/layouts/test_territory.py", "tests/test_docs.py",
)  # fmt: skip
GENERATED = {"docs/feeds.md", "docs/kpis.md"}


def digests(house: Path) -> dict[str, str]:
    return {
        str(path.relative_to(house)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in house.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with a new area, made by the command alone."""
    copied = tmp_path_factory.mktemp("house") / "ioc"
    shutil.copytree(ROOT, copied, ignore=LEFT_OUT)
    before = digests(copied)
    for command in (["scripts/new.py", "area", NAME], ["scripts/docs.py"]):
        done = subprocess.run([sys.executable, *command], cwd=copied, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    after = digests(copied)
    changed = {path for path in before if after.get(path) != before[path]}
    assert changed <= GENERATED, f"edited: {sorted(changed - GENERATED)}"
    assert {path for path in after if path not in before} == {
        f"data_sources/{NAME}.py", f"kpi/{NAME}.py", f"areas/{NAME}.py", f"tests/samples/{NAME}/observations.json",
    }  # fmt: skip
    return copied


@pytest.fixture(scope="module")
def centre(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """The copy, running: addresses of its web side and its door, and its data folder."""
    data, web, door = tmp_path_factory.mktemp("var"), free_port(), free_port()
    env = os.environ | {
        "IOC_DATA_DIR": str(data), "IOC_PORT": str(web), "IOC_INGEST_PORT": str(door), "IOC_SIMULATOR": "off",
        "REDIS_URL": "", "DATABASE_URL": "", "IOC_LOG_LEVEL": "error",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "app.py"], cwd=house, env=env, stdout=subprocess.DEVNULL)
    try:
        wait_ready(f"http://127.0.0.1:{web}/readyz")
        wait_ready(f"http://127.0.0.1:{door}/readyz")
        yield f"http://127.0.0.1:{web}", f"http://127.0.0.1:{door}", data
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(HANG_S)


def test_the_suites_of_screens_and_declarations_stay_green(house: Path) -> None:
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *FAST],
        cwd=house, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout[-3000:]


async def test_one_figure_stands_on_the_wall_and_where_it_belongs(
    centre: tuple[str, str, Path], browser: Browser, house: Path
) -> None:
    web, door, data = centre
    page = await browser.new_page(viewport={"width": 1920, "height": 1080})
    await page.goto(web)
    card = page.locator(f"[data-part=wall-left] [data-kpi={NAME}]")
    await expect(card.locator("[data-part=value]")).to_have_text("—", timeout=HANG_MS)
    (item,) = json.loads((house / "tests" / "samples" / NAME / "observations.json").read_text("utf-8"))
    item |= {"at": datetime.now(UTC).isoformat(), "value": 12}
    key = (data / "local.key").read_text("utf-8").strip()
    begun_s = monotonic()
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{door}/ingest/observations", json=[item], headers={"X-API-Key": key})
    assert answer.status_code == 202, answer.text
    await expect(card.locator("[data-part=value]")).to_have_text("12", timeout=HANG_MS)
    await expect(card.locator("[data-part=coverage]")).to_have_text("", timeout=HANG_MS)  # its only sender has sent
    print(f"one figure on the wall after {monotonic() - begun_s:.1f} s")
    # Its own screen, the navigation and the leader's page know it too.
    await expect(page.locator(f"nav a[href='{PATH}']")).to_be_visible()
    for address in (PATH, "/leader"):
        await page.goto(web + address)
        await expect(page.locator(f"[data-kpi={NAME}] [data-part=value]").first).to_have_text("12", timeout=HANG_MS)
    await page.close()
