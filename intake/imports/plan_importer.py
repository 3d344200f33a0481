"""Files of the collection plan for the import machine: routes and exceptions, facilities, weighbridge tickets."""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from data_sources.plan.facilities import FacilityDraft, read_facilities
from data_sources.plan.placing import Streets
from data_sources.plan.weighbridge import TicketDraft, read_tickets
from domain.access.principal import Principal
from domain.finding import Finding, Problem, Severity
from domain.imports.file_import import FileImport, Preview, ProblemShown
from domain.imports.kinds.collection_plan import KIND
from domain.imports.question import Answers
from domain.places.map_layer import BANDS, LayerKind
from domain.places.place import IN_FORCE
from domain.places.territory import Level
from domain.text import Text
from domain.waste.plan_import import Compared, Content
from intake.imports.importer import Decision, KeptWithRow, Looked, Progress, principal_of
from intake.imports.plan_import import (
    CheckedPlan,
    Draft,
    PlanOrder,
    PlanUnits,
    findings_of,
    is_empty,
    keep,
    order_of,
    read_order,
)
from intake.imports.plan_references import about_tickets, told_apart, with_routes
from intake.imports.plan_report import facts_of
from store import territories
from store.maps.map_layers import LayerDamagedError, MapLayers
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from streets.graph import StreetGraph

_KEEP, _WITHDRAW = b"keep", b"withdraw"
_PROBLEMS_SHOWN = 1_000
_NOTHING = Text("Không có gì để lưu: {why}", "There is nothing to keep: {why}")
_NO_ROWS = Text("không có dòng dữ liệu nào dưới tiêu đề.", "there is no row below the headings.")
_BAD_WORDS = Text("Lời khai không dùng được: {why}", "What was said of the file cannot be used: {why}")
_NO_STREETS = Text(
    "Bản đồ chưa có mạng lưới đường nên chưa xác định được vị trí của các tên đường.",
    "The map has no streets yet, so street names could not be located.",
)


