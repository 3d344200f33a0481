"""What a file of the plan refers to and the centre does not have: routes, plants, numbers of tickets."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from domain.finding import Finding, Problem, Severity
from domain.instant import service_day
from domain.text import Text
from domain.waste.facility import UNLOADED_AT, Facility, Ticket
from domain.waste.plan import PlanException, Route

_NO_ROUTE = Text(
    "ngày {day:%d/%m/%Y}: kế hoạch không có tuyến {route}; thay đổi này chỉ có tác dụng khi có tuyến mang mã ấy.",
    "{day:%Y-%m-%d}: the plan has no route {route}; this change does nothing until there is one.",
)
_ZERO_LOST = Text(
    "ngày {day:%d/%m/%Y}: kế hoạch không có tuyến {route}; đã hiểu là tuyến {known} (bảng tính bỏ mất số 0 ở đầu).",
    "{day:%Y-%m-%d}: the plan has no route {route}; read as route {known} (spreadsheets drop a leading zero).",
)
_ONLY_ZERO = Text(
    "tuyến {route} chỉ khác tuyến {known} ở số 0 đầu mã; nếu là một tuyến, hãy rút lại và ghi {known}.",
    "route {route} differs from {known} by a leading zero only; if they are one, withdraw this and write {known}.",
)
_NO_PLANT = Text(
    "không có nhà máy hay trạm trung chuyển nào mang mã {plant} ({count} phiếu); hãy nạp cơ sở ấy.",
    "no plant or transfer point has the id {plant} ({count} tickets); import that facility.",
)
_SAME_NUMBER = Text(
    "{count} phiếu trùng số với phiếu ngày khác của cùng xe (ví dụ {said}, ngày {day:%d/%m/%Y}); các phiếu đều được "
    "tính. Nếu là sửa giờ cân, hãy rút lại lần nạp trước.",
    "{count} tickets have the number of another day's ticket of the same vehicle (for example {said}, "
    "{day:%Y-%m-%d}); all count. If they correct its time, withdraw the earlier import.",
)


def with_routes(
    exceptions: Iterable[PlanException], known: Collection[str]
) -> tuple[tuple[PlanException, ...], tuple[Finding, ...]]:
    """The exceptions with the route that each means, and a finding for each whose route the plan does not have."""
    by_bare = _by_bare(known)
    meant: list[PlanException] = []
    findings: list[Finding] = []
    for exception in exceptions:
        route = exception.route
        if route and route not in known:
            alike = by_bare.get(_bare(route), ())
            words = _ZERO_LOST if len(alike) == 1 else _NO_ROUTE
            told = words.filled(day=exception.day, route=route, known=next(iter(alike), ""))
            problem = Problem.AMBIGUOUS if len(alike) == 1 else Problem.MISSING
            findings.append(Finding(problem=problem, severity=Severity.WARNING, words=told, route=route))
            exception = replace(exception, route=alike[0]) if len(alike) == 1 else exception
        meant.append(exception)
    return tuple(meant), tuple(findings)


def told_apart(routes: Iterable[Route], known: Collection[str]) -> list[Finding]:
    """A warning for each new route whose id another route has but for leading zeros."""
    given = [route.id for route in routes]
    by_bare = _by_bare({*known, *given})
    return [
        Finding(
            problem=Problem.DUPLICATE,
            severity=Severity.WARNING,
            words=_ONLY_ZERO.filled(route=id_, known=other),
            route=id_,
        )
        for id_ in given
        if id_ not in known
        for other in by_bare.get(_bare(id_), ())
        if other != id_
    ]


def about_tickets(given: Sequence[Ticket], standing: Iterable[Ticket], facilities: Iterable[Facility]) -> list[Finding]:
    """Warnings of plants that nobody imported, and of numbers that another day's ticket of the same vehicle has."""
    plants = {facility.id for facility in facilities if facility.kind in UNLOADED_AT}
    unknown = Counter(ticket.plant for ticket in given if ticket.plant not in plants)
    findings = [_warning(Problem.MISSING, _NO_PLANT.filled(plant=plant, count=n)) for plant, n in unknown.items()]
    again: list[tuple[Ticket, date]] = []
    days: dict[tuple[str, str, str], set[date]] = defaultdict(set)
    for ticket in standing:
        days[ticket.plant, ticket.id, ticket.plate].add(service_day(ticket.entered_at))
    for ticket in given:
        days_before = days.get((ticket.plant, ticket.id, ticket.plate), set())
        if days_before and service_day(ticket.entered_at) not in days_before:
            again.append((ticket, max(days_before)))
    if again:
        ticket, day = again[0]
        findings.append(_warning(Problem.DUPLICATE, _SAME_NUMBER.filled(count=len(again), said=ticket.id, day=day)))
    return findings


def _warning(problem: Problem, words: Text) -> Finding:
    return Finding(problem=problem, severity=Severity.WARNING, words=words)


def _by_bare(ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id_ in sorted(ids):
        found.setdefault(_bare(id_), []).append(id_)
    return found


def _bare(id_: str) -> str:
    """An id as a spreadsheet leaves it, which takes "01" for the number 1."""
    return id_.lstrip("0") if id_.isdecimal() else id_
