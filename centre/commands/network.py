"""Networks by hand: stations and covered areas become figures, with the boundaries that the map shows."""

import argparse
import asyncio
from datetime import UTC, datetime

from sqlalchemy import Engine

from centre.commands.figures import machine_of
from centre.commands.parts import prepared
from domain.places.map_layer import BANDS, LayerKind
from domain.places.place import IN_FORCE
from domain.places.territory import Level
from intake.imports.network_command import Ground, hand_in
from settings import Settings
from store.maps.map_layers import MapLayers
from store.maps.signal_maps import SignalMaps
from store.registry import Registry
from store.valkey.server import connect


def run_network(settings: Settings, given: argparse.Namespace) -> int:
    """Carry out one command of `python -m ingest network`."""
    return asyncio.run(_handed_in(settings, given))


async def _handed_in(settings: Settings, given: argparse.Namespace) -> int:
    engine, redis = prepared(settings), connect(settings.stream_url)
    try:
        machine, _ = machine_of(settings, engine, redis)
        signals = SignalMaps(engine)
        return await hand_in(
            given, machine, ground_of(settings, engine), lambda one: signals.keep(one, datetime.now(UTC))
        )
    finally:
        await redis.aclose()
        engine.dispose()


def ground_of(settings: Settings, engine: Engine) -> Ground:
    """The communes in force as the map draws them at its finest."""
    maps = MapLayers(engine, settings.maps_dir)
    layer = maps.active(LayerKind.BOUNDARIES, IN_FORCE, Level.COMMUNE)
    drawn = maps.shapes(layer.id, len(BANDS)) if layer else {}
    places = [place for place in Registry(engine).places(IN_FORCE) if place.level is Level.COMMUNE]
    return Ground(shapes=drawn, places=places)
