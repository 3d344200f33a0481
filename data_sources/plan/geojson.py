"""The plan as GeoJSON: a feature is an entry with a line or point; its properties have the table's names."""

from collections.abc import Mapping, Sequence
from typing import Any

from data_sources.messages.parse import RefusalError
from data_sources.plan import values as read
from data_sources.plan._assemble import assemble
from data_sources.plan._features import Feature, features_of, shape_of, unread_properties
from data_sources.plan._records import DAYS, Record, month_first, role_of
from data_sources.workbooks.cells import Cell
from data_sources.workbooks.named import unreadable
from domain.finding import Finding, Problem
from domain.text import Text
from domain.waste.plan import Position, Unit
from domain.waste.plan_draft import PlanDraft

_SHAPE = Text(
    "hình không dùng được ({said}); cần LineString hoặc Point kinh độ, vĩ độ WGS 84; mục này chưa có vị trí.",
    "the geometry is unusable ({said}); use LineString or Point with WGS 84 longitude, latitude; entry not placed.",
)


def read_geojson(body: bytes, name: str, source: str) -> PlanDraft:
    """Routes of a FeatureCollection; never raises. Row numbers count features from 1."""
    try:
        features = features_of(body)
        read_features = [_record(feature) for feature in features]
    except RefusalError as refused:
        return PlanDraft(findings=(unreadable(refused),))
    draft = assemble([record for record, _ in read_features], source)
    shapes = [finding for _, finding in read_features if finding]
    unread = (*month_first([record for record, _ in read_features], DAYS), *unread_properties(features, role_of))
    return PlanDraft(routes=draft.routes, findings=(*shapes, *draft.findings, *unread), where=draft.where)


def _record(feature: Feature) -> tuple[Record, Finding | None]:
    named: dict[str, str] = {}
    for key in feature.properties:
        if role := role_of(key):
            named.setdefault(role, key)
    cells: dict[str, Cell] = {role: _cell(feature.properties[key]) for role, key in named.items()}
    finding = None
    kind = ""
    points: tuple[Position, ...] = ()
    try:
        if feature.geometry:
            kind, points = _points(feature.geometry)
    except (TypeError, ValueError) as wrong:
        route = str(cells.get("route") or "")
        finding = _finding(Problem.BAD_COORDINATES, _SHAPE, str(wrong)[:80], route=route, row=feature.row)
    cells.setdefault("unit", (Unit.STOP if kind == "Point" else Unit.STREET).value)
    return Record(row=feature.row, cells=cells, columns=named, points=points), finding


def _points(geometry: Mapping[str, Any]) -> tuple[str, tuple[Position, ...]]:
    kind, said = shape_of(geometry)
    if kind == "Point":
        return kind, (_position(said),)
    if kind != "LineString":
        raise ValueError(kind)
    if len(said) < 2:
        raise ValueError("< 2")
    return kind, tuple(map(_position, said))


def _position(said: Sequence[Any] | None) -> Position:
    if not isinstance(said, list) or len(said) < 2:
        raise ValueError(said)
    found = read.position(read.number(said[0]), read.number(said[1]))
    if found is None:
        raise ValueError(said)
    return found


def _cell(value: object) -> Cell:
    """A property as a cell; a list of words is joined ("weekdays": ["Mon", "Wed"])."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str | int | float | bool) else None


def _finding(problem: Problem, words: Text, said: str, route: str = "", row: int | None = None) -> Finding:
    told = words.filled(said=said)
    return Finding(problem=problem, words=told, route=route, row=row)
