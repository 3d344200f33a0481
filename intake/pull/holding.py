"""Fetches a feed in one process at a time, the holder of its lease; the others stand by."""

import logging
from collections.abc import Sequence

from intake.pull.pulling import Parts, Puller
from intake.pull.source import Source
from intake.running.stopping import stop_if_cancelled
from intake.running.together import until_one_fails
from store.valkey.pulls import PullLeaseLost, lease_name
from store.valkey.raw_stream import StreamUnreachable

_log = logging.getLogger(__name__)
LEASE_S = 6.0
_RENEW_EVERY_S = LEASE_S / 3
_RETRY_FIRST_S, _RETRY_MAX_S = 0.2, 5.0


class Holding:
    """Fetches all ``sources`` of one feed whenever ``owner`` can have its lease."""

    def __init__(self, feed: str, sources: Sequence[Source], parts: Parts, owner: str) -> None:
        self._feed = feed
        self._lease = lease_name(feed)
        self._sources = sources
        self._parts = parts
        self._owner = owner

    async def run(self) -> None:
        """Fetch until cancelled; after every outage continue from the remembered positions."""
        stream, pause_s = self._parts.stream, _RETRY_FIRST_S
        while True:
            try:
                if await stream.acquire_lease(self._lease, self._owner, LEASE_S):
                    _log.info("%s: fetching", self._feed)
                    await self._hold()
                pause_s = _RETRY_FIRST_S
                await self._parts.wait(_RENEW_EVERY_S)
            except PullLeaseLost as lost:
                _log.warning("%s: lease lost", lost)
            except StreamUnreachable as outage:
                _log.warning("%s: %s; again in %.1f s", self._feed, outage, pause_s)
                await self._parts.wait(pause_s)
                pause_s = min(2 * pause_s, _RETRY_MAX_S)
            stop_if_cancelled()

    async def _hold(self) -> None:
        pullers = [Puller(source, self._parts, self._owner) for source in self._sources]
        try:
            # Stop reporting addresses that the settings no longer have: the feed's holder knows all addresses.
            await self._parts.pulls.only(self._feed, [puller.key for puller in pullers])
            await until_one_fails([self._renew(), *(puller.run() for puller in pullers)])
        finally:
            try:
                await self._parts.stream.release_lease(self._lease, self._owner)
            except StreamUnreachable as error:
                _log.info("%s: lease not given back: %s", self._feed, error)

    async def _renew(self) -> None:
        while True:
            await self._parts.wait(_RENEW_EVERY_S)
            if not await self._parts.stream.renew_lease(self._lease, self._owner, LEASE_S):
                raise PullLeaseLost(self._feed)
            stop_if_cancelled()
