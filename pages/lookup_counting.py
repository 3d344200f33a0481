"""Counts the outcomes of look-ups and sends the counts to the feed `schedule_lookups` at most once a minute."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

import orjson

from api.route import SILENT
from domain.feeds.feed import Format, Payload
from domain.instant import day_start, from_ms, service_day, to_ms
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from rounds.lookup.street_search import Answer, Outcome
from store.valkey.lookup_counts import LookupCounts
from store.valkey.stopping import stop_if_cancelled

FEED = "schedule_lookups"
SOURCE = "Trang /lich-thu-gom"
MEASURES = (
    "lookups",
    "lookups_one",
    "lookups_marked",
    "lookups_marked_none",
    "lookups_plain",
    "lookups_plain_none",
)
TELL_EVERY_S = 60
# Send a count of zero too: otherwise an unused page would look like a broken one.
TELL_AT_LEAST = timedelta(hours=1)
_log = logging.getLogger(__name__)


class Appends(Protocol):
    """The part of the raw stream that sending needs."""

    async def append(self, payload: Payload) -> str:
        """Keep a payload; returns its id."""


class LookupCounting:
    """Adds this process's look-ups to the counters of all processes; `run` sends their totals."""

    def __init__(self, counts: LookupCounts, stream: Appends, clock: Callable[[], datetime]) -> None:
        self._counts = counts
        self._stream = stream
        self._clock = clock

    async def count(self, answer: Answer) -> None:
        """Count one look-up's outcome; an outage loses the count, never the answer."""
        try:
            await self._counts.add(service_day(self._clock()), counted(answer))
        except SILENT as outage:
            _log.warning("a look-up was not counted: %s", outage)

    async def run(self) -> None:
        """Send the totals for ever."""
        while True:
            try:
                await self.tell()
            except SILENT as outage:
                _log.warning("look-ups were not told: %s", outage)
            stop_if_cancelled()
            await asyncio.sleep(TELL_EVERY_S)

    async def tell(self) -> None:
        """Append today's new totals and yesterday's last ones; only one process at a time does so."""
        if not await self._counts.claim(TELL_EVERY_S - 5):
            return
        now = self._clock()
        today = service_day(now)
        await self._tell(today - timedelta(days=1), day_start(today) - timedelta(milliseconds=1), again=False)
        await self._tell(today, now, again=True)

    async def _tell(self, day: date, at: datetime, *, again: bool) -> None:
        totals, told = await self._counts.of(day), await self._counts.told(day)
        number = totals.get("lookups", 0)
        if told is None:
            new = again or number > 0
        else:
            new = told[0] != number or (again and at - from_ms(told[1]) >= TELL_AT_LEAST)
        if new:
            await self._stream.append(_payload(totals, at, self._clock()))
            await self._counts.mark_told(day, number, to_ms(at))


def counted(answer: Answer) -> tuple[str, ...]:
    """The counters one look-up belongs to."""
    typed = "lookups_marked" if answer.marked else "lookups_plain"
    ended = {Outcome.ONE: ("lookups_one",), Outcome.NONE: (f"{typed}_none",), Outcome.SEVERAL: ()}
    return ("lookups", typed, *ended[answer.outcome])


def _payload(totals: Mapping[str, int], at: datetime, now: datetime) -> Payload:
    items = [
        {
            "feed": FEED, "measure": measure, "place": PROVINCE, "territory": IN_FORCE, "at": at.isoformat(),
            "value": totals.get(measure, 0), "kind": Kind.MEASURED, "source": SOURCE,
        }
        for measure in MEASURES
    ]  # fmt: skip
    return Payload(feed=FEED, format=Format.OBSERVATIONS, body=orjson.dumps(items), received_at=now, source=SOURCE)
