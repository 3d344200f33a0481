"""/api/v1/maps: hand in a map file, use an imported layer again or take it off the maps."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathParameter

from api.imports import FileImportAnswer, file_import_answer
from api.maps.desk import Arriving, take
from api.maps.layers import LayerAnswer, layer_answer
from api.maps.sending import Sending
from api.principal import principal_of
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.imports.desk import FigureDesk
from domain.text import Text
from present.answers import Answer
from store.maps.map_layers import MapLayers

_FILE = {"type": "string", "format": "binary"}
_NO_LAYER = Text("Không có lớp này; danh sách ở /api/v1/maps/layers.", "No such layer; /api/v1/maps/layers lists them.")


class Layers(Answer):
    """Every layer that somebody approved, newest first."""

    layers: list[LayerAnswer]


Id = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{1,16}$")]


def router(maps: MapLayers, desk: FigureDesk, arriving: Arriving, clock: Callable[[], datetime]) -> APIRouter:
    """Routes of map files and layers; ``arriving`` makes a folder for an upload."""
    routes = APIRouter(prefix="/api/v1/maps", tags=["map"], route_class=HouseRoute)

    @routes.post(
        "/imports",
        status_code=202,
        responses=refusals(),
        summary="Hand in a map file; no map shows it before somebody approves it",
        description="The file is the raw body (at most 2 GB). 413 when it is too large, 507 when the disk is full. "
        "Follow the answer's id at /api/v1/imports, and approve it there.",
        openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": _FILE}}}},
    )
    @needing(Need.MAPS)
    async def send(request: Request, sending: Annotated[Sending, Query()]) -> FileImportAnswer:
        return file_import_answer(await take(request, sending.name, sending.order(), desk, arriving))

    @routes.get("/layers", responses=refusals(), summary="Every imported layer")
    @needing(Need.LOOK)
    async def layers() -> Layers:
        return Layers(layers=[layer_answer(layer) for layer in await asyncio.to_thread(maps.layers)])

    @routes.post(
        "/layers/{id}/{change}",
        responses=refusals(not_found="No such layer."),
        summary="Use a layer again, or take it off the maps",
    )
    @needing(Need.MAPS)
    async def change(request: Request, id: Id, change: Literal["use", "withdraw"]) -> LayerAnswer:
        act = maps.activate if change == "use" else maps.withdraw
        try:
            await asyncio.to_thread(act, id, principal_of(request), clock())
        except KeyError:
            raise RefusedError(404, "unknown_layer", _NO_LAYER) from None
        layer = await asyncio.to_thread(maps.layer, id)
        if layer is None:
            raise RefusedError(404, "unknown_layer", _NO_LAYER)
        return layer_answer(layer)

    return routes
