"""The carriers' areas on /connectivity: one on the map at a time, and the people it leaves out by commune."""

import asyncio
import json
import re
from html import unescape

import pytest
from map_fixtures import layer
from screen_figures import KPIS, NOW, places, result
from screen_fixtures import FakeReading, normal, services

from callbacks.pages import drawn, screens
from domain.observation import Kind
from domain.places.signal_map import SignalMap
from domain.places.territory import Level
from paint.markup import markup
from present.map.ground import Ground, ground
from present.map.style import style
from present.map.svg import province_svg
from tests.words import words_of

COVERED = {"type": "MultiPolygon", "coordinates": [[[[106.0, 10.4], [106.6, 10.4], [106.6, 10.9], [106.0, 10.4]]]]}
GAP = {"type": "MultiPolygon", "coordinates": [[[[106.1, 10.5], [106.2, 10.5], [106.2, 10.6], [106.1, 10.5]]]]}
MAPS = [
    SignalMap(
        id=f"i{n}", carrier=carrier, technology="4g", period="2026-Q3", source="Nhà mạng", covered=COVERED, gap=GAP
    )
    for n, carrier in enumerate(("viettel", "vnpt"))
]


def reading(*others: str, kind: Kind = Kind.DECLARED) -> FakeReading:
    """VNPT's figures are made of its area but in ``others``, whose newest ones are of ``kind``."""
    given = normal()
    given.signals = list(MAPS)
    given.results = [one for one in given.results if one.key != "coverage_4g_vnpt"]
    for place, people, covered in (("27694", 1_000, 900), ("27712", 2_000, 2_000), ("28003", 500, 200)):
        given.results.append(
            result(
                KPIS["coverage_4g_vnpt"],
                place,
                100 * covered / people,
                numerator=covered,
                denominator=people,
                kinds={kind if place in others else Kind.ESTIMATED: 1},
            )
        )
    return given


def page(given: FakeReading, **query: str) -> str:
    return unescape(markup(asyncio.run(drawn(services(given), screens(), "/connectivity", query, NOW)).page))


def shown(html: str) -> str | None:
    found = re.search(r'data-signal="([\w-]+)"', html)
    return found and found[1]


@pytest.mark.long
def test_the_map_shows_the_area_that_the_address_names_or_the_first_or_none():
    assert shown(page(reading())) == "viettel-4g"
    assert shown(page(reading(), signal="vnpt-4g")) == "vnpt-4g"
    assert shown(page(reading(), signal="none")) is None
    assert shown(page(reading(), territory="2024-01")) is None, "the area is of today's communes"


def test_it_says_how_many_people_are_left_out_and_where_most_of_them_are_first():
    html = page(reading(), signal="vnpt-4g")
    assert "(quý III/2026, Nhà mạng)" in html
    said = next(text for one in re.findall(r"<p[ >].*?</p>", html) if "khoảng 400 người" in (text := words_of(one)))
    named = re.findall(r"((?:Xã|Phường) [^\d]+) ([\d.]+)", said)
    assert named == [("Xã Lương Hòa", "300"), ("Phường Long An", "100")], "nobody is left out in the third"


@pytest.mark.parametrize("kind", [Kind.DECLARED, Kind.SIMULATED])
def test_what_is_told_beside_the_area_is_not_said_of_it(kind: Kind):
    html = page(reading("27694", "27712", "28003", kind=kind), signal="vnpt-4g")
    assert "Chưa nói được bao nhiêu người ở ngoài vùng này: số mới nhất về VNPT 4G" in html
    assert "ước tính theo diện tích" not in html
    some = page(reading("27694", kind=kind), signal="vnpt-4g")
    assert "khoảng 300 người" in words_of(some)
    assert "Không tính 1 xã mà số mới nhất là của nguồn khác." in words_of(some)


def test_without_an_approved_file_it_says_who_owes_one():
    html = page(normal())
    assert "Chưa có tệp vùng phủ nào được duyệt." in html
    assert "Đang chờ: Viettel, VNPT, MobiFone" in html


@pytest.fixture
def bordered() -> Ground:
    communes = [one for one in places() if one.level is Level.COMMUNE and one.longitude is not None]
    square = ((-0.02, -0.02), (0.02, -0.02), (0.02, 0.02), (-0.02, -0.02))
    borders = {
        one.code: {"type": "Polygon", "coordinates": [[[one.longitude + x, one.latitude + y] for x, y in square]]}
        for one in communes
    }
    return ground("2025-07", communes, communes=layer("b"), boundaries=borders)


def test_drawing_and_style_hold_the_area_over_borders_only(bordered: Ground):
    hexagons = ground("2025-07", [one for one in places() if one.level is Level.COMMUNE])
    for of, count in ((bordered, 1), (hexagons, 0)):
        svg = province_svg(of, "vi", "t", signal=MAPS[0])
        assert svg.count('data-signal="viettel-4g"') == count
        assert svg.count("ioc-signal--gap") == count
        told = style(of, "vi", signal=MAPS[0])
        assert [one["id"] for one in told["layers"] if one["id"].startswith("signal")] == ["signal-gap", "signal"][
            : 2 * count
        ]
        assert ("signal" in told["sources"]) is bool(count)
    without = style(bordered, "vi")
    assert "signal" not in json.dumps(without["sources"])
