"""The API's answers about collection runs; null always means "not known", never zero."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from api.answers import LineString, Point
from api.instants import Instant
from domain.observation import Kind
from domain.waste.facility import FacilityKind
from domain.waste.run import AssignedBy, Because, ClosedBy, Punctuality, RunResult, RunState, StreetState
from domain.waste.service_day import ServiceDay
from domain.waste.work import Cause, EventKind, Step
from present.answers import Answer


class Found(Answer):
    """An answer made from a domain value with the same fields."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class AssignmentAnswer(Found):
    """A vehicle's time on a run; ``confidence`` 0..1 is 1 for a dispatcher's override."""

    vehicle: str
    since: Instant
    until: Instant
    confidence: float
    by: AssignedBy


class StretchAnswer(Found):
    """A piece of a street between two junctions, metres along the planned line, with its evidence."""

    from_m: float
    to_m: float
    state: StreetState
    because: Because
    share: float
    confidence: float
    vehicle: str
    first_at: Instant | None
    last_at: Instant | None
    speed_kmh: float | None
    fixes: int
    gap: tuple[Instant, Instant] | None


class ExpectedAnswer(Found):
    """Expected time, with a probability of 80 % between ``low`` and ``high``."""

    at: Instant
    low: Instant
    high: Instant


class StreetAnswer(Found):
    """One planned entry of a run."""

    order: int
    name: str
    is_stop: bool
    state: StreetState
    punctuality: Punctuality
    due_m: float
    begins: Instant | None
    ends: Instant | None
    first_at: Instant | None
    last_at: Instant | None
    vehicle: str
    passed_at: Instant | None
    expected: ExpectedAnswer | None
    stretches: tuple[StretchAnswer, ...]


class RunSummary(Answer):
    """A run in one line; metres and entries by state."""

    day: date
    route: str
    number: int
    name: str
    state: RunState
    kind: Kind
    source: str
    places: tuple[str, ...]
    vehicles: tuple[str, ...]
    begins: Instant | None
    ends: Instant | None
    started_at: Instant | None
    closed_at: Instant | None
    closed_by: ClosedBy | None
    as_of: Instant | None = Field(description="Newest fix of its vehicles; null = nothing was heard.")
    computed_at: Instant
    revision: int
    due_m: float
    metres: dict[StreetState, float]
    entries: dict[StreetState, int]


class RunAnswer(RunSummary):
    """A whole run with its evidence."""

    plan_revision: int
    fixes: int
    distance_m: float
    gaps: tuple[tuple[Instant, Instant], ...]
    assignments: tuple[AssignmentAnswer, ...]
    streets: tuple[StreetAnswer, ...]


class Runs(Answer):
    """The runs of a service day; ``due`` counts planned runs, ``routes`` those in use (null once a run was judged)."""

    day: date
    due: int
    routes: int | None
    days: tuple[date, ...] = Field(description="The newest judged days, newest first.")
    runs: list[RunSummary]


class StretchProperties(Answer):
    """A due stretch's state and evidence; ``last_at`` is its last service."""

    route: str
    number: int
    order: int
    name: str
    state: StreetState
    because: Because
    first_at: Instant | None
    last_at: Instant | None
    vehicle: str | None
    confidence: float
    speed_kmh: float | None
    length_m: float


class StretchFeature(Answer):
    """GeoJSON feature of a due stretch or stop."""

    type: Literal["Feature"] = "Feature"
    geometry: LineString | Point
    properties: StretchProperties


