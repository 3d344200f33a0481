"""/api/v1/runs and /api/v1/vehicle-days: the result of each planned run with evidence; dispatchers' overrides."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.principal import principal_of
from api.rounds.due_stretches import DueStretches
from api.rounds.run_answers import (
    AuditAnswer,
    Audits,
    OverrideAnswer,
    OverrideGiven,
    Overrides,
    RunAnswer,
    Runs,
    Stretches,
    VehicleDayAnswer,
    VehicleDays,
    run_answer,
    runs_answer,
)
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.access.principal import Principal
from domain.instant import service_day
from domain.waste.dispatch import NO_RUN, refusal
from domain.waste.run import Override
from store.reading import Reading
from store.rounds.service_days import ServiceDays

Day = Annotated[
    date | None,
    Query(ge=date(2000, 1, 1), le=date(2100, 12, 31), description="Service day; without it today in Việt Nam."),
]


def router(
    reading: Reading,
    days: ServiceDays,
    record: Callable[[Override, Principal], None],
    fleet: str,
    clock: Callable[[], datetime],
) -> APIRouter:
    """All routes about runs of ``fleet``; only a dispatcher's override writes, by ``record``."""
    routes = APIRouter(prefix="/api/v1", tags=["runs"], route_class=HouseRoute)
    stretches = DueStretches(days)

    def asked(day: date | None) -> date:
        return day or service_day(clock())

    @routes.get("/runs", responses=refusals(), summary="The runs of a service day, one line each")
    @needing(Need.LOOK)
    async def runs(day: Day = None) -> Runs:
        return runs_answer(await days.day(asked(day)))

    @routes.get(
        "/runs/streets",
        responses=refusals(),
        response_model=Stretches,
        summary="Every due stretch with its state and evidence, as GeoJSON",
        description="Cut from the lines of the plan, so it needs no street map.",
    )
    @needing(Need.LOOK)
    async def streets(day: Day = None) -> Response:
        return Response(await stretches.json(asked(day)), media_type="application/geo+json")

    @routes.get("/runs/audits", responses=refusals(), summary="The log of corrections of a service day")
    @needing(Need.LOOK)
    async def audits(day: Day = None) -> Audits:
        found = await days.day(asked(day))
        return Audits(day=found.day, audits=[AuditAnswer.model_validate(one) for one in found.audits])

    @routes.get("/runs/overrides", responses=refusals(), summary="Dispatchers' overrides of a service day")
    @needing(Need.LOOK)
    async def overrides(day: Day = None) -> Overrides:
        found = await days.day(asked(day))
        return Overrides(day=found.day, overrides=[OverrideAnswer.model_validate(one) for one in found.overrides])

    @routes.post(
        "/runs/overrides",
        status_code=201,
        responses=refusals(not_found="No such run on that day."),
        summary="A dispatcher says which vehicle drives a run",
        description="Kept for ever. A later override for the same vehicle and time replaces it; undo it that way.",
    )
    @needing(Need.DIRECT)
    async def override(request: Request, given: OverrideGiven) -> OverrideAnswer:
        said = Override(**dict(given), said_at=clock())
        run = (await days.day(said.day)).run(said.route, said.number)
        planned = await days.planned(said.day, said.route, said.number)
        why = refusal(said, run, await reading.fleet(fleet), planned=planned)
        if why:
            raise RefusedError(404, "unknown_run", why) if run is None else RefusedError(422, "bad_override", why)
        await asyncio.to_thread(record, said, principal_of(request))
        return OverrideAnswer.model_validate(said)

    @routes.get(
        "/runs/{day}/{route:path}/{number}",
        responses=refusals(not_found="No such run on that day."),
        summary="One whole run with its evidence",
    )
    @needing(Need.POSITIONS)
    async def run(
        day: Annotated[date, Path()],
        route: Annotated[str, Path(min_length=1, max_length=64)],
        number: Annotated[int, Path(ge=1, le=100)],
    ) -> RunAnswer:
        found = (await days.day(day)).run(route, number)
        if found is None:
            raise RefusedError(404, "unknown_run", NO_RUN)
        return run_answer(found)

    @routes.get("/vehicle-days", responses=refusals(), summary="Vehicles' work on a service day")
    @needing(Need.POSITIONS)
    async def vehicle_days(day: Day = None) -> VehicleDays:
        found = await days.day(asked(day))
        return VehicleDays(day=found.day, vehicles=[VehicleDayAnswer.model_validate(one) for one in found.vehicles])

    return routes
