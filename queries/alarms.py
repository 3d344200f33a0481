"""Open alarms: one list for the wall's first paint, its updates and the domain screens."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.feeds.feed import Feed, tracked
from domain.fleets.vehicle import Vehicle
from domain.kpis.alarm import Alarm, Handling, Priority
from domain.kpis.health import FeedHealth
from domain.kpis.kpi import Kpi, KpiResult
from domain.kpis.standing import status_within
from domain.observation import Observation
from domain.places.place import IN_FORCE, Place
from domain.text import Text
from evaluation.inputs.fleet import on_duty
from queries.alarm_rules import every_alarm
from queries.ask import Ask, Question
from queries.health import HEALTH
from queries.places import PLACES
from queries.results_in_force import RESULTS_IN_FORCE
from queries.vehicles import VEHICLES
from store import territories
from store.reading import Reading

# Longest list. The wall shows as many as fit and counts all of them.
TOLD = 200
# The evaluator runs at least every 10 s; the web side reads the time of its last run once a minute.
EVALUATOR_SILENT_AFTER = timedelta(seconds=150)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The newest state that alarms are judged by; ``rosters`` by fleet feed (see `rosters`), ``places`` by code.

    ``evaluated_at`` is the evaluator's last run, read up to a minute ago; None before its first. ``handlings``: what
    somebody last did about an alarm, by its id.
    """

    results: Iterable[KpiResult]
    health: Mapping[str, FeedHealth]
    vehicles: Sequence[Vehicle]
    rosters: Mapping[str, Sequence[Observation]]
    places: Mapping[str, Place]
    evaluated_at: datetime | None = None
    handlings: Mapping[str, Handling] = field(default_factory=dict)


async def rosters(reading: Reading, fleets: Iterable[str]) -> dict[str, Sequence[Observation]]:
    """Each fleet's newest observations of its vehicles: in service, fitted, hours of duty."""
    return {feed: await reading.newest_observations(feed) for feed in fleets}


def alarms(now_is: Situation, kpis: Mapping[str, Kpi], feeds: Mapping[str, Feed], now: datetime) -> list[Alarm]:
    """Alarms of the fleets and of the feeds of ``kpis``: most urgent first, then newest, at most TOLD."""
    watched = {kpi.feed for kpi in kpis.values()} | now_is.rosters.keys()
    # A place set would repeat the alarms of its members.
    sets = {one.key for one in territories.place_sets(IN_FORCE)}
    stands = {key: kpi.stands(feeds[kpi.feed]) for key, kpi in kpis.items()}
    found = every_alarm(
        results=[
            r
            for r in now_is.results
            if r.key in stands and r.place not in sets and status_within(stands[r.key], r, now) is r.status
        ],
        kpis=kpis,
        vehicles=now_is.vehicles,
        on_duty={
            feed: on_duty(roster, [one for one in now_is.vehicles if one.feed == feed], now)
            for feed, roster in now_is.rosters.items()
        },
        health=now_is.health,
        feeds=feeds,
        place_names={code: place.name for code, place in now_is.places.items()},
        now=now,
    )
    told = [*_evaluator(now_is.evaluated_at, now), *(one for one in found if one.feed in watched)][:TOLD]
    return [_marked(one, now_is) for one in told]


def _marked(alarm: Alarm, now_is: Situation) -> Alarm:
    """With who took it, and where a map marks it: the vehicle's last position, else the seats of its places."""
    at = [(one.longitude, one.latitude) for one in now_is.vehicles if alarm.vehicle and one.id == alarm.vehicle]
    if not at:
        seats = (now_is.places.get(code) for code in alarm.places)
        at = [(p.longitude, p.latitude) for p in seats if p and p.longitude is not None and p.latitude is not None]
    return replace(alarm, at=tuple(at), handling=now_is.handlings.get(alarm.id))


def without_positions(told: Iterable[Alarm]) -> list[Alarm]:
    """The alarms for who may not see where vehicles are: no mark on the map for those of a vehicle."""
    return [replace(one, at=()) if one.vehicle else one for one in told]


def of_feeds(told: Iterable[Alarm], feeds: Collection[str]) -> list[Alarm]:
    """Those of an area: told by data of its feeds, or about the centre itself. Every screen counts these."""
    return [one for one in told if one.feed in feeds or not one.feed]


def _evaluator(evaluated_at: datetime | None, now: datetime) -> list[Alarm]:
    """One alarm when the evaluator has stopped: no figure changes any more, whatever the feeds send."""
    if evaluated_at is None or now - evaluated_at < EVALUATOR_SILENT_AFTER:
        return []
    return [
        Alarm(
            id="evaluator",
            priority=Priority.CRITICAL,
            what=Text("Bộ tính chỉ số ngừng chạy", "The evaluator of KPIs has stopped"),
            where=Text("trung tâm điều hành", "operations centre"),
            since=evaluated_at,
            response=Text(
                "Báo quản trị hệ thống khởi động lại bộ phận tính chỉ số; số trên màn hình đứng yên từ lúc đó.",
                "Tell the administrator to restart the evaluator; the figures on all screens stand still since then.",
            ),
            feed="",
        )
    ]


async def _read(asked: Question) -> Sequence[Alarm]:
    reading, feeds = asked.sources.reading, asked.sources.feeds
    now_is = Situation(
        results=(await asked.get(RESULTS_IN_FORCE)).values(),
        health=await asked.get(HEALTH),
        vehicles=await asked.get(VEHICLES),
        rosters=await rosters(reading, tracked(feeds.values())),
        places=(await asked.get(PLACES)).now,
        evaluated_at=await reading.evaluated_at(),
        handlings=await reading.alarm_handlings(),
    )
    return alarms(now_is, asked.kpis, feeds, asked.now)


ALARMS: Ask[Sequence[Alarm]] = Ask(_read, ())
