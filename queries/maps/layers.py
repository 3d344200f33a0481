"""Imported layers of the map, newest first."""

import asyncio
from collections.abc import Sequence

from domain.places.map_layer import MapLayer
from queries.ask import Ask, Question


async def _read(asked: Question) -> Sequence[MapLayer]:
    return await asyncio.to_thread(asked.sources.maps.layers)


MAP_LAYERS: Ask[Sequence[MapLayer]] = Ask(_read, ())
