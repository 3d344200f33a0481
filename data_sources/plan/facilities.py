"""Reads depots, plants, transfer points and filling stations: a table with point and radius, or GeoJSON with fences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_sources.messages.parse import RefusalError
from data_sources.plan import values as read
from data_sources.plan._features import Feature, features_of, shape_of, unread_properties
from data_sources.workbooks.apart import FirstSheet, read_rows
from data_sources.workbooks.cells import Cell, text_of
from data_sources.workbooks.named import Named, named_rows, not_read, other_sheets, unreadable
from data_sources.workbooks.records import is_json, is_object
from domain.finding import Finding, Problem
from domain.text import Text, folded
from domain.waste.facility import Facility, FacilityKind
from domain.waste.plan import Position

DEFAULT_RADIUS_M = 100.0
RADIUS_MAX_M = 5_000.0

_HEADINGS = {
    "id": ("id", "mã", "mã cơ sở"),
    "name": ("name", "tên", "tên cơ sở"),
    "kind": ("kind", "loại"),
    "latitude": ("lat", "latitude", "vĩ độ"),
    "longitude": ("lon", "lng", "longitude", "kinh độ"),
    "radius": ("radius_m", "bán kính", "bán kính (m)"),
}
_NEEDED = ("id", "kind", "latitude", "longitude")
_Row = tuple[Named, Mapping[str, Any]]
_ROLE_OF = {heading: role for role, headings in _HEADINGS.items() for heading in headings}
_WHY_CHARS = 120
_KINDS = {
    "bãi xe": FacilityKind.DEPOT, "nhà máy": FacilityKind.PLANT, "bãi rác": FacilityKind.PLANT,
    "trạm trung chuyển": FacilityKind.TRANSFER, "cây xăng": FacilityKind.FUEL,
}  # fmt: skip
_WRONG = Text(
    "dòng không dùng được ({said}); cần mã, tên, loại (depot, plant, transfer, fuel), và một điểm hoặc một vùng liền.",
    "the row is unusable ({said}); it needs id, name, kind (depot, plant, transfer, fuel) and one point or one fence.",
)
_TWICE = Text("mã {said} bị lặp; giữ dòng đầu.", "the id {said} is repeated; the first is kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityDraft:
    """Facilities read from a file, and findings."""

    facilities: tuple[Facility, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_facilities(body: bytes, name: str, source: str) -> FacilityDraft:
    """Read facilities from a table or GeoJSON; never raises."""
    try:
        rows, unread = _features(body) if is_json(body) or is_object(body) else _table(read_rows(body, name))
    except RefusalError as refused:
        return FacilityDraft(findings=(unreadable(refused),))
    kept: dict[str, Facility] = {}
    findings: list[Finding] = []
    for named, geometry in rows:
        try:
            facility = _facility(named, geometry, source)
        except read.UnclearError as unclear:
            findings.append(Finding(problem=Problem.BAD_VALUE, words=unclear.words, row=named.row))
            continue
        except (ValueError, TypeError, OverflowError) as wrong:
            findings.append(_finding(Problem.BAD_VALUE, _WRONG, str(wrong)[:_WHY_CHARS], named.row))
            continue
        if facility.id in kept:
            findings.append(_finding(Problem.DUPLICATE, _TWICE, facility.id, named.row))
        kept.setdefault(facility.id, facility)
    return FacilityDraft(facilities=tuple(kept.values()), findings=(*findings, *unread))


def _table(sheet: FirstSheet) -> tuple[list[_Row], Sequence[Finding]]:
    unread = [*not_read(sheet.rows, _HEADINGS, _NEEDED), *other_sheets(sheet)]
    return [(named, {}) for named in named_rows(sheet.rows, _HEADINGS, _NEEDED)], unread


def _features(body: bytes) -> tuple[list[_Row], Sequence[Finding]]:
    features = features_of(body)
    return list(map(_fenced, features)), unread_properties(features, lambda key: _ROLE_OF.get(folded(key), ""))


def _fenced(feature: Feature) -> tuple[Named, Mapping[str, Any]]:
    told: dict[str, Cell] = {}
    for key, value in feature.properties.items():
        told.setdefault(_ROLE_OF.get(folded(key), ""), text_of(value))
    return Named(feature.row, told), feature.geometry


def _points(named: Named, geometry: Mapping[str, Any]) -> tuple[Position, ...]:
    """The ring of a fence, or one point: of the geometry, else of the columns."""
    if not geometry:
        point = read.position(read.number(named.cell("longitude")), read.number(named.cell("latitude")))
        if point is None:
            raise ValueError("lat, lon")
        return (read.within_vietnam(point),)
    kind, said = shape_of(geometry)
    if kind == "LineString":
        raise ValueError(kind)
    # Ignore holes of a fence: a truck in the middle of a plant is at the plant.
    points = tuple((float(lon), float(lat)) for lon, lat, *_ in ([said] if kind == "Point" else said[0]))
    for lon, lat in points:
        if (point := read.position(lon, lat)) is not None:
            read.within_vietnam(point)
    return points


def _facility(named: Named, geometry: Mapping[str, Any], source: str) -> Facility:
    id_, said = named.text("id"), named.text("kind").casefold()
    if not id_ or len(id_) > 64:
        raise ValueError(f"id: {id_}")
    points = _points(named, geometry)
    radius = read.amount(named.cell("radius"))
    if radius is not None and not 0 < radius <= RADIUS_MAX_M:
        raise ValueError(f"radius: {radius:g}")
    if said not in _KINDS and said not in tuple(FacilityKind):
        raise ValueError(f"loại / kind: {said[:40]}")
    return Facility(
        id=id_,
        name=named.text("name") or id_,
        kind=_KINDS[said] if said in _KINDS else FacilityKind(said),
        points=points,
        radius_m=(radius or DEFAULT_RADIUS_M) if len(points) == 1 else 0.0,
        source=source,
    )


def _finding(problem: Problem, words: Text, said: str, row: int | None = None) -> Finding:
    told = words.filled(said=said)
    return Finding(problem=problem, words=told, row=row)
