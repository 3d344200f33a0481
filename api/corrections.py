"""/api/v1/corrections: figures sent again with another value, with the value before and after."""

from collections.abc import Container
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import CorrectionAnswer, Corrections
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.correction import Correction
from domain.text import Text
from store.reading import Reading


def router(reading: Reading, feeds: Container[str]) -> APIRouter:
    """The one route about corrections."""
    routes = APIRouter(prefix="/api/v1", tags=["data"], route_class=HouseRoute)

    @routes.get(
        "/corrections",
        responses=refusals(not_found="No such feed."),
        summary="Figures sent again with another value, newest first",
    )
    @needing(Need.LOOK)
    async def corrections(
        feed: Annotated[str | None, Query(pattern=r"^[a-z0-9_]{1,64}$", description="Only this feed.")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Corrections:
        if feed is not None and feed not in feeds:
            raise RefusedError(404, "unknown_feed", Text("Không có nguồn dữ liệu này.", "No such feed."))
        found = await reading.corrections(limit, feed)
        return Corrections(corrections=[_answer(one) for one in found])

    return routes


def _answer(one: Correction) -> CorrectionAnswer:
    after = one.after
    return CorrectionAnswer(
        feed=after.feed,
        measure=after.measure,
        of_kind=after.of.kind.value,
        of=after.of.code,
        territory=after.of.territory or None,
        period=after.period.code or None,
        at=after.at,
        before=one.before.value,
        after=after.value,
        revision=after.revision,
        source=after.source,
        author=after.author or None,
        received_at=after.received_at,
    )
