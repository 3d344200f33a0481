"""/services/tables/NAME.csv and .xlsx: the tables of /services with as-of, source and definitions."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.route import HouseRoute, RefusedError
from callbacks.pages import language_of
from callbacks.parts.load import load
from domain.access.needs import Need, needing
from domain.instant import VIETNAM
from domain.text import Text
from layouts.casework.services_tables import TABLES
from layouts.services import SCREEN
from present.table_file import TableFile, csv_of, xlsx_of
from queries.casework.dossiers import OFFICE, PROCEDURE
from store.services import Services

KINDS: Mapping[str, tuple[Callable[[TableFile], bytes], str]] = {
    "csv": (csv_of, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_of, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
NO_SUCH_TABLE = Text(
    "Không có bảng đó; các bảng là: {names}, dạng csv hoặc xlsx.",
    "There is no such table; there are {names}, as csv or xlsx.",
)


def router(services: Services, clock: Callable[[], datetime]) -> APIRouter:
    """The addresses of the files."""
    routes = APIRouter(tags=["services"], route_class=HouseRoute)

    @routes.get(
        "/services/tables/{name}", response_class=Response, summary="A table of /services: scores.xlsx, due.csv"
    )
    @needing(Need.LOOK)
    async def table(
        name: Annotated[str, Path(max_length=40)],
        lang: Annotated[str, Query(max_length=8)] = "",
        office: Annotated[str, Query(max_length=64)] = "",
        procedure: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """With as-of, source and the definition of every number; ``office`` gives its procedures or one's rows."""
        key, _, kind = name.partition(".")
        if key not in TABLES or kind not in KINDS:
            raise RefusedError(404, "no_such_table", NO_SUCH_TABLE.filled(names=", ".join(TABLES)))
        language, now = language_of(lang), clock()
        data = await load(services, SCREEN, language, {"lang": language, OFFICE: office, PROCEDURE: procedure}, now)
        if data.problem:
            raise RefusedError(503, "unavailable", data.problem, retry_after_s=5)
        made, media = KINDS[kind]
        content = await asyncio.to_thread(lambda: made(TABLES[key](data)))
        said = f"ioc-long-an-{key}-{now.astimezone(VIETNAM):%Y-%m-%d-%H%M}.{kind}"
        return Response(content, media_type=media, headers={"content-disposition": f'attachment; filename="{said}"'})

    return routes
