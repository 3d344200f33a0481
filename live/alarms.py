"""What needs somebody now, as ready rows: one list for the wall's first paint, its updates and the domain screens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.feed import Feed
from domain.health import FeedHealth
from domain.kpi import Kpi, KpiResult
from domain.observation import Observation
from domain.place import IN_FORCE, Place
from domain.text import Language
from domain.vehicle import Vehicle
from evaluation.inputs.fleet import on_duty
from kpi._abnormal import abnormal
from layouts._present import RowVM, alarm_row, status_now
from store import territories

# The wall shows those it has room for and counts all of them.
ROWS_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The newest of everything; ``roster`` are the waste feed's newest observations, ``places`` go by code."""

    results: Iterable[KpiResult]
    health: Mapping[str, FeedHealth]
    vehicles: Sequence[Vehicle]
    roster: Sequence[Observation]
    places: Mapping[str, Place]


def alarm_rows(
    now_is: Situation, kpis: Mapping[str, Kpi], feeds: Mapping[str, Feed], language: Language, now: datetime
) -> list[RowVM]:
    """Most urgent first, then newest, at most ROWS_TOLD; only feeds of ``kpis`` speak."""
    watched = {kpi.feed for kpi in kpis.values()}
    # A place set says again what its members say.
    sets = {one.key for one in territories.place_sets(IN_FORCE)}
    found = abnormal(
        results=[
            r
            for r in now_is.results
            if r.key in kpis and r.place not in sets and status_now(r, feeds[kpis[r.key].feed], now) is r.status
        ],
        kpis=kpis,
        vehicles=now_is.vehicles,
        on_duty=on_duty(now_is.roster, now_is.vehicles, now),
        health=now_is.health,
        feeds=feeds,
        place_names={code: place.name for code, place in now_is.places.items()},
        now=now,
    )
    return [
        alarm_row(
            id=item.id,
            priority=item.priority,
            what=item.what,
            where=item.where,
            since=item.since,
            response=item.response,
            language=language,
            now=now,
        )
        for item in found
        if item.feed in watched
    ][:ROWS_TOLD]
