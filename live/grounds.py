"""The ground that maps are drawn on: one copy for all viewers, read again only when a layer has changed."""

import asyncio
import logging
from collections.abc import Mapping

from domain.places.map_layer import LayerKind, MapLayer
from domain.places.territory import Level
from present.map.ground import FIRST_LOOK, GeoJson, Ground, ground
from store.maps.map_layers import LayerDamagedError, MapLayers
from store.reading import Reading
from streets.graph import StreetGraph
from streets.picture import Line, lines_in

# Beyond this many streets an SVG drawing is slower than tiles and no clearer.
DRAWN_STREETS = 4_000


_log = logging.getLogger(__name__)


class Grounds:
    """The ground of each territory version."""

    def __init__(self, reading: Reading, maps: MapLayers, demo: GeoJson | None) -> None:
        """``demo`` holds the streets of the demonstration; None when it does not run."""
        self._reading = reading
        self._maps = maps
        self._demo = demo
        self._kept: dict[str, tuple[str, Ground]] = {}

    async def find(self, version: str) -> Ground:
        """The ground of ``version`` as of the layers that are active now."""
        shown = await asyncio.to_thread(self._maps.version)
        if version in self._kept and self._kept[version][0] == shown:
            return self._kept[version][1]
        try:
            found = await self._read(version)
        except LayerDamagedError as damaged:
            # Not kept: the same layer, imported again, is shown at once.
            _log.warning("boundaries of %s cannot be read; maps draw cells", damaged)
            return ground(version, await self._reading.places(version), demo=self._demo)
        self._kept[version] = shown, found
        return found

    async def _read(self, version: str) -> Ground:
        streets = await asyncio.to_thread(self._maps.active, LayerKind.STREETS, "")
        communes, boundaries = await self._boundaries(version, Level.COMMUNE)
        districts, district_shapes = await self._boundaries(version, Level.DISTRICT)
        return ground(
            version,
            await self._reading.places(version),
            communes=communes,
            boundaries=boundaries,
            districts=districts,
            district_shapes=district_shapes,
            streets=streets,
            demo=self._demo,
            lines=await asyncio.to_thread(self._lines, streets.id) if streets else (),
        )

    def _lines(self, layer_id: str) -> list[Line]:
        return lines_in(StreetGraph.load(self._maps.graph(layer_id)), FIRST_LOOK, DRAWN_STREETS)

    async def _boundaries(self, version: str, level: Level) -> tuple[MapLayer | None, Mapping[str, GeoJson]]:
        """The layer in use and its coarsest shapes."""
        layer = await asyncio.to_thread(self._maps.active, LayerKind.BOUNDARIES, version, level)
        return layer, await asyncio.to_thread(self._maps.shapes, layer.id, 0) if layer else {}
