"""Repairs a unit's polygon: mends and reports small faults, refuses an ambiguous shape."""

from collections.abc import Sequence

import shapely

from data_sources.places._features import Polygonal
from data_sources.places._match import Match
from data_sources.places._units import Units
from data_sources.places._words import filled, refused
from domain.places.map_layer import Note
from domain.places.place import Place
from domain.text import Text

_AREA_CHANGE_MAX = 0.005
_PERCENT = 100

_BROKEN = Text(
    "Ranh giới “{name}” hỏng ({why}); không thể sửa mà không đoán. Hãy sửa hình trong phần mềm bản đồ rồi nạp lại.",
    "The boundary of “{name}” is broken ({why}) and cannot be repaired without guessing. Correct it in the map "
    "software and import again.",
)
_TWICE = Text(
    "“{name}” có nhiều hình chồng lên nhau trong tệp; hãy chỉ giữ một hình cho mỗi đơn vị.",
    "“{name}” has several overlapping shapes in the file; keep one for each unit.",
)
_APART = Text(
    "“{name}” là tên của {count} vùng rời nhau trong tệp mà không có mã; có thể là các đơn vị khác nhau. Hãy thêm mã.",
    "“{name}” is the name of {count} separate areas in the file, without codes; they may be different units. Add "
    "codes.",
)
_MENDED = Text(
    "hình tự cắt đã sửa, diện tích đổi {percent:.3f} %",
    "self-crossing outline repaired, area changed by {percent:.3f} %",
)
_MERGED = Text("gộp {count} vùng trong tệp thành một đơn vị", "{count} areas of the file merged into one unit")


def _mend(shape: Polygonal, name: str) -> tuple[Polygonal, Text | None]:
    """A valid polygon, and a report of the repair.

    The change of area is relative to the signed area of the drawn ring, where parts drawn in the other direction count
    negative. So a bow-tie changes by its smaller half, a spike or small loop by almost nothing. Raises
    ImportRefusedError "invalid_polygon" above 0.5 %.
    """
    if shapely.is_valid(shape) and shape.area > 0:
        return shape, None
    why = shapely.is_valid_reason(shape)
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    polygonal = isinstance(mended, shapely.Polygon | shapely.MultiPolygon) and mended.area > 0
    change = abs(mended.area - shape.area) / mended.area if polygonal else 1.0
    if not change <= _AREA_CHANGE_MAX:
        raise refused("invalid_polygon", _BROKEN, name=name, why=why)
    return mended, filled(_MENDED, percent=change * _PERCENT)


def whole_units(
    shapes: Sequence[Polygonal], match: Match, units: Units
) -> tuple[dict[str, Polygonal], list[Note], list[Note]]:
    """One valid polygon per unit in the units' order, the repairs, and the merges.

    Raises ImportRefusedError "invalid_polygon", "unit_twice" or "ambiguous".
    """
    whole, mended, merged = {}, [], []
    for code, unit in units.by_code.items():
        parts = []
        for row in match.rows[code]:
            part, words = _mend(shapes[row], unit.name)
            parts.append(part)
            if words:
                mended.append(Note(name=unit.name, code=code, words=words))
        whole[code] = _merge(parts, unit, by_name=code in match.by_name)
        if len(parts) > 1:
            merged.append(Note(name=unit.name, code=code, words=filled(_MERGED, count=len(parts))))
    return whole, mended, merged


def _merge(parts: Sequence[Polygonal], unit: Place, *, by_name: bool) -> Polygonal:
    """The union of the parts; separate areas are one unit only when their code says so."""
    if len(parts) == 1:
        return parts[0]
    whole = shapely.union_all(parts)
    if whole.area < (1 - _AREA_CHANGE_MAX) * sum(part.area for part in parts):
        raise refused("unit_twice", _TWICE, name=unit.name)
    if by_name and shapely.get_num_geometries(whole) > max(shapely.get_num_geometries(part) for part in parts):
        raise refused("ambiguous", _APART, name=unit.name, count=len(parts))
    return whole
