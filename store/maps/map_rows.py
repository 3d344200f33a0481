"""Converts map layers to table rows and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from domain.instant import from_ms, to_ms
from domain.places.map_layer import ImportReport, LayerKind, MapLayer, Note, Provenance
from domain.places.territory import Level
from domain.text import Text
from store.rows import Row, storable

NAME_LIMIT_BYTES = 300
_NOTES = ("mended", "unmatched", "remarks")


def layer_row(layer: MapLayer) -> dict[str, object]:
    """Row of ``map_layers``."""
    west, south, east, north = layer.box
    origin = layer.provenance
    return {
        "id": layer.id,
        "kind": layer.kind.value,
        "territory": layer.territory,
        "level": layer.level.value if layer.level else "",
        "file_name": storable(layer.file_name, NAME_LIMIT_BYTES),
        "sha256": layer.sha256,
        "source": storable(origin.source, NAME_LIMIT_BYTES),
        "licence": storable(origin.licence, NAME_LIMIT_BYTES),
        "attribution": storable(origin.attribution, NAME_LIMIT_BYTES),
        "dated": origin.dated.isoformat() if origin.dated else "",
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "imported_ms": to_ms(layer.imported_at),
        "imported_by": storable(layer.imported_by, NAME_LIMIT_BYTES),
        "report": orjson.dumps(_report_out(layer.report)).decode(),
        "active": layer.active,
        "waits_of": layer.waits_of,
    }


def layer_of(row: Row) -> MapLayer:
    """The layer of a row."""
    return MapLayer(
        id=row["id"],
        kind=LayerKind(row["kind"]),
        territory=row["territory"],
        level=Level(row["level"]) if row["level"] else None,
        file_name=row["file_name"],
        sha256=row["sha256"],
        provenance=Provenance(
            source=row["source"],
            licence=row["licence"],
            attribution=row["attribution"],
            dated=date.fromisoformat(row["dated"]) if row["dated"] else None,
        ),
        box=(row["west"], row["south"], row["east"], row["north"]),
        imported_at=from_ms(row["imported_ms"]),
        imported_by=row["imported_by"],
        report=_report_of(orjson.loads(row["report"])),
        active=bool(row["active"]),
        waits_of=row["waits_of"],
    )


def _report_out(report: ImportReport) -> dict[str, object]:
    # Copy into plain dicts: orjson takes neither other Mappings nor string subclasses as keys.
    counts = {str(name): number for name, number in report.counts.items()}
    areas = {str(code): pair for code, pair in report.areas_km2.items()}
    notes = {kind: [_note_out(note) for note in getattr(report, kind)] for kind in _NOTES}
    return {"matched": report.matched, "expected": report.expected, "counts": counts, "areas_km2": areas, **notes}


def _report_of(kept: Mapping[str, Any]) -> ImportReport:
    return ImportReport(
        matched=kept["matched"],
        expected=kept["expected"],
        counts=kept["counts"],
        areas_km2={code: (measured, official) for code, (measured, official) in kept["areas_km2"].items()},
        **{kind: tuple(map(_note_of, kept[kind])) for kind in _NOTES},
    )


def _note_out(note: Note) -> dict[str, object]:
    return {"name": note.name, "code": note.code, "words": list(note.words)}


def _note_of(kept: Mapping[str, Any]) -> Note:
    return Note(name=kept["name"], code=kept["code"], words=Text(*kept["words"]))
