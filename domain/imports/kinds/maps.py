"""Boundaries and streets."""

from domain.imports.kind import FileKind
from domain.places.map_layer import LayerKind
from domain.text import Text

KIND = FileKind(
    key="maps",
    of={
        LayerKind.BOUNDARIES.value: Text("Bản đồ: ranh giới", "Map: boundaries"),
        LayerKind.STREETS.value: Text("Bản đồ: đường, sông", "Map: streets, rivers"),
    },
)
