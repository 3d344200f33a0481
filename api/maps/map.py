"""The map's parts, all from this host: style, first view, drawings as SVG, and the JavaScript library."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse

from api.maps.sending import asked_box
from api.route import HouseRoute, RefusedError
from domain.access.needs import Need, needing
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE
from domain.places.place import PROVINCE as PROVINCE_CODE
from domain.places.signal_map import SignalMap, signal_of
from domain.places.territory import TERRITORIES
from domain.text import Language, Text
from live.grounds import Grounds
from present.map.palette import PALETTES, Theme
from present.map.paper import paper_svg
from present.map.spec import map_spec
from present.map.style import style
from present.map.svg import NAME_SIZES, Moving, province_svg, streets_svg
from store.reading import Reading

PROVINCE = Text("Bản đồ xã, phường", "Map of communes")
NO_KPI = Text("Không có chỉ số này; danh sách ở /api/v1/kpis.", "No such KPI; /api/v1/kpis lists them.")
VEHICLES = Text("Vị trí xe", "Vehicle positions")
LIBRARY = "/vendor/pydeck.js"
# Drawings change with imports: the browser may keep one but must ask each time whether it is still valid.
ASK_AGAIN = {"cache-control": "no-cache"}

Version = Annotated[str, Query(pattern="|".join(f"^{t.version}$" for t in TERRITORIES))]
Area = Annotated[str, Query(max_length=40)]
Letters = Annotated[float, Query(ge=8, le=80)]
Degrees = Annotated[str, Query(pattern=r"^$|^-?\d{1,3}\.\d{5}(,-?\d{1,3}\.\d{5}){3}$")]


def router(grounds: Grounds, reading: Reading, kpis: Mapping[str, Kpi] = MappingProxyType({})) -> APIRouter:
    """Routes under /map and /vendor."""
    routes = APIRouter(include_in_schema=False, route_class=HouseRoute)
    find = grounds.find

    async def area_of(key: str) -> SignalMap | None:
        return signal_of(key, await reading.signal_maps()) if key else None

    @routes.get("/map/style.json")
    @needing(Need.LOOK)
    async def map_style(
        territory: Version = IN_FORCE,
        lang: Language = "vi",
        theme: Theme = "dark",
        scale: Annotated[float, Query(ge=0.25, le=8)] = 1.0,
        signal: Area = "",
    ) -> Response:
        area = await area_of(signal)
        drawn = style(await find(territory), lang, theme=theme, scale=scale, signal=area)
        return Response(orjson.dumps(drawn), media_type="application/json", headers=ASK_AGAIN)

    @routes.get("/map/spec.json")
    @needing(Need.LOOK)
    async def spec(territory: Version = IN_FORCE) -> Response:
        return Response(map_spec(await find(territory)), media_type="application/json", headers=ASK_AGAIN)

    @routes.get("/map/province.svg")
    @needing(Need.LOOK)
    async def map_province(
        territory: Version = IN_FORCE,
        lang: Language = "vi",
        *,
        moving: bool = False,
        signal: Area = "",
    ) -> Response:
        above = Moving() if moving else None
        area = await area_of(signal)
        svg = province_svg(await find(territory), lang, PROVINCE.to(lang), moving=above, signal=area)
        return Response(svg, media_type="image/svg+xml", headers=ASK_AGAIN)

    @routes.get("/map/streets.svg")
    @needing(Need.LOOK)
    async def map_streets(
        territory: Version = IN_FORCE, lang: Language = "vi", size: Letters | None = None, box: Degrees = ""
    ) -> Response:
        sizes = NAME_SIZES if size is None else (size,)
        around = asked_box(box)
        svg = streets_svg(await find(territory), lang, VEHICLES.to(lang), sizes=sizes, box=around)
        return Response(svg, media_type="image/svg+xml", headers=ASK_AGAIN)

    @routes.get("/map/kpi/{key}.svg")
    @needing(Need.LOOK)
    async def map_of_kpi(key: str, lang: Language = "vi", theme: Theme = "light") -> Response:
        """The map of one KPI in the version in force, with legend, age and credits, for printing."""
        if key not in kpis:
            raise RefusedError(404, "unknown_kpi", NO_KPI)
        found = await reading.results_latest()
        results = {r.place: r for r in found if r.key == key and r.place != PROVINCE_CODE and r.expected}
        svg = paper_svg(await find(IN_FORCE), kpis[key], results, PALETTES[theme], lang)
        return Response(svg, media_type="image/svg+xml", headers=ASK_AGAIN)

    @routes.get(LIBRARY)
    @needing(Need.LOOK)
    async def vendor() -> Response:
        return FileResponse(pydeck_bundle(), media_type="text/javascript")

    return routes


def pydeck_bundle() -> Path:
    """The JavaScript inside the pydeck package (deck.gl and MapLibre): the same version that writes the spec."""
    spec = find_spec("pydeck")
    if spec is None or spec.origin is None:
        raise RuntimeError("pydeck is not installed: run scripts/run, or pip install -r requirements.txt")
    return Path(spec.origin).parent / "nbextension" / "static" / "index.js"
