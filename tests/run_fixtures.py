"""A run, a vehicle's day and their parts for tests; every field can be replaced."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.facility import FacilityKind
from domain.observation import Kind
from domain.run import (
    AssignedBy,
    Assignment,
    Because,
    Punctuality,
    RunResult,
    RunState,
    StreetResult,
    StreetState,
    Stretch,
)
from domain.work import EventKind, VehicleDay, Visit, WorkEvent

DAY = date(2026, 11, 25)
BEGINS = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
NOW = BEGINS + timedelta(hours=2)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def stretch(state: StreetState, because: Because, from_m: float, to_m: float, **other: Any) -> Stretch:
    return Stretch(from_m=from_m, to_m=to_m, state=state, because=because, **other)


SERVED = stretch(
    StreetState.SERVED, Because.COLLECTED, 0.0, 300.0,
    share=1.0, confidence=0.9, vehicle="LA-001", first_at=BEGINS, last_at=BEGINS + minutes(3), speed_kmh=6.0, fixes=12,
)  # fmt: skip
MISSED = stretch(StreetState.MISSED, Because.NOT_DRIVEN, 0.0, 200.0, confidence=0.95)
UNKNOWN = stretch(
    StreetState.UNKNOWN, Because.TRACKER_GAP, 0.0, 100.0, gap=(BEGINS + minutes(20), BEGINS + minutes(31))
)


def street(order: int, state: StreetState, *stretches: Stretch, **other: Any) -> StreetResult:
    values = {
        "order": order,
        "name": f"Đường mẫu {order:02d}",
        "state": state,
        "punctuality": Punctuality.ON_TIME if state is StreetState.SERVED else Punctuality.UNKNOWN,
        "due_m": sum(one.length_m for one in stretches),
        "stretches": stretches,
        "begins": BEGINS + minutes(10 * order),
    }
    return StreetResult(**(values | other))


RUN = RunResult(
    day=DAY,
    route="mau-01",
    number=1,
    name="Tuyến mẫu 01",
    plan_revision=1,
    places=("27694",),
    kind=Kind.SIMULATED,
    source="Mô phỏng",
    state=RunState.CLOSED,
    streets=(
        street(1, StreetState.SERVED, SERVED, first_at=BEGINS, last_at=BEGINS + minutes(3), vehicle="LA-001"),
        street(2, StreetState.MISSED, MISSED),
        street(3, StreetState.UNKNOWN, UNKNOWN),
    ),
    computed_at=NOW,
    assignments=(
        Assignment(vehicle="LA-001", since=BEGINS, until=NOW, confidence=0.9, by=AssignedBy.MATCHED),
    ),
    gaps=((BEGINS + minutes(20), BEGINS + minutes(31)),),
    fixes=240,
    distance_m=2_400.0,
    as_of=NOW - minutes(1),
    begins=BEGINS,
    ends=BEGINS + minutes(60),
    started_at=BEGINS,
    closed_at=BEGINS + minutes(120),
)  # fmt: skip

VEHICLE_DAY = VehicleDay(
    vehicle="LA-001",
    day=DAY,
    place="27694",
    kind=Kind.SIMULATED,
    source="Mô phỏng",
    as_of=NOW - minutes(1),
    computed_at=NOW,
    fixes=2_400,
    distance_m=42_000.0,
    off_plan_m=800.0,
    moving_s=18_000.0,
    idle_s=600.0,
    ignition_known=True,
    events=(
        WorkEvent(
            kind=EventKind.UNPLANNED_STOP, since=BEGINS + minutes(30), until=BEGINS + minutes(38),
            at=(106.41, 10.54), value=480.0, fixes=16,
        ),
    ),
    visits=(
        Visit(
            facility="TT", kind=FacilityKind.PLANT, entered_at=BEGINS + minutes(60), left_at=BEGINS + minutes(72),
            ticket="1", net_kg=1_300.0,
        ),
    ),
    loads=1,
    net_kg=1_300.0,
)  # fmt: skip


def run(**other: Any) -> RunResult:
    return replace(RUN, **other)


def vehicle_day(**other: Any) -> VehicleDay:
    return replace(VEHICLE_DAY, **other)
