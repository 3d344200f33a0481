"""Writes the leader's brief each morning at a set hour, once for all web sides that share the folder."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import get_args
from uuid import uuid4

from api.route import SILENT, RefusedError
from domain.feeds.part import Part
from domain.instant import VIETNAM
from domain.text import Language
from pages.brief import KINDS, Briefs
from store.briefs import BriefFiles
from store.valkey.raw_stream import RawStream
from store.valkey.stopping import stop_if_cancelled

LEASE = Part("morning-brief")
LEASE_S = 120.0
RETRY_S = 60.0
# The machine's clock may be set: look again at least each hour.
LONGEST_SLEEP_S = 3_600.0

log = logging.getLogger(__name__)


class Mornings:
    """Sleeps until ``at`` (Việt Nam time) and keeps that day's brief; one that was missed is made at the start."""

    def __init__(
        self,
        briefs: Briefs,
        files: BriefFiles,
        stream: RawStream,
        at: time,
        clock: Callable[[], datetime],
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._briefs = briefs
        self._files = files
        self._stream = stream
        self._at = at
        self._clock = clock
        self._wait = wait
        self._owner = uuid4().hex

    async def run(self) -> None:
        """Run for ever; a day's brief that cannot be written is tried again each minute."""
        while True:
            pause_s = min(await self.step(), LONGEST_SLEEP_S)
            stop_if_cancelled()
            await self._wait(pause_s)

    async def step(self) -> float:
        """Write today's brief when it is due; seconds until there is something to do again."""
        try:
            if await asyncio.to_thread(self._due) and not await self._write():
                return RETRY_S
        except (RefusedError, *SILENT) as error:
            log.warning("the morning's brief was not written: %s; again in %.0f s", error, RETRY_S)
            return RETRY_S
        return self._until_next_s()

    def _due(self) -> bool:
        """Whether today's hour has come and its brief is not there."""
        now = self._clock().astimezone(VIETNAM)
        return now.time() >= self._at and not any(one.day == now.date() for one in self._files.mornings())

    def _until_next_s(self) -> float:
        now = self._clock().astimezone(VIETNAM)
        next_ = datetime.combine(now.date(), self._at, VIETNAM)
        return ((next_ if next_ > now else next_ + timedelta(days=1)) - now).total_seconds()

    async def _write(self) -> bool:
        """Make and keep every language and format; False while another web side does, or while nothing is known yet."""
        if not await self._stream.acquire_lease(LEASE, self._owner, LEASE_S):
            return False
        try:
            return not await asyncio.to_thread(self._due) or await self._make()
        finally:
            await self._stream.release_lease(LEASE, self._owner)

    async def _make(self) -> bool:
        if not (await self._briefs.brief("vi")).known:
            return False
        made = {(lang, kind): await self._briefs.made(kind, lang) for lang in get_args(Language) for kind in KINDS}
        briefs = [one.brief for one in made.values()]
        day = briefs[0].made_at.astimezone(VIETNAM).date()
        figures = {brief.sha256: brief.canonical for brief in briefs}
        files = {key: one.content for key, one in made.items()}
        await asyncio.to_thread(self._files.keep_morning, day, figures, files)
        log.info("the brief of %s is written, figures %s", day, ", ".join(figures))
        return True
