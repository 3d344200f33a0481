"""The plan as GTFS static: a trip becomes a route, its stop times the entries, its service the weekdays."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from data_sources.plan._archive import parts
from data_sources.plan._assemble import assemble
from data_sources.plan._records import Record
from data_sources.workbooks.cells import Cell
from domain.finding import Finding, Problem
from domain.instant import VIETNAM
from domain.text import Text
from domain.waste.plan import Action, PlanException
from domain.waste.plan_draft import PlanDraft

Rows = Sequence[Mapping[str, str]]

_NEEDED = ("stops.txt", "trips.txt", "stop_times.txt")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ACTIONS = {"1": Action.EXTRA, "2": Action.CANCEL}

_BROKEN = Text("tệp không phải GTFS hợp lệ: {said}.", "not valid GTFS: {said}.")
_NO_TRIP = Text("chuyến {said} không có trong trips.txt.", "trip {said} is not in trips.txt.")
_NO_STOP = Text("điểm {said} không có trong stops.txt.", "stop {said} is not in stops.txt.")
_BAD_DAY = Text("ngày không hợp lệ: {said}.", "not a date: {said}.")


def read_gtfs(body: bytes, name: str, source: str) -> PlanDraft:
    """Routes and exceptions of a GTFS archive; never raises. Row numbers are those of stop_times.txt."""
    try:
        files = {part: _rows(text) for part, text in parts(body, name).items() if part.endswith(".txt")}
    except (ValueError, csv.Error) as error:
        return PlanDraft(findings=(_finding(Problem.UNREADABLE, _BROKEN, f"{name}: {error}"),))
    missing = [part for part in _NEEDED if part not in files]
    if missing:
        return PlanDraft(findings=(_finding(Problem.UNREADABLE, _BROKEN, f"{name}: {', '.join(missing)}"),))
    trips = {trip.get("trip_id", ""): trip for trip in files["trips.txt"]}
    findings: list[Finding] = []
    draft = assemble(_records(files, trips, findings), source)
    exceptions = tuple(_exceptions(files.get("calendar_dates.txt", ()), trips, findings))
    return replace(draft, exceptions=exceptions, findings=(*findings, *draft.findings))


def _rows(text: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def _records(
    files: Mapping[str, Rows], trips: Mapping[str, Mapping[str, str]], findings: list[Finding]
) -> list[Record]:
    stops = {stop.get("stop_id", ""): stop for stop in files["stops.txt"]}
    routes = {route.get("route_id", ""): route for route in files.get("routes.txt", ())}
    services = {service.get("service_id", ""): _service(service) for service in files.get("calendar.txt", ())}
    found: list[Record] = []
    for row, time in enumerate(files["stop_times.txt"], start=2):
        trip, stop = trips.get(time.get("trip_id", "")), stops.get(time.get("stop_id", ""))
        if trip is None or stop is None:
            words, said = (_NO_TRIP, "trip_id") if trip is None else (_NO_STOP, "stop_id")
            findings.append(_finding(Problem.MISSING, words, time.get(said) or "?", row))
            continue
        route = routes.get(trip.get("route_id", ""), {})
        cells: dict[str, Cell] = {
            "route": trip.get("trip_id"),
            "route_name": route.get("route_long_name") or route.get("route_short_name") or trip.get("trip_headsign"),
            "order": time.get("stop_sequence"),
            "name": stop.get("stop_name"),
            "latitude": stop.get("stop_lat"),
            "longitude": stop.get("stop_lon"),
            "begins": time.get("arrival_time") or time.get("departure_time"),
            **services.get(trip.get("service_id", ""), {}),
        }
        found.append(Record(row=row, cells=cells, file="stop_times.txt"))
    return found


def _service(service: Mapping[str, str]) -> dict[str, Cell]:
    on = [day for day, name in zip(_DAYS, _FULL_NAMES, strict=True) if service.get(name) == "1"]
    return {
        "weekdays": ", ".join(on),
        "valid_from": _iso(service.get("start_date", "")),
        "valid_to": _iso(service.get("end_date", "")),
    }


def _iso(said: str) -> str:
    return f"{said[:4]}-{said[4:6]}-{said[6:]}" if said else ""


def _exceptions(rows: Rows, trips: Mapping[str, Mapping[str, str]], findings: list[Finding]) -> Iterator[PlanException]:
    for row, said in enumerate(rows, start=2):
        try:
            day, action = _day(said.get("date", "")), _ACTIONS[said.get("exception_type", "")]
        except (ValueError, KeyError, TypeError):
            findings.append(_finding(Problem.BAD_VALUE, _BAD_DAY, str(dict(said))[:120], row, "calendar_dates.txt"))
            continue
        for trip_id, trip in trips.items():
            if trip.get("service_id") == said.get("service_id"):
                yield PlanException(day=day, action=action, route=trip_id)


def _day(said: str) -> date:
    return datetime.strptime(said, "%Y%m%d").replace(tzinfo=VIETNAM).date()


def _finding(problem: Problem, words: Text, said: str, row: int | None = None, file: str = "stop_times.txt") -> Finding:
    told = words.filled(said=said)
    return Finding(problem=problem, words=told, row=row, file=file if row else "")
