"""Files by hand: the import machine on the stores of the settings."""

import argparse
import asyncio

from redis.asyncio import Redis
from sqlalchemy import Engine

from centre.commands.parts import feeds_of_the_tree, prepared, stream_of
from intake.door.front_door import utc_now
from intake.imports.figure_command import carry_out
from intake.imports.machine import Machine, importers_on
from intake.messages.case_secret import case_secrets
from settings import Settings
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.registry import Registry
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
    imports, feeds = Imports(engine), feeds_of_the_tree()
    stream = stream_of(settings, redis, Registry(engine))
    secrets = case_secrets(settings.case_key, settings.case_key_file)
    importers = importers_on(engine, stream, feeds, MapLayers(engine, settings.maps_dir), secrets)
    return Machine(imports, importers, utc_now), imports
