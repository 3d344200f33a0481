"""The map as data: a cell a commune near its seat, style and drawing of the same ground, nothing from other hosts."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from screen_figures import places

from domain.places.map_layer import PROVINCE_BOX, Box, ImportReport, LayerKind, MapLayer, Provenance
from domain.places.place import Place
from domain.places.territory import Level
from present.map.cartogram import HEX_ACROSS_KM, KM_A_DEGREE, cartogram
from present.map.ground import Ground, ground
from present.map.palette import PALETTES
from present.map.spec import map_spec
from present.map.style import HEXAGONS_UNTIL, style
from present.map.svg import NAME_SIZES, Moving, province_svg, streets_svg
from simulator.streets import streets_geojson
from streets.picture import Line

SVG = "{http://www.w3.org/2000/svg}"
PLACES = f"{SVG}g[@data-place]"
ROOT = Path(__file__).parents[2]
OSM = "© OpenStreetMap contributors"


def layer(id_: str, kind: LayerKind, level: Level | None = None, attribution: str = "Sở A") -> MapLayer:
    return MapLayer(
        id=id_,
        kind=kind,
        territory="2025-07" if level else "",
        level=level,
        file_name="a.geojson",
        sha256="0" * 64,
        provenance=Provenance(source="Sở A", licence="dùng nội bộ", attribution=attribution),
        box=PROVINCE_BOX,
        imported_at=datetime(2026, 11, 23, tzinfo=UTC),
        imported_by="test",
        report=ImportReport(),
        active=True,
    )


def squares(communes: Sequence[Place]) -> dict[str, dict[str, Any]]:
    """A made-up border a commune: a square of 0.04° around its seat."""
    around = ((-0.02, -0.02), (0.02, -0.02), (0.02, 0.02), (-0.02, 0.02), (-0.02, -0.02))
    return {
        p.code: {
            "type": "Polygon",
            "coordinates": [[[(p.longitude or 0) + x, (p.latitude or 0) + y] for x, y in around]],
        }
        for p in communes
        if p.longitude is not None
    }


@pytest.fixture(scope="module")
def communes() -> Sequence[Place]:
    return places()


@pytest.fixture(scope="module")
def before(communes: Sequence[Place]) -> Ground:
    """The demonstration without any import."""
    return ground("2025-07", communes, demo=streets_geojson())


@pytest.fixture(scope="module")
def after(communes: Sequence[Place]) -> Ground:
    """Boundaries, old districts and streets imported."""
    return ground(
        "2025-07",
        communes,
        communes=layer("bounds1", LayerKind.BOUNDARIES, Level.COMMUNE),
        boundaries=squares(communes),
        districts=layer("districts1", LayerKind.BOUNDARIES, Level.DISTRICT, "Sở B"),
        district_shapes={"794": next(iter(squares(communes).values()))},
        streets=layer("streets1", LayerKind.STREETS, None, OSM),
        demo=streets_geojson(),
    )


def ids(drawn: dict[str, Any]) -> list[str]:
    return [one["id"] for one in drawn["layers"]]


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [s for v in value.values() for s in strings(v)]
    if isinstance(value, (list, tuple)):
        return [s for v in value for s in strings(v)]
    return [value] if isinstance(value, str) else []


def test_every_commune_has_one_cell_and_no_two_share_one(communes: Sequence[Place]) -> None:
    cells = cartogram(communes)
    assert sorted(c.place.code for c in cells) == sorted(p.code for p in communes if p.code != "80")
    across = KM_A_DEGREE * cos(radians(10.7))
    centres = [(c.centre[0] * across, c.centre[1] * KM_A_DEGREE) for c in cells]
    nearest = min(hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(centres) for b in centres[:i])
    assert nearest == pytest.approx(HEX_ACROSS_KM, rel=0.01)


def test_cells_stay_near_their_seats(communes: Sequence[Place]) -> None:
    moved = [cell.moved_km for cell in cartogram(communes)]
    assert sum(moved) / len(moved) < HEX_ACROSS_KM / 2
    assert max(moved) < 2 * HEX_ACROSS_KM


def test_the_schematic_does_not_depend_on_the_order_of_places(communes: Sequence[Place]) -> None:
    assert cartogram(communes) == cartogram(list(reversed(communes)))


def test_a_place_without_a_seat_is_left_out_not_invented() -> None:
    known = Place(territory="2025-07", code="1", name="Xã A", latitude=10.5, longitude=106.4)
    assert [c.place.code for c in cartogram([known, Place(territory="2025-07", code="2", name="Xã B")])] == ["1"]


def test_an_older_version_gets_no_hexagons_but_a_sentence(communes: Sequence[Place]) -> None:
    old = ground("2024-01", communes)
    assert old.shapes == {}
    assert "188 xã, 15 huyện" in old.gap("vi")
    assert "188 communes" in old.gap("en")
    assert style(old, "vi")["metadata"]["gap"] == old.gap("vi")
    assert ET.fromstring(province_svg(old, "vi", "t")).findall(PLACES) == []


def test_the_hexagons_say_that_they_are_no_borders_until_borders_come(before: Ground, after: Ground) -> None:
    assert any("không phải ranh giới" in said for said in before.credits("vi"))
    assert not any("lục giác" in said for said in after.credits("vi"))


def test_a_map_that_begins_close_up_says_that_hexagons_come_with_zooming_out(before: Ground) -> None:
    assert "Sơ đồ lục giác" in province_svg(before, "vi", "t")
    assert "Khi thu nhỏ là sơ đồ lục giác" in streets_svg(before, "vi", "t")
    metadata = style(before, "vi")["metadata"]
    assert [said for said in metadata["credits"] if said.startswith("Sơ đồ lục giác")]
    assert [said for said in metadata["credits_close"] if said.startswith("Khi thu nhỏ")]


def test_whoever_made_a_layer_is_named_once(after: Ground) -> None:
    assert after.credits("vi") == ["Sở A", "Sở B", OSM]
    assert OSM in style(after, "vi")["metadata"]["credits"]
    assert OSM in streets_svg(after, "vi", "t")


def test_a_picture_without_streets_does_not_speak_of_them(before: Ground, after: Ground) -> None:
    assert "mô phỏng" not in province_svg(before, "vi", "t")
    assert OSM not in province_svg(after, "vi", "t")


def test_an_older_version_is_drawn_by_its_districts_when_only_they_are_known(communes: Sequence[Place]) -> None:
    shapes = {"794": next(iter(squares(communes).values()))}
    districts = layer("districts1", LayerKind.BOUNDARIES, Level.DISTRICT)
    tan_an = Place(territory="2024-01", code="794", name="Thành phố Tân An", level=Level.DISTRICT)
    old = ground("2024-01", [*communes, tan_an], districts=districts, district_shapes=shapes)
    drawn = ET.fromstring(province_svg(old, "vi", "t"))
    assert [g.get("data-place") for g in drawn.findall(PLACES)] == ["794"]
    assert [label.name for label in old.labels] == ["Thành phố Tân An"]
    assert old.gap("vi") == ""
    assert style(old, "vi")["sources"]["places"]["data"] == "/map/boundaries/districts1/0.json"
    assert "districts" not in ids(style(old, "vi")), "they are the places, not lines over them"
    assert old.province != PROVINCE_BOX


def test_real_streets_take_the_place_of_the_sample_ones(before: Ground, after: Ground) -> None:
    assert any("mô phỏng" in said for said in before.credits("vi"))
    assert before.demo
    assert after.demo is None
    source = style(after, "vi")["sources"]["streets"]
    assert source["tiles"] == ["/tiles/{z}/{x}/{y}.pbf?v=streets1"]


def test_layers_lie_in_their_order(after: Ground) -> None:
    order = (
        "ground water water-lines land classes unknown borders chosen districts streets street-names points names seats"
    )
    assert ids(style(after, "vi")) == order.split()


def test_three_bands_of_boundaries_are_named_and_the_coarsest_comes_first(after: Ground) -> None:
    drawn = style(after, "vi")
    assert drawn["metadata"]["bands"] == [f"/map/boundaries/bounds1/{band}.json" for band in range(3)]
    assert drawn["sources"]["places"]["data"] == "/map/boundaries/bounds1/0.json"


def test_hexagons_fade_before_streets_can_be_told_apart(before: Ground) -> None:
    names = next(one for one in style(before, "vi")["layers"] if one["id"] == "names")
    assert names["maxzoom"] == HEXAGONS_UNTIL
    fill = next(one for one in style(before, "vi")["layers"] if one["id"] == "classes")["paint"]["fill-opacity"]
    assert fill[-2:] == [HEXAGONS_UNTIL, ["case", fill[-1][1], 0, 0]]
    on_a_wall = style(before, "vi", scale=2.0)
    assert on_a_wall["metadata"]["near"] == HEXAGONS_UNTIL + 1, "twice the pixels show the same land one zoom closer"
    assert next(one for one in on_a_wall["layers"] if one["id"] == "streets")["minzoom"] == HEXAGONS_UNTIL + 1


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_style_and_spec_name_no_other_host(before: Ground, after: Ground, theme: Any) -> None:
    for each in (before, after):
        drawn = style(each, "vi", theme=theme)
        assert [s for s in strings(drawn) + strings(json.loads(map_spec(each))) if "//" in s] == []
        assert "glyphs" not in drawn
        assert "sprite" not in drawn


def test_the_dark_map_has_the_colours_of_the_page() -> None:
    css = (ROOT / "assets" / "styles" / "00-tokens.css").read_text("utf-8")
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))
    dark = PALETTES["dark"]
    assert dark.ground == tokens["ground"]
    assert dark.label == tokens["text"]
    assert list(dark.classes) == [tokens[f"class-{i}"] for i in range(4)]


def test_the_style_grows_with_the_page(before: Ground) -> None:
    def size(drawn: dict[str, Any]) -> float:
        return float(next(x for x in drawn["layers"] if x["id"] == "seats")["layout"]["text-size"])

    assert size(style(before, "vi", scale=2.0)) == 2 * size(style(before, "vi"))


def test_a_live_map_breaks_names_in_cells_so_that_each_has_room(before: Ground, after: Ground) -> None:
    def look(of: Ground) -> Any:
        (names,) = [layer["layout"] for layer in style(of, "vi")["layers"] if layer["id"] == "names"]
        return names["text-max-width"]

    _, aside, one_line, most = look(before)
    assert most < 4 < look(after) < one_line
    named = style(before, "vi")["sources"]["names"]["data"]["features"]
    assert aside == ["has", "aside"]
    assert 0 < sum("aside" in one["properties"] for one in named) < 3, "where vehicles drive"


def test_names_stand_north_of_the_streets_around_their_seats(before: Ground) -> None:
    seat = before.seats[0]
    lon, lat = seat.at
    town = [[[lon - 0.01, lat - 0.01], [lon, lat + 0.012]], [[lon, lat], [lon + 0.01, lat + 0.004]]]
    leaving = [[lon, lat], [lon, lat + 0.5]]
    streets = [{"geometry": {"type": "LineString", "coordinates": line}} for line in (*town, leaving)]
    drawn = style(replace(before, demo={"type": "FeatureCollection", "features": streets}), "vi")
    named = {one["properties"]["name"]: one for one in drawn["sources"]["seats"]["data"]["features"]}
    name = seat.short
    assert named[name]["geometry"]["coordinates"] == [lon, lat + 0.012]
    above = [name for name, one in named.items() if "above" in one["properties"]]
    assert above == [name], "no street lies around the others"
    assert len(named) == len(before.seats)


def test_the_map_stays_in_the_province(before: Ground) -> None:
    west, south, east, north = json.loads(map_spec(before))["within"]
    assert (west, north) == (PROVINCE_BOX[0], PROVINCE_BOX[3])
    assert south > PROVINCE_BOX[1] - 0.15
    assert east < PROVINCE_BOX[2] + 0.15


def test_province_svg_is_xml_with_a_named_group_a_commune(before: Ground, communes: Sequence[Place]) -> None:
    root = ET.fromstring(province_svg(before, "vi", "Sơ đồ"))
    groups = root.findall(PLACES)
    assert {g.get("data-place"): g.findtext(f"{SVG}title") for g in groups} == {
        p.code: p.name for p in communes if p.code != "80"
    }
    assert root.findtext(f"{SVG}title") == "Sơ đồ"


def test_the_drawing_shows_the_same_borders_as_the_map(after: Ground) -> None:
    root = ET.fromstring(province_svg(after, "vi", "t"))
    assert {g.get("data-place") for g in root.findall(PLACES)} == set(after.shapes)


def test_a_drawing_names_what_has_room_in_letters_of_each_size(after: Ground, before: Ground) -> None:
    def names(each: Ground, moving: Moving | None = None) -> list[int]:
        groups = ET.fromstring(province_svg(each, "vi", "t", moving=moving)).findall(f"{SVG}g[@font-size]")
        assert [float(group.get("font-size", "")) for group in groups][1:] == list(NAME_SIZES[1:])
        assert [group.get("display") for group in groups] == [None, "none", "none", "none"], "one size without CSS"
        return [len(group) for group in groups]

    largest, *smaller = names(after)
    assert 20 < largest < len(after.labels)
    assert largest > smaller[0] > smaller[1] > smaller[2] > 3
    assert names(before)[0] == names(before, Moving())[0] == len(before.labels), "each cell has room for its own"


def test_the_style_sheet_shows_the_size_whose_letters_are_large_enough() -> None:
    css = (ROOT / "assets" / "styles" / "40-map.css").read_text("utf-8")
    widths = [float(rem) for rem in re.findall(r"@container \(max-width: ([\d.]+)rem\)", css)]
    # Below this width 14 units are more than the size before; 1rem is 16 units.
    assert widths == [pytest.approx(1000 * 14 / 16 / size, rel=0.01) for size in NAME_SIZES[:-1]]


def test_names_are_escaped() -> None:
    odd = Place(territory="2025-07", code='1"', name='Xã <b> & "c"', latitude=10.5, longitude=106.4)
    drawn = ET.fromstring(province_svg(ground("2025-07", [odd]), "vi", "<t>"))
    assert drawn.findall(PLACES)[0].get("data-place") == '1"'


def test_seats_are_points_where_places_stand_and_never_beside_hexagons(before: Ground, after: Ground) -> None:
    def points(of: Ground) -> dict[str, Any]:
        (shown,) = [one for one in style(of, "vi")["layers"] if one["id"] == "points"]
        return shown

    assert len(style(after, "vi")["sources"]["points"]["data"]["features"]) == 60
    assert points(after)["minzoom"] == 0
    assert points(before)["minzoom"] == HEXAGONS_UNTIL
    assert points(after)["layout"]["visibility"] == "none", "on wish only: a standing truck is a dot too"


def test_an_empty_register_gives_an_empty_picture() -> None:
    nowhere = ground("2025-07", [])
    assert ET.fromstring(province_svg(nowhere, "vi", "t")).findall(PLACES) == []
    assert nowhere.province == PROVINCE_BOX


def test_streets_svg_keeps_a_place_for_vehicles(before: Ground) -> None:
    root = ET.fromstring(streets_svg(before, "vi", "Xe"))
    assert len(root.findall(f"{SVG}path")) == len(streets_geojson()["features"])
    (group,) = [g for g in root.findall(f"{SVG}g") if g.get("data-vehicles") is not None]
    assert float(group.get("data-lat0") or 0) == pytest.approx(10.53, abs=0.05)
    assert float(group.get("data-scale") or 0) > 0


def test_names_of_a_drawing_that_a_desk_shows_small_are_larger_there(before: Ground) -> None:
    def sizes(box: Box) -> list[float]:
        root = ET.fromstring(streets_svg(before, "vi", "Xe", box=box))
        return [float(group.get("font-size", "")) for group in root.findall(f"{SVG}g[@font-size]")]

    west, south, east, _ = before.fleet
    wide, square = (sizes((west, south, east, south + (east - west) / flat)) for flat in (3, 1))
    assert wide == list(NAME_SIZES)
    assert square[:2] == [pytest.approx(2.6 * size, rel=0.03) for size in NAME_SIZES[:2]]
    assert square[2:] == list(NAME_SIZES[2:]), "a telephone's map is as high as wide"


def test_close_up_no_name_lies_on_the_streets_that_fill_the_picture(before: Ground) -> None:
    def large(box: Box | None = None) -> str:
        root = ET.fromstring(streets_svg(before, "vi", "Xe", box=box))
        groups = root.findall(f"{SVG}g[@class='ioc-names ioc-names--0']")
        return "".join(text for names in groups for text in names.itertext())

    assert "Long An" in large()
    assert "Long An" not in large((106.40563, 10.52983, 106.43068, 10.54998))


def test_imported_streets_are_drawn_where_there_are_no_tiles_main_streets_on_top(communes: Sequence[Place]) -> None:
    main, side = (Line(k, np.array([(106.40, 10.52), (106.42, 10.54)])) for k in ("primary", "residential"))
    real = ground("2025-07", communes, streets=layer("s", LayerKind.STREETS, attribution=OSM), lines=[main, side])
    drawn = ET.fromstring(streets_svg(real, "vi", "Xe")).findall(f"{SVG}path")
    assert [path.get("class") for path in drawn] == ["ioc-street", "ioc-street ioc-street--major"]
    assert all((path.get("d") or "").count("M") == 1 for path in drawn)


def test_no_name_of_a_cell_lies_where_vehicles_drive(before: Ground) -> None:
    plain = {one.code: one.at for one in ground("2025-07", places()).labels}
    moved = {one.code: one.at for one in before.labels if one.at != plain[one.code]}
    assert moved, "the demonstration's streets cross the middle of a cell"
    driven = [at for line in streets_geojson()["features"] for at in line["geometry"]["coordinates"]]
    for code, (longitude, latitude) in moved.items():
        assert longitude == plain[code][0]
        inside = [at for at in driven if abs(at[0] - longitude) < 0.04 and abs(at[1] - latitude) < 0.008]
        assert len(inside) < len([at for at in driven if abs(at[1] - plain[code][1]) < 0.008])


def test_names_are_drawn_over_marks_of_alarms_and_streets(before: Ground, after: Ground) -> None:
    moving = Moving(marks=[(before.labels[0].at, "high")])
    for of in (before, after):
        for picture in (province_svg(of, "vi", "Tỉnh", moving=moving), streets_svg(of, "vi", "Xe", moving=moving)):
            groups = list(ET.fromstring(picture))
            named = min(at for at, one in enumerate(groups) if "ioc-names" in str(one.get("class")))
            for under in ("data-marks", "data-collection"):
                assert all(at < named for at, one in enumerate(groups) if one.get(under) is not None), under


def test_a_province_with_vehicles_names_the_sample_streets_beside_it(before: Ground) -> None:
    assert "Đường mẫu, mô phỏng" in province_svg(before, "vi", "Tỉnh", moving=Moving())
    assert "Đường mẫu" not in province_svg(before, "vi", "Tỉnh")


def test_without_the_demonstration_there_are_no_streets_but_a_view(communes: Sequence[Place]) -> None:
    plain = ground("2025-07", communes)
    assert ET.fromstring(streets_svg(plain, "vi", "Xe")).findall(f"{SVG}path") == []
    west, south, east, north = plain.fleet
    assert west < 106.41 < east
    assert south < 10.543 < north
