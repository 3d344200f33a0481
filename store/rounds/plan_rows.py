"""Converts the plan to table rows and back."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import orjson

from domain.finding import Finding, Problem, Severity
from domain.instant import from_ms, to_ms
from domain.observation import Kind
from domain.text import Text
from domain.waste.facility import Facility, FacilityKind, Ticket
from domain.waste.plan import Action, Kerb, PlanException, PlannedStreet, Position, Route, Unit, VehicleClass
from domain.waste.plan_import import Content, PlanImport
from store.rows import Row, instant_or_none, storable

NAME_LIMIT_BYTES = 300
FINDINGS_KEPT = 20_000


def route_row(route: Route, *, imported: str, valid: bool) -> dict[str, object]:
    """Row of ``plan_routes``, active."""
    return {
        "id": route.id,
        "revision": route.revision,
        "imported": imported,
        "name": storable(route.name, NAME_LIMIT_BYTES),
        "places": " ".join(route.places),
        "vehicle_class": route.vehicle_class.value if route.vehicle_class else "",
        "weekdays": _days(route.weekdays),
        "begins_s": route.begins_s,
        "ends_s": route.ends_s,
        "valid_from": _iso(route.valid_from),
        "valid_to": _iso(route.valid_to),
        "plates": " ".join(route.plates),
        "source": storable(route.source, NAME_LIMIT_BYTES),
        "kind": route.kind.value,
        "valid": valid,
        "active": True,
    }


def route_of(row: Row, streets: Iterable[PlannedStreet]) -> Route:
    """The route of a row, with its streets."""
    return Route(
        id=row["id"],
        name=row["name"],
        streets=tuple(streets),
        weekdays=frozenset(map(int, row["weekdays"])),
        places=tuple(row["places"].split()),
        vehicle_class=VehicleClass(row["vehicle_class"]) if row["vehicle_class"] else None,
        begins_s=row["begins_s"],
        ends_s=row["ends_s"],
        valid_from=_date(row["valid_from"]),
        valid_to=_date(row["valid_to"]),
        plates=tuple(row["plates"].split()),
        source=row["source"],
        kind=Kind(row["kind"]),
        revision=row["revision"],
    )


def street_row(route: Route, street: PlannedStreet) -> dict[str, object]:
    """Row of ``plan_streets``."""
    return {
        "route": route.id,
        "revision": route.revision,
        "number": street.order,
        "name": storable(street.name, NAME_LIMIT_BYTES),
        "unit": street.unit.value,
        "kerb": street.kerb.value if street.kerb else "",
        "start": storable(street.start, NAME_LIMIT_BYTES),
        "end": storable(street.end, NAME_LIMIT_BYTES),
        "begins_s": street.begins_s,
        "ends_s": street.ends_s,
        "weekdays": None if street.weekdays is None else _days(street.weekdays),
        "points": _points_out(street.points),
    }


def street_of(row: Row) -> PlannedStreet:
    """The entry of a row."""
    return PlannedStreet(
        order=row["number"],
        name=row["name"],
        unit=Unit(row["unit"]),
        kerb=Kerb(row["kerb"]) if row["kerb"] else None,
        start=row["start"],
        end=row["end"],
        begins_s=row["begins_s"],
        ends_s=row["ends_s"],
        weekdays=None if row["weekdays"] is None else frozenset(map(int, row["weekdays"])),
        points=_points_of(row["points"]),
    )


def exception_row(exception: PlanException, imported: str) -> dict[str, object]:
    """Row of ``plan_exceptions``."""
    return {
        "imported": imported,
        "day": exception.day.isoformat(),
        "route": exception.route,
        "action": exception.action.value,
        "moved_to": _iso(exception.moved_to),
        "shift_s": exception.shift_s,
        "note": storable(exception.note, NAME_LIMIT_BYTES),
    }


def exception_of(row: Row) -> PlanException:
    """The exception of a row."""
    return PlanException(
        day=date.fromisoformat(row["day"]),
        action=Action(row["action"]),
        route=row["route"],
        moved_to=_date(row["moved_to"]),
        shift_s=row["shift_s"],
        note=row["note"],
    )


def import_row(done: PlanImport) -> dict[str, object]:
    """Row of ``plan_imports``, with at most the first 20,000 findings."""
    return {
        "id": done.id,
        "content": done.content.value,
        "file_name": storable(done.file_name, NAME_LIMIT_BYTES),
        "sha256": done.sha256,
        "source": storable(done.source, NAME_LIMIT_BYTES),
        "imported_ms": to_ms(done.imported_at),
        "imported_by": storable(done.imported_by, NAME_LIMIT_BYTES),
        "routes": done.routes,
        "entries": done.entries,
        "changed": done.changed,
        "findings": orjson.dumps([_finding_out(finding) for finding in done.findings[:FINDINGS_KEPT]]).decode(),
        "withdrawn": done.withdrawn,
    }


def import_of(row: Row) -> PlanImport:
    """The import of a row."""
    return PlanImport(
        id=row["id"],
        content=Content(row["content"]),
        file_name=row["file_name"],
        sha256=row["sha256"],
        source=row["source"],
        imported_at=from_ms(row["imported_ms"]),
        imported_by=row["imported_by"],
        routes=row["routes"],
        entries=row["entries"],
        changed=row["changed"],
        findings=tuple(map(_finding_of, orjson.loads(row["findings"]))),
        withdrawn=bool(row["withdrawn"]),
    )


def facility_row(facility: Facility, imported: str) -> dict[str, object]:
    """Row of ``facilities``."""
    return {
        "id": facility.id,
        "imported": imported,
        "name": storable(facility.name, NAME_LIMIT_BYTES),
        "kind": facility.kind.value,
        "points": _points_out(facility.points),
        "radius_m": facility.radius_m,
        "source": storable(facility.source, NAME_LIMIT_BYTES),
    }


def facility_of(row: Row) -> Facility:
    """The facility of a row."""
    return Facility(
        id=row["id"],
        name=row["name"],
        kind=FacilityKind(row["kind"]),
        points=_points_of(row["points"]),
        radius_m=row["radius_m"],
        source=row["source"],
    )


def ticket_row(ticket: Ticket, imported: str) -> dict[str, object]:
    """Row of ``weighbridge_tickets``."""
    return {
        "plant": ticket.plant,
        "id": ticket.id,
        "imported": imported,
        "plate": ticket.plate,
        "entered_ms": to_ms(ticket.entered_at),
        "left_ms": None if ticket.left_at is None else to_ms(ticket.left_at),
        "gross_kg": ticket.gross_kg,
        "tare_kg": ticket.tare_kg,
        "net_kg": ticket.net_kg,
        "source": storable(ticket.source, NAME_LIMIT_BYTES),
    }


def ticket_of(row: Row) -> Ticket:
    """The ticket of a row."""
    return Ticket(
        plant=row["plant"],
        id=row["id"],
        plate=row["plate"],
        entered_at=from_ms(row["entered_ms"]),
        left_at=instant_or_none(row["left_ms"]),
        gross_kg=row["gross_kg"],
        tare_kg=row["tare_kg"],
        net_kg=row["net_kg"],
        source=row["source"],
    )


def _finding_out(finding: Finding) -> list[object]:
    where = (finding.route, finding.order, finding.row, finding.column, finding.file)
    words = [storable(said, 4 * NAME_LIMIT_BYTES) for said in finding.words]
    return [finding.problem.value, finding.severity.value, words, *where]


def _finding_of(kept: list[Any]) -> Finding:
    problem, severity, words, route, order, row, column, file = kept
    return Finding(
        problem=Problem(problem),
        severity=Severity(severity),
        words=Text(*words),
        route=route,
        order=order,
        row=row,
        column=column,
        file=file,
    )


def _points_out(points: Iterable[Position]) -> str:
    return orjson.dumps([[round(lon, 7), round(lat, 7)] for lon, lat in points]).decode()


def _points_of(kept: str) -> tuple[Position, ...]:
    return tuple((lon, lat) for lon, lat in orjson.loads(kept))


def _days(weekdays: Iterable[int]) -> str:
    return "".join(map(str, sorted(weekdays)))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _date(kept: str) -> date | None:
    return date.fromisoformat(kept) if kept else None
