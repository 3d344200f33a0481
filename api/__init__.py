"""The read API: all data of the screens as typed JSON for other programs; operators' network only."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import MappingProxyType

from fastapi import APIRouter

from api import catalogue, corrections, disagreements, feeds, health, kpis, places, vehicles
from api import imports as figures
from api.maps import imports, layers, tiles
from api.rounds import drivers, plan, runs, track_files
from api.rounds.dispatchers import Dispatchers
from domain.feeds.feed import plan_fleet, tracked
from present import openapi_page
from store.maps.map_files import MapFiles
from store.services import Services


def _now() -> datetime:
    return datetime.now(UTC)


def routers(
    services: Services, *, clock: Callable[[], datetime] = _now, gauges: health.Gauges = MappingProxyType({})
) -> list[APIRouter]:
    """Routers of /api/v1, /healthz, /readyz, /metrics and /docs.

    ``gauges`` are numbers known only to the composition root (connected pages, sent frames), shown under /metrics.
    """
    reading, declared = services.reading, services.feeds
    return [
        vehicles.router(reading, tracked(declared.values()), clock),
        kpis.router(reading, services.kpis, declared, clock),
        feeds.router(reading, declared, clock),
        corrections.router(reading, declared),
        disagreements.router(reading, declared.values(), clock),
        catalogue.router(reading, services.kpis, declared, clock),
        places.router(),
        health.router(reading, services.stream, declared, clock, gauges),
        openapi_page.router(),
    ]


def map_routers(services: Services, *, clock: Callable[[], datetime] = _now) -> list[APIRouter]:
    """Routers of /tiles, /map/layers.json, /map/boundaries and /api/v1/maps."""
    return [
        tiles.router(services.maps),
        layers.router(services.maps, services.registry),
        imports.router(services.maps, services.desk, MapFiles(services.maps.maps_dir).arriving, clock),
    ]


def import_routers(services: Services) -> list[APIRouter]:
    """Routers of /api/v1/imports."""
    return [figures.router(services.desk, services.file_imports)]


def plan_routers(services: Services, *, clock: Callable[[], datetime] = _now) -> list[APIRouter]:
    """Routers of /api/v1/plan."""
    return [plan.router(services.plan, clock)]


def driver_routers(services: Services, *, clock: Callable[[], datetime] = _now) -> list[APIRouter]:
    """Routers of data that name drivers; include them before the routers of runs."""
    dispatchers = Dispatchers(services.registry, services.sessions, clock)
    return [drivers.router(services.drivers, dispatchers, services.service_days, clock)]


def run_routers(services: Services, *, clock: Callable[[], datetime] = _now) -> list[APIRouter]:
    """Routers of /api/v1/runs and /api/v1/vehicle-days."""
    reading, days, fleet = services.reading, services.service_days, plan_fleet(services.feeds.values())
    return [
        track_files.router(reading, days, clock),
        runs.router(reading, days, services.runs.override, fleet, clock),
    ]
