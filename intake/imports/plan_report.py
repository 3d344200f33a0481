"""A plan import's findings and the planned routes, as lines for a terminal in Vietnamese and English."""

from collections.abc import Iterable, Iterator

from data_sources.plan.facilities import FacilityDraft
from data_sources.plan.weighbridge import TicketDraft
from domain.finding import Finding, counted
from domain.instant import VIETNAM
from domain.text import Text
from domain.waste.plan import PlannedStreet, Unit
from domain.waste.plan_check import clock
from domain.waste.plan_import import PlanImport
from intake.imports.map_report import both
from intake.imports.plan_import import CheckedPlan, Draft
from present.formats import number, trimmed
from store.rounds.plan import KeptRoute

FINDINGS_SHOWN = 60
_ROUTES = Text(
    "{routes} tuyến, {valid} tuyến hợp lệ; {entries} mục ({stops} điểm), {placed} mục có vị trí.",
    "{routes} routes, {valid} valid; {entries} entries ({stops} stops), {placed} located.",
)
_EXCEPTIONS = Text("{count} ngoại lệ.", "{count} exceptions.")
_FACILITIES = Text("{count} cơ sở.", "{count} facilities.")
_DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def facts_of(draft: Draft) -> Iterator[Text]:
    """What a file holds, in words."""
    match draft:
        case CheckedPlan(draft=read):
            streets = [street for route in read.routes for street in route.streets]
            counts = {
                "routes": len(read.routes),
                "valid": sum(draft.valid.values()),
                "entries": len(streets),
                "stops": sum(street.unit is Unit.STOP for street in streets),
                "placed": sum(street.placed for street in streets),
            }
            in_vi = {name: number(n, 0, "vi") for name, n in counts.items()}
            in_en = {name: number(n, 0, "en") for name, n in counts.items()}
            yield Text(_ROUTES.vi.format(**in_vi), _ROUTES.en.format(**in_en))
            if read.exceptions:
                yield _EXCEPTIONS.filled(count=len(read.exceptions))
        case FacilityDraft():
            yield _FACILITIES.filled(count=len(draft.facilities))
        case TicketDraft():
            net_kg = sum(ticket.net_kg for ticket in draft.tickets)
            vi, en = trimmed(net_kg, 1, "vi"), trimmed(net_kg, 1, "en")
            yield Text(f"{len(draft.tickets)} phiếu cân, {vi} kg.", f"{len(draft.tickets)} tickets, {en} kg.")


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Number of findings by problem, then each finding with its position in the file."""
    told = sorted(findings, key=lambda f: (f.severity.value, f.problem.value))
    if not told:
        return
    counts = ", ".join(f"{problem.value} {count}" for problem, count in sorted(counted(told).items()))
    yield f"cần xem / findings: {len(told):,} ({counts})"
    for finding in told[:FINDINGS_SHOWN]:
        where = [finding.file, f"tuyến / route {finding.route}" if finding.route else ""]
        where += [f"dòng / row {finding.row}" if finding.row is not None else "", finding.column]
        what = f"{finding.severity.value} {finding.problem.value}"
        at = "; ".join(filter(None, where))
        yield f"  {what}{f' [{at}]' if at else ''} {both(finding.words)}"
    if len(told) > FINDINGS_SHOWN:
        yield f"  … (+{len(told) - FINDINGS_SHOWN:,})"


def import_line(done: PlanImport) -> str:
    """One import in one line."""
    at = done.imported_at.astimezone(VIETNAM)
    state = "–" if done.withdrawn else "*"
    facts = (
        done.id,
        done.content.value,
        f"{done.routes} tuyến / routes, {done.entries} mục / entries, {done.changed} đổi / changed",
        f"{len(done.findings)} cần xem / findings",
        done.file_name,
        done.source,
        f"{at:%Y-%m-%d %H:%M}",
        done.imported_by,
    )
    return f"{state} " + "\t".join(facts)


def route_lines(kept: KeptRoute) -> Iterator[str]:
    """A route and its entries in order."""
    route = kept.route
    days = " ".join(_DAYS[day - 1] for day in sorted(route.weekdays)) or "—"
    state = "hợp lệ / valid" if kept.valid else "chưa hợp lệ / not valid"
    yield f"{'*' if kept.active else '–'} {route.id} (r{route.revision}) {route.name}: {days}; {state}"
    for street in route.streets:
        yield f"  {street.order:3d} {_time(street)} {street.name}{_words(street)}"


def _time(street: PlannedStreet) -> str:
    begins = "--:--" if street.begins_s is None else clock(street.begins_s)
    return begins if street.ends_s is None else f"{begins}–{clock(street.ends_s)}"


def _words(street: PlannedStreet) -> str:
    parts = [f" [{street.kerb.value}]" if street.kerb else ""]
    parts += [f" từ / from {street.start}" if street.start else "", f" đến / to {street.end}" if street.end else ""]
    return "".join([*parts, "" if street.placed else " (chưa có vị trí / not placed)"])
