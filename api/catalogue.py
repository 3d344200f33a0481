"""/api/v1/catalogue: the centre's feeds as a DCAT catalogue in JSON-LD, and each public figure as CSV."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse

from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.feeds.feed import Feed
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE, PROVINCE
from domain.text import Text
from present.open_data import CATALOGUE, catalogue, open_csv
from store.reading import Reading

PERIOD = timedelta(days=400)
MAX_POINTS = 50_000
_LD, _CSV = "application/ld+json", "text/csv; charset=utf-8"


def _content(kind: str, schema: Mapping[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {kind: {"schema": schema}}}}


def router(
    reading: Reading, kpis: Mapping[str, Kpi], feeds: Mapping[str, Feed], clock: Callable[[], datetime]
) -> APIRouter:
    """The two routes of open data."""
    routes = APIRouter(tags=["open data"], route_class=HouseRoute)

    @routes.get(
        CATALOGUE,
        response_class=Response,
        responses=_content(_LD, {"type": "object"}) | refusals(),
        summary="The centre's feeds as a DCAT 3 catalogue (JSON-LD)",
        description="Addresses are relative to the document. A feed that no public figure comes from is restricted.",
    )
    @needing(Need.PUBLIC)
    async def listed() -> Response:
        found = await reading.results_latest(IN_FORCE)
        newest = {r.key: r.as_of for r in found if r.place == PROVINCE and r.as_of is not None}
        return JSONResponse(catalogue(feeds, kpis.values(), newest), media_type=_LD)

    @routes.get(
        CATALOGUE + "/{key}.csv",
        response_class=Response,
        responses=_content("text/csv", {"type": "string"}) | refusals(not_found="No public figure has this key."),
        summary="One public figure by day, as CSV",
        description="The last 400 days; rounded as the public sees it; a day without enough reporters has no row.",
    )
    @needing(Need.PUBLIC)
    async def figures(key: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,64}$")]) -> Response:
        kpi = kpis.get(key)
        if kpi is None or kpi.public is None:
            said = Text("Không có chỉ số công khai này.", "There is no public figure of this key.")
            raise RefusedError(404, "unknown_kpi", said)
        now = clock()
        series = await reading.result_series(key, IN_FORCE, PROVINCE, now - PERIOD, now, MAX_POINTS)
        return Response(open_csv(kpi, series), media_type=_CSV)

    return routes
