"""The ground under a map's figures: shapes of places, streets, and whose data they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shapely import Point, Polygon, maximum_inscribed_circle
from shapely.geometry import shape

from domain.places.map_layer import PROVINCE_BOX, Box, MapLayer
from domain.places.place import IN_FORCE, PROVINCE, Place, short_name
from domain.places.territory import Level, territory
from domain.text import Language
from present.map.cartogram import FILLED, Cell, cartogram
from present.text import words
from streets.picture import Line

GeoJson = Mapping[str, Any]

MAJOR = ("motorway", "trunk", "primary")
"""Classes of streets that stand out on a map."""

# First view of the vehicle map before anything is known: the three wards of the former Tân An city.
FIRST_LOOK: Box = (106.36, 10.49, 106.46, 10.57)
BAND, ASIDE = 0.4, 0.5
"""Heights in a cell, as shares of the way from its middle to its top: of its name, of a name that moves aside."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place's label; ``at`` is its position in degrees (longitude, latitude).

    ``aside``: it stands above or below the middle of its hexagon, where vehicles drive.
    """

    code: str
    name: str
    at: tuple[float, float]
    aside: bool = False

    @property
    def short(self) -> str:
        """The name as people say it."""
        return short_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The ground of one territory version; it equals only itself.

    ``units``, ``districts`` and ``streets`` are the imported layers in use. ``shapes`` are GeoJSON geometries by place
    code, at the coarsest band: those of ``units``, or hexagons without an import. Of a former version with only
    districts imported they are the districts (``level``); with nothing imported they are empty. ``district_shapes``
    are those of ``districts``, drawn as lines over communes. ``labels`` stand inside the shapes, the most populous
    place first, because not all have room. ``seats`` are labels for close up, where hexagons have faded; empty with
    boundaries. ``points`` are the seats of all places that have one. ``demo`` are the demonstration's streets, None
    beside real ones. ``lines`` are the real streets in the vehicle map's first view, for a drawing without tiles.
    """

    territory: str
    level: Level
    units: MapLayer | None
    districts: MapLayer | None
    streets: MapLayer | None
    shapes: Mapping[str, GeoJson]
    district_shapes: Mapping[str, GeoJson]
    labels: Sequence[Named]
    seats: Sequence[Named]
    points: Sequence[Named]
    demo: GeoJson | None
    lines: Sequence[Line] = ()

    @property
    def province(self) -> Box:
        """West, south, east, north of everything that has a shape; the former province's box without shapes."""
        return _box([*self.shapes.values(), *self.district_shapes.values()]) or PROVINCE_BOX

    @property
    def fleet(self) -> Box:
        """First view of the vehicle map: the demonstration's streets, otherwise the wards where trucks drive."""
        lines = [feature["geometry"] for feature in self.demo["features"]] if self.demo else []
        return _box(lines) or FIRST_LOOK

    @property
    def cell_deg(self) -> float:
        """Degrees of longitude from one hexagon to the next; 0 for boundaries and for no shapes."""
        if self.units or not self.shapes:
            return 0.0
        west, _, east, _ = shape(next(iter(self.shapes.values()))).bounds
        return float(east - west) / FILLED

    @property
    def middles(self) -> Sequence[Named]:
        """``labels`` for a drawing without vehicles, where the name of no hexagon stands aside."""
        return (
            self.labels
            if self.units
            else [replace(one, at=_middle(self.shapes[one.code]), aside=False) for one in self.labels]
        )

    def credits(self, language: Language, *, streets: bool = True, close: bool = False) -> list[str]:
        """Credits to print on the map: each layer's own words; hexagons and sample streets are named as such.

        ``streets`` is False for a picture without streets. ``close`` is True for a map that begins close up, where
        hexagons come into view when somebody zooms out.
        """
        _ = words(language)
        drawn = (self.units, self.districts, self.streets if streets else None)
        layers = [layer for layer in drawn if layer]
        said = list(dict.fromkeys(layer.provenance.attribution for layer in layers))
        if self.shapes and not self.units:
            far = _("Khi thu nhỏ là sơ đồ lục giác: mỗi ô một xã, không phải ranh giới")
            said.append(far if close else _("Sơ đồ lục giác: mỗi ô một xã, không phải ranh giới"))
        if self.demo and streets:
            said.append(_("Đường mẫu, mô phỏng"))
        return said

    def gap(self, language: Language) -> str:
        """Why no place is drawn and what to import; "" when places are drawn."""
        if self.shapes:
            return ""
        _ = words(language)
        said = _("Chưa có ranh giới xã của phiên bản “{names}”. Hãy nhập tệp ranh giới ở trang Dữ liệu để vẽ bản đồ.")
        return said.format(names=territory(self.territory).names.to(language))


