"""A map layer somebody imported: where it came from, what its import found, and the words for refusing a file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.territory import Level
from domain.text import Text

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS 84."""

PROVINCE_BOX: Box = (105.49, 10.39, 106.75, 11.04)
"""The former province of Long An; no map shows more."""

Progress = Callable[[Text, float], None]
"""Tells whoever waits which stage an import is at, in words, and how much of the whole is done, 0..1."""

BANDS = (9.5, 11.5)
"""Zooms at which the map takes finer boundaries: band 0 below the first, 1 between, 2 above the last."""


class LayerKind(StrEnum):
    """What a layer holds."""

    BOUNDARIES = "boundaries"
    STREETS = "streets"


class ImportRefusedError(Exception):
    """A file cannot become a layer; nothing was changed. ``words`` say what is wrong and what to do."""

    def __init__(self, reason: str, words: Text) -> None:
        super().__init__(words.en)
        self.reason = reason
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a file comes from; ``attribution`` is printed on every map that shows it; ``dated`` is its own day."""

    source: str
    licence: str
    attribution: str
    dated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What the operator says of a boundary file when it does not say so itself; "" = as the content shows.

    ``crs`` is an EPSG code or WKT and overrules the file's own; the others name a layer and columns of it.
    """

    crs: str = ""
    layer: str = ""
    name_field: str = ""
    code_field: str = ""


AS_THE_FILE_SAYS = ByHand()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing an import found about one feature: the name in the file, the code when known, and words for people."""

    name: str
    code: str
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import found. ``matched`` of ``expected`` places; lengths in km, areas in km².

    ``counts`` are plain counts of what was read (features, ways, names, nodes, edges …), by name;
    ``areas_km2`` maps code to (measured on the ellipsoid, official or None).
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
    """One imported layer; of each (kind, territory, level) at most one is active, the one that maps show."""

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


def version_of(active: Iterable[str]) -> str:
    """Names a set of layers in use by their ids: it changes exactly when the set does; "" for none."""
    return "-".join(sorted(active))
