"""The features of a GeoJSON file, one by one: a bad one costs none of the others."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from data_sources.messages.parse import RefusalError, json_of
from data_sources.workbooks.cells import CELLS_MAX
from domain.reason import Reason

_NO_COLLECTION = "GeoJSON: FeatureCollection, features"
_SINGLE = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
_KINDS = (*_SINGLE.values(),)


class Feature(NamedTuple):
    """A feature: its number in the file from 1, its properties and its geometry; {} when it has none or no usable."""

    row: int
    properties: Mapping[str, Any]
    geometry: Mapping[str, Any]


def features_of(body: bytes) -> list[Feature]:
    """Every feature of a collection. RefusalError NOT_JSON, TOO_MANY_ITEMS, or WRONG_SHAPE when there is none."""
    said = json_of(body, CELLS_MAX)
    told = said.get("features") if isinstance(said, dict) else None
    if not isinstance(told, list):
        raise RefusalError(Reason.WRONG_SHAPE, _NO_COLLECTION)
    return [Feature(row, _object(one, "properties"), _object(one, "geometry")) for row, one in enumerate(told, start=1)]


def shape_of(geometry: Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
    """A geometry's type and coordinates; map software writes one part as Multi…, which is that part.

    ValueError naming the type when it has several parts, is of another type, or is empty.
    """
    kind, said = str(geometry.get("type"))[:40], geometry.get("coordinates")
    if not isinstance(said, list) or not said:
        raise ValueError(f"{kind}: []")
    if kind in _SINGLE:
        if len(said) != 1 or not isinstance(said[0], list) or not said[0]:
            raise ValueError(f"{kind}: {len(said)}")
        kind, said = _SINGLE[kind], said[0]
    if kind not in _KINDS:
        raise ValueError(kind)
    return kind, said


def _object(feature: object, key: str) -> Mapping[str, Any]:
    said = feature.get(key) if isinstance(feature, dict) else None
    return said if isinstance(said, dict) else {}
