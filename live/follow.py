"""Bring the store's changes into the hub, through every outage of the store."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from live.hub import Hub
from store.maps.map_layers import MapLayers
from store.reading import Reading
from store.valkey.live_state import LiveState
from store.valkey.stopping import stop_if_cancelled

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
REFRESH_EVERY_S = 60.0
MAPS_EVERY_S = 5.0
ALARMS_EVERY_S = 2.0

T = TypeVar("T")
_log = logging.getLogger(__name__)


async def follow(hub: Hub, live: LiveState, prepare: Callable[[], Awaitable[None]]) -> None:
    """Follow changes until cancelled; await ``prepare`` before each complete reading.

    Log any fault (database down, entry unreadable) and read everything again after a pause: pages keep what they
    have and show its age.
    """
    pause_s = FIRST_PAUSE_S
    while True:
        try:
            await _follow(hub, live, prepare)
        except Exception:
            _log.exception("following the store failed; again in %.1f s", pause_s)
        stop_if_cancelled()
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


async def refresh(hub: Hub, prepare: Callable[[], Awaitable[None]]) -> None:
    """Read names, roster and history again for ever, as no change announces them; an outage only delays it."""
    pause_s = LONGEST_PAUSE_S  # soon after the start: the first history arrives then
    while True:
        await asyncio.sleep(pause_s)
        try:
            await prepare()
            await hub.reload_series()
        except Exception:
            _log.exception("reading again failed; next try in %.1f s", pause_s)
        pause_s = min(2 * pause_s, REFRESH_EVERY_S)


async def watch_maps(hub: Hub, maps: MapLayers) -> None:
    """Ask SQL for the layers' version for ever: a page, a command or another host may have changed it there."""
    while True:
        try:
            hub.take_maps(await asyncio.to_thread(maps.version))
        except SQLAlchemyError as error:
            _log.warning("cannot see which maps are in use: %s", error)
        await asyncio.sleep(MAPS_EVERY_S)


async def watch_alarms(hub: Hub, reading: Reading) -> None:
    """Ask SQL for ever what people did about alarms: another web side may have written it there."""
    while True:
        try:
            hub.take_handlings(await reading.alarm_handlings())
        except SQLAlchemyError as error:
            _log.warning("cannot see who took alarms: %s", error)
        await asyncio.sleep(ALARMS_EVERY_S)


async def _follow(hub: Hub, live: LiveState, prepare: Callable[[], Awaitable[None]]) -> None:
    async for change in live.listen():
        stop_if_cancelled()
        if change.resync:
            await prepare()
            await _take_everything(hub, live)
            continue
        _take(hub.take_vehicles, change.vehicles)
        _take(hub.take_results, change.results)
        _take(hub.take_health, change.feeds)
        _take(hub.take_events, change.events)


async def _take_everything(hub: Hub, live: LiveState) -> None:
    """Take every part that can be read, then raise the first error, so that the caller reads everything again."""
    read = await asyncio.gather(live.vehicles(), live.results(), live.feeds(), live.events(), return_exceptions=True)
    vehicles, results, feeds, events = read
    await hub.take_everything(_read(vehicles), _read(results), _read(feeds), _read(events))
    for part in read:
        if isinstance(part, BaseException):
            raise part


def _read(part: T | BaseException) -> T | None:
    return None if isinstance(part, BaseException) else part


def _take(take: Callable[[Sequence[T]], None], part: Sequence[T]) -> None:
    """Take one part of a change; log its error, so that the other parts still reach the pages."""
    if not part:
        return
    try:
        take(part)
    except Exception:
        _log.exception("%s: %d changes were not taken", take.__name__, len(part))
