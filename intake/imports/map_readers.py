"""Chooses the reader of a map file; only the importing process loads GDAL and osmium."""

from collections.abc import Sequence
from pathlib import Path

from domain.places.map_import import MapOrder
from domain.places.map_layer import LayerKind, Progress
from domain.places.place import Place
from domain.places.territory import Level
from intake.imports.map_import import MapRead


def read_map(order: MapOrder, places: Sequence[Place], work: Path, progress: Progress) -> MapRead:
    """Read the file of ``order``; raises ImportRefusedError when it cannot become a layer."""
    if order.kind is LayerKind.STREETS:
        from data_sources.places.streets import read_streets

        streets = read_streets(order.path, box=order.box, work=work, progress=progress)
        files = {"tiles": streets.tiles, "graph": streets.graph}
        return MapRead(box=streets.box, report=streets.report, files=files)
    from data_sources.places.boundaries import read_boundaries

    level = order.level or Level.COMMUNE
    found = read_boundaries(
        order.path,
        territory=order.territory,
        level=level,
        places=places,
        progress=progress,
        by_hand=order.by_hand,
    )
    return MapRead(box=found.box, report=found.report, shapes=found.shapes)
