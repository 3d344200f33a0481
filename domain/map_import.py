"""One import of a map file as people follow it: how far it is, how it ended, and when silence means it was cut off."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.map_layer import LayerKind
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


UNDER_WAY = (ImportState.RECEIVING, ImportState.RUNNING)


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
