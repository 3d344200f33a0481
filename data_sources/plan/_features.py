"""The features of a GeoJSON file, one by one: a bad one costs none of the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from data_sources.messages.parse import RefusalError, json_of, require_single_names
from data_sources.workbooks.cells import CELLS_MAX
from domain.finding import Finding, Problem, Severity
from domain.reason import Reason
from domain.text import Text

_NO_COLLECTION = "GeoJSON: FeatureCollection, features"
_UNREAD = Text("thuộc tính “{said}” không được đọc.", "the property “{said}” is not read.")
_SECOND = Text(
    "thuộc tính “{said}” trùng nghĩa với “{first}”; chỉ đọc thuộc tính đầu.",
    "the property “{said}” means the same as “{first}”; only the first is read.",
)
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
    require_single_names(body)
    told = said.get("features") if isinstance(said, dict) else None
    if not isinstance(told, list):
        raise RefusalError(Reason.WRONG_SHAPE, _NO_COLLECTION)
    return [Feature(row, _object(one, "properties"), _object(one, "geometry")) for row, one in enumerate(told, start=1)]


def unread_properties(features: Iterable[Feature], role_of: Callable[[str], str]) -> list[Finding]:
    """A warning for each property with a value that nobody reads, also for the second of two with one meaning."""
    found: dict[str, Finding] = {}
    for feature in features:
        first: dict[str, str] = {}
        for key, value in feature.properties.items():
            role = role_of(key)
            if value in (None, "", [], {}) or key in found or (first.setdefault(role or key, key) == key and role):
                continue
            words = _SECOND.filled(said=key[:60], first=first[role]) if role else _UNREAD.filled(said=key[:60])
            problem = Problem.DUPLICATE if role else Problem.NOT_UNDERSTOOD
            found[key] = Finding(
                problem=problem, severity=Severity.WARNING, words=words, row=feature.row, column=key[:60]
            )
    return list(found.values())


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
