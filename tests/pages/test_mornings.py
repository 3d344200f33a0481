"""The brief that is kept each morning: once, at its hour, whoever else runs, and never an empty one."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from screen_figures import NOW
from screen_fixtures import FakeReading, empty, normal
from screen_fixtures import services as fakes
from sqlalchemy.exc import OperationalError

from domain.feeds.part import Part
from pages import brief
from pages.brief import Briefs
from pages.mornings import Mornings
from store.briefs import BriefFiles
from store.valkey.raw_stream import RawStream

# 14:05 of the fixtures' day in Việt Nam.
AT = time(6, 30)


class Leases:
    """Grants a lease that nobody else holds."""

    def __init__(self) -> None:
        self.taken = False

    async def acquire_lease(self, part: Part, owner: str, ttl_s: float) -> bool:
        free, self.taken = not self.taken, True
        return free

    async def release_lease(self, part: Part, owner: str) -> None:
        self.taken = False


class Side:
    """One web side over ``reading`` that shares ``folder`` and the leases with others."""

    def __init__(self, reading: FakeReading, folder: Path, leases: Leases) -> None:
        self.now = NOW
        services = fakes(reading)
        services.briefs = self.files = BriefFiles(folder)
        self.briefs = Briefs(services, lambda: self.now)
        self.mornings = Mornings(self.briefs, self.files, cast(RawStream, leases), AT, lambda: self.now)


Open = Callable[..., Side]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    return lambda reading, leases=None: Side(reading, tmp_path, leases or Leases())


def names(side: Side) -> list[str]:
    return [one.name for one in side.files.mornings()]


async def test_a_missed_morning_is_made_at_once_and_the_next_at_its_hour(opened: Open) -> None:
    side = opened(normal())
    assert await side.mornings.step() == pytest.approx(timedelta(hours=16, minutes=24, seconds=28).total_seconds())
    assert sorted(names(side)) == [f"2026-11-23-{one}" for one in ("en.pdf", "en.xlsx", "vi.pdf", "vi.xlsx")]
    before = side.files.morning("2026-11-23-vi.pdf")
    await side.mornings.step()
    assert side.files.morning("2026-11-23-vi.pdf") == before, "it is made once"


async def test_before_its_hour_nothing_is_made(opened: Open) -> None:
    side = opened(normal())
    side.now = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 06:00
    assert await side.mornings.step() == 30 * 60
    assert names(side) == []
    side.now += timedelta(minutes=30)
    await side.mornings.step()
    assert len(names(side)) == 4


async def test_another_web_side_that_holds_the_lease_makes_it(opened: Open) -> None:
    leases = Leases()
    leases.taken = True
    side = opened(normal(), leases)
    assert await side.mornings.step() == 60
    assert names(side) == []
    leases.taken = False
    await side.mornings.step()
    assert len(names(side)) == 4
    assert not leases.taken, "the lease is given back"


@pytest.mark.parametrize("reading", [empty(), FakeReading(failure=OperationalError("select", {}, Exception("gone")))])
async def test_without_figures_nothing_is_written_and_it_is_tried_again(opened: Open, reading: FakeReading) -> None:
    side = opened(reading)
    assert await side.mornings.step() == 60
    assert names(side) == []


async def test_a_stop_that_the_client_loses_on_the_way_still_ends_the_mornings(opened: Open) -> None:
    class LosesIt(Leases):
        """Is cancelled while it asks, and answers nevertheless, as the Redis client of Python 3.11 can."""

        async def acquire_lease(self, part: Part, owner: str, ttl_s: float) -> bool:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
            return False

    side, waited = opened(normal(), LosesIt()), list[float]()

    async def wait(pause_s: float) -> None:
        waited.append(pause_s)
        raise AssertionError("it goes on as if nobody had stopped it")

    side.mornings = Mornings(side.briefs, side.files, cast(RawStream, LosesIt()), AT, lambda: side.now, wait)
    (ended,) = await asyncio.gather(side.mornings.run(), return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError)
    assert waited == []


async def test_last_years_go_and_this_years_figures_stay(opened: Open) -> None:
    side = opened(normal())
    side.files.keep_morning((NOW - timedelta(days=367)).date(), {"a" * 64: "{}"}, {("vi", "pdf"): b"old"})
    await side.mornings.step()
    assert len(names(side)) == 4
    assert side.files.figures("a" * 64) is None
    told = await side.briefs.brief("vi")
    assert side.files.figures(told.sha256) == told.canonical.encode()


async def test_a_kept_brief_is_served_and_no_other_file_is(opened: Open, tmp_path: Path) -> None:
    side = opened(normal())
    await side.mornings.step()
    app = FastAPI()
    app.include_router(brief.router(side.briefs, side.files))
    client: Any = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc")
    assert (await client.get("/briefs/2026-11-23-vi.pdf")).content.startswith(b"%PDF-")
    (tmp_path / "2026-11-23-vi.txt").write_text("no")
    figures = f"2026-11-23-{(await side.briefs.brief('vi')).sha256}.json"
    for name in ("2026-11-23-vi.txt", "2026-11-24-vi.pdf", "..%2Fioc.sqlite3", figures):
        assert (await client.get(f"/briefs/{name}")).status_code in (404, 422)
