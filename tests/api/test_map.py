"""The map's parts over HTTP: a version's ground is read again only when a layer has changed."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from map_fixtures import SHAPES, layer, streets
from screen_fixtures import FakeReading
from street_fixtures import DEGREE_M, graph

from api.maps import map as map_routes
from domain.places.map_layer import LayerKind, MapLayer
from domain.places.territory import Level
from live.grounds import Grounds
from store.maps.map_layers import LayerDamagedError


@dataclass
class FakeMaps:
    """Answers like store.maps.map_layers.MapLayers."""

    communes: MapLayer | None = None
    streets: MapLayer | None = None
    graph_file: Path | None = None
    reads: int = 0
    damaged: bool = False

    def version(self) -> str:
        return "/".join(layer.id for layer in (self.communes, self.streets) if layer)

    def graph(self, layer_id: str) -> Path:
        assert self.streets is not None
        assert self.graph_file is not None
        assert layer_id == self.streets.id
        return self.graph_file

    def active(self, kind: LayerKind, territory: str, level: Level | None = None) -> MapLayer | None:
        known = self.streets if kind is LayerKind.STREETS else self.communes
        return known if known and (kind, territory, level) == (known.kind, known.territory, known.level) else None

    def shapes(self, layer_id: str, band: int) -> Mapping[str, Any]:
        assert self.communes is not None
        assert layer_id == self.communes.id
        self.reads += 1
        if self.damaged:
            raise LayerDamagedError(layer_id)
        return SHAPES[band]


@pytest.fixture
def maps() -> FakeMaps:
    return FakeMaps()


@pytest.fixture
def http(maps: FakeMaps) -> httpx.AsyncClient:
    server = FastAPI()
    server.include_router(map_routes.router(Grounds(FakeReading(), maps, None), FakeReading()))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://centre")


async def test_an_import_and_its_withdrawal_change_the_style_at_once(http: httpx.AsyncClient, maps: FakeMaps) -> None:
    async def places() -> Any:
        return (await http.get("/map/style.json")).json()["sources"]["places"]["data"]

    before = await places()
    assert before["type"] == "FeatureCollection"
    maps.communes = layer("aa11")
    assert await places() == "/map/boundaries/aa11/0.json"
    maps.communes = None
    assert await places() == before


async def test_a_damaged_layer_leaves_the_maps_their_cells_until_it_is_imported_again(
    http: httpx.AsyncClient, maps: FakeMaps
) -> None:
    cells = (await http.get("/map/province.svg")).text
    maps.communes, maps.damaged = layer("aa11"), True
    for path in ("style.json", "spec.json", "province.svg", "streets.svg"):
        assert (await http.get(f"/map/{path}")).status_code == 200
    assert (await http.get("/map/province.svg")).text == cells
    maps.damaged = False
    assert (await http.get("/map/province.svg")).text != cells


async def test_boundaries_are_read_once_for_all_who_look(http: httpx.AsyncClient, maps: FakeMaps) -> None:
    maps.communes = layer("aa11")
    for path in ("style.json", "spec.json", "province.svg", "streets.svg", "style.json?lang=en"):
        assert (await http.get(f"/map/{path}")).status_code == 200
    assert maps.reads == 1
    maps.communes = layer("bb22")
    await http.get("/map/province.svg")
    assert maps.reads == 2


@pytest.mark.parametrize("path", ["/map/style.json", "/map/spec.json", "/map/province.svg", "/map/streets.svg"])
async def test_what_an_import_changes_is_asked_for_again(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "query", ["territory=2030-01", "territory=2025-07x", "lang=fr", "theme=pink", "scale=0", "scale=nan", "scale=99"]
)
async def test_wrong_parameters_are_refused(http: httpx.AsyncClient, query: str) -> None:
    assert (await http.get(f"/map/style.json?{query}")).status_code == 422


@pytest.mark.parametrize("size", ["0", "1e9", "nan", "<b>"])
async def test_letters_of_no_sensible_size_are_refused(http: httpx.AsyncClient, size: str) -> None:
    assert (await http.get("/map/streets.svg", params={"size": size})).status_code == 422


async def test_a_drawing_of_asked_streets_tells_which(http: httpx.AsyncClient) -> None:
    asked = "106.40000,10.52000,106.42000,10.53000"
    drawn = ET.fromstring((await http.get("/map/streets.svg", params={"box": asked})).text)
    assert drawn.get("data-box") == asked
    _, _, wide, high = map(float, (drawn.get("viewBox") or "").split())
    assert wide / high == pytest.approx(1.9, abs=0.1), "twice as wide as high, and its margin"
    assert "data-box" not in (await http.get("/map/streets.svg")).text


@pytest.mark.parametrize("box", ["1,2,3,4", "106.42000,10.52000,106.40000,10.53000", "106.40000,10.52000", "nan"])
async def test_what_is_no_box_is_refused(http: httpx.AsyncClient, box: str) -> None:
    assert (await http.get("/map/streets.svg", params={"box": box})).status_code == 422


async def test_every_version_and_theme_has_a_style(http: httpx.AsyncClient) -> None:
    for version in ("2024-01", "2024-12", "2025-07"):
        for theme in ("dark", "light"):
            answer = await http.get(f"/map/style.json?territory={version}&theme={theme}")
            assert answer.status_code == 200
            assert bool(answer.json()["metadata"]["gap"]) is (version != "2025-07")


async def test_a_screen_without_tiles_gets_the_imported_streets_drawn(
    http: httpx.AsyncClient, maps: FakeMaps, tmp_path: Path
) -> None:
    in_tan_an = (106.41 * DEGREE_M, 10.53 * DEGREE_M), (106.42 * DEGREE_M, 10.54 * DEGREE_M)
    maps.graph_file = tmp_path / "graph.npz"
    graph([in_tan_an]).save(maps.graph_file)
    before = (await http.get("/map/streets.svg")).text
    maps.streets = streets()
    after = (await http.get("/map/streets.svg")).text
    assert "ioc-street" not in before
    assert after.count('class="ioc-street ioc-street--major"') == 1
