"""A process that imports a drivers' register and is killed at one point: `python driver_victim.py DATABASE POINT`."""

import asyncio
import os
import signal
import sys
from datetime import datetime
from typing import Any

from domain.access.principal import CENTRE, Actor, Principal
from intake.imports.driver_importer import DriverImporter
from intake.imports.machine import Machine
from store.database import open_database
from store.drivers import Drivers
from store.imports import Imports

WITHDRAWING = "withdrawing "
AT = "2026-11-22T03:00:00+00:00"
BODY = "mã tài xế;họ tên\nTX1;Nguyễn Văn An\nTX2;Trần Thị Bình\n".encode()


class Dying(Drivers):
    """A register beside which the process dies: after the entries lie there, before a change of it, or after."""

    point = ""

    def die(self, point: str) -> None:
        if point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def hand_in(self, *given: Any) -> None:
        super().hand_in(*given)
        self.die("away")

    def handed_in(self, file_import: str) -> Any:
        self.die("read")
        return super().handed_in(file_import)

    def put(self, *given: Any) -> int:
        self.die("decided")
        changed = super().put(*given)
        self.die("put")
        return changed

    def take_back(self, *given: Any) -> None:
        self.die("decided")
        super().take_back(*given)
        self.die("put")


async def main(database: str, point: str) -> None:
    """Receive, approve and withdraw a register."""
    engine = open_database(database)
    drivers = Dying(engine)
    machine = Machine(Imports(engine), [DriverImporter(drivers)], lambda: datetime.fromisoformat(AT))
    drivers.point = "" if point.startswith(WITHDRAWING) else point
    found = await machine.receive("drivers", "so.csv", "Đội 1", BODY, CENTRE)
    await machine.approve(found.id, Principal(actor=Actor.PERSON, name="minh"))
    drivers.point = point.removeprefix(WITHDRAWING)
    await machine.withdraw(found.id, CENTRE)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
