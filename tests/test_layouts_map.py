"""The map as data: one cell a commune near its seat, valid SVG, a style that asks nobody else for anything."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from math import hypot
from typing import Any

import pytest

from domain.place import Place
from layouts._map import HEX_ACROSS_KM, cartogram, deck_spec, first_view, province_svg, short_name, streets_svg, style
from simulator.streets import streets_geojson
from tests.screen_fixtures import places

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def communes() -> Sequence[Place]:
    return places()


def test_every_commune_has_one_cell_and_no_two_share_one(communes: Sequence[Place]) -> None:
    cells = cartogram(communes)
    assert sorted(c.place.code for c in cells) == sorted(p.code for p in communes if p.code != "80")
    centres = [(c.x_km, c.y_km) for c in cells]
    nearest = min(hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(centres) for b in centres[:i])
    assert nearest == pytest.approx(HEX_ACROSS_KM)


def test_cells_stay_near_their_seats(communes: Sequence[Place]) -> None:
    moved = [cell.moved_km for cell in cartogram(communes)]
    assert sum(moved) / len(moved) < HEX_ACROSS_KM / 2
    assert max(moved) < 2 * HEX_ACROSS_KM


def test_the_schematic_does_not_depend_on_the_order_of_places(communes: Sequence[Place]) -> None:
    assert cartogram(communes) == cartogram(list(reversed(communes)))


def test_a_place_without_a_seat_is_left_out_not_invented() -> None:
    known = Place(territory="2025-07", code="1", name="Xã A", latitude=10.5, longitude=106.4)
    assert [c.place.code for c in cartogram([known, Place(territory="2025-07", code="2", name="Xã B")])] == ["1"]


def test_province_svg_is_xml_with_a_group_a_commune(communes: Sequence[Place]) -> None:
    root = ET.fromstring(province_svg(communes, "Sơ đồ"))
    groups = root.findall(f"{SVG}g")
    assert {g.get("data-place") for g in groups} == {p.code for p in communes if p.code != "80"}
    assert root.findtext(f"{SVG}title") == "Sơ đồ"


def test_names_are_escaped() -> None:
    odd = Place(territory="2025-07", code="1", name='Xã <b> & "c"', latitude=10.5, longitude=106.4)
    assert ET.fromstring(province_svg([odd], "t")).find(f"{SVG}g") is not None


def test_an_empty_register_gives_an_empty_picture() -> None:
    assert ET.fromstring(province_svg([], "t")).findall(f"{SVG}g") == []


def test_streets_svg_keeps_a_place_for_vehicles(communes: Sequence[Place]) -> None:
    root = ET.fromstring(streets_svg(streets_geojson(), communes, "Xe"))
    assert len(root.findall(f"{SVG}polyline")) == len(streets_geojson()["features"])
    assert [g.get("data-lat0") for g in root.findall(f"{SVG}g") if g.get("data-vehicles") is not None] != []


def test_without_the_demonstration_there_are_no_streets_but_a_view(communes: Sequence[Place]) -> None:
    assert ET.fromstring(streets_svg(None, communes, "Xe")).findall(f"{SVG}polyline") == []
    west, south, east, north = first_view(None)
    assert west < 106.41 < east
    assert south < 10.543 < north


def test_style_and_spec_name_no_other_host(communes: Sequence[Place]) -> None:
    drawn = style(streets_geojson(), communes)
    spec = json.loads(deck_spec(streets_geojson()))
    assert "http" not in json.dumps(drawn) + json.dumps(spec)
    assert "glyphs" not in drawn
    assert spec["deck"]["mapStyle"] == "/map/style.json"


def test_the_style_grows_with_the_page(communes: Sequence[Place]) -> None:
    def size(drawn: dict[str, Any]) -> float:
        return float(next(x for x in drawn["layers"] if x["id"] == "seats")["layout"]["text-size"])

    assert size(style(None, communes, 2.0)) == 2 * size(style(None, communes))


@pytest.mark.parametrize(
    ("name", "short"), [("Phường Long An", "Long An"), ("Xã Mỹ Lệ", "Mỹ Lệ"), ("Long An", "Long An")]
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short
