"""The person who approves what a test sent with a key to a running centre."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from domain.access.principal import Actor, Principal
from domain.imports.file_import import FileImport
from intake.imports.machine import Machine
from intake.imports.plan_importer import PlanImporter
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan

MINH = Principal(actor=Actor.PERSON, name="minh")


def plan_machine(engine: Engine, maps: Path) -> Machine:
    """The import machine for files of the plan, on a centre's database and folder of maps."""
    importer = PlanImporter(Plan(engine), MapLayers(engine, maps), Facilities(engine))
    return Machine(Imports(engine), [importer], lambda: datetime.now(UTC))


def approve(engine: Engine, maps: Path, id_: str) -> FileImport:
    """Approve the import of a file of the plan."""
    return asyncio.run(plan_machine(engine, maps).approve(id_, MINH))
