"""The plan as GTFS static: a trip becomes a route, its stop times the entries, its service the weekdays."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from data_sources.messages.parse import unmarked
from data_sources.plan import values as read
from data_sources.plan._archive import parts
from data_sources.plan._assemble import assemble
from data_sources.plan._records import Record
from data_sources.workbooks.cells import CELLS_MAX, Cell
from domain.finding import Finding, Problem, Severity
from domain.text import Text
from domain.waste.plan import Action, PlanException
from domain.waste.plan_check import clock
from domain.waste.plan_draft import PlanDraft

Row = Mapping[str, str]
Rows = Sequence[Row]

_NEEDED = {
    "stops.txt": ("stop_id", "stop_lat", "stop_lon"), "trips.txt": ("trip_id",),
    "stop_times.txt": ("trip_id", "stop_id"),
}  # fmt: skip
"""The files that there must be, each with the columns without which nothing of it can be used."""
_READ = (*_NEEDED, "routes.txt", "calendar.txt", "calendar_dates.txt", "frequencies.txt")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ACTIONS = {"1": Action.EXTRA, "2": Action.CANCEL}
RUNS_MAX = 100
"""Runs that frequencies.txt may give one trip; more is no collection plan."""

_NO_COLUMN = Text(
    "{said}; dòng đầu của tệp GTFS có tên cột tiếng Anh, cách nhau bằng dấu phẩy.",
    "{said}; the first line of a GTFS file has the names of its columns, separated by commas.",
)
_TWICE = Text(
    "{said} bị lặp với nội dung khác; giữ dòng đầu.", "{said} is repeated with other content; the first is kept."
)
_UNREAD = Text("không đọc: {said}.", "not read: {said}.")
_BROKEN = Text("tệp không phải GTFS hợp lệ: {said}.", "not valid GTFS: {said}.")
_NO_TRIP = Text("chuyến {said} không có trong trips.txt.", "trip {said} is not in trips.txt.")
_NO_STOP = Text("điểm {said} không có trong stops.txt.", "stop {said} is not in stops.txt.")
_NO_TIMES = Text("chuyến {said} không có dòng nào trong stop_times.txt.", "trip {said} has no row in stop_times.txt.")
_BAD_DAY = Text("ngày không hợp lệ: {said}.", "not a date: {said}.")
_NO_SERVICE = Text(
    "service_id {said} không có chuyến nào trong trips.txt.", "no trip in trips.txt has the service_id {said}."
)
_NO_RUNS = Text(
    "không rõ giờ các ca của chuyến {said}; các giờ của chuyến này để trống.",
    "the times of trip {said} are not clear; they are left blank.",
)


def read_gtfs(body: bytes, name: str, source: str) -> PlanDraft:
    """Routes and exceptions of a GTFS archive; never raises. Row numbers are those of stop_times.txt."""
    try:
        unpacked = {part.casefold(): text for part, text in parts(body, name).items()}
        files = {part: _rows(unpacked[part]) for part in _READ if part in unpacked}
    except (ValueError, csv.Error) as error:
        return PlanDraft(findings=(_finding(Problem.UNREADABLE, _BROKEN, f"{name}: {error}"),))
    missing = [part for part in _NEEDED if part not in files]
    if missing:
        return PlanDraft(findings=(_finding(Problem.UNREADABLE, _BROKEN, f"{name}: {', '.join(missing)}"),))
    lacking = [
        f"{part}: {column}" for part, needed in _NEEDED.items() for column in needed if not _has(files[part], column)
    ]
    if lacking:
        words = _NO_COLUMN.filled(said=", ".join(lacking))
        return PlanDraft(findings=(Finding(problem=Problem.UNREADABLE, words=words),))
    findings: list[Finding] = []
    trips = _by_id("trips.txt", "trip_id", files, findings)
    runs = _runs_of(files.get("frequencies.txt", ()), findings)
    draft = assemble(_repeated(_records(files, trips, findings), runs), source)
    unread = ", ".join(sorted(part for part in unpacked if part.endswith(".txt") and part not in _READ))
    if unread:
        told = _UNREAD.filled(said=unread[:300])
        findings.append(Finding(problem=Problem.NOT_UNDERSTOOD, severity=Severity.WARNING, words=told))
    exceptions = tuple(_exceptions(files.get("calendar_dates.txt", ()), trips, runs, findings))
    return replace(draft, exceptions=exceptions, findings=(*findings, *draft.findings))


def _rows(text: bytes) -> Rows:
    """The rows of one file without the blanks that large agencies write after their commas."""
    cells = text.count(b"\n") + text.count(b",")
    if cells > CELLS_MAX:
        raise ValueError(f"{cells} > {CELLS_MAX} ô / cells")
    rows = csv.DictReader(io.StringIO(unmarked(text).decode(), newline=""), restkey="", restval="")
    return [{(key or "").strip().casefold(): value.strip() for key, value in row.items() if key} for row in rows]


def _has(rows: Rows, column: str) -> bool:
    return not rows or column in rows[0]


def _by_id(part: str, key: str, files: Mapping[str, Rows], findings: list[Finding]) -> dict[str, Row]:
    """The rows of a file by their id; a second one with other content is told and left out."""
    found: dict[str, Row] = {}
    for row, said in enumerate(files.get(part, ()), start=2):
        id_ = said.get(key, "")
        if found.setdefault(id_, said) != said:
            findings.append(_finding(Problem.DUPLICATE, _TWICE, f"{key} {id_}", row, part))
    return found


def _runs_of(rows: Rows, findings: list[Finding]) -> dict[str, Sequence[int]]:
    """When the runs of each trip in frequencies.txt begin, in seconds of its day; () when that is not clear."""
    found: dict[str, set[int]] = defaultdict(set)
    unclear: set[str] = set()
    for row, said in enumerate(rows, start=2):
        trip = said.get("trip_id", "")
        try:
            found[trip] |= {*_runs(said)}
        except ValueError:
            findings.append(_finding(Problem.BAD_VALUE, _NO_RUNS, trip, row, "frequencies.txt"))
            unclear.add(trip)
    return {trip: () if trip in unclear else sorted(begins) for trip, begins in found.items()}


def _runs(said: Row) -> range:
    begins, ends = read.clock(said.get("start_time")), read.clock(said.get("end_time"))
    every_s = int(said.get("headway_secs", ""))
    runs = range(begins, ends, every_s) if begins is not None and ends is not None and every_s > 0 else range(0)
    if not 0 < len(runs) <= RUNS_MAX:
        raise ValueError(len(runs))
    return runs


def _run_ids(trip: str, runs: Mapping[str, Sequence[int]]) -> list[str]:
    """The routes that a trip becomes: itself, or one for each of its runs."""
    return [f"{trip} {clock(begins)}" for begins in runs.get(trip, ())] or [trip]


def _repeated(records: Sequence[Record], runs: Mapping[str, Sequence[int]]) -> Iterator[Record]:
    """The records with those of a trip in frequencies.txt once for each run.

    The stop times of such a trip are only the steps between its stops, by custom from 00:00:00.
    """
    first: dict[str, int] = {}
    for record in records:
        if (at := _seconds(record)) is not None:
            first[record.text("route")] = min(at, first.get(record.text("route"), at))
    for record in records:
        trip, at = record.text("route"), _seconds(record)
        if trip not in runs:
            yield record
            continue
        for begins, id_ in zip(runs[trip] or (None,), _run_ids(trip, runs), strict=True):
            said = None if begins is None or at is None else timedelta(seconds=begins + at - first[trip])
            yield replace(record, cells={**record.cells, "route": id_, "begins": said})


def _seconds(record: Record) -> int | None:
    try:
        return read.clock(record.cells.get("begins"))
    except ValueError:
        return None


def _records(files: Mapping[str, Rows], trips: Mapping[str, Row], findings: list[Finding]) -> list[Record]:
    stops = _by_id("stops.txt", "stop_id", files, findings)
    routes = _by_id("routes.txt", "route_id", files, findings)
    calendar = _by_id("calendar.txt", "service_id", files, findings)
    services = {id_: _service(service, findings) for id_, service in calendar.items()}
    found: list[Record] = []
    timed: set[str] = set()
    for row, time in enumerate(files["stop_times.txt"], start=2):
        trip, stop = trips.get(time.get("trip_id", "")), stops.get(time.get("stop_id", ""))
        if trip is None or stop is None:
            words, said = (_NO_TRIP, "trip_id") if trip is None else (_NO_STOP, "stop_id")
            findings.append(_finding(Problem.MISSING, words, time.get(said) or "?", row))
            continue
        timed.add(trip["trip_id"])
        route = routes.get(trip.get("route_id", ""), {})
        cells: dict[str, Cell] = {
            "route": trip["trip_id"],
            "route_name": route.get("route_long_name") or route.get("route_short_name") or trip.get("trip_headsign"),
            "order": time.get("stop_sequence"),
            "name": stop.get("stop_name"),
            "latitude": stop.get("stop_lat"),
            "longitude": stop.get("stop_lon"),
            "begins": time.get("arrival_time") or time.get("departure_time"),
            **services.get(trip.get("service_id", ""), {}),
        }
        found.append(Record(row=row, cells=cells, file="stop_times.txt"))
    findings += [_finding(Problem.MISSING, _NO_TIMES, trip) for trip in trips if trip not in timed]
    return found


def _service(service: Row, findings: list[Finding]) -> dict[str, Cell]:
    on = [day for day, name in zip(_DAYS, _FULL_NAMES, strict=True) if service.get(name) == "1"]
    cells: dict[str, Cell] = {"weekdays": ", ".join(on)}
    for role, key in (("valid_from", "start_date"), ("valid_to", "end_date")):
        said = service.get(key, "")
        try:
            cells[role] = _day(said) if said else None
        except ValueError:
            findings.append(_finding(Problem.BAD_VALUE, _BAD_DAY, said[:120]))
    return cells


def _exceptions(
    rows: Rows, trips: Mapping[str, Row], runs: Mapping[str, Sequence[int]], findings: list[Finding]
) -> Iterator[PlanException]:
    for row, said in enumerate(rows, start=2):
        try:
            day, action = _day(said.get("date", "")), _ACTIONS[said.get("exception_type", "")]
        except (ValueError, KeyError):
            findings.append(_finding(Problem.BAD_VALUE, _BAD_DAY, str(dict(said))[:120], row, "calendar_dates.txt"))
            continue
        of_service = [trip_id for trip_id, trip in trips.items() if trip.get("service_id") == said.get("service_id")]
        if not of_service:
            service = said.get("service_id", "")
            findings.append(_finding(Problem.MISSING, _NO_SERVICE, service, row, "calendar_dates.txt"))
        for trip_id in of_service:
            for id_ in _run_ids(trip_id, runs):
                yield PlanException(day=day, action=action, route=id_)


def _day(said: str) -> date:
    """A day as GTFS writes it, or with dashes; any other writing may have the month first. ValueError for those."""
    return date.fromisoformat(said)


def _finding(problem: Problem, words: Text, said: str, row: int | None = None, file: str = "stop_times.txt") -> Finding:
    told = words.filled(said=said)
    return Finding(problem=problem, words=told, row=row, file=file if row else "")
