"""/api/v1/maps: send a map file, follow its import, use an imported layer again or take it off the maps."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathParameter

from api.instants import Instant
from api.maps.desk import Desk, Run
from api.maps.layers import LayerAnswer, layer_answer
from api.maps.sending import Sending
from api.principal import principal_of
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.access.principal import Principal
from domain.imports.file_import import SamePersonError
from domain.places.map_import import ImportState, MapImport
from domain.places.map_layer import SECOND_PERSON, LayerKind
from domain.text import Text
from present.answers import Answer, BothLanguages
from store.maps.map_imports import MapImports
from store.maps.map_layers import MapLayers

_FILE = {"type": "string", "format": "binary"}
_NO_IMPORT = Text("Không có lần nạp này.", "No such import.")
_NO_LAYER = Text("Không có lớp này; danh sách ở /api/v1/maps/layers.", "No such layer; /api/v1/maps/layers lists them.")


class ImportAnswer(Answer):
    """One import: its progress (``done`` 0..1) or its end; ``stage`` is the same in words."""

    id: str
    kind: LayerKind
    file_name: str
    state: ImportState
    stage: BothLanguages
    done: float
    reason: str
    layer: str
    started_at: Instant
    updated_at: Instant
    started_by: str


class Imports(Answer):
    """The newest imports, newest first."""

    imports: list[ImportAnswer]


class Layers(Answer):
    """Every layer ever imported, newest first."""

    layers: list[LayerAnswer]


Id = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{1,16}$")]


def router(
    maps: MapLayers,
    jobs: MapImports,
    clock: Callable[[], datetime],
    run: Run,
    second: Callable[[Need, Principal, datetime], bool],
) -> APIRouter:
    """Routes of imports; ``run`` carries one out in a process of its own and returns when it has ended.

    ``second`` says whether somebody else could approve: then a layer waits for that.
    """
    routes = APIRouter(prefix="/api/v1/maps", tags=["map"], route_class=HouseRoute)
    desk = Desk(maps, jobs, clock, run)

    @routes.post(
        "/imports",
        status_code=202,
        responses=refusals(),
        summary="Send a map file; its import starts at once",
        description="The file is the raw body (at most 2 GB). 409 while another import is running, 413 when it is too "
        "large, 507 when the disk is full. Follow the answer's id; a refusal of the content appears there.",
        openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": _FILE}}}},
    )
    @needing(Need.MAPS)
    async def send(request: Request, sending: Annotated[Sending, Query()]) -> ImportAnswer:
        by = principal_of(request)
        order = replace(sending.order(), principal=by)
        waits = await asyncio.to_thread(second, Need.APPROVE, by, clock())
        return _import(await desk.take(request, replace(order, waits=waits)))

    @routes.get("/imports", responses=refusals(), summary="The newest imports")
    @needing(Need.LOOK)
    async def imports() -> Imports:
        return Imports(imports=[_import(job) for job in await asyncio.to_thread(jobs.jobs, clock())])

    @routes.get("/imports/{id}", responses=refusals(not_found="No such import."), summary="Progress of an import")
    @needing(Need.LOOK)
    async def one(id: Id) -> ImportAnswer:
        job = await asyncio.to_thread(jobs.job, id, clock())
        if job is None:
            raise RefusedError(404, "unknown_import", _NO_IMPORT)
        return _import(job)

    @routes.get("/layers", responses=refusals(), summary="Every imported layer")
    @needing(Need.LOOK)
    async def layers() -> Layers:
        return Layers(layers=[layer_answer(layer) for layer in await asyncio.to_thread(maps.layers)])

    @routes.post(
        "/layers/{id}/{change}",
        responses=refusals(not_found="No such layer."),
        summary="Use a layer again, or take it off the maps",
        description="A layer that waits for a second person is used by one who may approve and did not send it (403).",
    )
    @needing(Need.MAPS)
    async def change(request: Request, id: Id, change: Literal["use", "withdraw"]) -> LayerAnswer:
        act = maps.activate if change == "use" else maps.withdraw
        try:
            await asyncio.to_thread(act, id, principal_of(request), clock())
        except KeyError:
            raise RefusedError(404, "unknown_layer", _NO_LAYER) from None
        except SamePersonError:
            raise RefusedError(403, "same_person", SECOND_PERSON) from None
        layer = await asyncio.to_thread(maps.layer, id)
        if layer is None:
            raise RefusedError(404, "unknown_layer", _NO_LAYER)
        return layer_answer(layer)

    return routes


def _import(job: MapImport) -> ImportAnswer:
    return ImportAnswer(
        id=job.id,
        kind=job.kind,
        file_name=job.file_name,
        state=job.state,
        stage=BothLanguages(vi=job.stage.vi, en=job.stage.en),
        done=job.done,
        reason=job.reason,
        layer=job.layer,
        started_at=job.started_at,
        updated_at=job.updated_at,
        started_by=job.started_by,
    )
