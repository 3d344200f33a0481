"""/map/layers.json and the boundaries: the layers on the map, their origin, and their shapes for each zoom."""

import asyncio
from datetime import date
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Response

from api.instants import Instant
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.places.map_layer import BANDS, Box, LayerKind, MapLayer
from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES, Level
from domain.text import Text
from present.answers import Answer
from store.maps.map_layers import LayerDamagedError, MapLayers
from store.registry import Registry

FOR_EVER = "private, max-age=31536000, immutable"
_DAMAGED = Text(
    "Ranh giới đã lưu bị hỏng; hãy nhập lại tệp ở /data.", "The stored boundaries are damaged; import them again."
)
_NO_LAYER = Text("Không có lớp ranh giới này.", "No such layer of boundaries.")


class LayerAnswer(Answer):
    """An imported layer for the map: its origin, the credits to print, its box."""

    id: str
    kind: LayerKind
    territory: str
    level: Level | None
    active: bool
    file_name: str
    source: str
    licence: str
    attribution: str
    dated: date | None
    box: Box
    sha256: str
    imported_at: Instant
    imported_by: str
    matched: int
    expected: int


class LayersAnswer(Answer):
    """The layers in use; ``version`` changes exactly when one of them does. Empty boundaries: no import yet."""

    version: str
    territory: str
    bands: tuple[float, ...]
    boundaries: list[LayerAnswer]
    streets: LayerAnswer | None


def router(maps: MapLayers, registry: Registry) -> APIRouter:
    """The two routes of layers."""
    routes = APIRouter(prefix="/map", tags=["map"], route_class=HouseRoute)

    @routes.get("/layers.json", responses=refusals(), summary="The layers on the map")
    @needing(Need.LOOK)
    async def layers(
        territory: Annotated[str, Query(pattern="|".join(f"^{t.version}$" for t in TERRITORIES))] = IN_FORCE,
    ) -> LayersAnswer:
        return await asyncio.to_thread(_layers, maps, territory)

    @routes.get(
        "/boundaries/{layer}/{band}.json",
        response_class=Response,
        responses=refusals(not_found="No such layer."),
        summary="Boundaries of a layer as GeoJSON",
        description=f"Band 0 below zoom {BANDS[0]}, 1 below {BANDS[1]}, 2 above. The answer never changes.",
    )
    @needing(Need.LOOK)
    async def boundaries(
        layer: Annotated[str, Path(pattern=r"^[0-9a-z]{1,16}$")], band: Annotated[int, Path(ge=0, le=len(BANDS))]
    ) -> Response:
        body = await asyncio.to_thread(_collection, maps, registry, layer, band)
        return Response(body, media_type="application/geo+json", headers={"cache-control": FOR_EVER})

    return routes


def _layers(maps: MapLayers, territory: str) -> LayersAnswer:
    version = maps.version()
    boundaries = [maps.active(LayerKind.BOUNDARIES, territory, level) for level in Level]
    streets = maps.active(LayerKind.STREETS, "")
    return LayersAnswer(
        version=version,
        territory=territory,
        bands=BANDS,
        boundaries=[layer_answer(layer) for layer in boundaries if layer],
        streets=layer_answer(streets) if streets else None,
    )


def layer_answer(layer: MapLayer) -> LayerAnswer:
    """A layer as an API answer."""
    return LayerAnswer(
        id=layer.id,
        kind=layer.kind,
        territory=layer.territory,
        level=layer.level,
        active=layer.active,
        file_name=layer.file_name,
        source=layer.provenance.source,
        licence=layer.provenance.licence,
        attribution=layer.provenance.attribution,
        dated=layer.provenance.dated,
        box=layer.box,
        sha256=layer.sha256,
        imported_at=layer.imported_at,
        imported_by=layer.imported_by,
        matched=layer.report.matched,
        expected=layer.report.expected,
    )


def _collection(maps: MapLayers, registry: Registry, layer_id: str, band: int) -> bytes:
    layer = maps.layer(layer_id)
    if layer is None or layer.kind is not LayerKind.BOUNDARIES:
        raise RefusedError(404, "unknown_layer", _NO_LAYER)
    names = {place.code: place.name for place in registry.places(layer.territory)}
    try:
        shapes = maps.shapes(layer_id, band)
    except LayerDamagedError as damaged:
        raise RefusedError(404, "damaged_layer", _DAMAGED) from damaged
    features = [
        {"type": "Feature", "properties": {"code": code, "name": names.get(code, code)}, "geometry": geometry}
        for code, geometry in shapes.items()
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})
