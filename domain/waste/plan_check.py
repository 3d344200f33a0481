"""Checks that a route can be driven and measured as planned: KPI 1 of waste collection, routes digitised.

Valid = ordered entries with geometry, kerb, weekday and time window, inside the area, at most 50 m apart, in time
order.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from domain.finding import Finding, Problem, Severity
from domain.places.map_layer import Box
from domain.public_text import is_public, public
from domain.text import Text
from domain.waste.plan import PlannedStreet, Position, Route, Unit, distance_m

CONNECTED_M = 50.0
Inside = Callable[[Position], bool]
"""Whether a position lies in the plan's area."""

_OUTSIDE = Text(
    "{name}: nằm ngoài địa bàn ({at}); hãy kiểm tra toạ độ.", "{name}: outside the area ({at}); check the coordinates."
)
_BACK = Text(
    "{name}: giờ {this} sớm hơn giờ {before} của đoạn liền trước.",
    "{name}: its time {this} is before {before}, the time of the previous entry.",
)
_EMPTY = Text(
    "{name}: giờ kết thúc phải sau giờ bắt đầu ({begin}–{end}).",
    "{name}: the end must be after the start ({begin}–{end}).",
)
_APART = Text(
    "{name}: cách điểm cuối của đoạn trước {metres:.0f} m.",
    "{name}: {metres:.0f} m from the end of the previous street.",
)
_OUT_OF_WINDOW = Text(
    "{name}: giờ {this} nằm ngoài khung giờ của tuyến ({limit}).",
    "{name}: its time {this} is outside the route's window ({limit}).",
)
_UNPLACED = Text("{name}: chưa có vị trí trên bản đồ.", "{name}: not placed on the map.")
_NO_KERB = Text("{name}: chưa ghi lề thu gom.", "{name}: no kerb side given.")
_PRIVATE = Text(
    "{name}: tên hoặc mốc có vẻ chứa biển số xe hay số điện thoại; trang cho người dân thay bằng “…”. "
    "Hãy sửa trong tệp.",
    "{name}: its name or a landmark looks like a number plate or telephone number; the residents' page shows “…”. "
    "Correct the file.",
)
_ONLY_REPORTED = (Problem.CONTRADICTION, Problem.PRIVATE)
_NO_TIME = Text("Tuyến chưa có giờ thu gom.", "The route has no collection time.")
_NO_DAY = Text("Tuyến chưa có ngày thu gom trong tuần.", "The route has no collection weekday.")
_NO_STREET = Text("Tuyến không có đoạn nào.", "The route has no entry.")


def inside_box(box: Box) -> Inside:
    """An area that is a box."""
    west, south, east, north = box
    return lambda at: west <= at[0] <= east and south <= at[1] <= north


def check(route: Route, inside: Inside) -> list[Finding]:
    """Every problem of a route, each reported once, at the entry it concerns."""
    found = [*_of_route(route)]
    for street in route.streets:
        found += _of_street(route, street, inside)
    for before, street in pairwise(route.streets):
        found += _between(route, before, street)
    return found


def is_valid(findings: Iterable[Finding]) -> bool:
    """Whether the findings of `check` leave the route valid: some are only reported."""
    return all(finding.problem in _ONLY_REPORTED for finding in findings)


def clock(seconds: int) -> str:
    """Seconds after the service day's midnight as "HH:MM"; hours pass 24 on a night shift."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _of_route(route: Route) -> Iterator[Finding]:
    if not route.streets:
        yield _finding(Problem.MISSING, route, None, _NO_STREET)
    if not route.weekdays and not any(street.weekdays for street in route.streets):
        yield _finding(Problem.MISSING, route, None, _NO_DAY)
    if route.begins_s is None and all(street.begins_s is None for street in route.streets):
        yield _finding(Problem.MISSING, route, None, _NO_TIME)
    if route.begins_s is not None and route.ends_s is not None and route.ends_s <= route.begins_s:
        yield _finding(Problem.EMPTY_WINDOW, route, None, _EMPTY, **_times(route.begins_s, route.ends_s))
    early = next((s for s in route.streets if _before(s.begins_s, route.begins_s)), None)
    late = next((s for s in route.streets if _before(route.ends_s, s.begins_s)), None)
    for street, limit in ((early, route.begins_s), (late, route.ends_s)):
        if street is not None and street.begins_s is not None and limit is not None:
            told = {"this": clock(street.begins_s), "limit": clock(limit)}
            contradicted = _finding(Problem.CONTRADICTION, route, street, _OUT_OF_WINDOW, **told)
            yield replace(contradicted, severity=Severity.WARNING)


def _before(first_s: int | None, second_s: int | None) -> bool:
    return first_s is not None and second_s is not None and first_s < second_s


def _of_street(route: Route, street: PlannedStreet, inside: Inside) -> Iterator[Finding]:
    if not street.placed:
        yield _finding(Problem.NOT_PLACED, route, street, _UNPLACED)
    outside = next((at for at in street.points if not inside(at)), None)
    if outside is not None:
        where = f"{outside[1]:.5f}, {outside[0]:.5f}"
        yield _finding(Problem.OUTSIDE_AREA, route, street, _OUTSIDE, at=where)
    if street.unit is Unit.STREET and street.kerb is None:
        yield replace(_finding(Problem.MISSING, route, street, _NO_KERB), severity=Severity.WARNING)
    if street.begins_s is not None and street.ends_s is not None and street.ends_s <= street.begins_s:
        yield _finding(Problem.EMPTY_WINDOW, route, street, _EMPTY, **_times(street.begins_s, street.ends_s))
    if not all(map(is_public, (street.name, street.start, street.end))):
        yield replace(_finding(Problem.PRIVATE, route, street, _PRIVATE), severity=Severity.WARNING)


def _between(route: Route, before: PlannedStreet, street: PlannedStreet) -> Iterator[Finding]:
    if before.begins_s is not None and street.begins_s is not None and street.begins_s < before.begins_s:
        yield _finding(
            Problem.BACKWARD_TIME,
            route,
            street,
            _BACK,
            this=clock(street.begins_s),
            before=clock(before.begins_s),
        )
    # Stops lie apart by nature; only streets must start where the previous one ends.
    both_lines = before.unit is Unit.STREET and street.unit is Unit.STREET and before.placed and street.placed
    if both_lines and (metres := distance_m(before.points[-1], street.points[0])) > CONNECTED_M:
        yield _finding(Problem.DISCONNECTED, route, street, _APART, metres=metres)


def _times(begins_s: int, ends_s: int) -> dict[str, str]:
    return {"begin": clock(begins_s), "end": clock(ends_s)}


def _finding(problem: Problem, route: Route, street: PlannedStreet | None, words: Text, **told: object) -> Finding:
    name = street.name if street else route.name
    said = words.filled(name=public(name), **told)
    return Finding(problem=problem, words=said, route=route.id, order=street.order if street else None)
