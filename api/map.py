"""What the map is built from: style, first view, schematic and the library that draws it, all from this host."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse

from api._route import HouseRoute
from domain.place import IN_FORCE
from layouts._map import GeoJson, deck_spec, province_svg, streets_svg, style
from store.reading import Reading

TITLES = {
    "province": "Sơ đồ các xã, phường: mỗi ô một đơn vị, không phải ranh giới",
    "streets": "Vị trí xe",
}


def router(reading: Reading, streets: GeoJson | None) -> APIRouter:
    """Routes under /map and /vendor; ``streets`` are the demonstration's, None without it."""
    routes = APIRouter(include_in_schema=False, route_class=HouseRoute)

    @routes.get("/map/style.json")
    async def map_style(scale: Annotated[float, Query(ge=0.25, le=8)] = 1.0) -> Response:
        drawn = style(streets, await reading.places(IN_FORCE), scale)
        return Response(orjson.dumps(drawn), media_type="application/json")

    @routes.get("/map/spec.json")
    async def map_spec() -> Response:
        return Response(deck_spec(streets), media_type="application/json")

    @routes.get("/map/province.svg")
    async def map_province() -> Response:
        svg = province_svg(await reading.places(IN_FORCE), TITLES["province"])
        return Response(svg, media_type="image/svg+xml")

    @routes.get("/map/streets.svg")
    async def map_streets() -> Response:
        svg = streets_svg(streets, await reading.places(IN_FORCE), TITLES["streets"])
        return Response(svg, media_type="image/svg+xml")

    @routes.get("/vendor/pydeck.js")
    async def vendor() -> Response:
        return FileResponse(pydeck_bundle(), media_type="text/javascript")

    return routes


def pydeck_bundle() -> Path:
    """The JavaScript inside the pydeck package (deck.gl and MapLibre), of the version that writes the spec."""
    spec = find_spec("pydeck")
    if spec is None or spec.origin is None:
        raise RuntimeError("pydeck is not installed: run scripts/run, or pip install -r requirements.txt")
    return Path(spec.origin).parent / "nbextension" / "static" / "index.js"
