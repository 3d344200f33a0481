"""One import of a map file: its progress, its outcome, and when silence means that it was interrupted."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from domain.access.principal import CENTRE, Principal
from domain.places.map_layer import AS_THE_FILE_SAYS, Box, ByHand, LayerKind, Provenance
from domain.places.territory import Level
from domain.text import Text

SILENT_AFTER = timedelta(seconds=60)
"""A running import reports every few seconds. After this silence it counts as interrupted and another may start."""

INTERRUPTED = Text(
    "Việc nạp bị ngắt giữa chừng. Bản đồ không thay đổi; hãy nạp lại tệp.",
    "The import was interrupted. The map is unchanged; import the file again.",
)


class ImportState(StrEnum):
    """State of an import. ``unchanged``: the map already shows the same file with the same details."""

    RECEIVING = "receiving"
    RUNNING = "running"
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"


STREET_SUFFIXES = (".pbf", ".osm")
UNDER_WAY = (ImportState.RECEIVING, ImportState.RUNNING)


def kind_of(file_name: str) -> LayerKind:
    """The likely content of a file by its name; the readers check the content itself."""
    return LayerKind.STREETS if file_name.lower().endswith(STREET_SUFFIXES) else LayerKind.BOUNDARIES


def box_of(text: str) -> Box:
    """Parse a box "west,south,east,north" in degrees; ValueError when it is not one."""
    west, south, east, north = map(float, text.split(","))
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(f"not a box: {text}")
    return west, south, east, north


@dataclass(frozen=True, slots=True, kw_only=True)
class MapImport:
    """An import. ``stage`` says what it does now or how it ended; ``done`` is its progress, 0..1.

    ``reason`` is the stable code of a refusal, ``layer`` the id of the layer it created or found; "" = none.
    """

    id: str
    kind: LayerKind
    file_name: str
    state: ImportState
    stage: Text
    done: float
    reason: str
    layer: str
    started_at: datetime
    updated_at: datetime
    started_by: str

    @property
    def under_way(self) -> bool:
        """Whether it still goes on."""
        return self.state in UNDER_WAY


def as_of(job: MapImport, now: datetime) -> MapImport:
    """The import as shown at ``now``: a silent one becomes interrupted."""
    if job.under_way and now - job.updated_at > SILENT_AFTER:
        return replace(job, state=ImportState.INTERRUPTED, stage=INTERRUPTED)
    return job


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOrder:
    """What to import, and its stated origin. Streets have no territory and no level; ``box`` (degrees) clips them.

    ``by`` is a typed name, ``principal`` who gave the order. ``waits``: maps show the layer once a second person has
    approved it.
    """

    path: Path
    file_name: str
    kind: LayerKind
    territory: str
    level: Level | None
    box: Box | None
    provenance: Provenance
    by: str
    by_hand: ByHand = AS_THE_FILE_SAYS
    principal: Principal = CENTRE
    waits: bool = False
