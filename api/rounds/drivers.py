"""/api/v1/drivers, and who drove a run or a vehicle: for dispatchers only; every access is logged."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.principal import principal_of
from api.rounds.dispatchers import COOKIE, Dispatchers
from api.rounds.driver_answers import (
    DriverAnswer,
    DriversAnswer,
    KeyGiven,
    ReadAnswer,
    SessionAnswer,
    StintsAnswer,
    stint_answer,
)
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.access.principal import Actor
from domain.fleets.driver import Stint, by_code
from domain.instant import day_start
from domain.waste.dispatch import NO_RUN
from store.drivers import Drivers
from store.rounds.service_days import ServiceDays
from store.valkey.sessions import LASTS_S

READS_TOLD = 20
_PATH = "/api/v1"
_ONLY: dict[int | str, dict[str, Any]] = {
    401: {"description": "No valid key and no session."},
    403: {"description": "The key is not a dispatcher's."},
    429: {"description": "Too many wrong keys."},
}


def router(drivers: Drivers, dispatchers: Dispatchers, days: ServiceDays, clock: Callable[[], datetime]) -> APIRouter:
    """All routes that name drivers. Include it before the router of runs, whose paths would match these."""
    routes = APIRouter(prefix=_PATH, tags=["drivers"], route_class=HouseRoute)

    async def looks(request: Request, what: str) -> None:
        """Log the access, before anything is told."""
        await asyncio.to_thread(drivers.note_read, principal_of(request), what, clock())

    async def told(spans: Iterable[tuple[str, datetime, datetime]]) -> StintsAnswer:
        found = [stint for span in spans for stint in await asyncio.to_thread(drivers.stints, *span)]
        known = by_code(await asyncio.to_thread(drivers.register)) if found else {}
        return StintsAnswer(stints=[stint_answer(stint, known) for stint in sorted(found, key=_begins)])

    @routes.get("/session", responses=refusals(), summary="Who is signed in here; null: nobody")
    @needing(Need.ENTRY)
    async def session(request: Request) -> SessionAnswer:
        name, person = await dispatchers.signed_in(request), principal_of(request).actor is Actor.PERSON
        return SessionAnswer(name=name, by_key=name is not None and not person, lacks=name is None and person)

    @routes.post(
        "/session",
        responses=refusals() | _ONLY,
        summary="Sign in with a dispatcher's key",
        description="Sets a cookie that scripts cannot read: a random token, good for one shift.",
    )
    @needing(Need.ENTRY)
    async def sign_in(request: Request, response: Response, given: KeyGiven) -> SessionAnswer:
        name, token = await dispatchers.sign_in(request, given.key.strip())
        response.set_cookie(
            COOKIE, token, max_age=LASTS_S, path=_PATH, secure=request.url.scheme == "https", httponly=True,
            samesite="strict",
        )  # fmt: skip
        return SessionAnswer(name=name, by_key=True)

    @routes.delete("/session", status_code=204, responses=refusals(), summary="Sign out")
    @needing(Need.ENTRY)
    async def sign_out(request: Request, response: Response) -> None:
        await dispatchers.sign_out(request)
        response.delete_cookie(COOKIE, path=_PATH, httponly=True, samesite="strict")

    @routes.get("/drivers", responses=refusals() | _ONLY, summary="The drivers' register, and its newest accesses")
    @needing(Need.DRIVERS)
    async def register(request: Request) -> DriversAnswer:
        await looks(request, "register")
        known, reads = await asyncio.gather(
            asyncio.to_thread(drivers.register), asyncio.to_thread(drivers.reads, READS_TOLD)
        )
        return DriversAnswer(
            drivers=[DriverAnswer.model_validate(driver) for driver in known],
            reads=[ReadAnswer.model_validate(read) for read in reads],
        )

    @routes.get(
        "/runs/{day}/{route:path}/{number}/drivers",
        responses=refusals(not_found="No such run on that day.") | _ONLY,
        summary="Who drove a run",
        description="From the fixes of its vehicles' trackers during the run, by each fix's own time.",
    )
    @needing(Need.DRIVERS)
    async def run_drivers(
        request: Request,
        day: date,
        route: Annotated[str, Path(min_length=1, max_length=64)],
        number: Annotated[int, Path(ge=1, le=100)],
    ) -> StintsAnswer:
        await looks(request, f"run {day} {route} {number}")
        run = (await days.day(day)).run(route, number)
        if run is None:
            raise RefusedError(404, "unknown_run", NO_RUN)
        return await told((one.vehicle, one.since, one.until) for one in run.assignments)

    @routes.get(
        "/vehicle-days/{day}/{vehicle}/drivers",
        responses=refusals() | _ONLY,
        summary="Who drove a vehicle on a service day",
    )
    @needing(Need.DRIVERS)
    async def vehicle_drivers(
        request: Request,
        day: Annotated[date, Path(ge=date(2000, 1, 1), le=date(2100, 12, 31))],
        vehicle: Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f/]+$")],
    ) -> StintsAnswer:
        await looks(request, f"vehicle {vehicle} {day}")
        return await told([(vehicle, day_start(day), day_start(day + timedelta(days=1)))])

    return routes


def _begins(stint: Stint) -> datetime:
    return stint.since
