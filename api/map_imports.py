"""/api/v1/maps: send a map file, follow its import, use an imported layer again or take it off the maps."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from api._map_desk import Desk, Run
from api._route import HouseRoute, RefusedError, refusals
from api._same_site import same_site
from api.answers import Answer, Words
from api.instants import Instant
from api.map_layers import LayerAnswer, layer_answer
from domain.map_import import ImportState, MapImport, box_of, kind_of
from domain.map_layer import AS_THE_FILE_SAYS, Box, ByHand, LayerKind, Provenance
from domain.place import IN_FORCE
from domain.territory import TERRITORIES, Level
from domain.text import Text
from intake.map_import import Order
from store.services import Services

WORDS_LIMIT = 200
_NO_IMPORT = Text("Không có lần nạp này.", "No such import.")
_NO_LAYER = Text("Không có lớp này; danh sách ở /api/v1/maps/layers.", "No such layer; /api/v1/maps/layers lists them.")
_BAD_DAY = Text("Ngày không đúng; viết như 01/07/2025.", "Not a date; write it like 01/07/2025 or 2025-07-01.")
_BAD_BOX = Text(
    "Khung không đúng; viết tây,nam,đông,bắc bằng độ, ví dụ 105.49,10.39,106.75,11.04.",
    "Not a box; write west,south,east,north in degrees, for instance 105.49,10.39,106.75,11.04.",
)


class ImportAnswer(Answer):
    """One import: how far it is (``done`` 0..1) or how it ended; ``stage`` says it in words."""

    id: str
    kind: LayerKind
    file_name: str
    state: ImportState
    stage: Words
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


Said = Annotated[str, Query(min_length=1, max_length=WORDS_LIMIT, pattern=r"\S")]
Version = Annotated[str, Query(pattern="|".join(f"^{t.version}$" for t in TERRITORIES))]


def router(services: Services, clock: Callable[[], datetime], run: Run) -> APIRouter:
    """Routes of imports; ``run`` carries one out in a process of its own and returns when it has ended."""
    routes = APIRouter(prefix="/api/v1/maps", tags=["map"], route_class=HouseRoute)
    desk = Desk(services, clock, run)

    @routes.post(
        "/imports",
        status_code=202,
        dependencies=[Depends(same_site)],
        responses=refusals(),
        summary="Send a map file; its import begins by itself",
        description="The file is the raw body (at most 2 GB). 409 while another import is under way, 413 when it is "
        "too large, 507 when the disk is full. Follow the answer's id; a refusal of the content is told there.",
        openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
    )
    async def send(
        request: Request,
        name: Annotated[str, Query(min_length=1, max_length=WORDS_LIMIT, description="The file's name.")],
        source: Annotated[Said, Query(description="Who made the file.")],
        licence: Annotated[Said, Query(description="Its terms of use.")],
        attribution: Annotated[Said, Query(description="Printed on every map that shows it.")],
        kind: Annotated[LayerKind | None, Query(description="By the name when absent.")] = None,
        territory: Annotated[Version, Query(description="Of boundaries.")] = IN_FORCE,
        level: Annotated[Level, Query(description="Of boundaries.")] = Level.COMMUNE,
        dated: Annotated[str, Query(description="Day of the data: 2025-07-01 or 01/07/2025.")] = "",
        bbox: Annotated[str, Query(description="Streets inside west,south,east,north; empty: the province.")] = "",
        by: Annotated[str, Query(max_length=WORDS_LIMIT, description="Who sends it.")] = "",
        crs: Annotated[
            str, Query(max_length=WORDS_LIMIT, description="Of boundaries: coordinate system, EPSG:9210.")
        ] = "",
        layer: Annotated[str, Query(max_length=WORDS_LIMIT, description="Which layer of several.")] = "",
        name_field: Annotated[str, Query(max_length=WORDS_LIMIT, description="Column of names.")] = "",
        code_field: Annotated[str, Query(max_length=WORDS_LIMIT, description="Column of codes.")] = "",
    ) -> ImportAnswer:
        origin = Provenance(source=source, licence=licence, attribution=attribution, dated=_day(dated))
        by_hand = ByHand(
            crs=crs.strip(), layer=layer.strip(), name_field=name_field.strip(), code_field=code_field.strip()
        )
        boundaries = (kind or kind_of(name)) is LayerKind.BOUNDARIES
        order = Order(
            path=Path(),
            file_name=name,
            kind=LayerKind.BOUNDARIES if boundaries else LayerKind.STREETS,
            territory=territory if boundaries else "",
            level=level if boundaries else None,
            box=None if boundaries else _box(bbox),
            provenance=origin,
            by=by.strip() or "operator",
            by_hand=by_hand if boundaries else AS_THE_FILE_SAYS,
        )
        return _import(await desk.take(request, order))

    @routes.get("/imports", responses=refusals(), summary="The newest imports")
    async def imports() -> Imports:
        return Imports(imports=[_import(job) for job in await asyncio.to_thread(services.map_imports.jobs, clock())])

    @routes.get("/imports/{id}", responses=refusals(not_found="No such import."), summary="How far an import is")
    async def one(id: str) -> ImportAnswer:
        job = await asyncio.to_thread(services.map_imports.job, id, clock())
        if job is None:
            raise RefusedError(404, "unknown_import", _NO_IMPORT)
        return _import(job)

    @routes.get("/layers", responses=refusals(), summary="Every imported layer")
    async def layers() -> Layers:
        return Layers(layers=[layer_answer(layer) for layer in await asyncio.to_thread(services.maps.layers)])

    @routes.post(
        "/layers/{id}/{change}",
        dependencies=[Depends(same_site)],
        responses=refusals(not_found="No such layer."),
        summary="Use a layer again, or take it off the maps",
    )
    async def change(id: str, change: Literal["use", "withdraw"]) -> LayerAnswer:
        try:
            await asyncio.to_thread(services.maps.activate if change == "use" else services.maps.withdraw, id)
        except KeyError:
            raise RefusedError(404, "unknown_layer", _NO_LAYER) from None
        layer = await asyncio.to_thread(services.maps.layer, id)
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
        stage=Words(vi=job.stage.vi, en=job.stage.en),
        done=job.done,
        reason=job.reason,
        layer=job.layer,
        started_at=job.started_at,
        updated_at=job.updated_at,
        started_by=job.started_by,
    )


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
    if text.strip():
        raise RefusedError(422, "bad_day", _BAD_DAY)
    return None


def _box(text: str) -> Box | None:
    if not text.strip():
        return None
    with suppress(ValueError):
        return box_of(text)
    raise RefusedError(422, "bad_box", _BAD_BOX)
