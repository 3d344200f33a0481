"""The simulator's main loop: sends the past once, then the present in real time."""

import asyncio
import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from domain.instant import service_day
from simulator import agenda, dossiers, feedback, past, team_work, trucks
from simulator.door import Door, Pause
from simulator.memory import Memory
from simulator.streets import SEED
from simulator.trackers import LONGEST_DELAY, Message, messages

Clock = Callable[[], datetime]

_TICK_S = 1.0
_JUST_NOW = timedelta(seconds=90)
_TRACKER_MEMORY = timedelta(hours=1)
_NEWS_MEMORY = timedelta(days=1)
_KEPT_EVERY = timedelta(minutes=1)


class TrackerMessages:
    """All trackers' messages in the order they leave the devices, from ``start`` on.

    Each working tracker's newest fix before ``start`` comes first, with the fixes buffered then, so that a restart
    continues the day. After a pause longer than an hour the trackers send only the last hour.
    """

    def __init__(self, start: datetime, seed: int = SEED) -> None:
        self._fleet = trucks.fleet(seed)
        self._seed = seed
        self._taken_until = start - LONGEST_DELAY
        self._waiting: list[tuple[datetime, datetime, str, bool, Message]] = []
        self._take(start)
        self._waiting = [entry for entry in self._waiting if entry[0] >= start - _JUST_NOW]
        heapq.heapify(self._waiting)

    def due(self, now: datetime) -> list[Message]:
        """Messages that leave their devices until ``now``, in order; each is returned once."""
        self._taken_until = max(self._taken_until, now - _TRACKER_MEMORY)
        self._take(now)
        found = []
        while self._waiting and self._waiting[0][0] <= now:
            found.append(heapq.heappop(self._waiting)[-1])
        return found

    def next_in_s(self, now: datetime) -> float:
        """Seconds until the next known message leaves, at most one second."""
        if not self._waiting:
            return _TICK_S
        return min(_TICK_S, max(0.0, (self._waiting[0][0] - now).total_seconds()))

    def _take(self, until: datetime) -> None:
        for truck in self._fleet:
            for message in messages(truck, self._taken_until, until, self._seed):
                entry = (message.sends_at, message.at, message.truck, message.repeat, message)
                heapq.heappush(self._waiting, entry)
        self._taken_until = max(self._taken_until, until)


async def live(door: Door, clock: Clock, memory: Memory, seed: int = SEED, pause: Pause = asyncio.sleep) -> None:
    """Send until cancelled: first today's roster, then the trucks' messages beside the past and present reports."""
    start = clock()
    await door.observations(agenda.roster(service_day(start), seed))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_drive(door, clock, TrackerMessages(clock(), seed), pause))
        tasks.create_task(_tell(door, clock, memory, start, seed, pause))


async def _tell(door: Door, clock: Clock, memory: Memory, start: datetime, seed: int, pause: Pause) -> None:
    await door.observations(agenda.newest(start, seed))
    await door.dossiers(dossiers.changed(start - dossiers.PAST, start, seed))
    await door.feedback(feedback.changed(start - feedback.PAST, start, seed))
    await door.team_work(team_work.register(seed))
    await door.team_work(team_work.reported(start - team_work.PAST, start, seed))
    since = max(memory.told_until() or past.begins(start), past.begins(start))
    await _upload(door, past.calls(since, start - _JUST_NOW, seed))
    await _upload(door, agenda.history(start, seed))
    memory.keep(start)
    told_until = kept_until = start - _JUST_NOW
    while True:
        now = clock()
        since = max(told_until, now - _NEWS_MEMORY)
        await door.observations(agenda.news(since, now, seed))
        await door.dossiers(dossiers.changed(since, now, seed) or dossiers.again(since, now, seed))
        await door.feedback(feedback.changed(since, now, seed))
        await door.team_work(team_work.reported(since, now, seed))
        told_until = max(told_until, now)
        if told_until - kept_until >= _KEPT_EVERY:
            memory.keep(told_until)
            kept_until = told_until
        await pause(_TICK_S)


async def _upload(door: Door, calls: Iterator[agenda.Batch]) -> None:
    """Send call after call; a thread makes them, so that trucks keep sending meanwhile."""
    while call := await asyncio.to_thread(next, calls, None):
        await door.observations(call)


async def _drive(door: Door, clock: Clock, trackers: TrackerMessages, pause: Pause) -> None:
    while True:
        for message in trackers.due(clock()):
            await door.fix(message)
        await pause(trackers.next_in_s(clock()))
