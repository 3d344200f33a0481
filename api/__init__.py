"""The read API: everything the screens know, as typed JSON for other programs; operators' network only."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import MappingProxyType

from fastapi import APIRouter

from api import docs, feeds, health, kpis, vehicles
from store.services import Services


def _now() -> datetime:
    return datetime.now(UTC)


def routers(
    services: Services, *, clock: Callable[[], datetime] = _now, gauges: health.Gauges = MappingProxyType({})
) -> list[APIRouter]:
    """Routers of /api/v1, /healthz, /readyz, /metrics and /docs.

    ``gauges`` are numbers only the composition root knows (pages connected, frames sent), shown under /metrics.
    """
    return [
        vehicles.router(services, clock),
        kpis.router(services, clock),
        feeds.router(services, clock),
        health.router(services, clock, gauges),
        docs.router(),
    ]
