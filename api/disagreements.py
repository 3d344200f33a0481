"""/api/v1/disagreements: measures for which two fresh sources give different values at one place."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.instants import Instant
from api.route import HouseRoute, refusals
from domain.access.needs import Need, needing
from domain.feeds.feed import Feed
from domain.observation import Kind, Observation
from domain.places.place import IN_FORCE
from present.answers import Answer
from queries.observed.disagreements import disagreeing
from store.reading import Reading


class ReadingAnswer(Answer):
    """The newest observation of one source."""

    source: str
    value: float | None
    kind: Kind
    at: Instant = Field(description="Instant to which the value refers.")
    received_at: Instant
    age_s: float


class DisagreementAnswer(Answer):
    """One measure at one place, the reading first that KPIs use."""

    feed: str
    measure: str
    territory: str
    place: str
    spread: float = Field(description="Greatest difference divided by the greatest reading.")
    readings: list[ReadingAnswer]


class Disagreements(Answer):
    """All disagreements, greatest spread first."""

    at: Instant
    disagreements: list[DisagreementAnswer]


def router(reading: Reading, feeds: Collection[Feed], clock: Callable[[], datetime]) -> APIRouter:
    """The one route."""
    routes = APIRouter(prefix="/api/v1", tags=["data"], route_class=HouseRoute)

    @routes.get(
        "/disagreements",
        responses=refusals(),
        summary="Where sources disagree",
        description="`at`: where they did then. `known`: by what had arrived by then, else by what is known now.",
    )
    @needing(Need.LOOK)
    async def disagreements(
        at: Annotated[Instant | None, Query()] = None, known: Annotated[Instant | None, Query()] = None
    ) -> Disagreements:
        now = at or clock()
        past = reading.at(now, known)
        newest = past.observations if at or known else reading.newest_observations
        found = await disagreeing(newest, feeds, now)
        return Disagreements(
            at=now,
            disagreements=[
                DisagreementAnswer(
                    feed=one.feed,
                    measure=one.measure,
                    territory=IN_FORCE,
                    place=one.place,
                    spread=one.spread,
                    readings=[_reading(item, now) for item in one.readings],
                )
                for one in found
            ],
        )

    return routes


def _reading(item: Observation, now: datetime) -> ReadingAnswer:
    return ReadingAnswer(
        source=item.source,
        value=item.value,
        kind=item.kind,
        at=item.at,
        received_at=item.received_at,
        age_s=round((now - item.at).total_seconds(), 3),
    )
