"""/tiles/{z}/{x}/{y}.pbf: imported streets as gzipped vector tiles that browsers may keep for ever."""

import asyncio
import gzip
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.places.map_layer import LayerKind
from domain.text import Text
from store.maps.map_layers import MapLayers
from store.maps.tile_archive import TileArchive

MEDIA_TYPE = "application/x-protobuf"
DEEPEST_ZOOM = 24
# A layer's id names its content for ever; without an id the answer is valid until the next layer.
FOR_EVER, ASK_AGAIN = "private, max-age=31536000, immutable", "no-cache"
ARCHIVES_KEPT = 4

_NO_LAYER = Text("Chưa nạp lớp đường nào; hãy nạp ở /data.", "No streets have been imported; import some at /data.")
_BEYOND = Text("Không có ô này ở mức phóng này.", "There is no such tile at this zoom.")


class Archives:
    """Keeps the tile files of the few layers in use open."""

    def __init__(self, maps: MapLayers) -> None:
        self._maps = maps
        self._open: dict[str, TileArchive] = {}

    def find(self, layer_id: str | None) -> tuple[str, TileArchive] | None:
        """The requested layer or the active one; None when it has no tiles here."""
        if layer_id is None:
            layer = self._maps.active(LayerKind.STREETS, "")
            if layer is None:
                return None
            layer_id = layer.id
        archive = self._open.get(layer_id)
        if archive is None:
            try:
                archive = TileArchive(self._maps.tiles(layer_id))
            except (FileNotFoundError, ValueError):
                return None
            for old in list(self._open)[: max(0, len(self._open) - ARCHIVES_KEPT + 1)]:
                self._open.pop(old, None)
            self._open[layer_id] = archive
        return layer_id, archive


def router(maps: MapLayers) -> APIRouter:
    """The one route of tiles."""
    routes = APIRouter(tags=["map"], route_class=HouseRoute)
    archives = Archives(maps)

    @routes.get(
        "/tiles/{z}/{x}/{y}.pbf",
        response_class=Response,
        responses={
            **refusals(not_found="No streets were imported, or the tile is outside what they have."),
            200: {"description": "Mapbox vector tile, gzip.", "content": {MEDIA_TYPE: {}}},
            204: {"description": "Nothing is there."},
            304: {"description": "Unchanged."},
        },
        summary="Streets as vector tiles",
        description="`v` is the layer's id (see /map/layers.json): with it the answer may be kept for ever.",
    )
    @needing(Need.LOOK)
    async def tile(
        request: Request,
        z: Annotated[int, Path(ge=0, le=DEEPEST_ZOOM)],
        x: Annotated[int, Path(ge=0)],
        y: Annotated[int, Path(ge=0)],
        v: Annotated[str | None, Query(pattern=r"^[0-9a-z]{1,16}$")] = None,
    ) -> Response:
        found = await asyncio.to_thread(archives.find, v)
        if found is None:
            raise RefusedError(404, "no_streets", _NO_LAYER)
        layer_id, archive = found
        if z > archive.max_zoom or x >= 1 << z or y >= 1 << z:
            raise RefusedError(404, "no_such_tile", _BEYOND)
        headers = {"etag": f'"{layer_id}"', "cache-control": FOR_EVER if v else ASK_AGAIN, "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        body = await asyncio.to_thread(archive.get, z, x, y)
        return _answer(body, headers, gzipped=archive.gzipped, takes=request.headers.get("accept-encoding", ""))

    return routes


def _answer(body: bytes | None, headers: dict[str, str], *, gzipped: bool, takes: str) -> Response:
    if not body:
        return Response(status_code=204, headers=headers)
    if gzipped and "gzip" not in takes:
        body, gzipped = gzip.decompress(body), False
    packing = {"content-encoding": "gzip"} if gzipped else {}
    return Response(body, media_type=MEDIA_TYPE, headers=headers | packing)
