"""Imports a file of the plan: reads it, places it on the streets, checks it, keeps it with its findings."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from data_sources.plan.facilities import FacilityDraft
from data_sources.plan.placing import Streets
from data_sources.plan.plan_area import area_of, area_of_units
from data_sources.plan.readers import PlanFormat, read_plan
from data_sources.plan.stops import Mapped
from data_sources.plan.weighbridge import TicketDraft
from domain.access.principal import CENTRE, Principal
from domain.finding import Finding, Problem, Severity
from domain.imports.file_import import FileImport
from domain.imports.question import Answers
from domain.places.map_layer import PROVINCE_BOX
from domain.text import Text
from domain.waste.plan import Route
from domain.waste.plan_check import Inside, check, inside_box, is_valid
from domain.waste.plan_draft import PlanDraft
from domain.waste.plan_import import Content, PlanImport
from intake.imports.importer import principal_of
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan

_OTHER_SOURCE = Text(
    "tuyến {route} thay thế tuyến cùng mã của nguồn {source}; nếu là hai tuyến khác nhau, hãy rút lại và đổi mã.",
    "route {route} replaces one of the same id from {source}; if they are two routes, withdraw this and change the id.",
)
_NO_UNIT = Text(
    "mã “{code}” không phải là đơn vị hoặc khu vực đang có hiệu lực.", "“{code}” is no unit or place set in force."
)
_FORMAT, _MAPPING, _AREA, _PLANT = "format", "mapping", "area", "plant"
_WHY_NOT_PLACED = (Problem.BAD_COORDINATES, Problem.NOT_PLACED, Problem.AMBIGUOUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrder:
    """What to import. ``said`` None = the format follows from the file's name; ``mapped`` is for timed stops.

    ``by`` is who handed the file in, ``principal`` who approved it.

    ``inside`` None = a route must lie in the units it names, else in the province. ``plant`` serves tickets whose
    table names none.
    """

    body: bytes
    file_name: str
    source: str
    by: str
    principal: Principal = CENTRE
    content: Content = Content.PLAN
    inside: Inside | None = None
    said: PlanFormat | None = None
    mapped: Mapped | None = None
    plant: str = ""

    @property
    def sha256(self) -> str:
        """Identifies the file by its content."""
        return hashlib.sha256(self.body).hexdigest()


def answers_of(*, said: str = "", mapping: str = "", area: str = "", plant: str = "") -> Answers:
    """What a sender says of a file, as answers: its format, the names of timed stops, the area, the plant.

    ``mapping`` is JSON, ``area`` "W,S,E,N" or GeoJSON; raises ValueError when they cannot be used.
    """
    if mapping:
        Mapped.of_json(mapping.encode())
    if area:
        _area(area)
    given = {_FORMAT: said, _MAPPING: mapping, _AREA: area, _PLANT: plant}
    return {key: code for key, code in given.items() if code}


def order_of(found: FileImport, body: bytes, answers: Answers) -> PlanOrder:
    """What the import of a file orders. Raises ValueError when an answer cannot be used."""
    return PlanOrder(
        body=body,
        file_name=found.file_name,
        source=found.source,
        by=found.received_by,
        principal=principal_of(found.approved_by),
        content=Content(found.feed),
        inside=_area(answers[_AREA]) if _AREA in answers else None,
        said=PlanFormat(answers[_FORMAT]) if _FORMAT in answers else None,
        mapped=Mapped.of_json(answers[_MAPPING].encode()) if _MAPPING in answers else None,
        plant=answers.get(_PLANT, ""),
    )


def _area(said: str) -> Inside:
    return area_of(said.encode() if said.lstrip().startswith("{") else said)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanUnits:
    """The units a route may name: communes by code or place set, and the borders that the map has."""

    communes: Mapping[str, tuple[str, ...]]
    borders: Mapping[str, Mapping[str, Any]]

    def area(self, route: Route, otherwise: Inside) -> Inside:
        """The area of the route's own units; ``otherwise`` when it names none or a border is not on the map."""
        codes = [code for place in route.places for code in self.communes.get(place, ("",))]
        known = [self.borders[code] for code in codes if code in self.borders]
        return area_of_units(known) if known and len(known) == len(codes) else otherwise

    def unknown(self, route: Route) -> list[Finding]:
        """A finding for each place of the route that is no unit in force."""
        return [
            Finding(problem=Problem.BAD_VALUE, words=_NO_UNIT.filled(code=place), route=route.id)
            for place in route.places
            if place not in self.communes
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPlan:
    """A draft with its streets placed where possible, all findings, and which routes are valid."""

    draft: PlanDraft
    valid: Mapping[str, bool]


Draft = CheckedPlan | FacilityDraft | TicketDraft
"""A file as read, by its content."""


def read_order(order: PlanOrder, streets: Streets | None, units: PlanUnits | None = None) -> CheckedPlan:
    """Read, place and check; keeps nothing and never raises. ``streets`` None = no street map has been imported.

    ``units`` None = a route need not lie in the units it names, only in the area of the order, else in the province.
    """
    draft = read_plan(order.body, order.file_name, order.source, said=order.said, mapped=order.mapped)
    otherwise = order.inside or inside_box(PROVINCE_BOX)
    routes: list[Route] = []
    findings = list(draft.findings)
    for route in draft.routes:
        placed, why = streets.place(route) if streets else (route, [])
        routes.append(placed)
        findings += [_located(finding, draft) for finding in why]
    explained = {_where(finding) for finding in findings if finding.problem in _WHY_NOT_PLACED}
    valid = {}
    for route in routes:
        inside = units.area(route, otherwise) if units else otherwise
        found = [_located(finding, draft) for finding in check(route, inside)]
        found += units.unknown(route) if units else []
        valid[route.id] = is_valid(found)
        findings += _unexplained(found, explained)
    return CheckedPlan(draft=replace(draft, routes=tuple(routes), findings=tuple(findings)), valid=valid)


def is_empty(draft: Draft) -> bool:
    """Whether there is nothing to keep."""
    match draft:
        case CheckedPlan(draft=read):
            return not read.routes and not read.exceptions
        case FacilityDraft():
            return not draft.facilities
        case TicketDraft():
            return not draft.tickets


def findings_of(draft: Draft) -> Sequence[Finding]:
    """What somebody should look at."""
    return draft.draft.findings if isinstance(draft, CheckedPlan) else draft.findings


def _imported(order: PlanOrder, draft: Draft, id_: str, now: datetime) -> PlanImport:
    match draft:
        case CheckedPlan(draft=read):
            routes, entries = len(read.routes), read.streets
        case FacilityDraft():
            routes, entries = 0, len(draft.facilities)
        case TicketDraft():
            routes, entries = 0, len(draft.tickets)
    return PlanImport(
        id=id_,
        content=order.content,
        file_name=order.file_name,
        sha256=order.sha256,
        source=order.source,
        imported_at=now,
        imported_by=order.by,
        routes=routes,
        entries=entries,
        findings=tuple(findings_of(draft)),
    )


def keep(order: PlanOrder, draft: Draft, plan: Plan, facilities: Facilities, now: datetime, id_: str) -> None:
    """Keep a draft as the import ``id_``; an entry's id that it repeats replaces the earlier entry.

    Warns of a route id that another source uses: they may be two routes, and the earlier one can be brought back.
    """
    done = _imported(order, draft, id_, now)
    match draft:
        case CheckedPlan(draft=read):
            sources = {kept.route.id: kept.route.source for kept in plan.routes()}
            taken = [
                _taken(r.id, sources[r.id]) for r in read.routes if sources.get(r.id, order.source) != order.source
            ]
            done = replace(done, findings=(*taken, *done.findings))
            plan.add(done, read.routes, read.exceptions, valid=draft.valid, by=order.principal)
        case FacilityDraft():
            facilities.add(done, draft.facilities, by=order.principal)
        case TicketDraft():
            facilities.add(done, tickets=draft.tickets, by=order.principal)


def _taken(route: str, source: str) -> Finding:
    told = {"route": route, "source": source}
    words = _OTHER_SOURCE.filled(**told)
    return Finding(problem=Problem.DUPLICATE, severity=Severity.WARNING, words=words, route=route)


def _located(finding: Finding, draft: PlanDraft) -> Finding:
    """The finding with its entry's file and row."""
    file, row = draft.where.get((finding.route, finding.order or 0), ("", None))
    return replace(finding, file=file, row=row)


def _unexplained(found: Iterable[Finding], explained: set[tuple[object, ...]]) -> list[Finding]:
    """The findings without "not placed" for entries whose reason is already told."""
    return [f for f in found if f.problem is not Problem.NOT_PLACED or _where(f) not in explained]


def _where(finding: Finding) -> tuple[object, ...]:
    return finding.route, finding.file, finding.row if finding.row is not None else finding.order
