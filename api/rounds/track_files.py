"""Downloads of a run and of a vehicle's day as GPX and CSV, for operators: every accepted fix."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Response

from api.rounds.track import Leg, TrackFile, leg
from api.rounds.track_csv import track_csv
from api.rounds.track_gpx import track_gpx
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.instant import day_start
from domain.text import Text
from domain.waste.dispatch import NO_RUN
from store.reading import Reading
from store.rounds.service_days import ServiceDays

# A fix a second for two days: more than any vehicle sends on one day's runs.
MAX_FIXES = 200_000
_NONE = Text(
    "Không có vị trí nào trong thời gian này; hãy kiểm tra mã xe và ngày.",
    "There is no position in that time; check the vehicle and the day.",
)


class TrackFormat(StrEnum):
    """File format."""

    GPX = "gpx"
    CSV = "csv"


_MEDIA = {TrackFormat.GPX: "application/gpx+xml", TrackFormat.CSV: "text/csv; charset=utf-8"}
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/gpx+xml": {}, "text/csv": {}}}}
_SAID = (
    "GPX 1.1: a segment ends at a silence of five minutes. CSV: UTC times, units in the names of columns, the planned "
    "street where a run's evidence gives it. Simulated fixes are marked."
)


def router(reading: Reading, days: ServiceDays, clock: Callable[[], datetime]) -> APIRouter:
    """The two downloads."""
    routes = APIRouter(prefix="/api/v1", tags=["runs"], route_class=HouseRoute)

    async def driven(vehicle: str, since: datetime, until: datetime, day: date) -> Leg:
        fixes = await reading.track(vehicle, since, until, MAX_FIXES)
        return await asyncio.to_thread(leg, vehicle, fixes, (await days.day(day)).runs)

    @routes.get(
        "/vehicle-days/{day}/{vehicle:path}/track.{format}",
        responses=_FILE | refusals(not_found="No position of that vehicle on that day."),
        response_class=Response,
        summary="A vehicle's service day as GPX or CSV",
        description=_SAID,
    )
    @needing(Need.POSITIONS)
    async def vehicle_day(
        day: Annotated[date, Path()],
        vehicle: Annotated[str, Path(min_length=1, max_length=100)],
        format: TrackFormat,
    ) -> Response:
        begins = day_start(day)
        found = await driven(vehicle, begins, begins + timedelta(days=1), day)
        return await _file(TrackFile(f"{vehicle} {day}", [found]), format, clock())

    @routes.get(
        "/runs/{day}/{route:path}/{number}/track.{format}",
        responses=_FILE | refusals(not_found="No such run on that day, or no position of it."),
        response_class=Response,
        summary="A run's vehicles' fixes as GPX or CSV",
        description=_SAID,
    )
    @needing(Need.POSITIONS)
    async def run(
        day: Annotated[date, Path()],
        route: Annotated[str, Path(min_length=1, max_length=64)],
        number: Annotated[int, Path(ge=1, le=100)],
        format: TrackFormat,
    ) -> Response:
        found = (await days.day(day)).run(route, number)
        if found is None:
            raise RefusedError(404, "unknown_run", NO_RUN)
        # The last fix of an assignment belongs to it.
        legs = [
            await driven(one.vehicle, one.since, one.until + timedelta(milliseconds=1), day)
            for one in found.assignments
        ]
        return await _file(TrackFile(f"{found.name} {day} {number}", legs), format, clock())

    return routes


async def _file(track: TrackFile, form: TrackFormat, now: datetime) -> Response:
    if not any(one.fixes for one in track.legs):
        raise RefusedError(404, "no_positions", _NONE)
    make = track_csv if form is TrackFormat.CSV else lambda of: track_gpx(of, now)
    body = await asyncio.to_thread(make, track)
    name = quote(f"{track.name}.{form}".replace("/", "-").replace(" ", "_"))
    said = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(body, media_type=_MEDIA[form], headers=said)
