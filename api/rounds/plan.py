"""/api/v1/plan: the collection plan in use, the runs due on a day, and the findings of its imports."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.rounds.plan_answers import (
    DueRuns,
    PlanFindings,
    PlanImports,
    PlanRoutes,
    RouteFeatures,
    due_answer,
    import_answer,
    route_answer,
    route_features,
)
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.instant import service_day
from domain.text import Text
from domain.waste.plan import due
from present.answers import finding_answer
from store.rounds.plan import Plan

_NO_ROUTE = Text(
    "Không có tuyến này; danh sách ở /api/v1/plan/routes.", "No such route; /api/v1/plan/routes lists them."
)
_NO_IMPORT = Text(
    "Không có lần nạp này; danh sách ở /api/v1/plan/imports.", "No such import; /api/v1/plan/imports lists them."
)
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def router(plan: Plan, clock: Callable[[], datetime]) -> APIRouter:
    """The routes of the plan; they read only."""
    routes = APIRouter(prefix="/api/v1/plan", tags=["plan"], route_class=HouseRoute)

    @routes.get("/routes", responses=refusals(), summary="The routes in use")
    @needing(Need.LOOK)
    async def all_routes() -> PlanRoutes:
        kept = await asyncio.to_thread(plan.routes)
        return PlanRoutes(valid=sum(k.valid for k in kept), routes=[route_answer(k) for k in kept])

    @routes.get(
        "/routes/{route_id:path}",
        responses=refusals(not_found="No such route."),
        summary="One route as GeoJSON",
        description="A feature for each street or stop, in order; the revision in use unless another is asked for.",
    )
    @needing(Need.LOOK)
    async def one_route(
        route_id: Annotated[str, Path(min_length=1, max_length=64)],
        revision: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    ) -> RouteFeatures:
        kept = await asyncio.to_thread(plan.route, route_id, revision)
        if kept is None:
            raise RefusedError(404, "unknown_route", _NO_ROUTE)
        return route_features(kept)

    @routes.get(
        "/due",
        responses=refusals(),
        summary="The runs that are due on a service day",
        description="A night shift belongs to the day it begins on. Without a day: today in Việt Nam.",
    )
    @needing(Need.LOOK)
    async def due_runs(day: Annotated[date | None, Query(ge=_FIRST_DAY, le=_LAST_DAY)] = None) -> DueRuns:
        asked = day or service_day(clock())
        kept, exceptions = await asyncio.gather(asyncio.to_thread(plan.routes), asyncio.to_thread(plan.exceptions))
        runs = due([k.route for k in kept], exceptions, asked)
        return DueRuns(day=asked, runs=[due_answer(run) for run in runs])

    @routes.get("/imports", responses=refusals(), summary="Every import of the plan, newest first")
    @needing(Need.LOOK)
    async def imports() -> PlanImports:
        return PlanImports(imports=[import_answer(done) for done in await asyncio.to_thread(plan.imports)])

    @routes.get(
        "/findings", responses=refusals(not_found="No such import."), summary="Findings of an import, to be checked"
    )
    @needing(Need.LOOK)
    async def findings(
        imported: Annotated[str, Query(alias="import", min_length=1, max_length=16, pattern=r"^[0-9a-z]+$")],
    ) -> PlanFindings:
        done = await asyncio.to_thread(plan.one_import, imported)
        if done is None:
            raise RefusedError(404, "unknown_import", _NO_IMPORT)
        return PlanFindings(imported=import_answer(done), findings=[finding_answer(f) for f in done.findings])

    return routes
