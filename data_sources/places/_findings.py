"""Findings of a boundary import besides the units: remarks, features that are no unit, counts."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from data_sources.places._coverage import Coverage
from data_sources.places._features import Layer, Polygonal
from data_sources.places._match import Match
from data_sources.places._placed import PlacedLayer
from data_sources.places._words import filled
from domain.places.map_layer import Note
from domain.text import Text

_NAMED_MAX = 100
_WORTH_TELLING_KM2 = 0.001

_OUTSIDE = Text("ngoài Long An", "outside Long An")
_MORE = Text("và {count} đối tượng nữa", "and {count} more features")
_WITHIN = Text("nằm trong tỉnh nhưng không phải đơn vị nào", "lies in the province but is none of its units")
_BARE = Text("{count} đối tượng không có vùng, bỏ qua", "{count} features without a polygon, skipped")
_OVERLAP = Text(
    "các đơn vị chồng nhau tổng cộng {km2:.3f} km²; đã chia lại",
    "units overlapped by {km2:.3f} km² in total; divided between them",
)
_FILLED = Text(
    "khe hở hẹp giữa các đơn vị, tổng cộng {km2:.3f} km²; đã lấp",
    "slivers between units, {km2:.3f} km² in total; closed",
)
_HOLES = Text(
    "khoảng trống không thuộc đơn vị nào: {km2:.3f} km²; giữ nguyên", "land of no unit: {km2:.3f} km²; left as it is"
)


def of_file(placed: PlacedLayer, coverage: Coverage) -> list[Note]:
    """Remarks about the file as a whole."""
    told = [placed.way.remark] if placed.way.remark else []
    if placed.layer.bare:
        told.append(filled(_BARE, count=placed.layer.bare))
    measured = ((_OVERLAP, coverage.overlap_km2), (_FILLED, coverage.filled_km2), (_HOLES, coverage.holes_km2))
    told += [filled(words, km2=km2) for words, km2 in measured if km2 >= _WORTH_TELLING_KM2]
    return [Note(name="", code="", words=words) for words in told]


def others(
    shapes: Sequence[Polygonal], names: Sequence[str], match: Match, land: shapely.Geometry
) -> tuple[list[Note], list[Note]]:
    """The features that are no unit: first those in the province, which people should check, then those outside."""
    taken = {row for rows in match.rows.values() for row in rows}
    left = [row for row in range(len(shapes)) if row not in taken]
    inside = shapely.covers(land, shapely.point_on_surface(np.asarray([shapes[row] for row in left], dtype=object)))
    within = [_note(names[row], _WITHIN) for row, is_in in zip(left, inside, strict=True) if is_in]
    outside = [_note(names[row], _OUTSIDE) for row, is_in in zip(left, inside, strict=True) if not is_in]
    return _some(within), _some(outside)


def _some(notes: list[Note]) -> list[Note]:
    more = len(notes) - _NAMED_MAX
    return notes if more <= 0 else [*notes[:_NAMED_MAX], _note("", filled(_MORE, count=more))]


def counts(layer: Layer, coverage: Coverage, bands: Mapping[int, Mapping[str, Polygonal]]) -> dict[str, float]:
    """Features and vertices read, vertices kept per band, and repaired areas in km²."""
    return {
        "features": len(layer.polygons) + layer.bare,
        "vertices": _vertices(layer.polygons),
        **{f"vertices_band_{band}": _vertices(list(shapes.values())) for band, shapes in bands.items()},
        "overlap_km2": round(coverage.overlap_km2, 6),
        "filled_km2": round(coverage.filled_km2, 6),
        "holes_km2": round(coverage.holes_km2, 6),
    }


def _vertices(shapes: Sequence[Polygonal]) -> int:
    return int(shapely.get_num_coordinates(np.asarray(shapes, dtype=object)).sum())


def _note(name: str, words: Text) -> Note:
    return Note(name=name, code="", words=words)
