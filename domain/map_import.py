"""One import of a map file as people follow it: how far it is, how it ended, and when silence means it was cut off."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.map_layer import Box, LayerKind
from domain.text import Text

SILENT_AFTER = timedelta(seconds=60)
"""A living import speaks every few seconds; after this much silence it counts as cut off and another may begin."""

INTERRUPTED = Text(
    "Bị ngắt giữa chừng. Bản đồ không thay đổi; hãy nạp lại tệp.",
    "Cut off halfway. The map is unchanged; import the file again.",
)


class ImportState(StrEnum):
    """Where an import stands. ``unchanged``: the same file with the same words is already on the map."""

    RECEIVING = "receiving"
    RUNNING = "running"
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"


STREET_SUFFIXES = (".pbf", ".osm")
UNDER_WAY = (ImportState.RECEIVING, ImportState.RUNNING)


def kind_of(file_name: str) -> LayerKind:
    """What a file most likely holds, by its name; readers look at the content."""
    return LayerKind.STREETS if file_name.lower().endswith(STREET_SUFFIXES) else LayerKind.BOUNDARIES


def box_of(text: str) -> Box:
    """The box that somebody typed as west,south,east,north in degrees; ValueError when it is none."""
    west, south, east, north = map(float, text.split(","))
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(f"not a box: {text}")
    return west, south, east, north


@dataclass(frozen=True, slots=True, kw_only=True)
class MapImport:
    """An import: ``stage`` is what it does now, or the last word on it; ``done`` 0..1 of the whole.

    ``reason`` is the stable code of a refusal, ``layer`` the id of the layer it made or found; "" without.
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
    """The import as it is to be shown at ``now``: one that fell silent was cut off."""
    if job.under_way and now - job.updated_at > SILENT_AFTER:
        return replace(job, state=ImportState.INTERRUPTED, stage=INTERRUPTED)
    return job
