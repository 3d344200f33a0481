"""Reads boundaries of one level of units from a map file: finds each unit, checks it, simplifies it per zoom band.

It repairs and reports crossings that change an area by less than 0.5 %, overlaps below 2 %, slivers up to 10 m wide. It
refuses anything ambiguous (docs/decisions/0013-boundaries-mended-or-refused.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_sources.places._coverage import fit_together
from data_sources.places._features import read_layers
from data_sources.places._fields import Fields, best_layer
from data_sources.places._findings import counts, of_file, others
from data_sources.places._map_file import laid_out
from data_sources.places._match import Match, match_units
from data_sources.places._meant import with_meant
from data_sources.places._mend import whole_units
from data_sources.places._placed import PlacedLayer, place_layers
from data_sources.places._simplify import geojson, simplify
from data_sources.places._units import Units
from data_sources.places._words import refused
from data_sources.places.land_area import differing, measure, seats_outside
from domain.places.map_layer import AS_THE_FILE_SAYS, BANDS, Box, ByHand, ImportRefusedError, ImportReport, Progress
from domain.places.place import Place
from domain.places.territory import Level
from domain.text import Text

# A file of the whole country has thousands of names; searching similar names for all would take minutes.
_SEARCHED_MAX = 500
# Refusals that may mean that the file has other units than requested.
_OTHER_UNITS = ("no_names", "incomplete", "code_conflict")

_READING = Text("Đọc tệp ranh giới", "Reading the boundary file")
_PLACING = Text("Chuyển về toạ độ WGS 84", "Converting coordinates to WGS 84")
_MATCHING = Text("Tìm từng đơn vị trong tệp", "Finding each unit in the file")
_MENDING = Text("Kiểm tra và sửa hình", "Checking and repairing shapes")
_FITTING = Text("Khớp ranh giới giữa các đơn vị", "Fitting neighbours together")
_SIMPLIFYING = Text("Làm gọn theo mức thu phóng", "Simplifying for each zoom")
_READY = Text("Đã xong ranh giới", "Boundaries are ready")

_NO_UNITS = Text(
    "Phiên bản {territory} không có đơn vị cấp này.", "Territory version {territory} has no units of this level."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """The result: zoom band → code → GeoJSON geometry in WGS 84, the box around all, and the report."""

    shapes: Mapping[int, Mapping[str, dict[str, object]]]
    box: Box
    report: ImportReport


def read_boundaries(
    path: Path,
    *,
    territory: str,
    level: Level,
    places: Sequence[Place],
    progress: Progress,
    by_hand: ByHand = AS_THE_FILE_SAYS,
) -> Boundaries:
    """Every unit of ``level`` in ``territory`` from a file; ``places`` are that version's units of all levels.

    ``places`` may include other versions, to name the units of a refused file. Raises ImportRefusedError with
    instructions; nothing of a refused file is kept.
    """
    units = Units(places, territory=territory, level=level)
    if not units.by_code:
        raise refused("no_units", _NO_UNITS, territory=territory)
    layers = _read(path, by_hand, progress)
    try:
        chosen, fields = best_layer(layers, units, name=by_hand.name_field, code=by_hand.code_field)
        match = _match(chosen, fields, units)
    except ImportRefusedError as refusal:
        if refusal.reason not in _OTHER_UNITS:
            raise
        raise with_meant(refusal, layers, places, (territory, level)) from None
    progress(_MENDING, 0.5)
    whole, mended, merged = whole_units(chosen.shapes, match, units)
    progress(_FITTING, 0.6)
    coverage = fit_together(whole, {code: unit.name for code, unit in units.by_code.items()})
    areas = measure(coverage.shapes, [place for place in places if place.territory == territory])
    off = [*differing(areas, units.by_code), *seats_outside(coverage.shapes, units.by_code)]
    bands = {}
    for band in range(len(BANDS) + 1):
        progress(_SIMPLIFYING, 0.7 + 0.1 * band)
        bands[band] = simplify(coverage.shapes, band)
    within, outside = others(chosen.shapes, fields.name, match, coverage.land)
    progress(_READY, 1.0)
    west, south, east, north = (float(side) for side in coverage.land.bounds)
    return Boundaries(
        shapes={band: geojson(shapes) for band, shapes in bands.items()},
        box=(west, south, east, north),
        report=ImportReport(
            matched=len(match.rows),
            expected=len(units.by_code),
            mended=tuple(mended),
            unmatched=tuple(within),
            remarks=(*of_file(chosen, coverage), *match.remarks, *merged, *off, *outside),
            counts=counts(chosen.layer, coverage, bands),
            areas_km2=areas,
        ),
    )


def _match(chosen: PlacedLayer, fields: Fields, units: Units) -> Match:
    """Match the features in the province to a complete set of units."""
    try:
        match = match_units(fields, units, chosen.here, bare=chosen.layer.bare)
    except ImportRefusedError as incomplete:
        if len(chosen.shapes) > _SEARCHED_MAX:
            raise
        try:
            match = match_units(fields, units, range(len(chosen.shapes)), bare=chosen.layer.bare)
        except ImportRefusedError:
            raise incomplete from None
    # Units found outside the province are not missing: their coordinates are wrong, and this check says so.
    chosen.way.check([chosen.layer.polygons[row] for rows in match.rows.values() for row in rows])
    return match


def _read(path: Path, by_hand: ByHand, progress: Progress) -> list[PlacedLayer]:
    progress(_READING, 0.0)
    with laid_out(path) as source:
        layers = read_layers(source, by_hand.layer)
    progress(_PLACING, 0.25)
    placed = place_layers(layers, by_hand.crs)
    progress(_MATCHING, 0.35)
    return placed
