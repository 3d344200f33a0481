"""An imported map layer: its provenance, the report of its import, and the error that refuses a file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.places.territory import Level
from domain.text import Text

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS 84."""

PROVINCE_BOX: Box = (105.49, 10.39, 106.75, 11.04)
"""The former province of Long An; no map shows more."""

Progress = Callable[[Text, float], None]
"""Reports an import's stage in words and its progress, 0..1."""

BANDS = (9.5, 11.5)
"""Zooms at which the map switches to finer boundaries: band 0 below the first, 1 between, 2 above the last."""


class LayerKind(StrEnum):
    """Content of a layer."""

    BOUNDARIES = "boundaries"
    STREETS = "streets"


class ImportRefusedError(Exception):
    """A file cannot become a layer; nothing was changed. ``words`` says what is wrong and what to do."""

    def __init__(self, reason: str, words: Text) -> None:
        super().__init__(words.en)
        self.reason = reason
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a file comes from. Every map that shows it prints ``attribution``; ``dated`` is the date of its data."""

    source: str
    licence: str
    attribution: str
    dated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What the operator adds where a boundary file does not say it; "" = take it from the content.

    ``crs`` is an EPSG code or WKT and overrides the file's own; the others name a layer and its columns.
    """

    crs: str = ""
    layer: str = ""
    name_field: str = ""
    code_field: str = ""


AS_THE_FILE_SAYS = ByHand()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One finding about one feature: its name in the file, its code when known, and words for people."""

    name: str
    code: str
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import found: ``matched`` of ``expected`` places. Lengths in km, areas in km².

    ``counts`` maps a name (features, ways, names, nodes, edges …) to how many were read; ``areas_km2`` maps a code to
    (area measured on the ellipsoid, official area or None).
    """

    matched: int = 0
    expected: int = 0
    mended: tuple[Note, ...] = ()
    unmatched: tuple[Note, ...] = ()
    remarks: tuple[Note, ...] = ()
    counts: Mapping[str, float] = field(default_factory=dict)
    areas_km2: Mapping[str, tuple[float, float | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLayer:
    """One imported layer. Maps show the active one; each (kind, territory, level) has at most one.

    ``broken``: its stored boundaries can no longer be read, so that maps draw cells instead.
    ``waits_of``: who handed it in, while its import is undecided; "" = somebody approved it.
    """

    id: str
    kind: LayerKind
    territory: str
    level: Level | None
    file_name: str
    sha256: str
    provenance: Provenance
    box: Box
    imported_at: datetime
    imported_by: str
    report: ImportReport
    active: bool
    broken: bool = False
    waits_of: str = ""


def version_of(active: Iterable[str]) -> str:
    """Version of a set of active layer ids: it changes exactly when the set changes; "" for no layers."""
    return "-".join(sorted(active))
