"""Takes files of the plan from the command and from HTTP alike: reads, places, checks, keeps and reports them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from data_sources.plan.facilities import FacilityDraft, read_facilities
from data_sources.plan.placing import Streets
from data_sources.plan.weighbridge import TicketDraft, read_tickets
from domain.access.principal import Principal
from domain.finding import Problem
from domain.places.map_layer import BANDS, LayerKind
from domain.places.place import IN_FORCE
from domain.places.territory import Level
from domain.text import Text
from domain.waste.plan_import import Compared, Content, PlanImport
from intake.imports.plan_import import CheckedPlan, Draft, PlanOrder, PlanUnits, imported, is_empty, keep, read_order
from intake.imports.plan_references import about_tickets, told_apart, with_routes
from store import territories
from store.maps.map_layers import LayerDamagedError, MapLayers
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from streets.graph import StreetGraph


class Outcome(StrEnum):
    """Outcome of taking a file."""

    KEPT = "kept"
    ALREADY = "already"
    TRIED = "tried"
    NOTHING = "nothing"


OUTCOME_WORDS = {
    Outcome.KEPT: Text("Đã lưu.", "Kept."),
    Outcome.ALREADY: Text(
        "Tệp này của nguồn này đã nạp rồi nên không đổi gì; gửi với again=true để đọc lại.",
        "This source's file was imported before, so nothing changed; send it with again=true to read it again.",
    ),
    Outcome.TRIED: Text("Chỉ đọc thử, không lưu gì.", "Only tried; nothing was kept."),
    Outcome.NOTHING: Text("Không có gì để lưu.", "There is nothing to keep."),
}
_NO_STREETS = Text(
    "Bản đồ chưa có mạng lưới đường nên chưa xác định được vị trí của các tên đường.",
    "The map has no streets yet, so street names could not be located.",
)
_WITHDRAWN = Text(
    "Lần nạp này đã được rút lại; dùng lại bằng: python -m ingest plan use {id}",
    "That import was taken back; use it again with: python -m ingest plan use {id}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Result of taking a file. ``done`` is the kept import, or without an id the import it would have been.

    ``draft`` None = not read this time. ``valid`` counts valid routes (KPI 1), None when the file is no plan.
    """

    outcome: Outcome
    done: PlanImport
    draft: Draft | None = None
    valid: int | None = None
    notes: tuple[Text, ...] = ()

    @property
    def net_kg(self) -> float | None:
        """Net mass of all tickets; None when the file holds no tickets or was not read this time."""
        return sum(t.net_kg for t in self.draft.tickets) if isinstance(self.draft, TicketDraft) else None


class PlanDesk:
    """Takes files of the plan. Blocking; raises SQLAlchemyError and OSError when store or street map fail."""

    def __init__(self, plan: Plan, maps: MapLayers, facilities: Facilities) -> None:
        self._plan, self._maps, self._facilities = plan, maps, facilities

    def take(self, order: PlanOrder, now: datetime, *, dry_run: bool, again: bool) -> Taken:
        """Read a file and keep it. ``dry_run`` keeps nothing; without ``again`` a file kept before is not read."""
        known = None if again or dry_run else self._plan.import_of_file(order.sha256, order.source, order.content)
        if known is not None:
            return self._known(known)
        draft, notes = self.read(order)
        if is_empty(draft) or dry_run:
            outcome = Outcome.NOTHING if is_empty(draft) else Outcome.TRIED
            done = imported(order, draft, "", now)
        else:
            outcome, done = Outcome.KEPT, keep(order, draft, self._plan, self._facilities, now)
        valid = sum(draft.valid.values()) if isinstance(draft, CheckedPlan) else None
        return Taken(outcome=outcome, done=done, draft=draft, valid=valid, notes=notes)

    def keep(self, order: PlanOrder, id_: str, now: datetime) -> None:
        """Read a file and keep it as the import ``id_``; one that is kept already stays as it is."""
        if self._plan.one_import(id_) is None:
            keep(order, self.read(order)[0], self._plan, self._facilities, now, id_)

    def withdraw(self, id_: str, by: Principal, now: datetime) -> None:
        """Take an import back; nothing happens to one that was. KeyError for an unknown id."""
        kept = self._plan.one_import(id_)
        if kept is None or not kept.withdrawn:
            self._plan.withdraw(id_, by, now)

    def compared(self, draft: Draft, source: str) -> Compared:
        """How many entries of a file of ``source`` are new, differ from what stands, repeat it, or are not in it."""
        if isinstance(draft, CheckedPlan):
            return self._plan.compared(draft.draft.routes, draft.draft.exceptions, source)
        return self._facilities.compared(
            draft.facilities if isinstance(draft, FacilityDraft) else (),
            draft.tickets if isinstance(draft, TicketDraft) else (),
            source,
        )

    def _known(self, done: PlanImport) -> Taken:
        valid = None
        if done.content is Content.PLAN:
            valid = sum(kept.valid for kept in self._plan.imported_routes(done.id))
        notes = (_WITHDRAWN.filled(id=done.id),) if done.withdrawn else ()
        return Taken(outcome=Outcome.ALREADY, done=done, valid=valid, notes=notes)

    def read(self, order: PlanOrder) -> tuple[Draft, tuple[Text, ...]]:
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
