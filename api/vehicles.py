"""/api/v1/vehicles: where every vehicle is, and where one has been, as GeoJSON. For operators, never for kiosks."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api.answers import (
    LineString,
    Point,
    Track,
    TrackProperties,
    VehicleFeature,
    VehicleProperties,
    Vehicles,
    VehicleWord,
)
from api.instants import Instant
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.fleets.vehicle import Vehicle, VehicleState, state_of
from domain.observation import Fix
from domain.text import Text
from store.reading import Reading

MAX_TRACK_FIXES = 20_000
MAX_TRACK_PERIOD = timedelta(days=31)
_DEFAULT_PERIOD = timedelta(hours=1)
_WORDS: dict[VehicleState, VehicleWord] = {
    VehicleState.UNKNOWN: "unknown",
    VehicleState.MOVING: "moving",
    VehicleState.STOPPED: "stopped",
    VehicleState.AGEING: "ageing",
    VehicleState.SILENT: "silent",
}


class GeoJson(JSONResponse):
    """JSON under its registered media type (RFC 7946)."""

    media_type = "application/geo+json"


def router(reading: Reading, fleets: Collection[str], clock: Callable[[], datetime]) -> APIRouter:
    """The two routes of vehicles; ``fleets`` are the keys of tracked feeds."""
    routes = APIRouter(
        prefix="/api/v1/vehicles", tags=["vehicles"], route_class=HouseRoute, default_response_class=GeoJson
    )

    @routes.get("", responses=refusals(not_found="No such fleet."), summary="Newest position of every vehicle")
    @needing(Need.POSITIONS)
    async def vehicles(
        feed: Annotated[str | None, Query(pattern=r"^[a-z0-9_]{1,64}$", description="Only this fleet.")] = None,
    ) -> Vehicles:
        if feed is not None and feed not in fleets:
            raise RefusedError(
                404,
                "unknown_feed",
                Text(
                    "Không có đội xe này; danh sách ở /api/v1/feeds.", "No such fleet; /api/v1/feeds lists the feeds."
                ),
            )
        found = await reading.vehicles()
        now = clock()
        return Vehicles(features=[_feature(one, now) for one in found if feed in (None, one.feed)])

    @routes.get(
        "/{vehicle_id:path}/track",
        responses=refusals(not_found="No vehicle or device has this id."),
        summary="Fixes of one vehicle in a period",
        description="At most 31 days and their newest 20,000 fixes; without a period the last hour. "
        "Follows the vehicle through every tracker it carried; leaves out held-back jumps.",
    )
    @needing(Need.POSITIONS)
    async def track(
        vehicle_id: Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")],
        since: Annotated[Instant | None, Query(alias="from", description="First instant; an hour before `to`.")] = None,
        until: Annotated[Instant | None, Query(alias="to", description="First instant not covered; now.")] = None,
    ) -> Track:
        start, end = period(since, until, clock(), _DEFAULT_PERIOD, MAX_TRACK_PERIOD)
        fixes = await reading.track(vehicle_id, start, end, MAX_TRACK_FIXES + 1)
        if not fixes and not await _known(reading, vehicle_id):
            raise RefusedError(
                404,
                "unknown_vehicle",
                Text(
                    "Không có xe hay thiết bị nào mang mã này; danh sách ở /api/v1/vehicles.",
                    "No vehicle or device has this id; /api/v1/vehicles lists them.",
                ),
            )
        return _track(vehicle_id, fixes, start, end)

    return routes


def period(
    since: datetime | None, until: datetime | None, now: datetime, usual: timedelta, longest: timedelta
) -> tuple[datetime, datetime]:
    """The requested period; by default it ends now and lasts ``usual``. RefusedError when empty or too long."""
    try:
        end = until or (now if since is None or since < now else since + usual)
        start = since or end - usual
    except OverflowError:
        start = end = now
    if start >= end:
        raise RefusedError(
            422,
            "bad_period",
            Text("`from` phải trước `to`; hãy đổi lại.", "`from` must be before `to`; change one of them."),
        )
    if end - start > longest:
        raise RefusedError(
            422,
            "period_too_long",
            Text(
                f"Khoảng thời gian dài nhất là {longest.days} ngày; hãy chia nhỏ.",
                f"A period may be {longest.days} days long; ask in parts.",
            ),
        )
    return start, end


async def _known(reading: Reading, vehicle_id: str) -> bool:
    if await reading.fleet_of(vehicle_id) is not None:
        return True
    return any(vehicle_id in (vehicle.id, vehicle.device) for vehicle in await reading.vehicles())


def _feature(vehicle: Vehicle, now: datetime) -> VehicleFeature:
    return VehicleFeature(
        id=vehicle.id,
        geometry=Point(coordinates=(vehicle.longitude, vehicle.latitude)),
        properties=VehicleProperties(
            id=vehicle.id,
            device=vehicle.device,
            bound=vehicle.bound,
            at=vehicle.at,
            received_at=vehicle.received_at,
            age_s=round((now - vehicle.at).total_seconds(), 3),
            state=_WORDS[state_of(vehicle.at, vehicle.speed_kmh, now)],
            speed_kmh=_rounded(vehicle.speed_kmh),
            course_deg=vehicle.course_deg,
            kind=vehicle.kind,
            source=vehicle.source,
            place=vehicle.place or None,
            feed=vehicle.feed or None,
            flags=list(vehicle.flags),
        ),
    )


def _track(vehicle_id: str, fixes: Sequence[Fix], start: datetime, end: datetime) -> Track:
    kept = fixes[-MAX_TRACK_FIXES:]
    line = [(fix.longitude, fix.latitude) for fix in kept]
    return Track(
        id=vehicle_id,
        geometry=LineString(coordinates=line) if len(line) > 1 else Point(coordinates=line[0]) if line else None,
        properties=TrackProperties(
            id=vehicle_id,
            since=start,
            until=end,
            times=[fix.at for fix in kept],
            received_at=[fix.received_at for fix in kept],
            speeds_kmh=[_rounded(fix.speed_kmh) for fix in kept],
            kinds=[fix.kind for fix in kept],
            truncated=len(fixes) > len(kept),
        ),
    )


def _rounded(speed_kmh: float | None) -> float | None:
    """Round to 0.001 km/h: converting trackers' knots gives digits that mean nothing."""
    return None if speed_kmh is None else round(speed_kmh, 3)