class Stretches(Answer):
    """GeoJSON collection of every due stretch with a place on the map; ``unplaced`` counts those without."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    day: date
    unplaced: int
    features: list[StretchFeature]


class EventAnswer(Found):
    """One event of a drive; ``value`` is km/h for speeding, metres for off route, else seconds."""

    kind: EventKind
    since: Instant
    until: Instant
    at: tuple[float, float] = Field(description="Longitude, latitude.")
    value: float
    fixes: int


class VisitAnswer(Found):
    """A stay at a facility; null ``left_at`` = still there, empty ``ticket`` = none matched."""

    facility: str
    kind: FacilityKind
    entered_at: Instant
    left_at: Instant | None
    left_by: Instant | None = Field(
        description="A silence hides its end: left between ``left_at`` and then, else null."
    )
    ticket: str
    net_kg: float | None


class VehicleDayAnswer(Found):
    """One vehicle's service day so far; vehicles that should have been heard and were not are included."""

    vehicle: str
    day: date
    place: str
    kind: Kind
    source: str
    as_of: Instant | None = Field(description="Newest fix; null = no valid fix.")
    computed_at: Instant
    fixes: int
    behind: bool = Field(description="Many more fixes were read than it tells of; it is made again within a minute.")
    on_duty: bool | None = Field(description="Whether the roster wanted it so far; null = the roster does not say.")
    planned: bool = Field(description="Whether any run was due that day; if none, no stop counts as unplanned.")
    step: Step = Field(description="How far its tracker's honesty goes: fitted, supplying, on time, complete.")
    distance_m: float | None
    unmatched_m: float
    off_plan_m: float | None
    moving_s: float | None
    idle_s: float
    ignition_known: bool
    loads: int
    net_kg: float | None
    tickets_without_visit: tuple[str, ...]
    tickets_unheard: tuple[str, ...] = Field(description="Tickets that its silent tracker lets nobody compare.")
    cause: Cause | None
    events: tuple[EventAnswer, ...]
    visits: tuple[VisitAnswer, ...]


class VehicleDays(Answer):
    """Vehicles' days of a service day."""

    day: date
    vehicles: list[VehicleDayAnswer]


class AuditAnswer(Found):
    """One correction of a closed run."""

    at: Instant
    day: date
    route: str
    number: int
    because: str
    before: str
    after: str


class Audits(Answer):
    """The log of corrections of a service day, in the order they were made."""

    day: date
    audits: list[AuditAnswer]


class OverrideAnswer(Found):
    """A dispatcher's statement of which vehicle drives a run."""

    vehicle: str
    day: date
    route: str
    number: int
    since: Instant
    until: Instant
    by: str
    said_at: Instant
    note: str


class Overrides(Answer):
    """Dispatchers' overrides of a service day; a later one for the same vehicle and time replaces an earlier one."""

    day: date
    overrides: list[OverrideAnswer]


class OverrideGiven(Answer):
    """A dispatcher's new override."""

    vehicle: str = Field(min_length=1, max_length=100)
    day: date
    route: str = Field(min_length=1, max_length=64)
    number: int = Field(default=1, ge=1, le=100)
    since: Instant
    until: Instant
    by: str = Field(max_length=1000)
    note: str = Field(default="", max_length=1000)


def runs_answer(found: ServiceDay) -> Runs:
    """A day with one line for each run."""
    lines = [RunSummary.model_validate(_summary(run)) for run in found.runs]
    return Runs(day=found.day, due=found.due, routes=None if found.runs else found.routes, days=found.days, runs=lines)


def run_answer(run: RunResult) -> RunAnswer:
    """A run with its evidence."""
    return RunAnswer.model_validate(
        _summary(run)
        | {
            "streets": [StreetAnswer.model_validate(street) for street in run.streets],
            "assignments": [AssignmentAnswer.model_validate(one) for one in run.assignments],
        }
        | {name: getattr(run, name) for name in ("plan_revision", "fixes", "distance_m", "gaps")}
    )


def _summary(run: RunResult) -> dict[str, object]:
    counted = {
        "metres": {state: round(run.metres(state), 1) for state in StreetState},
        "entries": {state: run.count(state) for state in StreetState},
    }
    return {name: getattr(run, name) for name in RunSummary.model_fields if name not in counted} | counted
