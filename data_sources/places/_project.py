"""Converts a file's coordinates to WGS 84: never by guessing, never without the datum shift."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError, ProjError

from data_sources.places._features import Polygonal
from data_sources.places._words import filled, refused
from domain.places.map_layer import PROVINCE_BOX, Box
from domain.text import Text

# A full set of units spans the province; the next VN-2000 meridian would shift it by a quarter of a degree.
_SIDE_OFF_MAX = 0.1
# About 50 m: larger than any rounding, smaller than the datum shift.
_SAME_DEGREES = 0.0005
_NOWHERE = (-math.inf, -math.inf, math.inf, math.inf)
_WGS84 = CRS.from_epsg(4326)
_SYSTEMS_KEPT = 16

_TAKEN_AS_WGS84 = Text(
    "Tệp không ghi hệ toạ độ; toạ độ là độ và khớp với tỉnh nên được hiểu là WGS 84. Nếu thật ra là VN-2000 (độ), "
    "ranh giới lệch khoảng 200 m: hãy nạp lại và khai hệ toạ độ EPSG:4756.",
    "The file names no coordinate system; degrees that fit the province are taken as WGS 84. If they are VN-2000 "
    "degrees, the boundaries are about 200 m off: import again with the system EPSG:4756.",
)
_WITHOUT_VN2000 = Text(
    "Hệ toạ độ khai là phép chiếu {name} nhưng không theo mốc VN-2000. Nếu thật ra là VN-2000, ranh giới lệch "
    "hơn 200 m: hãy nạp lại và khai hệ toạ độ {code}.",
    "The declared system is the projection of {name} with another datum. If it is really VN-2000, the boundaries are "
    "more than 200 m off: import again with the system {code}.",
)
_MISSING = Text(
    "Tệp không ghi hệ toạ độ và toạ độ không phải độ. Hãy khai hệ toạ độ, ví dụ EPSG:9210 (VN-2000, 105°45').",
    "The file names no coordinate system and its coordinates are not degrees. Name the system, for example "
    "EPSG:9210 (VN-2000, 105°45').",
)
_UNKNOWN = Text(
    "Không hiểu hệ toạ độ “{crs}”. Hãy nói rõ bằng mã EPSG, ví dụ EPSG:9210.",
    "The coordinate system “{crs}” is unknown. Name it by EPSG code, for example EPSG:9210.",
)
_NO_SHIFT = Text(
    "Hệ toạ độ “{crs}” không cho biết cách chuyển sang WGS 84 (thiếu tham số dịch chuyển, sẽ lệch hàng trăm mét). "
    "Hãy nói rõ bằng mã EPSG, ví dụ EPSG:9210.",
    "The coordinate system “{crs}” does not define its shift to WGS 84 (errors of hundreds of metres). "
    "Name it by EPSG code, for example EPSG:9210.",
)
_ELSEWHERE = Text(
    "Theo hệ toạ độ “{crs}” thì ranh giới phủ khung {box}, không khớp tỉnh Long An ({province}): hệ toạ độ khai sai, "
    "hoặc là tệp của nơi khác.",
    "In the coordinate system “{crs}” the boundaries cover {box}, which does not fit Long An ({province}): the system "
    "is declared wrongly, or the file is of another place.",
)
_IMPOSSIBLE = Text(
    "Toạ độ trong tệp không thể thuộc hệ toạ độ “{crs}”: hệ toạ độ khai sai.",
    "The file's coordinates are impossible in the coordinate system “{crs}”: the system is declared wrongly.",
)
_WOULD_FIT = Text(
    "Toạ độ khớp với tỉnh nếu hiểu theo {name}: hãy thử khai hệ toạ độ {code}.",
    "The coordinates fit the province as {name}: try the system {code}.",
)
_SWAPPED_WOULD_FIT = Text(
    "Toạ độ khớp với tỉnh nếu đổi chỗ hai trục x, y và hiểu theo {name} ({code}): hãy đổi trục trong phần mềm bản đồ.",
    "The coordinates fit the province as {name} ({code}) with x and y swapped: swap the axes in the map software.",
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a file's coordinates become degrees WGS 84; ``remark`` states an assumption."""

    name: str
    geographic: bool
    transformer: Transformer
    remark: Text | None

    def place(self, shapes: Sequence[Polygonal]) -> list[Polygonal]:
        """The shapes in degrees, longitude first; impossible coordinates become infinite."""

        def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(self.transformer.transform(points[:, 0], points[:, 1]))

        return list(shapely.transform(np.asarray(shapes, dtype=object), move))

    def check(self, units: Sequence[Polygonal]) -> None:
        """Check that a full set of units, in the file's coordinates, spans exactly the province.

        Raises ImportRefusedError "crs_elsewhere".
        """
        given, box = _box(units), _box(self.place(units))
        if _fits(box) and (_in_degrees(given) or not self.geographic):
            return
        boxes = {"box": _told(box), "province": _told(PROVINCE_BOX)}
        raise refused(
            "crs_elsewhere", _IMPOSSIBLE if box == _NOWHERE else _ELSEWHERE, *_would_fit(given), crs=self.name, **boxes
        )


