"""Makes neighbours fit: closes slivers between units, refuses real overlaps, reports changes in km²."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from data_sources.places._features import Polygonal
from data_sources.places._words import refused
from data_sources.places.land_area import area_km2
from domain.text import Text

METRES_A_DEGREE = 111_320
# Narrower than a village road; wider gaps stay as in the file.
_SLIVER_DEGREES = 10 / METRES_A_DEGREE
_OVERLAP_MAX = 0.02

_OVERLAPPING = Text(
    "“{one}” và “{other}” chồng nhau {percent:.1f} %: không rõ đất thuộc đơn vị nào. Hãy sửa ranh giới rồi nạp lại.",
    "“{one}” and “{other}” overlap by {percent:.1f} %; whose land it is, is not clear. Correct it and import again.",
)
_TORN = Text(
    "Ranh giới các đơn vị không khớp nhau và không tự sửa được; hãy dọn lỗi hình học (topology) rồi nạp lại.",
    "The boundaries do not fit together and cannot be repaired; clean the topology and import again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Polygons of the units by code with exactly shared edges, and ``land``, their union.

    In km²: overlaps between units, filled slivers, and holes that stay.
    """

    shapes: Mapping[str, Polygonal]
    land: shapely.Geometry
    overlap_km2: float
    filled_km2: float
    holes_km2: float


def fit_together(shapes: Mapping[str, Polygonal], names: Mapping[str, str]) -> Coverage:
    """A clean coverage of valid polygons in degrees.

    Raises ImportRefusedError "overlapping" when two units share more than 2 % of the smaller, "torn" when cleaning
    fails.
    """
    given = np.asarray(list(shapes.values()), dtype=object)
    _refuse_overlaps(given, [names[code] for code in shapes])
    before = shapely.union_all(given)
    around = _around(before)
    clean = shapely.coverage_clean(np.append(given, around), gap_width=_SLIVER_DEGREES)[:-1]
    if not shapely.coverage_is_valid(clean) or shapely.is_empty(clean).any():
        raise refused("torn", _TORN)
    after = shapely.coverage_union_all(clean)
    area = area_km2(before)
    return Coverage(
        shapes=dict(zip(shapes, clean, strict=True)),
        land=after,
        overlap_km2=max(0.0, sum(area_km2(shape) for shape in given) - area),
        filled_km2=max(0.0, area_km2(after) - area),
        holes_km2=sum(area_km2(shapely.Polygon(hole)) for part in shapely.get_parts(after) for hole in part.interiors),
    )


def _around(land: shapely.Geometry) -> shapely.Geometry:
    """The rest of a box around the land, so that a sliver open to the outside counts as a gap too."""
    half = _SLIVER_DEGREES / 2
    closed = land.buffer(half, join_style="mitre").buffer(-half, join_style="mitre")
    return shapely.box(*land.buffer(1).bounds).difference(shapely.union(land, closed))


def _refuse_overlaps(given: NDArray[np.object_], names: list[str]) -> None:
    left, right = shapely.STRtree(given).query(given, predicate="intersects")
    pairs = left < right
    left, right = left[pairs], right[pairs]
    areas = shapely.area(given)
    shares = shapely.area(shapely.intersection(given[left], given[right])) / np.minimum(areas[left], areas[right])
    if len(shares) and shares.max() > _OVERLAP_MAX:
        worst = int(shares.argmax())
        percent = float(shares[worst]) * 100
        raise refused("overlapping", _OVERLAPPING, one=names[left[worst]], other=names[right[worst]], percent=percent)
