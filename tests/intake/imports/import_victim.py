"""A process that imports a file and is killed at one point: `python import_victim.py DATABASE REDIS POINT [ID]`."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import data_sources
from domain.access.principal import CENTRE
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.imports.file_import import FileImport
from intake.imports.figures import FigureImporter
from intake.imports.machine import Machine
from store.database import open_database
from store.imports import Imports
from store.revisions import Corrections, Identity, Says
from store.valkey.raw_stream import RawStream
from store.valkey.server import connect

WITHDRAWING = "withdrawing "
AT = "2026-11-22T03:00:00+00:00"
BODY = "Mã xã;Kỳ báo cáo;Hồ sơ đến hạn;Hồ sơ đúng hạn\n27694;20/11/2026;512;502\n27712;20/11/2026;90;88\n".encode()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingImports(Imports):
    """Imports in whose step from READ the process dies."""

    point = ""

    def read(self, *given: Any) -> FileImport:
        if self.point == "begun":
            die()
        return super().read(*given)


class Dying(RawStream):
    """A stream in whose append the process dies, before or after the server has it."""

    point = ""

    async def append(self, payload: Payload) -> str:
        if self.point == "before":
            die()
        id_ = await super().append(payload)
        if self.point == "after":
            die()
        return id_


def machine(database: str, redis: Any, point: str) -> tuple[Machine, Dying]:
    engine = open_database(database)
    stream = Dying(redis)
    stream.point = point if not point.startswith(WITHDRAWING) else ""
    corrections = Corrections(engine)

    def stood(asked: Iterable[Identity]) -> Mapping[Identity, Mapping[int, Says]]:
        if point == "read":
            die()
        return corrections.stood(asked)

    feeds = discover(data_sources, "FEED", Feed)
    figures = FigureImporter(
        stream, feeds, stood=stood, gone=corrections.beside, registered=lambda _: False, enrol=lambda *_: None
    )
    imports = DyingImports(engine)
    imports.point = point
    return Machine(imports, [figures], lambda: datetime.fromisoformat(AT)), stream


async def main(database: str, redis_url: str, point: str) -> None:
    """Receive, approve and withdraw a file."""
    redis = connect(redis_url)
    made, stream = machine(database, redis, point)
    found = await made.receive("services", "a.csv", "VP", BODY, CENTRE)
    await made.approve(found.id, CENTRE)
    stream.point = point.removeprefix(WITHDRAWING)
    await made.withdraw(found.id, CENTRE)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
