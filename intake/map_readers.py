"""Chooses the reader of a map file; only the importing process loads GDAL and osmium."""

from collections.abc import Sequence
from pathlib import Path

from domain.map_layer import LayerKind, Progress
from domain.place import Place
from domain.territory import Level
from intake.map_import import Order, Reading


def read_map(order: Order, places: Sequence[Place], work: Path, progress: Progress) -> Reading:
    """Read the file of ``order``; raises ImportRefusedError when it cannot become a layer."""
    if order.kind is LayerKind.STREETS:
        from data_sources.places.streets import read_streets

        streets = read_streets(order.path, box=order.box, work=work, progress=progress)
        files = {"tiles": streets.tiles, "graph": streets.graph}
        return Reading(box=streets.box, report=streets.report, files=files)
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
    return Reading(box=found.box, report=found.report, shapes=found.shapes)
