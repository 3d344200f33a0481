"""Made-up map layers, imports and readers for tests of the way from a file to the map."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from domain.map_import import ImportState, MapImport
from domain.map_layer import ImportReport, LayerKind, MapLayer, Note, Provenance
from domain.territory import Level
from domain.text import Text

NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
BOX = (106.3, 10.4, 106.5, 10.6)
ORIGIN = Provenance(
    source="Sở Tài nguyên", licence="nội bộ", attribution="© Sở Tài nguyên Tây Ninh", dated=date(2025, 7, 1)
)
SQUARE = {"type": "Polygon", "coordinates": [[[106.3, 10.4], [106.5, 10.4], [106.5, 10.6], [106.3, 10.4]]]}
SHAPES = {band: {"27694": SQUARE, "27712": SQUARE} for band in (0, 1, 2)}
REPORT = ImportReport(
    matched=2,
    expected=3,
    mended=(Note(name="Long An", code="27694", words=Text("tự cắt, đã vá", "self-crossing, mended")),),
    unmatched=(Note(name="Lộc An", code="", words=Text("không có tên này", "no such name")),),
    counts={"features": 3},
    areas_km2={"27694": (12.5, 12.0), "27712": (8.0, None)},
)


def layer(id_: str = "aa11", **given: Any) -> MapLayer:
    """Boundaries of the communes in force."""
    made = MapLayer(
        id=id_,
        kind=LayerKind.BOUNDARIES,
        territory="2025-07",
        level=Level.COMMUNE,
        file_name="xã.geojson",
        sha256="0" * 64,
        provenance=ORIGIN,
        box=BOX,
        imported_at=NOW,
        imported_by="tester",
        report=REPORT,
        active=True,
    )
    return replace(made, **given)


def streets(id_: str = "bb22", **given: Any) -> MapLayer:
    """A layer of streets: without territory and level."""
    return layer(id_, kind=LayerKind.STREETS, territory="", level=None, file_name="tân an.osm.pbf", **given)


STREETS_REPORT = ImportReport(
    counts={"streets": 395, "names": 124, "km": 36.9, "one_way": 84, "waters": 2, "graph_edges": 1013}
)


def job(state: ImportState = ImportState.DONE, **given: Any) -> MapImport:
    """An import of the boundaries of `layer`."""
    made = MapImport(
        id="j1",
        kind=LayerKind.BOUNDARIES,
        file_name="xã.geojson",
        state=state,
        stage=Text("Đã lên bản đồ.", "On the map."),
        done=1.0,
        reason="",
        layer="aa11",
        started_at=NOW,
        updated_at=NOW,
        started_by="tester",
    )
    return replace(made, **given)


@dataclass
class FakeMaps:
    """Keeps layers like store.map_layers.MapLayers."""

    kept: list[MapLayer] = field(default_factory=list)

    def layers(self) -> list[MapLayer]:
        return self.kept

    def version(self) -> str:
        return "/".join(one.id for one in self.kept if one.active)

    def active(self, kind: LayerKind, territory: str, level: Level | None = None) -> MapLayer | None:
        wanted = (kind, territory, level)
        return next((one for one in self.kept if one.active and (one.kind, one.territory, one.level) == wanted), None)

    def activate(self, id_: str) -> None:
        self.kept = [replace(one, active=one.id == id_ or one.active) for one in self.kept]

    def withdraw(self, id_: str) -> None:
        self.kept = [replace(one, active=one.id != id_ and one.active) for one in self.kept]


@dataclass
class FakeImports:
    """Tells imports like store.map_imports.MapImports."""

    kept: Sequence[MapImport] = ()

    def jobs(self, now: datetime) -> Sequence[MapImport]:
        return self.kept
