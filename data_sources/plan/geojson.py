"""The plan as GeoJSON: a feature is an entry with a line or point; its properties have the table's names."""

from collections.abc import Mapping, Sequence
from typing import Any

from data_sources.messages.parse import RefusalError, json_of
from data_sources.plan import values as read
from data_sources.plan._assemble import assemble
from data_sources.plan._records import Record, role_of
from data_sources.workbooks.cells import CELLS_MAX, Cell
from data_sources.workbooks.named import unreadable
from domain.finding import Finding, Problem
from domain.text import Text
from domain.waste.plan import Position, Unit
from domain.waste.plan_draft import PlanDraft

_BROKEN = Text("tệp không phải GeoJSON hợp lệ: {said}.", "not valid GeoJSON: {said}.")
_SHAPE = Text(
    "hình không dùng được ({said}); cần LineString hoặc Point kinh độ, vĩ độ WGS 84; mục này chưa có vị trí.",
    "the geometry is unusable ({said}); use LineString or Point with WGS 84 longitude, latitude; entry not placed.",
)


def read_geojson(body: bytes, name: str, source: str) -> PlanDraft:
    """Routes of a FeatureCollection; never raises. Row numbers count features from 1."""
    try:
        said: Any = json_of(body, CELLS_MAX)
        read_features = [_record(row, feature) for row, feature in enumerate(said["features"], start=1)]
    except RefusalError as refused:
        return PlanDraft(findings=(unreadable(refused),))
    except (TypeError, LookupError, AttributeError) as error:
        return PlanDraft(findings=(_finding(Problem.UNREADABLE, _BROKEN, f"{name}: {error}"),))
    draft = assemble([record for record, _ in read_features], source)
    shapes = [finding for _, finding in read_features if finding]
    return PlanDraft(routes=draft.routes, findings=(*shapes, *draft.findings), where=draft.where)


def _record(row: int, feature: Mapping[str, Any]) -> tuple[Record, Finding | None]:
    properties = feature.get("properties") or {}
    named = {role: key for key in properties if (role := role_of(key))}
    cells: dict[str, Cell] = {role: _cell(properties[key]) for role, key in named.items()}
    geometry = feature.get("geometry") or {}
    finding = None
    points: tuple[Position, ...] = ()
    try:
        points = _points(geometry)
    except (TypeError, ValueError) as wrong:
        route = str(cells.get("route") or "")
        finding = _finding(Problem.BAD_COORDINATES, _SHAPE, str(wrong)[:80], route=route, row=row)
    cells.setdefault("unit", (Unit.STOP if geometry.get("type") == "Point" else Unit.STREET).value)
    return Record(row=row, cells=cells, columns=named, points=points), finding


def _points(geometry: Mapping[str, Any]) -> tuple[Position, ...]:
    said = geometry.get("coordinates")
    if geometry.get("type") == "Point":
        return (_position(said),)
    if geometry.get("type") == "MultiLineString" and isinstance(said, list) and len(said) == 1:
        said = said[0]
    elif geometry.get("type") != "LineString":
        if not geometry:
            return ()
        raise ValueError(geometry.get("type"))
    if not isinstance(said, list) or len(said) < 2:
        raise ValueError("< 2")
    return tuple(map(_position, said))


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
