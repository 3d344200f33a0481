"""An import's report and the list of layers, as lines for a terminal in Vietnamese and English."""

from collections.abc import Iterator, Sequence

from domain.instant import VIETNAM
from domain.places.map_layer import ImportReport, MapLayer, Note
from domain.text import Text

NOTES_SHOWN = 30


def both(words: Text) -> str:
    """A message in both languages, as commands print it."""
    return f"{words.vi} / {words.en}"


def report_lines(report: ImportReport) -> Iterator[str]:
    """Matched of expected, areas, counts, then mended shapes, unmatched names and remarks."""
    if report.expected:
        yield f"khớp / matched: {report.matched}/{report.expected}"
    measured = sum(area for area, _ in report.areas_km2.values())
    official = [area for _, area in report.areas_km2.values() if area is not None]
    if report.areas_km2:
        known = f"{sum(official):,.1f} km² ({len(official)}/{len(report.areas_km2)})" if official else "—"
        yield f"diện tích đo / measured area: {measured:,.1f} km²; chính thức / official: {known}"
    for name, number in report.counts.items():
        yield f"{name}: {number:,.10g}"
    yield from _notes("đã vá / mended", report.mended)
    yield from _notes("không khớp / unmatched", report.unmatched)
    yield from _notes("lưu ý / remarks", report.remarks)


def layer_line(layer: MapLayer) -> str:
    """One layer in one line: mark of the active one, id, kind, origin, time and importer."""
    what = " ".join(
        part for part in (layer.kind.value, layer.territory, layer.level.value if layer.level else "") if part
    )
    matched = f"{layer.report.matched}/{layer.report.expected}" if layer.report.expected else ""
    at = layer.imported_at.astimezone(VIETNAM)
    origin = layer.provenance
    facts = (
        layer.id,
        what,
        matched,
        layer.file_name,
        origin.source,
        origin.licence,
        f"{at:%Y-%m-%d %H:%M}",
        layer.imported_by,
    )
    return ("* " if layer.active else "  ") + "\t".join(facts)


def _notes(title: str, notes: Sequence[Note]) -> Iterator[str]:
    if notes:
        yield f"{title}: {len(notes)}"
    for note in notes[:NOTES_SHOWN]:
        name = f"{note.name} ({note.code})" if note.code else note.name
        yield f"  {name}: {both(note.words)}"
    if len(notes) > NOTES_SHOWN:
        yield f"  … +{len(notes) - NOTES_SHOWN}"