def ground(
    version: str,
    places: Iterable[Place],
    *,
    communes: MapLayer | None = None,
    boundaries: Mapping[str, GeoJson] | None = None,
    districts: MapLayer | None = None,
    district_shapes: Mapping[str, GeoJson] | None = None,
    streets: MapLayer | None = None,
    demo: GeoJson | None = None,
    lines: Sequence[Line] = (),
) -> Ground:
    """The ground of ``version``; ``boundaries`` belong to ``communes``, ``district_shapes`` to ``districts``."""
    units, shapes = (communes, boundaries or {}) if communes else (None, {})
    level = Level.COMMUNE
    if not shapes and districts and district_shapes:
        units, shapes, level = districts, district_shapes, Level.DISTRICT
        districts, district_shapes = None, {}
    known = sorted(
        (place for place in places if place.code != PROVINCE and place.level is level),
        key=lambda place: (-(place.population or 0), place.code),
    )
    labels = [Named(p.code, p.name, _label_point(p, shapes[p.code])) for p in known if p.code in shapes]
    seats: list[Named] = []
    if not shapes:
        # Only today's communes have seats to place hexagons by; an older version waits for its boundaries.
        cells = cartogram(known) if version == IN_FORCE else []
        at = {cell.place.code: cell for cell in cells}
        shapes = {c.place.code: {"type": "Polygon", "coordinates": [[*c.corners, c.corners[0]]]} for c in cells}
        driven = (
            [] if streets or not demo else [at for line in demo["features"] for at in line["geometry"]["coordinates"]]
        )
        labels = [_beside(at[p.code], driven) for p in known if p.code in at]
        seats = [Named(p.code, p.name, at[p.code].seat) for p in known if p.code in at]
    return Ground(
        territory=version,
        level=level,
        units=units,
        districts=districts,
        streets=streets,
        shapes=shapes,
        district_shapes=district_shapes or {},
        labels=labels,
        seats=seats,
        points=[
            Named(p.code, p.name, (p.longitude, p.latitude))
            for p in known
            if p.longitude is not None and p.latitude is not None
        ],
        demo=None if streets else demo,
        lines=lines,
    )


def _label_point(place: Place, geometry: GeoJson) -> tuple[float, float]:
    """The middle of the widest part of the shape, where a name has most room."""
    line = maximum_inscribed_circle(shape(geometry), tolerance=0.002)
    middle = Point(line.coords[0])
    return round(middle.x, 5), round(middle.y, 5)


def _middle(geometry: GeoJson) -> tuple[float, float]:
    point = shape(geometry).centroid
    return round(point.x, 5), round(point.y, 5)


def _beside(cell: Cell, driven: Iterable[Sequence[float]]) -> Named:
    """The middle of the cell; above or below it where vehicles drive across the middle and would cover the name."""
    code, name, (longitude, latitude) = cell.place.code, cell.place.name, cell.centre
    high, hexagon = max(corner[1] for corner in cell.corners) - latitude, Polygon(cell.corners)
    across = [at[1] for at in driven if abs(at[1] - latitude) < BAND * high and hexagon.contains(Point(at))]
    if not across:
        return Named(code, name, cell.centre)
    north = sum(across) / len(across) <= latitude
    return Named(code, name, (longitude, round(latitude + (ASIDE if north else -ASIDE) * high, 5)), aside=True)


def _box(geometries: Iterable[GeoJson]) -> Box | None:
    boxes = [shape(geometry).bounds for geometry in geometries]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
