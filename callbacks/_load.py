"""Ask the store for what one screen shows: the only place that turns Reading's answers into ScreenData."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from callbacks._history import one_period_ago, since_last_visit
from domain.area import on_wall
from domain.feed import tracked
from domain.instant import service_day
from domain.kpi import Audience, Kpi, KpiResult
from domain.map_layer import LayerKind
from domain.place import IN_FORCE, PROVINCE
from domain.territory import TERRITORIES, Level
from domain.text import Language, Text
from layouts._present import rhythm_of
from layouts._screen import PendingDevice, Screen, ScreenData
from live.alarms import Situation, alarm_rows, rosters
from live.disagreeing import disagreeing
from live.reprojected import divided, reprojection
from store import territories
from store.map_layers import MapLayers
from store.records import Device
from store.services import Services

SERIES_LIMIT = 5_000
EVENTS_LIMIT = 200
REJECTIONS_LIMIT = 100
CORRECTIONS_LIMIT = 100
UNREACHABLE = Text(
    "Không đọc được kho dữ liệu. Trang tự nối lại; nếu quá một phút, hãy kiểm tra cơ sở dữ liệu và Valkey.",
    "The data store does not answer. The page reconnects by itself; after a minute, check the database and Valkey.",
)


async def load(
    services: Services, screen: Screen, language: Language, query: Mapping[str, str], now: datetime
) -> ScreenData:
    """Values for ``screen``; when the store does not answer, an empty page that says so."""
    territory = territory_of(screen, query.get("territory"))
    kpis = {key: kpi for key, kpi in services.kpis.items() if not screen.feeds or kpi.feed in screen.feeds}
    try:
        found = await _read(services, screen, kpis, now)
        if "alarms" in screen.needs:
            found["alarms"] = alarm_rows(await _situation(services, found), kpis, services.feeds, language, now)
        if "changes" in screen.needs:
            found |= await since_last_visit(services, kpis, found["results"], query.get("since"), now)
        if "previous" in screen.needs:
            found["previous"] = await one_period_ago(services, kpis, territory, query, now)
        found |= await _units(services, found, territory)
        if "collection" in screen.needs:
            found["collection"] = await services.service_days.day(_day(query.get("day"), now))
    except (SQLAlchemyError, RedisError, OSError):
        found = {"problem": UNREACHABLE}
    return ScreenData(
        language=language,
        now=now,
        query=query,
        kpis=kpis,
        feeds=services.feeds,
        areas=on_wall(services.areas.values()),
        territory=territory,
        sets={one.key: one for one in territories.place_sets(territory)},
        **found,
    )


def _day(asked: str | None, now: datetime) -> date:
    """The service day of an address; today when it names none, or none there is."""
    try:
        return date.fromisoformat(asked or "")
    except ValueError:
        return service_day(now)


def territory_of(screen: Screen, asked: str | None) -> str:
    """The version asked for where there is one; the public's screens know only the one in force."""
    known = {version.version for version in TERRITORIES}
    return asked if asked in known and screen.audience is not Audience.PUBLIC else IN_FORCE


async def _units(services: Services, found: Mapping[str, Any], territory: str) -> dict[str, Any]:
    """Places of ``territory`` and the results by them; events, alarms and vehicles go on speaking of today's."""
    now = {"places_now": found["places"]}
    if territory == IN_FORCE:
        return now
    carry = reprojection(services.kpis, services.feeds, territory).results
    carried = await asyncio.to_thread(carry, found["results"].values())
    before = await asyncio.to_thread(carry, found["previous"].values()) if "previous" in found else []
    return now | {
        "results": {(r.key, r.place): r for r in carried},
        "previous": {(r.key, r.place): r for r in before},
        "places": {p.code: p for p in await services.reading.places(territory)},
        "divided": divided(territory),
        "map_level": await asyncio.to_thread(_map_level, services.maps, territory),
    }


def _map_level(maps: MapLayers, territory: str) -> Level:
    """Communes wherever their boundaries are known, as layouts/_map_ground.py draws them."""
    known = {level for level in Level if maps.active(LayerKind.BOUNDARIES, territory, level)}
    return Level.DISTRICT if Level.DISTRICT in known and Level.COMMUNE not in known else Level.COMMUNE


async def _read(services: Services, screen: Screen, kpis: Mapping[str, Kpi], now: datetime) -> dict[str, Any]:
    reading, needs = services.reading, screen.needs
    found: dict[str, Any] = {
        "results": {(r.key, r.place): r for r in await reading.results_latest()},
        "places": {p.code: p for p in await reading.places(IN_FORCE)},
        "health": {h.feed: h for h in await reading.feeds()},
    }
    if "series" in needs:
        found["series"] = await _series(services, list(kpis.values()), now)
    if needs & {"vehicles", "alarms"}:
        found["vehicles"] = await reading.vehicles()
    if "vehicles" in needs:
        registered = (await reading.fleet(screen.fleet)).values() if screen.fleet else ()
        found["fleet"] = {unit.id: unit.place for unit in registered if unit.in_service}
    if "events" in needs:
        found["events"] = await reading.events(EVENTS_LIMIT)
    if "corrections" in needs:
        found["corrections"] = await reading.corrections(CORRECTIONS_LIMIT)
    if "rejections" in needs:
        found["rejections"] = [item.rejection for item in await reading.rejections(limit=REJECTIONS_LIMIT)]
    if "pending" in needs:
        found["pending"] = [_pending(device) for device in await reading.pending_devices()]
        found["pending_count"] = await reading.count_pending()
    if "readings" in needs:
        watched = [services.feeds[key] for key in sorted({kpi.feed for kpi in kpis.values()})]
        found["readings"] = await disagreeing(reading, watched, now)
    if "pulls" in needs:
        found["pulls"] = await reading.pulls(services.feeds.values())
    if "retention" in needs:
        found["retention"] = await reading.retention()
    if "layers" in needs:
        found["layers"] = await asyncio.to_thread(services.maps.layers)
        found["imports"] = await asyncio.to_thread(services.map_imports.jobs, now)
    return found


async def _situation(services: Services, found: Mapping[str, Any]) -> Situation:
    return Situation(
        results=found["results"].values(),
        health=found["health"],
        vehicles=found["vehicles"],
        rosters=await rosters(services.reading, tracked(services.feeds.values())),
        places=found["places"],
        evaluated_at=await services.reading.evaluated_at(),
    )


async def _series(services: Services, kpis: Sequence[Kpi], now: datetime) -> dict[tuple[str, str], list[KpiResult]]:
    async def one(kpi: Kpi) -> list[KpiResult]:
        since = now - rhythm_of(kpi, services.feeds[kpi.feed]).window
        return await services.reading.result_series(kpi.key, IN_FORCE, PROVINCE, since, now, limit=SERIES_LIMIT)

    all_series = await asyncio.gather(*(one(kpi) for kpi in kpis))
    return {(kpi.key, PROVINCE): series for kpi, series in zip(kpis, all_series, strict=True)}


def _pending(device: Device) -> PendingDevice:
    return PendingDevice(
        device=device.device,
        source=device.source,
        first_seen=device.first_seen_at,
        last_seen=device.last_seen_at,
        fixes=device.fixes,
    )
