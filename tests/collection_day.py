"""A service day of collection for tests of screens: three runs in every state, vehicles' days, a correction."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from run_fixtures import VEHICLE_DAY, stretch

from domain.observation import Kind
from domain.run import (
    AssignedBy,
    Assignment,
    Audit,
    Because,
    Expected,
    Override,
    Punctuality,
    RunResult,
    RunState,
    StreetResult,
    StreetState,
)
from domain.service_day import ServiceDay
from domain.work import Cause, EventKind, WorkEvent

NOW = datetime(2026, 11, 23, 7, 5, 32, tzinfo=UTC)
DAY = date(2026, 11, 23)
NAMES = (
    "Hùng Vương",
    "Nguyễn Trung Trực",
    "Trương Định",
    "Võ Công Tồn",
    "Lê Lợi",
    "Châu Thị Kim",
    "Hẻm 12/3 Nguyễn Huệ",
)
BEGINS = NOW - timedelta(minutes=125)


def _at(minutes: float) -> datetime:
    return BEGINS + timedelta(minutes=minutes)


def _in(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def _street(order: int, state: StreetState, because: Because, **said: Any) -> StreetResult:
    driven = state in (StreetState.SERVED, StreetState.PASSED)
    first = _at(15 * order + 4) if driven else None
    gap = (_at(15 * order - 5), _at(15 * order + 20)) if state is StreetState.UNKNOWN else None
    length_m = 180.0 + 137 * order
    one = stretch(
        state, because, 0.0, length_m, share=1.0 if driven else 0.0, confidence=0.9,
        vehicle="LA-001" if driven else "", first_at=first, last_at=first and first + timedelta(minutes=9),
        speed_kmh=7.0 if state is StreetState.SERVED else 31.0 if driven else None, fixes=24, gap=gap,
    )  # fmt: skip
    values: dict[str, Any] = {
        "order": order,
        "name": NAMES[(order - 1) % len(NAMES)],
        "state": state,
        "punctuality": Punctuality.ON_TIME if state is StreetState.SERVED else Punctuality.UNKNOWN,
        "due_m": length_m,
        "stretches": (one,),
        "begins": _at(15 * order),
        "ends": _at(15 * order + 13),
        "first_at": first if state is StreetState.SERVED else None,
        "last_at": first + timedelta(minutes=9) if first and state is StreetState.SERVED else None,
        "passed_at": first,
        "vehicle": "LA-001" if driven else "",
    }
    return StreetResult(**(values | said))


_S = StreetState
_B = Because
_SERVED = (_S.SERVED, _B.COLLECTED)
_MISSED, _UNKNOWN, _DUE = (_S.MISSED, _B.NOT_DRIVEN), (_S.UNKNOWN, _B.TRACKER_GAP), (_S.DUE, _B.NOT_YET)
_STATES = (
    (_SERVED, _SERVED, _SERVED, (_S.PASSED, _B.TOO_FAST), _SERVED, _MISSED, _SERVED),
    (_SERVED, _UNKNOWN, _UNKNOWN, _SERVED, _SERVED, _SERVED, _MISSED),
    (_SERVED, _SERVED, _SERVED, _SERVED, _SERVED, _SERVED, _SERVED, _DUE, _DUE, _DUE),
)


def _run(number: int) -> RunResult:
    streets = [_street(i, *said) for i, said in enumerate(_STATES[number - 1], start=1)]
    running = number == 3
    if running:
        streets[7:] = [
            replace(
                street,
                expected=Expected(at=_in(8 * i), low=_in(6 * i), high=_in(13 * i)),
            )
            for i, street in enumerate(streets[7:], start=1)
        ]
    gaps = tuple(one.gap for street in streets for one in street.stretches if one.gap)
    return RunResult(
        day=DAY, route=f"mau-0{number}", number=1, name=f"Tuyến mẫu 0{number}", plan_revision=1, places=("27694",),
        kind=Kind.SIMULATED, source="Mô phỏng", state=RunState.RUNNING if running else RunState.CLOSED,
        streets=tuple(streets), computed_at=NOW, gaps=gaps[:1], fixes=410, distance_m=6_400.0,
        as_of=NOW - timedelta(seconds=12), begins=_at(10), ends=_at(185 if running else 125), started_at=_at(19),
        closed_at=None if running else _at(121), revision=2 if number == 2 else 1,
        assignments=(
            Assignment(vehicle=f"LA-00{number}", since=_at(12), until=NOW, confidence=0.92, by=AssignedBy.MATCHED),
        ),
    )  # fmt: skip


def service_day() -> ServiceDay:
    """Three runs of the day the other fixtures speak of."""
    speeding = WorkEvent(kind=EventKind.SPEEDING, since=_at(70), until=_at(71), at=(106.41, 10.54), value=67.0, fixes=3)
    idle = replace(speeding, kind=EventKind.UNPLANNED_STOP, since=_at(40), until=_at(52), value=720.0)
    visit = replace(VEHICLE_DAY.visits[0], entered_at=_at(95), left_at=_at(112), facility="Tâm Sinh Nghĩa")
    one = replace(VEHICLE_DAY, day=DAY, as_of=NOW, computed_at=NOW, events=(idle, speeding), visits=(visit,))
    second = replace(
        one, vehicle="LA-002", events=(), visits=(replace(visit, ticket="", net_kg=None, left_at=None),),
        tickets_without_visit=("PC-0112",), cause=Cause.NO_NETWORK,
    )  # fmt: skip
    sparse = replace(one, vehicle="LA-003", events=(), visits=(), loads=0, net_kg=None, cause=Cause.SPARSE)
    return ServiceDay(
        day=DAY,
        runs=tuple(_run(number) for number in (1, 2, 3)),
        vehicles=(one, second, sparse),
        overrides=(
            Override(
                vehicle="LA-002", day=DAY, route="mau-02", number=1, since=_at(10), until=_at(125), by="Trực ban",
                said_at=_at(30), note="thay xe LA-005 hỏng",
            ),
        ),
        audits=(
            Audit(
                at=_at(124), day=DAY, route="mau-02", number=1, because="vị trí tới muộn", before="thu 1,9 km",
                after="thu 2,2 km",
            ),
        ),
        days=(DAY, DAY - timedelta(days=1)),
        due=3,
    )  # fmt: skip
