"""Simplifies the boundaries per zoom band, all together, so that neighbours still share every edge."""

from collections.abc import Mapping

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from data_sources.places._coverage import METRES_A_DEGREE
from data_sources.places._features import Polygonal
from data_sources.places._words import refused
from domain.places.map_layer import BANDS
from domain.text import Text

# Half a pixel at the band's highest zoom: a pixel is 78,271.5 m * cos(10.7°) / 2^z (tiles of 512 px). The last band has
# no highest zoom and keeps 2 m, the detail of a street map.
_TOLERANCE_M = (*(78_271.5 * 0.983 / 2**zoom / 2 for zoom in BANDS), 2.0)
_DECIMALS = (5, 5, 6)
_FINEST_DECIMALS = 7
_ATTEMPTS = 4

_TORN = Text(
    "Không thể làm gọn ranh giới mà vẫn giữ chúng khớp nhau; hãy sửa lỗi hình học (topology) rồi nạp lại.",
    "The boundaries cannot be simplified without tearing; clean the topology and import again.",
)


def simplify(shapes: Mapping[str, Polygonal], band: int) -> dict[str, Polygonal]:
    """The coverage for ``band``: no line is off by a pixel, coordinates are rounded to 1 m or finer.

    Uses Visvalingam and Whyatt (1993) by shapely.coverage_simplify. When rounding tears an edge, it keeps one more
    decimal, then halves the tolerance. Raises ImportRefusedError "torn" when that fails too.
    """
    given = np.asarray(list(shapes.values()), dtype=object)
    for attempt in range(_ATTEMPTS):
        coarse = shapely.coverage_simplify(given, _TOLERANCE_M[band] / 2**attempt / METRES_A_DEGREE)
        for decimals in range(_DECIMALS[band], _FINEST_DECIMALS + 1):
            rounded = shapely.transform(coarse, lambda points, d=decimals: np.round(points, d))
            if _is_whole(rounded, given):
                return dict(zip(shapes, shapely.orient_polygons(rounded), strict=True))
    raise refused("torn", _TORN)


def _is_whole(shapes: NDArray[np.object_], given: NDArray[np.object_]) -> bool:
    """Whether all units are still present and valid, with all their parts, and share their edges."""
    parts = np.array_equal(shapely.get_num_geometries(shapes), shapely.get_num_geometries(given))
    return bool(parts and shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes))


def geojson(shapes: Mapping[str, Polygonal]) -> dict[str, dict[str, object]]:
    """Code to GeoJSON geometry, outer rings counter-clockwise (RFC 7946)."""
    return {code: orjson.loads(shapely.to_geojson(shape)) for code, shape in shapes.items()}
