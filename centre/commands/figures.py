"""Files of figures by hand: the import machine on the stores of the settings."""

import argparse
import asyncio

from redis.asyncio import Redis
from sqlalchemy import Engine

from centre.commands.parts import feeds_of_the_tree, prepared, stream_of
from intake.door.front_door import utc_now
from intake.imports.figure_command import carry_out
from intake.imports.machine import Machine
from settings import Settings
from store.imports import Imports
from store.registry import Registry
from store.revisions import Corrections
from store.valkey.server import connect


def run_figures(settings: Settings, given: argparse.Namespace) -> int:
    """Carry out one command of `python -m ingest figures`."""
    return asyncio.run(_carried_out(settings, given))


async def _carried_out(settings: Settings, given: argparse.Namespace) -> int:
    engine, redis = prepared(settings), connect(settings.stream_url)
    try:
        machine, imports = machine_of(settings, engine, redis)
        return await carry_out(given, machine, imports)
    finally:
        await redis.aclose()
        engine.dispose()


def machine_of(settings: Settings, engine: Engine, redis: Redis) -> tuple[Machine, Imports]:
    """The import machine on these stores, and the imports it keeps."""
    registry, imports, corrections = Registry(engine), Imports(engine), Corrections(engine)
    machine = Machine(
        imports,
        stream_of(settings, redis, registry),
        feeds_of_the_tree(),
        stood=corrections.stood,
        gone=corrections.beside,
        registered=registry.organisations.known,
        enrol=registry.organisations.put,
        clock=utc_now,
    )
    return machine, imports
