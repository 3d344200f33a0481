"""Builds routes from records of any format: groups and orders them, reads cells, reports every doubt as a finding."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

from data_sources.plan import values as read
from data_sources.plan._records import Record
from data_sources.workbooks.cells import Cell, is_missing, text_of
from domain.finding import Finding, Problem, Severity
from domain.observation import Kind
from domain.text import Text
from domain.waste.plan import PlannedStreet, Position, Route, Unit
from domain.waste.plan_check import clock
from domain.waste.plan_draft import PlanDraft

_T = TypeVar("_T")

_WRONG = Text("không hiểu “{said}”; ô này để trống.", "“{said}” is not understood; left blank.")
_WRONG_DAYS = Text(
    "không rõ ngày trong tuần: “{said}”; hãy ghi T2, T3 … CN hoặc Mon, Tue …",
    "weekday not clear: “{said}”; write T2, T3 … CN or Mon, Tue …",
)
_WRONG_PLACE = Text(
    "toạ độ không dùng được ({said}); mục này chưa có vị trí.",
    "the coordinates are unusable ({said}); the entry is not placed.",
)
_NO_ROUTE = Text("thiếu mã tuyến; dòng không dùng được.", "the route id is missing; the row is unusable.")
_NO_NAME = Text(
    "thiếu tên đường hoặc điểm; dòng không dùng được.", "the street or stop is missing; the row is unusable."
)
_TWICE = Text("mã {said} đã có trong tuyến này; giữ cả hai.", "the id {said} is already in this route; both kept.")
_SAME_ORDER = Text("số thứ tự {said} bị lặp; xếp theo thứ tự dòng.", "order {said} is repeated; ordered by row.")
_DIFFERS = Text("“{said}” khác các dòng trước của tuyến: “{first}”.", "“{said}” differs from earlier rows: “{first}”.")
_LONG = Text("khung giờ dài hơn 12 giờ: “{said}”.", "the window is longer than 12 hours: “{said}”.")
_LONG_ID = Text(
    "mã tuyến dài quá 64 ký tự; dòng không dùng được.", "the route id is over 64 characters; the row is unusable."
)
ID_MAX = 64
_LONG_S = 12 * 3600
_DIGITS_MAX = 10


@dataclass(slots=True)
class _Reader:
    """Reads cells of records and collects findings for unreadable ones."""

    findings: list[Finding] = field(default_factory=list)

    def cell(
        self, record: Record, role: str, reading: Callable[[Record], _T | None], words: Text = _WRONG, said: str = ""
    ) -> _T | None:
        """The result of ``reading`` on the record; None and a finding when it raises ValueError."""
        try:
            return reading(record)
        except read.UnclearError as unclear:
            self.tell(Problem.BAD_VALUE, unclear.words, record, role)
            return None
        except (ValueError, OverflowError) as wrong:
            problem = Problem.BAD_COORDINATES if words is _WRONG_PLACE else Problem.BAD_VALUE
            self.tell(problem, words, record, role, said=said or record.text(role) or str(wrong))
            return None

    def tell(
        self, problem: Problem, words: Text, record: Record, role: str = "", *, look: bool = False, **told: object
    ) -> None:
        """Add a finding about a record; ``look`` makes it a warning."""
        self.findings.append(
            Finding(
                problem=problem,
                severity=Severity.WARNING if look else Severity.ERROR,
                words=words.filled(**told),
                route=record.text("route") or record.text("route_name"),
                order=record.order,
                row=record.row,
                column=record.columns.get(role, role),
                file=record.file,
            )
        )


def assemble(records: Iterable[Record], source: str) -> PlanDraft:
    """Routes in order of first appearance; entries by their order number, without one in file order.

    A time earlier than the previous one belongs to the next day when that is nearer (night shifts). Otherwise it stays,
    and `domain.waste.plan_check` reports it. Never raises.
    """
    reader = _Reader()
    groups: dict[str, list[Record]] = {}
    for record in records:
        key = record.text("route") or record.text("route_name")
        if not key:
            reader.tell(Problem.MISSING, _NO_ROUTE, record, "route")
        elif len(key) > ID_MAX:
            reader.tell(Problem.BAD_VALUE, _LONG_ID, record, "route")
        elif not record.text("name"):
            reader.tell(Problem.MISSING, _NO_NAME, record, "name")
        else:
            groups.setdefault(key, []).append(record)
    ordered = {key: _in_order(reader, group) for key, group in groups.items()}
    routes = [_route(reader, key, group, source) for key, group in ordered.items()]
    where = {(key, r.order or 0): (r.file, r.row) for key, group in ordered.items() for r in group}
    return PlanDraft(routes=tuple(routes), findings=tuple(reader.findings), where=where)


def _route(reader: _Reader, key: str, records: Sequence[Record], source: str) -> Route:
    first = _Firsts(reader, records)
    begins, ends = first("route_window", read.window) or (None, None)
    streets: list[PlannedStreet] = []
    before = begins
    for record in records:
        street = _street(reader, record, before)
        streets.append(street)
        before = before if street.begins_s is None else street.begins_s
    days = {street.weekdays for street in streets}
    common = next(iter(days)) if len(days) == 1 else None
    return Route(
        id=key,
        name=_same(reader, records, "route_name") or key,
        streets=tuple(replace(s, weekdays=None) for s in streets) if common else tuple(streets),
        weekdays=common or frozenset(),
        places=tuple(_same(reader, records, "places").replace(",", " ").replace(";", " ").split()),
        vehicle_class=first("vehicle_class", read.vehicle_class),
        begins_s=begins,
        ends_s=ends,
        valid_from=first("valid_from", read.day),
        valid_to=first("valid_to", read.day),
        plates=read.plates(" ".join(record.text("plates") for record in records)),
        source=source,
        kind=first("kind", lambda cell: Kind(text_of(cell)) if text_of(cell) else None) or Kind.DECLARED,
    )


@dataclass(slots=True)
class _Firsts:
    """Properties of the whole route from its records: the first record that has one counts."""

    reader: _Reader
    records: Sequence[Record]

    def __call__(self, role: str, reading: Callable[[Cell], _T | None]) -> _T | None:
        """The first value that is not blank."""
        for record in self.records:
            if not is_missing(record.cells.get(role)):
                return self.reader.cell(record, role, lambda r: reading(r.cells.get(role)))
        return None


def _in_order(reader: _Reader, records: Sequence[Record]) -> list[Record]:
    """The records by their order numbers; in file order when a number is missing or repeated."""
    seen: dict[str, Record] = {}
    for record in records:
        if (said := record.text("id")) and seen.setdefault(said, record) is not record:
            reader.tell(Problem.DUPLICATE, _TWICE, record, "id", look=True, said=said)
    said_orders = [record.text("order") for record in records]
    if not all(said.isascii() and said.isdecimal() and len(said) < _DIGITS_MAX for said in said_orders):
        return _as_they_stand(records)
    ordered = sorted((replace(r, order=int(r.text("order"))) for r in records), key=lambda r: r.order or 0)
    repeated = [record for before, record in pairwise(ordered) if before.order == record.order]
    for record in repeated:
        reader.tell(Problem.DUPLICATE, _SAME_ORDER, record, "order", look=True, said=record.order)
    return _as_they_stand(records) if repeated else ordered


def _as_they_stand(records: Sequence[Record]) -> list[Record]:
    return [replace(record, order=number) for number, record in enumerate(records, start=1)]


def _street(reader: _Reader, record: Record, before: int | None) -> PlannedStreet:
    begins, ends = _times(reader, record, before)
    points = record.points or _point(reader, record)
    unit = reader.cell(record, "unit", lambda r: read.unit(r.cells.get("unit")))
    return PlannedStreet(
        order=record.order or 0,
        name=record.text("name"),
        unit=unit or (Unit.STOP if len(points) == 1 or "latitude" in record.cells else Unit.STREET),
        kerb=reader.cell(record, "kerb", lambda r: read.kerb(r.cells.get("kerb"))),
        start=record.text("start"),
        end=record.text("end"),
        begins_s=begins,
        ends_s=ends,
        weekdays=_weekdays(reader, record),
        points=points,
    )


def _times(reader: _Reader, record: Record, before: int | None) -> tuple[int | None, int | None]:
    role = "begins" if record.text("begins") else "window"
    said = reader.cell(record, role, lambda r: read.window(r.cells.get(role))) or (None, None)
    ends = reader.cell(record, "ends", lambda r: read.clock(r.cells.get("ends")))
    ends = said[1] if ends is None else ends
    begins = None if said[0] is None else read.follows(before, said[0])
    ends = read.ends_after(begins, ends)
    if begins is not None and ends is not None and ends - begins > _LONG_S:
        reader.tell(Problem.CONTRADICTION, _LONG, record, role, look=True, said=f"{clock(begins)}–{clock(ends)}")
    return begins, ends


def _point(reader: _Reader, record: Record) -> tuple[Position, ...]:
    def of(record: Record) -> Position | None:
        return read.position(read.number(record.cells.get("longitude")), read.number(record.cells.get("latitude")))

    said = f"{record.text('latitude')}, {record.text('longitude')}"
    point = reader.cell(record, "latitude", of, _WRONG_PLACE, said)
    return (point,) if point else ()


def _weekdays(reader: _Reader, record: Record) -> frozenset[int] | None:
    role = "weekdays_vi" if record.text("weekdays_vi") else "weekdays"

    def of(record: Record) -> frozenset[int]:
        return read.weekdays(record.cells.get(role), record.words, numbers=role == "weekdays_vi")

    return reader.cell(record, role, of, _WRONG_DAYS) or None


def _same(reader: _Reader, records: Sequence[Record], role: str) -> str:
    """The text that all records of a route share; when they differ, the first one, and a finding."""
    said = next((record.text(role) for record in records if record.text(role)), "")
    other = next((record for record in records if record.text(role) not in ("", said)), None)
    if other is not None:
        reader.tell(Problem.CONTRADICTION, _DIFFERS, other, role, look=True, said=other.text(role), first=said)
    return said
