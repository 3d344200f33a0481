"""The area that a carrier says its signal covers, and how much of each commune lies in it.

Overlapping polygons count once. The share of a commune's land stands for the share of its people: where in a commune
people live is not known, so whatever is counted from it is an estimate.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.geometry

from data_sources.places._claims import UNCOVERED, foreign, of_strength
from data_sources.places._features import Polygonal, read_layers
from data_sources.places._map_file import laid_out
from data_sources.places._placed import place_layers
from data_sources.places._words import refused
from domain.carriers import Claim
from domain.places.map_layer import PROVINCE_BOX
from domain.text import Text

_BOX = shapely.box(*PROVINCE_BOX)
_FINEST_DEG, _GRID_DEG = 0.0002, 0.0001
_MOST_POINTS = 1_200
ANY = Claim()
_OTHERS = Text(
    "Tệp chỉ có vùng ghi “{said}”, không phải nhà mạng và công nghệ đang nạp; hãy kiểm tra --carrier, --technology, "
    "hoặc tên tệp.",
    "The polygons of the file say “{said}”, which is not the given carrier and technology; check --carrier, "
    "--technology, or the file's name.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalArea:
    """The covered ``land`` in degrees WGS 84. Of ``polygons``, ``mended`` crossed themselves and ``elsewhere`` lie
    outside the province.

    ``others`` counts the polygons that were left out by what they tell of instead; ``strengths`` are the columns that
    say how strong the signal is, which nobody reads.
    """

    land: shapely.Geometry
    polygons: int
    mended: int
    elsewhere: int
    others: Mapping[str, int] = field(default_factory=dict)
    strengths: Sequence[str] = ()


def read_signal_area(path: Path, crs: str = "", claim: Claim = ANY) -> SignalArea:
    """The union of the polygons of a map file (GeoJSON, KML, KMZ, Shapefile, GeoPackage …) that are of ``claim``.

    ``crs`` overrides the file's coordinate system. Raises ImportRefusedError with instructions.
    """
    with laid_out(path) as source:
        layers = read_layers(source, apart=True)
    placed = place_layers(layers, crs)
    others: Counter[str] = Counter()
    shapes, gaps = [], []
    for one in placed:
        for shape, other in zip(one.shapes, foreign(claim, path.stem, one.layer), strict=True):
            others.update([other] if other else [])
            if not other:
                shapes.append(shape)
            elif other == UNCOVERED:
                gaps.append(shape)
    if not shapes:
        raise refused("other_claim", _OTHERS, said="; ".join(others))
    # A layer of which nothing lies in the province has not been placed.
    away = sum(len(layer.polygons) for layer in layers) - sum(len(one.shapes) for one in placed)
    area = joined(shapes)
    # A gap is drawn over the area that it is a gap of.
    return replace(
        area, land=shapely.difference(area.land, joined(gaps).land), polygons=area.polygons + away,
        elsewhere=area.elsewhere + away, others=others, strengths=of_strength(one.layer for one in placed),
    )  # fmt: skip


def joined(shapes: Sequence[Polygonal]) -> SignalArea:
    """One area of many polygons; a self-crossing one is mended as `shapely.make_valid` does, and counted."""
    valid = shapely.is_valid(np.asarray(shapes, dtype=object))
    whole = [shape if fine else shapely.make_valid(shape) for shape, fine in zip(shapes, valid, strict=True)]
    here = [shape for shape in whole if shape.intersects(_BOX)]
    return SignalArea(
        land=shapely.union_all(here),
        polygons=len(shapes),
        mended=int((~valid).sum()),
        elsewhere=len(shapes) - len(here),
    )


def lands_of(boundaries: Mapping[str, Mapping[str, Any]]) -> dict[str, shapely.Geometry]:
    """Boundaries as stored, GeoJSON in WGS 84 by code, as geometries."""
    return {code: shapely.geometry.shape(geometry) for code, geometry in boundaries.items()}


def shares(area: SignalArea, communes: Mapping[str, shapely.Geometry]) -> dict[str, float]:
    """The share of each commune's land that the area covers, 0..1, by code.

    Within one commune degrees are of one size to a thousandth, so that the ratio needs no projection.
    """
    shapely.prepare(area.land)
    found = {}
    for code, land in communes.items():
        if area.land.contains(land):
            found[code] = 1.0
        else:
            found[code] = min(1.0, shapely.area(shapely.intersection(area.land, land)) / shapely.area(land))
    return found


def communes_of(positions: Iterable[tuple[float, float]], communes: Mapping[str, shapely.Geometry]) -> list[str]:
    """The commune of each (longitude, latitude) by code, "" outside all; on a border the first by code."""
    points = shapely.points(np.array(list(positions), dtype=float).reshape(-1, 2))
    codes = sorted(communes)
    tree = shapely.STRtree([communes[code] for code in codes])
    found = [""] * len(points)
    at, of = tree.query(points, predicate="intersects")
    for point, commune in sorted(zip(at.tolist(), of.tolist(), strict=True), reverse=True):
        found[point] = codes[commune]
    return found


def drawn(area: SignalArea, communes: Mapping[str, shapely.Geometry]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the map shows of the area: the communes' land within it and outside, as light GeoJSON MultiPolygons."""
    land = shapely.union_all(list(communes.values()))
    covered = shapely.intersection(land, area.land)
    return _light(covered), _light(shapely.difference(land, area.land))


def _light(shape: shapely.Geometry) -> dict[str, Any]:
    """At most _MOST_POINTS points, from 20 m on: the coarser it must be, the larger a piece must be to stay."""
    tolerance = _FINEST_DEG
    while True:
        parts = shapely.get_parts(shapely.simplify(shape, tolerance))
        kept = parts[(shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > tolerance**2)]
        found = shapely.set_precision(shapely.MultiPolygon(list(_polygons(kept))), _GRID_DEG)
        if shapely.get_num_coordinates(found) <= _MOST_POINTS:
            light: dict[str, Any] = shapely.geometry.mapping(
                shapely.MultiPolygon(list(_polygons(shapely.get_parts(found))))
            )
            return light
        tolerance *= 2


def _polygons(parts: Iterable[shapely.Geometry]) -> Iterable[shapely.Polygon]:
    return (one for one in parts if isinstance(one, shapely.Polygon) and not one.is_empty)
