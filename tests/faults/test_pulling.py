"""Repeated kill -9 of a fetching process: each row once, in order, none lost."""

import asyncio
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hangs import HANG_S

from domain.feeds.part import Part
from store.valkey.pulls import lease_name
from store.valkey.raw_stream import RawStream, lease_of

ROOT = Path(__file__).parents[2]
ROWS, KILLS = 1_200, 8


def office(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE n (id INTEGER PRIMARY KEY, place TEXT, at TEXT, dossiers_due INTEGER)")
        made = ((n, "27694", f"2026-11-28T08:{n // 60 % 60:02}:{n % 60:02}", n) for n in range(1, ROWS + 1))
        connection.executemany("INSERT INTO n VALUES (?, ?, ?, ?)", made)
    connection.close()


class Reader:
    """Takes pages away as a collector does, so that fetching never waits for it."""

    def __init__(self, stream: RawStream) -> None:
        self._stream = stream
        self._cursor = "0-0"
        self.pages: list[list[int]] = []

    async def until(self, pages: int) -> None:
        async with asyncio.timeout(HANG_S):
            while len(self.pages) < pages:
                await self.read(block_ms=1_000)

    async def read(self, block_ms: int = 0) -> None:
        found = await self._stream.read(Part("services"), self._cursor, 3, block_ms)
        for entry, payload in found:
            self.pages.append([row["id"] for row in orjson.loads(payload.body)])
            self._cursor = entry
        if found:
            await self._stream.forget(Part("services"), self._cursor)


@pytest.mark.servers
async def test_a_killed_fetch_loses_and_doubles_nothing(
    stream: RawStream, redis: Any, redis_url: str, tmp_path: Path
) -> None:
    file, reader = tmp_path / "office.sqlite3", Reader(stream)
    office(file)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for kill in range(KILLS + 1):
        # A dead holder's lease ends by itself, and its run is taken up after seconds; here nobody has to wait for that.
        await redis.delete(lease_of(lease_name("services")), "pull:services:states")
        victim = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "tests" / "fixtures" / "pull_victim.py"), redis_url, str(file), env=environment
        )
        try:
            await reader.until(ROWS // 5 if kill == KILLS else len(reader.pages) + 3 + kill)
        finally:
            victim.kill()
            await victim.wait()
    await reader.read()
    assert [number for page in reader.pages for number in page] == list(range(1, ROWS + 1))
