"""The API's answers about the collection plan; null always means "not given"."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.answers import LineString, Point
from api.instants import Instant
from domain.observation import Kind
from domain.waste.plan import Action, DueRun, Kerb, PlanException, PlannedStreet, Unit, VehicleClass
from domain.waste.plan_import import Content, PlanImport
from present.answers import Answer, FindingAnswer
from store.rounds.plan import KeptRoute


class RouteAnswer(Answer):
    """A route in use; ``valid`` as counted by KPI 1 of waste collection."""

    id: str
    revision: int
    name: str
    places: list[str] = Field(description="Codes of communes or keys of place sets.")
    vehicle_class: VehicleClass | None
    weekdays: list[int] = Field(description="ISO: 1 is Monday; empty = given per entry.")
    begins_s: int | None = Field(description="Window of the route, seconds after the service day's local midnight.")
    ends_s: int | None
    valid_from: date | None
    valid_to: date | None
    plates: list[str] = Field(description="As the source names them; a route is not bound to a plate.")
    source: str
    kind: Kind
    valid: bool
    imported: str
    entries: int
    placed: int


class PlanRoutes(Answer):
    """The routes in use and how many of them are valid."""

    valid: int
    routes: list[RouteAnswer]


class EntryProperties(Answer):
    """One street or stop of a route as written."""

    order: int
    name: str
    unit: Unit
    kerb: Kerb | None
    start: str | None = Field(serialization_alias="from")
    end: str | None = Field(serialization_alias="to")
    begins_s: int | None = Field(description="Seconds after the service day's local midnight; may exceed 86,400.")
    ends_s: int | None
    weekdays: list[int] | None = Field(description="Null = those of the route.")


class EntryFeature(Answer):
    """GeoJSON feature of an entry; null geometry = not placed."""

    type: Literal["Feature"] = "Feature"
    geometry: LineString | Point | None
    properties: EntryProperties


class RouteFeatures(Answer):
    """GeoJSON collection of a route's entries in order."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    route: RouteAnswer
    features: list[EntryFeature]


class ExceptionAnswer(Answer):
    """Why a run is not as usual."""

    day: date
    action: Action
    route: str | None = Field(description="Null = every route.")
    moved_to: date | None
    shift_s: int
    note: str


class DueEntry(Answer):
    """One entry of a run with its planned instants."""

    order: int
    name: str
    begins_at: Instant | None
    ends_at: Instant | None


class DueAnswer(Answer):
    """A run that is due."""

    route: str
    revision: int
    name: str
    number: int
    entries: list[DueEntry]
    because: list[ExceptionAnswer]


class DueRuns(Answer):
    """The runs due on a service day."""

    day: date
    runs: list[DueAnswer]


class ImportAnswer(Answer):
    """One import of the plan."""

    id: str
    content: Content
    file_name: str
    sha256: str
    source: str
    imported_at: Instant
    routes: int
    entries: int
    changed: int
    withdrawn: bool


class PlanFindings(Answer):
    """The findings of an import."""

    imported: ImportAnswer
    findings: list[FindingAnswer]


class PlanImports(Answer):
    """Every import, newest first."""

    imports: list[ImportAnswer]


def route_answer(kept: KeptRoute) -> RouteAnswer:
    """A route in short."""
    route = kept.route
    return RouteAnswer(
        id=route.id,
        revision=route.revision,
        name=route.name,
        places=list(route.places),
        vehicle_class=route.vehicle_class,
        weekdays=sorted(route.weekdays),
        begins_s=route.begins_s,
        ends_s=route.ends_s,
        valid_from=route.valid_from,
        valid_to=route.valid_to,
        plates=list(route.plates),
        source=route.source,
        kind=route.kind,
        valid=kept.valid,
        imported=kept.imported,
        entries=len(route.streets),
        placed=sum(street.placed for street in route.streets),
    )


def route_features(kept: KeptRoute) -> RouteFeatures:
    """A route with its entries."""
    return RouteFeatures(route=route_answer(kept), features=[_feature(street) for street in kept.route.streets])


def _feature(street: PlannedStreet) -> EntryFeature:
    geometry: LineString | Point | None = None
    if street.placed:
        one = len(street.points) == 1
        geometry = Point(coordinates=street.points[0]) if one else LineString(coordinates=list(street.points))
    return EntryFeature(
        geometry=geometry,
        properties=EntryProperties(
            order=street.order,
            name=street.name,
            unit=street.unit,
            kerb=street.kerb,
            start=street.start or None,
            end=street.end or None,
            begins_s=street.begins_s,
            ends_s=street.ends_s,
            weekdays=None if street.weekdays is None else sorted(street.weekdays),
        ),
    )


def due_answer(run: DueRun) -> DueAnswer:
    """A run that is due."""
    windows = [(street, *run.window(street)) for street in run.streets]
    return DueAnswer(
        route=run.route.id,
        revision=run.route.revision,
        name=run.route.name,
        number=run.number,
        entries=[DueEntry(order=s.order, name=s.name, begins_at=begin, ends_at=end) for s, begin, end in windows],
        because=[_exception(exception) for exception in run.because],
    )


def _exception(exception: PlanException) -> ExceptionAnswer:
    return ExceptionAnswer(
        day=exception.day,
        action=exception.action,
        route=exception.route or None,
        moved_to=exception.moved_to,
        shift_s=exception.shift_s,
        note=exception.note,
    )


def import_answer(done: PlanImport) -> ImportAnswer:
    """An import in short, without the name of its importer."""
    return ImportAnswer(
        id=done.id,
        content=done.content,
        file_name=done.file_name,
        sha256=done.sha256,
        source=done.source,
        imported_at=done.imported_at,
        routes=done.routes,
        entries=done.entries,
        changed=done.changed,
        withdrawn=done.withdrawn,
    )