class PlanImporter(KeptWithRow):
    """Takes the three contents of plan files. The plan's own record of an import has the id of its file."""

    def __init__(self, plan: Plan, maps: MapLayers, facilities: Facilities, *, demonstrates: bool = False) -> None:
        """``demonstrates``: the files are the simulator's own, for which no second person has to stand."""
        self._plan, self._maps, self._facilities = plan, maps, facilities
        self._demonstrates = demonstrates

    @property
    def key(self) -> str:
        """See `Importer`."""
        return KIND.key

    @property
    def kinds(self) -> Collection[str]:
        """The contents of plan files."""
        return [content.value for content in Content]

    def needs_person(self, kind: str) -> bool:
        """Routes and facilities change what everybody is judged by; tickets are measured, and a scale's key answers."""
        return kind != Content.WEIGHBRIDGE and not self._demonstrates

    def look(self, found: FileImport, body: bytes, answers: Answers, progress: Progress) -> Looked:
        """Read a file, place its streets, and compare it with what stands."""
        try:
            draft, notes = self._read(order_of(found, body, answers))
        except ValueError as wrong:
            return Looked(refused=_BAD_WORDS.filled(why=str(wrong)))
        said = findings_of(draft)
        compared = Compared() if is_empty(draft) else self._compared(draft, found.source)
        wrong_ones = [one for one in said if one.severity is Severity.ERROR]
        warnings = [_told(one) for one in said if one.severity is Severity.WARNING]
        preview = Preview(
            new=compared.new,
            changed=compared.changed,
            unchanged=compared.unchanged,
            gone=compared.gone,
            refused=len(wrong_ones),
            problems=tuple(map(_problem, wrong_ones[:_PROBLEMS_SHOWN])),
            warnings=(*notes, *warnings[:_PROBLEMS_SHOWN]),
            facts=tuple(facts_of(draft)),
        )
        if not is_empty(draft):
            return Looked(preview=preview)
        why = said[0].words if said else _NO_ROWS
        return Looked(preview=preview, refused=Text(_NOTHING.vi.format(why=why.vi), _NOTHING.en.format(why=why.en)))

    def decide(self, found: FileImport, body: bytes, by: Principal, now: datetime) -> Decision:
        """Decides that the file is kept."""
        return Decision(outbox=_KEEP)

    def take_back(self, found: FileImport, applied: bytes) -> Decision:
        """Decides that the file no longer counts."""
        return Decision(outbox=_WITHDRAW)

    async def pass_on(self, found: FileImport, body: bytes, outbox: bytes, now: datetime) -> None:
        """Keep the file under its id, or withdraw it, in one transaction of the plan."""
        if outbox == _KEEP:
            await asyncio.to_thread(self._keep, order_of(found, body, found.answers), found.id, now)
        else:
            await asyncio.to_thread(self._withdraw, found.id, principal_of(found.withdrawn_by), now)

    def _keep(self, order: PlanOrder, id_: str, now: datetime) -> None:
        if self._plan.one_import(id_) is None:
            keep(order, self._read(order)[0], self._plan, self._facilities, now, id_)

    def _withdraw(self, id_: str, by: Principal, now: datetime) -> None:
        kept = self._plan.one_import(id_)
        if kept is None or not kept.withdrawn:
            self._plan.withdraw(id_, by, now)

    def _compared(self, draft: Draft, source: str) -> Compared:
        """How many entries of a file of ``source`` are new, differ from what stands, repeat it, or are not in it."""
        if isinstance(draft, CheckedPlan):
            return self._plan.compared(draft.draft.routes, draft.draft.exceptions, source)
        return self._facilities.compared(
            draft.facilities if isinstance(draft, FacilityDraft) else (),
            draft.tickets if isinstance(draft, TicketDraft) else (),
            source,
        )

    def _read(self, order: PlanOrder) -> tuple[Draft, Iterable[Text]]:
        """Read a file and keep nothing; returns it with sentences about the whole."""
        if order.content is Content.FACILITIES:
            return read_facilities(order.body, order.file_name, order.source), ()
        if order.content is Content.WEIGHBRIDGE:
            tickets = read_tickets(order.body, order.file_name, order.source, order.plant)
            told = about_tickets(
                tickets.tickets, self._facilities.numbered_as(tickets.tickets), self._facilities.facilities()
            )
            return replace(tickets, findings=(*tickets.findings, *told)), ()
        streets = _streets(self._maps)
        checked = self._referring(read_order(order, streets, None if order.inside else _units(self._maps)))
        unplaced = streets is None and any(f.problem is Problem.NOT_PLACED for f in checked.draft.findings)
        return checked, (_NO_STREETS,) if unplaced else ()

    def _referring(self, checked: CheckedPlan) -> CheckedPlan:
        """The plan with the routes that its exceptions mean, and findings for those that the plan does not have."""
        read = checked.draft
        known = {kept.route.id for kept in self._plan.routes()}
        exceptions, unknown = with_routes(read.exceptions, known | {route.id for route in read.routes})
        findings = (*read.findings, *unknown, *told_apart(read.routes, known))
        return replace(checked, draft=replace(read, exceptions=exceptions, findings=findings))


def _streets(maps: MapLayers) -> Streets | None:
    layer = maps.active(LayerKind.STREETS, "")
    return Streets(StreetGraph.load(maps.graph(layer.id))) if layer else None


def _units(maps: MapLayers) -> PlanUnits:
    """The units in force, with their borders when they are on the map."""
    layer = maps.active(LayerKind.BOUNDARIES, IN_FORCE, Level.COMMUNE)
    communes = {p.code: (p.code,) for p in territories.places(IN_FORCE) if p.level is Level.COMMUNE}
    sets = {known.key: known.codes for known in territories.place_sets(IN_FORCE)}
    try:
        borders = maps.shapes(layer.id, len(BANDS)) if layer else {}
    except LayerDamagedError:
        borders = {}
    return PlanUnits(communes=communes | sets, borders=borders)


def _problem(one: Finding) -> ProblemShown:
    where = " · ".join(filter(None, (one.column, one.route)))
    return ProblemShown(
        sheet=one.file, row=one.row or 0, column=0, reason=one.words, detail=where, code=one.problem.value
    )


def _told(one: Finding) -> Text:
    """A warning with where it stands."""
    row = Text(f"dòng {one.row}", f"row {one.row}") if one.row else Text("", "")
    said = (" · ".join(filter(None, (one.file, where, one.column, one.route))) for where in row)
    return Text(*(f"{where}: {words}" if where else words for where, words in zip(said, one.words, strict=True)))
