"""Finds a tracker's fleet: the register says whose a device is and who sends for it, whatever its format."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from domain.feeds.feed import Decoded, Feed, Payload
from domain.fleets.fleet import WAITING, Carrier
from domain.observation import Fix
from intake.messages import waiting
from intake.messages.decoding import decode

_log = logging.getLogger(__name__)
# A new binding takes effect within a second. Each check reads one number by its key.
_ASK_EVERY_S = 0.5
# A hanging database delays no tracker longer than this: then the last known register is used.
_ANSWER_WITHIN_S = 1.0

Known = tuple[int, Mapping[str, Carrier], Mapping[str, str]]
"""The version of the register, the carrier of each bound device, and the feed of each vehicle."""


def nobody() -> Known:
    """A register without a vehicle."""
    return 0, {}, {}


class Fleets:
    """The register in memory. It holds registered devices only: invented names cannot make it grow.

    ``version`` and ``load`` block, so they run in a thread; ``ticks`` are monotonic seconds.
    """

    def __init__(
        self,
        feeds: Mapping[str, Feed],
        load: Callable[[], Known] = nobody,
        version: Callable[[], int] = lambda: 0,
        *,
        ticks: Callable[[], float],
    ) -> None:
        self._feeds = feeds
        self._load = load
        self._version = version
        self._ticks = ticks
        self._known: Known | None = None
        self._asked_s = 0.0
        self._asking = asyncio.Lock()

    async def fresh(self) -> None:
        """Check the register when half a second has passed; raises SQLAlchemyError if none was ever loaded."""
        if self._known is not None and self._ticks() - self._asked_s < _ASK_EVERY_S:
            return
        async with self._asking:
            if self._known is None:
                self._known = await asyncio.to_thread(self._load)
            elif self._ticks() - self._asked_s >= _ASK_EVERY_S:
                await self._ask(self._known)
            self._asked_s = self._ticks()

    async def _ask(self, known: Known) -> None:
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                if await asyncio.to_thread(self._version) != known[0]:
                    self._known = await asyncio.to_thread(self._load)
        except (SQLAlchemyError, TimeoutError) as outage:
            _log.warning("register of fleets: %s; the last known one is used", type(outage).__name__)

    def feed_of(self, device: str, payload: Payload) -> str:
        """The feed of the fleet that ``payload`` speaks for with this device, if that feed accepts its format.

        Else WAITING: nobody bound the device, or it is bound to another sender. A vehicle's own id is enough only for
        a sender with a key.
        """
        _, bound, vehicles = self._known or nobody()
        carrier = bound.get(device)
        if carrier is not None:
            key = carrier.feed if carrier.hears(payload.sender) else WAITING
        else:
            key = vehicles.get(device, WAITING) if payload.source else WAITING
        feed = self._feeds.get(key)
        return feed.key if feed is not None and payload.format in feed.decoders else WAITING

    def read(self, payload: Payload) -> tuple[list[Decoded], list[Payload]]:
        """Decode a tracker's message (of feed WAITING); return it too, once for each feed its devices belong to.

        Items that name no device stay in WAITING. A message for one fleet is not copied: its feed is set.
        """
        found = decode(waiting.FEED, payload)
        if len(found) == 1:
            # Nearly all messages: one position of one tracker.
            item = found[0]
            if isinstance(item, Fix):
                payload.feed = self.feed_of(item.device, payload)
            return found, [payload]
        devices: dict[str, dict[str, None]] = {}
        for item in found:
            feed = self.feed_of(item.device, payload) if isinstance(item, Fix) else WAITING
            of_feed = devices.setdefault(feed, {})
            if isinstance(item, Fix):
                of_feed[item.device] = None
        if len(devices) == 1:
            (feed,) = devices
            return found, [payload if feed == WAITING else replace(payload, feed=feed)]
        fleets = {feed: tuple(named) for feed, named in devices.items() if feed != WAITING}
        parts = [replace(payload, feed=feed, apart=named) for feed, named in fleets.items()]
        if WAITING in devices:
            parts.append(replace(payload, apart=tuple(one for named in fleets.values() for one in named)))
        return found, parts

    async def routed(self, payload: Payload) -> list[Payload]:
        """`read` for callers that do not answer the sender."""
        await self.fresh()
        return self.read(payload)[1]
