"""Areas on the earth's ellipsoid, compared with the official figures."""

from collections.abc import Mapping, Sequence

import shapely
from pyproj import Geod

from data_sources.places._features import Polygonal
from data_sources.places._words import filled, listed, refused
from domain.numbers import number, signed
from domain.places.map_layer import Note
from domain.places.place import Place
from domain.places.territory import Level
from domain.text import Language, Text

_GEOD = Geod(ellps="WGS84")
_UNIT_OFF = 0.10
_TOTAL_OFF_MAX = 0.25
_SEATS_OUTSIDE_MAX = 0.5

_AREA_DIFFERS = Text(
    "diện tích {measured} km², số chính thức {official} km² ({off}%)",
    "area {measured} km², official {official} km² ({off}%)",
)
_TOTAL_DIFFERS = Text(
    "Tổng diện tích {measured:.0f} km², số chính thức {official:.0f} km²: lệch quá 25%. Hệ toạ độ hoặc tệp sai.",
    "The areas sum to {measured:.0f} km², officially {official:.0f} km²: more than 25% off. The coordinate system or "
    "the file is wrong.",
)
_SEATS_ELSEWHERE = Text(
    "Trụ sở của {outside}/{known} đơn vị nằm ngoài ranh giới cùng tên ({names}): tên và hình trong tệp bị lẫn, "
    "hoặc tệp thuộc phiên bản khác.",
    "The seats of {outside} of {known} units lie outside the boundary of the same name ({names}): names and shapes are "
    "mixed up, or the file is of another version.",
)
_SEAT_OUTSIDE = Text("trụ sở cách ranh giới này {km:.1f} km", "the seat lies {km:.1f} km outside this boundary")


def area_km2(shape: shapely.Geometry) -> float:
    """Area on the WGS 84 ellipsoid of a polygon in degrees, whichever way its rings run (Karney 2013, by PROJ)."""
    return abs(_GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 1e6


def measure(shapes: Mapping[str, Polygonal], places: Sequence[Place]) -> dict[str, tuple[float, float | None]]:
    """Per unit the measured area and the official one (None when not known), in km².

    ``places`` may include higher units: the province's area gives the total when the units' areas are not known. Raises
    ImportRefusedError "area_off" when the total is more than 25 % off the official one.
    """
    official = {place.code: place.area_km2 for place in places if place.code in shapes}
    areas = {code: (area_km2(shape), official[code]) for code, shape in shapes.items()}
    known = [area for area in official.values() if area]
    above = [place.area_km2 for place in places if place.level is Level.PROVINCE and place.area_km2]
    wanted = sum(known) if len(known) == len(shapes) else sum(above)
    total = sum(measured for measured, _ in areas.values())
    if wanted and abs(total - wanted) > _TOTAL_OFF_MAX * wanted:
        raise refused("area_off", _TOTAL_DIFFERS, measured=total, official=wanted)
    return areas


def differing(areas: Mapping[str, tuple[float, float | None]], units: Mapping[str, Place]) -> list[Note]:
    """The units whose area is more than 10 % off the official one."""
    return [
        Note(name=units[code].name, code=code, words=_differs(measured, official))
        for code, (measured, official) in areas.items()
        if official and abs(measured - official) > _UNIT_OFF * official
    ]


def _differs(measured: float, official: float) -> Text:
    def said(language: Language) -> str:
        off = signed((measured / official - 1) * 100, 0, language)
        told = {"measured": number(measured, 2, language), "official": number(official, 2, language), "off": off}
        return _AREA_DIFFERS.to(language).format(**told)

    return Text(said("vi"), said("en"))


def seats_outside(shapes: Mapping[str, Polygonal], units: Mapping[str, Place]) -> list[Note]:
    """The units whose known seat lies outside their boundary.

    Raises ImportRefusedError "seats_elsewhere" when most seats do: then names and shapes do not match.
    """
    seats = {
        code: shapely.Point(place.longitude, place.latitude)
        for code, place in units.items()
        if place.longitude is not None and place.latitude is not None
    }
    outside = [code for code, seat in seats.items() if not shapes[code].covers(seat)]
    if len(outside) > _SEATS_OUTSIDE_MAX * len(seats):
        names = listed(units[code].name for code in outside)
        raise refused("seats_elsewhere", _SEATS_ELSEWHERE, outside=len(outside), known=len(seats), names=names)
    return [_note(units[code], _SEAT_OUTSIDE, km=_km(seats[code], shapes[code])) for code in outside]


def _km(seat: shapely.Point, shape: Polygonal) -> float:
    line = shapely.shortest_line(seat, shape)
    return float(_GEOD.geometry_length(line)) / 1e3


def _note(place: Place, words: Text, **told: object) -> Note:
    return Note(name=place.name, code=place.code, words=filled(words, **told))
