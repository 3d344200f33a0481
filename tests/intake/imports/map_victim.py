"""A process that imports streets and is killed at one point: `python map_victim.py DATABASE FOLDER FILE POINT`."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from map_fixtures import BOX, NOW, ORIGIN, REPORT

from domain.access.principal import CENTRE
from domain.places.map_layer import LayerKind, Progress
from domain.places.map_order import MapOrder
from domain.places.place import Place
from intake.imports.machine import Machine
from intake.imports.map_importer import MapImporter, MapRead
from store.database import open_database
from store.imports import Imports
from store.maps.map_files import MapFiles
from store.maps.map_layers import MapLayers

WITHDRAWING = "withdrawing "
ORDER = MapOrder(kind=LayerKind.STREETS, territory="", level=None, box=None, provenance=ORIGIN, by="tester")
point = ""


def die(at: str) -> None:
    if at == point:
        os.kill(os.getpid(), signal.SIGKILL)


class DyingFiles(MapFiles):
    """Folders beside which the process dies when the original lies there."""

    def keep(self, *given: Any) -> None:
        super().keep(*given)
        die("away")


class DyingLayers(MapLayers):
    """Layers beside which the process dies: after one is prepared, before a map shows it, or after."""

    def prepare(self, *given: Any) -> None:
        super().prepare(*given)
        die("prepared")

    def approve(self, *given: Any) -> None:
        die("decided")
        super().approve(*given)
        die("shown")

    def give_back(self, *given: Any) -> None:
        die("decided")
        super().give_back(*given)
        die("shown")


def read(_order: MapOrder, _path: Path, _places: Sequence[Place], work: Path, _progress: Progress) -> MapRead:
    """Files in the work folder, as the reader of streets makes them."""
    (work / "a.pmtiles").write_bytes(b"tiles")
    die("reading")
    (work / "a.npz").write_bytes(b"graph")
    return MapRead(box=BOX, report=REPORT, files={"tiles": work / "a.pmtiles", "graph": work / "a.npz"})


async def main(database: str, folder: str, file: str, at: str) -> None:
    """Receive, approve and withdraw a file of streets."""
    global point
    engine = open_database(database)
    importer = MapImporter(DyingLayers(engine, Path(folder)), DyingFiles(Path(folder)), lambda _: [], read)
    machine = Machine(Imports(engine), [importer], lambda: NOW)
    point = "" if at.startswith(WITHDRAWING) else at
    found = await machine.receive("streets", "a.osm.pbf", ORIGIN.source, Path(file), CENTRE, answers=ORDER.answers)
    await machine.approve(found.id, CENTRE)
    point = at.removeprefix(WITHDRAWING)
    await machine.withdraw(found.id, CENTRE)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
