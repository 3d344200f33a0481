"""Fetches one source again and again; scrubs and examines its pages like sent messages, and keeps each exactly once."""

import asyncio
import hashlib
import logging
import random
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from domain.feeds.feed import Feed, Payload
from domain.feeds.pull import FetchProblem, PullError, PullState
from domain.feeds.scrub import Secrets
from domain.fleets.fleet import WAITING
from domain.reason import Reason
from intake.messages import waiting
from intake.messages.decoding import FeedShare, Receipt, examine
from intake.messages.fleets import Fleets
from intake.messages.placing import Registered
from intake.messages.scrubbing import Scrubber, UnscrubbedError
from intake.pull.source import Page, Source
from store.valkey.pulls import PullLeaseLost, Pulls
from store.valkey.raw_stream import RawStream, StreamUnreachable
from store.valkey.stopping import stop_if_cancelled

_log = logging.getLogger(__name__)
# Pause after a failed fetch; it doubles up to the longer of the ceiling and the source's own interval.
RETRY_FIRST_S, RETRY_MAX_S = 20.0, 300.0
# Longest Retry-After that is respected.
_GRANTED_S = 86_400.0
_DOUBLINGS_MAX = 16
# Longest pause after a fetch that was cut off.
_CUT_OFF = timedelta(minutes=1)
# Delay the next page while more messages of the feed than this wait for the database.
_BACKLOG_MAX = 50
_CATCH_UP = timedelta(seconds=5)
# Spread fetches, so that sources with the same interval are not all asked in the same second.
_SPREAD = 0.1
_REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything fetching works with; ``chance`` gives numbers in [0, 1)."""

    feeds: Mapping[str, Feed]
    fleets: Fleets
    stream: RawStream
    pulls: Pulls
    scrubbed: Scrubber
    secrets: Secrets
    registered: Registered
    clock: Callable[[], datetime]
    wait: Callable[[float], Awaitable[object]] = asyncio.sleep
    chance: Callable[[], float] = random.random


class Puller:
    """Fetches one source, remembered under ``key``, while ``owner`` holds its feed's lease."""

    def __init__(self, source: Source, parts: Parts, owner: str) -> None:
        self._source = source
        self._parts = parts
        self._owner = owner
        self._feeds = {**parts.feeds, WAITING: waiting.FEED}
        self._name = f"{source.feed}, {source.host}"
        # The address may hold keys: remember a keyed hash, so that nobody can find it by trying addresses.
        self.key = f"{source.pull.key}/{parts.secrets.hashed(source.address)[:16]}"

    async def run(self) -> None:
        """Fetch whenever due, until cancelled. Raises PullLeaseLost and StreamUnreachable."""
        pulls, every_s = self._parts.pulls, self._source.pull.every.total_seconds()
        known = await pulls.state(self._source.feed, self.key)
        due_s = 0.0 if known is None else (known.next_at - self._parts.clock()).total_seconds()
        # A clock that was set back must not delay the fetch for ever.
        pause_s = min(max(0.0, due_s), max(_GRANTED_S, every_s))
        pause_s += self._parts.chance() * min(RETRY_FIRST_S, _SPREAD * every_s)
        if known is None:
            await pulls.note(replace(self._fresh(), next_at=self._parts.clock() + timedelta(seconds=pause_s)), self.key)
        while True:
            await self._parts.wait(pause_s)
            stop_if_cancelled()
            pause_s = await self.once()

    async def once(self) -> float:
        """Fetch once and note the result; returns seconds until the next. Raises PullLeaseLost, StreamUnreachable."""
        state = await self._begun()
        try:
            after = await self._fetched(state)
        except PullError as failed:
            after = self._failed(state, failed)
        except (PullLeaseLost, StreamUnreachable):
            raise
        except Exception as error:
            # Do not log the error's text: it may repeat fetched data or the address.
            where = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("%s: %s, %s:%s", self._name, type(error).__name__, where.filename, where.lineno)
            after = self._failed(state, PullError(FetchProblem.INTERNAL, type(error).__name__))
        await self._parts.pulls.note(after, self.key)
        return max(0.0, (after.next_at - self._parts.clock()).total_seconds())

    async def _begun(self) -> PullState:
        """Note the attempt before asking: if this process is killed now, the source is asked again soon."""
        source, now = self._source, self._parts.clock()
        soon = now + min(source.pull.every, _CUT_OFF)
        known = await self._parts.pulls.state(source.feed, self.key)
        state = replace(known or self._fresh(), source=source.host, tried_at=now, next_at=soon, running=True)
        await self._parts.pulls.note(state, self.key)
        return state

    def _fresh(self) -> PullState:
        source = self._source
        return PullState(feed=source.feed, way=source.pull.key, source=source.host, next_at=self._parts.clock())

    async def _fetched(self, state: PullState) -> PullState:
        source, parts = self._source, self._parts
        position = await parts.pulls.position(source.feed, self.key)
        page = await source.fetch({name: said for name, said in position.items() if name != _REFUSED})
        if page is None:
            return self._well(state)
        if self._speaks_for_trackers:
            await parts.fleets.fresh()
        payloads, found = await asyncio.to_thread(self._examined, page)
        state = replace(state, bytes=len(page.body), accepted=found.accepted, rejected=found.rejected)
        if not found.accepted and _is_empty(found):
            return replace(self._well(state), detail="trả lời rỗng / answered with nothing in it")
        if not found.accepted:
            return await self._unusable(state, payloads, found, position)
        await self._keep(payloads, position, page.position)
        state = replace(self._well(state), news_at=parts.clock())
        if not page.more:
            return state
        behind = await parts.stream.length(source.feed) > _BACKLOG_MAX
        return replace(state, next_at=parts.clock() + (min(_CATCH_UP, source.pull.every) if behind else timedelta()))

    @property
    def _speaks_for_trackers(self) -> bool:
        """Whether its pages name devices, so that the register decides the feed."""
        return self._source.pull.format in waiting.FEED.decoders

    def _examined(self, page: Page) -> tuple[list[Payload], Receipt]:
        """Treat a page like a sent message: one payload for each feed it belongs to. Raises PullError."""
        source, parts = self._source, self._parts
        payload = Payload(
            feed=WAITING if self._speaks_for_trackers else source.feed,
            format=source.pull.format,
            body=page.body,
            received_at=parts.clock(),
            source=source.host,
            content_type=page.content_type,
            name=page.name,
        )
        payloads = parts.fleets.read(payload)[1] if self._speaks_for_trackers else [payload]
        try:
            payloads = [parts.scrubbed(one) for one in payloads]
        except UnscrubbedError as failed:
            raise PullError(FetchProblem.UNSCRUBBED, failed.args[1]) from None
        return payloads, examine([FeedShare(one) for one in payloads], self._feeds, parts.registered)

    async def _unusable(
        self, state: PullState, payloads: Sequence[Payload], found: Receipt, position: Mapping[str, str]
    ) -> PullState:
        """Keep the page once as evidence, like a sent message; leave the position, so that it is fetched again."""
        digest = hashlib.sha256(payloads[0].body).hexdigest()[:16]
        if position.get(_REFUSED) != digest:
            after = {**position, _REFUSED: digest}
            await self._keep(payloads, position, after)
        reasons = sorted({refused.reason.code for _, refused in found.rejections})
        return self._failed(state, PullError(FetchProblem.UNUSABLE, f"{found.rejected} × {', '.join(reasons)}"))

    async def _keep(self, payloads: Sequence[Payload], before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Append other fleets' copies, then the feed's own copy together with the position.

        If cut off in between, the page is fetched again and the other fleets' copies count as repeats.
        """
        feed, pulls, stream = self._source.feed, self._parts.pulls, self._parts.stream
        move = partial(pulls.keep, feed, source=self.key, before=before, owner=self._owner)
        own = [one for one in payloads if one.feed == feed]
        if others := [one for one in payloads if one.feed != feed]:
            await move(None, (), after=before)  # raises when the lease is lost
            await stream.append_many(others)
        if own:
            parts, copy = await stream.spread(own[0])
            await move(copy, parts, after=after)
        else:
            await move(None, (), after=after)

    def _well(self, state: PullState) -> PullState:
        if state.failures:
            _log.info("%s: answers again", self._name)
        now = self._parts.clock()
        next_at = now + self._spread(self._source.pull.every)
        return replace(state, running=False, succeeded_at=now, next_at=next_at, failures=0, problem=None, detail="")

    def _failed(self, state: PullState, failed: PullError) -> PullState:
        every_s, failures = self._source.pull.every.total_seconds(), state.failures + 1
        first_s, longest_s = min(RETRY_FIRST_S, every_s), max(RETRY_MAX_S, every_s)
        pause = self._spread(timedelta(seconds=min(first_s * 2 ** min(failures, _DOUBLINGS_MAX), longest_s)))
        pause = max(pause, timedelta(seconds=min(failed.retry_after_s, _GRANTED_S)))
        _log.warning("%s: %s; again in %.0f s", self._name, failed, pause.total_seconds())
        next_at = self._parts.clock() + pause
        return replace(
            state, running=False, next_at=next_at, failures=failures, problem=failed.problem, detail=failed.detail
        )

    def _spread(self, pause: timedelta) -> timedelta:
        return pause * (1 - _SPREAD * self._parts.chance())


def _is_empty(found: Receipt) -> bool:
    return all(refused.reason is Reason.EMPTY for _, refused in found.rejections)
