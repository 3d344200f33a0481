"""Fetches a feed in one process at a time, the holder of its lease; the others stand by."""

import time
from collections.abc import Sequence

from intake.pull.pulling import Parts, Puller
from intake.pull.source import Source
from intake.running.leased import Lease, LeaseGone, serve
from intake.running.together import until_one_fails
from store.valkey.pulls import PullLeaseLost, lease_name


class Holding:
    """Fetches all ``sources`` of one feed whenever ``owner`` can have its lease."""

    def __init__(self, feed: str, sources: Sequence[Source], parts: Parts, owner: str) -> None:
        self._feed = feed
        self._sources = sources
        self._parts = parts
        self._owner = owner

    async def run(self) -> None:
        """Fetch until cancelled; after every outage continue from the remembered positions."""
        lease = Lease(lease_name(self._feed), self._parts.stream, self._owner, time.monotonic)
        await serve(lease, self._fetch, self._parts.wait)

    async def _fetch(self) -> None:
        pullers = [Puller(source, self._parts, self._owner) for source in self._sources]
        try:
            # Stop reporting addresses that the settings no longer have: the feed's holder knows all addresses.
            await self._parts.pulls.only(self._feed, [puller.key for puller in pullers])
            await until_one_fails([puller.run() for puller in pullers])
        except PullLeaseLost as lost:
            raise LeaseGone(f"{lost}: lease lost") from lost
