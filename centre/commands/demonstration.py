"""The demonstration's own plan: handed to the import machine at the first start, taken back when it has to go."""

import asyncio

import orjson

from centre.commands.parts import prepared
from centre.supervisor import DEMONSTRATION
from domain.access.principal import Actor, Principal
from domain.imports.file_import import OvertakenError
from domain.waste.plan_import import Content
from intake.door.front_door import utc_now
from intake.imports.machine import Machine
from intake.imports.plan_importer import PlanImporter
from settings import Settings
from simulator.plan import facilities_geojson, plan_geojson
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan

_BY = Principal(actor=Actor.CENTRE, name="simulator")
_FILES = {Content.PLAN: plan_geojson, Content.FACILITIES: facilities_geojson}


def run_demonstration(settings: Settings) -> int:
    """Import the simulator's plan while it runs; without a simulator, take back what it imported.

    No second person has to stand for it: it takes no file, and every route of it is marked as simulated.
    """
    engine = prepared(settings)
    plan = Plan(engine)
    importer = PlanImporter(plan, MapLayers(engine, settings.maps_dir), Facilities(engine), demonstrates=True)
    machine = Machine(Imports(engine), [importer], utc_now)
    asyncio.run(_begin(machine) if settings.simulator and not plan.routes() else _end(machine, plan))
    return 0


async def _begin(machine: Machine) -> None:
    for content, made in _FILES.items():
        body = orjson.dumps(made())
        found = await machine.receive(content, f"{content}.geojson", DEMONSTRATION, body, _BY)
        await machine.approve(found.id, _BY)


async def _end(machine: Machine, plan: Plan) -> None:
    for done in plan.imports():
        if done.source == DEMONSTRATION and not done.withdrawn:
            try:
                await machine.withdraw(done.id, _BY)
            except (KeyError, OvertakenError):
                # An earlier release imported it past the machine, or a command used it again.
                plan.withdraw(done.id, _BY, utc_now())
