"""Reads depots, plants, transfer points and filling stations: a table with point and radius, or GeoJSON with fences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from data_sources.messages.parse import RefusalError, json_of
from data_sources.plan import values as read
from data_sources.workbooks.apart import read_rows
from data_sources.workbooks.cells import CELLS_MAX, Cell, text_of
from data_sources.workbooks.named import Named, named_rows, unreadable
from domain.finding import Finding, Problem
from domain.text import Text
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
_KINDS = {
    "bãi xe": FacilityKind.DEPOT, "nhà máy": FacilityKind.PLANT, "bãi rác": FacilityKind.PLANT,
    "trạm trung chuyển": FacilityKind.TRANSFER, "cây xăng": FacilityKind.FUEL,
}  # fmt: skip
_WRONG = Text(
    "dòng không dùng được ({said}); cần mã, tên, loại (depot, plant, transfer, fuel), và điểm hoặc vùng.",
    "the row is unusable ({said}); it needs id, name, kind (depot, plant, transfer, fuel) and a point or fence.",
)
_TWICE = Text("mã {said} bị lặp; giữ dòng đầu.", "the id {said} is repeated; the first is kept.")
_BROKEN = Text("không đọc được tệp: {said}.", "the file cannot be read: {said}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityDraft:
    """Facilities read from a file, and findings."""

    facilities: tuple[Facility, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_facilities(body: bytes, name: str, source: str) -> FacilityDraft:
    """Read facilities from a table or GeoJSON; never raises."""
    try:
        rows = list(_features(body)) if name.lower().endswith("json") else _table(read_rows(body, name))
    except RefusalError as refused:
        return FacilityDraft(findings=(unreadable(refused),))
    except (TypeError, KeyError, AttributeError) as error:
        return FacilityDraft(findings=(_finding(Problem.UNREADABLE, _BROKEN, str(error)),))
    kept: dict[str, Facility] = {}
    findings: list[Finding] = []
    for named, points in rows:
        try:
            facility = _facility(named, points, source)
        except ValueError as wrong:
            findings.append(_finding(Problem.BAD_VALUE, _WRONG, str(wrong), named.row))
            continue
        if facility.id in kept:
            findings.append(_finding(Problem.DUPLICATE, _TWICE, facility.id, named.row))
        kept.setdefault(facility.id, facility)
    return FacilityDraft(facilities=tuple(kept.values()), findings=tuple(findings))


def _table(rows: Sequence[Sequence[Cell]]) -> list[tuple[Named, tuple[Position, ...]]]:
    return [(named, ()) for named in named_rows(rows, _HEADINGS, needed=("id", "kind", "latitude", "longitude"))]


def _features(body: bytes) -> Iterator[tuple[Named, tuple[Position, ...]]]:
    said: Any = json_of(body, CELLS_MAX)
    for row, feature in enumerate(said["features"], start=1):
        geometry: dict[str, Any] = feature["geometry"]
        rings = {"Point": [[geometry["coordinates"]]], "Polygon": geometry["coordinates"]}.get(geometry["type"], [])
        # Ignore holes of a fence: a truck in the middle of a plant is at the plant.
        ring = tuple((float(lon), float(lat)) for lon, lat, *_ in rings[0]) if rings else ()
        yield Named(row, {key: text_of(value) for key, value in feature["properties"].items()}), ring


def _facility(named: Named, points: tuple[Position, ...], source: str) -> Facility:
    id_, said = named.text("id"), named.text("kind").casefold()
    if not id_ or len(id_) > 64:
        raise ValueError(f"id: {id_}")
    if not points:
        point = read.position(read.number(named.cell("longitude")), read.number(named.cell("latitude")))
        if point is None:
            raise ValueError("lat, lon")
        points = (point,)
    for lon, lat in points:
        read.position(lon, lat)
    radius = read.number(named.cell("radius") or named.cell("radius_m"))
    if radius is not None and not 0 < radius <= RADIUS_MAX_M:
        raise ValueError(f"radius: {radius:g}")
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
