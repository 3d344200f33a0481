"""Registers of drivers on the import machine: two people, a way back, no file kept, no half after a kill."""

import asyncio
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from collecting import NOW, clock
from sqlalchemy import Engine, func, select
from standing_clock import Clock

from domain.fleets.driver import Driver
from domain.imports.file_import import FileImport, SamePersonError, Stage
from intake.imports.driver_importer import DriverImporter
from intake.imports.machine import Machine
from store.drivers import Drivers
from store.imports import Imports
from store.keeping.retaining import Retainer
from store.keeping.retention import RULES
from store.tables.drivers import driver_changes
from store.tables.imports import file_imports
from tests.intake.imports.test_machine import LAN, LONG_AN, MINH, ROOT

__all__ = ["clock"]

AN, BINH = Driver(id="TX1", name="Nguyễn Văn An"), Driver(id="TX2", name="Trần Thị Bình")
SENT = "mã tài xế;họ tên;điện thoại\nTX1;Nguyễn Văn An;\nTX2;Trần Thị Bình;\nTX3;Lê Kín;gọi sau\n".encode()
VICTIM = Path(__file__).parent / "driver_victim.py"


@pytest.fixture
def drivers(engine: Engine) -> Drivers:
    return Drivers(engine)


@pytest.fixture
def machine(engine: Engine, clock: Clock) -> Machine:
    return machine_of(engine, clock)


def machine_of(engine: Engine, clock: Clock) -> Machine:
    return Machine(Imports(engine), [DriverImporter(Drivers(engine))], clock)


async def sent(machine: Machine, body: bytes = SENT) -> FileImport:
    return await machine.receive("drivers", "so.csv", "Đội 1", body, LAN)


def held(engine: Engine) -> tuple[int, str]:
    """Entries of imports that are kept, and every text of the files' rows."""
    with engine.connect() as connection:
        kept = connection.scalar(select(func.count()).select_from(driver_changes)) or 0
        return kept, str(connection.execute(select(file_imports)).all())


async def test_a_register_counts_once_a_second_person_approved_and_its_file_is_not_kept(
    machine: Machine, drivers: Drivers, engine: Engine
) -> None:
    found = await sent(machine)
    assert found.preview is not None
    assert (found.stage, found.preview.new, found.preview.refused, found.is_kept) == (Stage.MAPPED, 2, 1, False)
    assert [(one.row, one.code) for one in found.preview.problems] == [(4, "bad_value")]
    assert drivers.register() == []
    with pytest.raises(SamePersonError):
        await machine.approve(found.id, LAN)
    assert (await machine.approve(found.id, MINH)).stage is Stage.APPLIED
    assert drivers.register() == [AN, BINH]
    assert not any(said in held(engine)[1] for said in ("Văn An", "Thị Bình", "Kín", "gọi sau"))
    again = await sent(machine)
    assert again.preview is not None
    assert (again.preview.new, again.preview.changed, again.preview.unchanged) == (0, 0, 2)


async def test_withdrawing_brings_back_what_stood_but_for_later_corrections(
    machine: Machine, drivers: Drivers, engine: Engine
) -> None:
    drivers.put([AN], MINH, NOW)
    changed = SENT.replace("Nguyễn Văn An".encode(), "Nguyễn An".encode())
    found = await machine.approve((await sent(machine, changed)).id, MINH)
    assert [one.name for one in drivers.register()] == ["Nguyễn An", BINH.name]
    drivers.put([Driver(id="TX2", name="Trần Bình")], MINH, NOW)
    back = await machine.withdraw(found.id, MINH)
    assert (back.stage, back.kept_back) == (Stage.WITHDRAWN, 1)
    assert [one.name for one in drivers.register()] == [AN.name, "Trần Bình"]
    assert held(engine)[0] == 0


async def test_what_nobody_decides_or_nobody_may_send_is_forgotten(
    machine: Machine, engine: Engine, clock: Clock
) -> None:
    given_up = await machine.give_up((await sent(machine)).id, LAN)
    foreign = await machine.receive("drivers", "a.csv", "x", SENT, LONG_AN)
    assert (given_up.stage, foreign.stage, held(engine)[0]) == (Stage.GIVEN_UP, Stage.REFUSED, 0)
    waiting = await sent(machine)
    clock.now += timedelta(days=7, minutes=1)
    assert await machine.resume() == 1
    late = Imports(engine).one(waiting.id)
    assert late is not None
    assert (late.stage, held(engine)[0]) == (Stage.REFUSED, 0)


async def test_no_copy_of_a_driver_outlives_the_registers_entry(
    machine: Machine, drivers: Drivers, engine: Engine, clock: Clock
) -> None:
    """The first file said nothing of the last day; a later one did, and the copies of both go with the entry."""
    await machine.approve((await sent(machine)).id, MINH)
    clock.now += timedelta(days=1)
    left = "mã tài xế;họ tên;nghỉ việc\nTX1;Nguyễn Văn An;31/08/2026\n".encode()
    await machine.approve((await sent(machine, left)).id, MINH)
    assert [one.active_to for one in drivers.register()] == [date(2026, 8, 31), None]
    clock.now += timedelta(days=9)
    retainer = Retainer(engine, "one", clock)
    assert retainer.acquire()
    for rule in RULES:
        if "driver" in rule.key:
            list(retainer.steps(rule))
    assert [one.id for one in drivers.register()] == ["TX2"]
    with engine.connect() as connection:
        assert set(connection.scalars(select(driver_changes.c.id))) == {"TX2"}
    clock.now += timedelta(days=31)
    for rule in RULES:
        if rule.key == "driver_changes":
            list(retainer.steps(rule))
    assert held(engine)[0] == 0


@pytest.mark.servers
@pytest.mark.parametrize("point", ["away", "read", "decided", "put", "withdrawing decided", "withdrawing put"])
async def test_a_kill_leaves_a_register_as_before_or_done(
    point: str, engine: Engine, drivers: Drivers, clock: Clock
) -> None:
    url = engine.url.render_as_string(hide_password=False)
    dead = await asyncio.to_thread(
        subprocess.run, [sys.executable, VICTIM, url, point], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, check=False,
    )  # fmt: skip
    assert dead.returncode == -9, dead.stderr.decode()
    before = drivers.register()
    assert before in ([], [AN, BINH])
    clock.now += timedelta(minutes=3)
    machine = machine_of(engine, clock)
    await machine.resume()
    found = next(iter(Imports(engine).newest()), None)
    if point == "away":
        assert (found, before) == (None, []), "it was never received"
        return
    assert found is not None
    stage, end = {
        "read": (Stage.MAPPED, []), "decided": (Stage.APPLIED, [AN, BINH]), "put": (Stage.APPLIED, [AN, BINH]),
    }.get(point, (Stage.WITHDRAWN, []))  # fmt: skip
    assert (found.stage, drivers.register()) == (stage, end)
    assert await machine.resume() == 0