def way_to_wgs84(declared: str, shapes: Sequence[Polygonal]) -> Way:
    """The way from the declared system (EPSG code or WKT, "" = none is named) with EPSG's datum shift (VN-2000: 226 m).

    Raises ImportRefusedError "crs_missing", "crs_unknown" or "crs_no_shift".
    """
    given = _box(shapes)
    if not declared and not _in_degrees(given):
        raise refused("crs_missing", _MISSING, *_would_fit(given))
    try:
        crs = CRS.from_user_input(declared) if declared else _WGS84
        transformer = _transformer(crs)
    except CRSError:
        raise refused("crs_unknown", _UNKNOWN, *_would_fit(given), crs=declared[:80]) from None
    except ProjError:
        raise refused("crs_no_shift", _NO_SHIFT, *_would_fit(given), crs=crs.name[:80]) from None
    return Way(crs.name[:80], crs.is_geographic, transformer, _doubt(crs) if declared else _TAKEN_AS_WGS84)


@lru_cache(maxsize=_SYSTEMS_KEPT)
def _transformer(crs: CRS) -> Transformer:
    """Looking a system up in PROJ's database takes five milliseconds, and every layer of a file asks."""
    return Transformer.from_crs(crs, _WGS84, always_xy=True, allow_ballpark=False)


def _doubt(crs: CRS) -> Text | None:
    """A remark when a system uses a VN-2000 provincial projection (TM-3) with another datum, a common mistake."""
    for known, _ in _plausible():
        if "TM-3" in known.name and _parameters(known) == _parameters(crs) and _apart(known, crs) > _SAME_DEGREES:
            return filled(_WITHOUT_VN2000, name=known.name, code=_code(known))
    return None


def _parameters(crs: CRS) -> list[tuple[str, object]]:
    return [(one.name, one.value) for one in crs.coordinate_operation.params] if crs.coordinate_operation else []


def _apart(one: CRS, other: CRS) -> float:
    """Distance in degrees between two systems' positions for the first one's coordinates of the province's centre."""
    west, south, east, north = PROVINCE_BOX
    middle = (west + east) / 2, (south + north) / 2
    there = Transformer.from_crs(_WGS84, one, always_xy=True).transform(*middle)
    return math.dist(Transformer.from_crs(other, _WGS84, always_xy=True).transform(*there), middle)


def _would_fit(given: Box) -> list[Text]:
    """A hint: the only system in which the coordinates fit the province, if there is one. Never applied by itself."""
    west, south, east, north = given
    for box, words in ((given, _WOULD_FIT), ((south, west, north, east), _SWAPPED_WOULD_FIT)):
        fitting = [crs for crs, way in _plausible() if _fits(way.transform_bounds(*box))]
        if len(fitting) == 1:
            return [filled(words, name=fitting[0].name, code=_code(fitting[0]))]
    return []


def _code(crs: CRS) -> str:
    return ":".join(crs.to_authority() or ())


@cache
def _plausible() -> tuple[tuple[CRS, Transformer], ...]:
    """Degrees WGS 84 and every VN-2000 projection, each with its way to WGS 84: to make one takes ten milliseconds."""
    known = query_crs_info(auth_name="EPSG", pj_types=PJType.PROJECTED_CRS)
    codes = sorted({int(about.code) for about in known if about.name.startswith("VN-2000")})
    systems = [_WGS84, *(CRS.from_epsg(code) for code in codes)]
    return tuple((crs, Transformer.from_crs(crs, _WGS84, always_xy=True)) for crs in systems)


def _fits(box: Box) -> bool:
    return all(abs(side - wanted) <= _SIDE_OFF_MAX for side, wanted in zip(box, PROVINCE_BOX, strict=True))


def _in_degrees(box: Box) -> bool:
    return box[0] >= -180 and box[2] <= 180 and box[1] >= -90 and box[3] <= 90


def _box(shapes: Sequence[Polygonal]) -> Box:
    """The box around all shapes, infinite when one has no finite coordinates."""
    west, south, east, north = (float(side) for side in shapely.total_bounds(np.asarray(shapes, dtype=object)))
    return (west, south, east, north) if math.isfinite(west + south + east + north) else _NOWHERE


def _told(box: Box) -> str:
    return " ".join(f"{side:.2f}" for side in box)
