"""A process that imports a file and is killed at one point: `python import_victim.py DATABASE REDIS KIND POINT`."""

import asyncio
import io
import os
import signal
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

import data_sources
from domain.access.principal import CENTRE, Actor, Principal
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.feeds.scrub import Secrets
from domain.imports.file_import import FileImport
from intake.imports.importer import Importer
from intake.imports.machine import Machine, importers_on
from store.database import open_database
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.valkey.raw_stream import RawStream
from store.valkey.server import connect

WITHDRAWING = "withdrawing "
AT = "2026-11-22T03:00:00+00:00"
MINH = Principal(actor=Actor.PERSON, name="minh")


def team_register() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(("Mã tổ", "Ấp, khu phố", "Ngày thành lập"))
    for number in (1, 2):
        sheet.append((f"27694-T{number:02d}", f"Khu phố {number}", date(2022, 5, number)))
    book.save(out)
    return out.getvalue()


FILES = {
    "services": (
        "a.csv",
        "Mã xã;Kỳ báo cáo;Hồ sơ đến hạn;Hồ sơ đúng hạn\n27694;20/11/2026;512;502\n27712;20/11/2026;90;88\n".encode(),
    ),
    "plan": ("a.csv", "mã tuyến,đường,thứ,giờ\n01,đường Lê Lợi,T3,17h40\n02,đường Nguyễn Trãi,T3,17h40\n".encode()),
    "team_register": ("a.xlsx", team_register()),
}


class DyingImports(Imports):
    """Imports in whose step from READ the process dies."""

    point = ""

    def read(self, *given: Any) -> FileImport:
        die(self.point, "begun")
        return super().read(*given)


class Dying:
    """An importer that dies as it reads, and before or after what was decided is carried out."""

    point = ""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._importer, name)

    def look(self, *given: Any) -> Any:
        die(self.point, "read")
        return self._importer.look(*given)

    async def pass_on(self, *given: Any) -> None:
        die(self.point, "before")
        await self._importer.pass_on(*given)
        die(self.point, "after")


def die(point: str, here: str) -> None:
    if point == here:
        os.kill(os.getpid(), signal.SIGKILL)


async def main(database: str, redis_url: str, kind: str, point: str) -> None:
    """Receive, approve and withdraw a file."""
    engine, feeds = open_database(database), discover(data_sources, "FEED", Feed)
    maps = MapLayers(engine, Path("none"))
    importers = importers_on(engine, RawStream(connect(redis_url)), feeds, maps, Secrets(bytes(32)))
    (importer,) = [Dying(one) for one in importers if kind in one.kinds]
    imports = DyingImports(engine)
    machine = Machine(imports, [importer], lambda: datetime.fromisoformat(AT))  # type: ignore[list-item]
    imports.point = importer.point = "" if point.startswith(WITHDRAWING) else point
    name, body = FILES[kind]
    found = await machine.receive(kind, name, "VP", body, CENTRE)
    await machine.approve(found.id, MINH)
    importer.point = point.removeprefix(WITHDRAWING)
    await machine.withdraw(found.id, CENTRE)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
