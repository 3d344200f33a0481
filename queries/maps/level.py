"""The level that maps colour: communes, or the districts of a former version when only their boundaries are known."""

import asyncio

from domain.places.map_layer import LayerKind
from domain.places.place import IN_FORCE
from domain.places.territory import Level
from queries.ask import Ask, Question
from store.maps.map_layers import MapLayers


async def _read(asked: Question) -> Level:
    if asked.territory == IN_FORCE:
        return Level.COMMUNE
    return await asyncio.to_thread(_known, asked.sources.maps, asked.territory)


def _known(maps: MapLayers, territory: str) -> Level:
    """Communes, unless only the districts' boundaries are known; present/map/ground.py draws the same level."""
    known = {level for level in Level if maps.active(LayerKind.BOUNDARIES, territory, level)}
    return Level.DISTRICT if Level.DISTRICT in known and Level.COMMUNE not in known else Level.COMMUNE


MAP_LEVEL: Ask[Level] = Ask(_read, Level.COMMUNE)
