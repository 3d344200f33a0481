"""A vehicle's service day: distance, stops, unloading, and problems of its tracker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from domain.observation import Kind, least_factual
from domain.text import Text
from domain.waste.facility import FacilityKind, Ticket
from domain.waste.plan import Position


class EventKind(StrEnum):
    """Kinds of events during a drive."""

    STOP = "stop"
    UNPLANNED_STOP = "unplanned_stop"
    IDLE = "idle"
    OFF_ROUTE = "off_route"
    SPEEDING = "speeding"
    LOADED_DEPARTURE = "loaded_departure"
    LOADED_RETURN = "loaded_return"
    ROUTE_SWITCH = "route_switch"
    OVERRUN_LOADS = "overrun_loads"


EVENT_WORDS = {
    EventKind.STOP: Text("dừng", "stop"),
    EventKind.UNPLANNED_STOP: Text("dừng ngoài kế hoạch", "unplanned stop"),
    EventKind.IDLE: Text("nổ máy tại chỗ", "idling"),
    EventKind.OFF_ROUTE: Text("ra ngoài tuyến", "off route"),
    EventKind.SPEEDING: Text("quá tốc độ", "speeding"),
    EventKind.LOADED_DEPARTURE: Text("rời bãi khi chưa đổ rác", "left the depot loaded"),
    EventKind.LOADED_RETURN: Text("về bãi khi chưa đổ rác", "came back to the depot loaded"),
    EventKind.ROUTE_SWITCH: Text("đổi tuyến khi chưa đổ rác", "changed route without unloading"),
    EventKind.OVERRUN_LOADS: Text("quá số chuyến trong ngày", "more loads than the day allows"),
}


class Cause(StrEnum):
    """The likely cause of a silent or unreliable tracker."""

    NOT_FITTED = "not_fitted"
    NO_POWER = "no_power"
    NO_FIX = "no_fix"
    NO_NETWORK = "no_network"
    CLOCK = "clock"
    SPARSE = "sparse"


CAUSE_WORDS = {
    Cause.NOT_FITTED: Text("chưa gắn thiết bị", "no tracker fitted"),
    Cause.NO_POWER: Text(
        "không gửi gì: có thể mất nguồn hoặc hỏng thiết bị", "sends nothing: perhaps no power, or device broken"
    ),
    Cause.NO_FIX: Text(
        "có gửi nhưng không có vị trí: có thể không bắt được vệ tinh", "sends no position: perhaps sees no satellites"
    ),
    Cause.NO_NETWORK: Text(
        "gửi dồn sau nhiều phút: có thể chạy qua vùng mất sóng", "sends in bursts: perhaps no network where it drives"
    ),
    Cause.CLOCK: Text("có thể đồng hồ thiết bị sai", "the device's clock may be wrong"),
    Cause.SPARSE: Text("gửi quá thưa so với nhịp 30 giây", "sends too rarely for the 30-second rhythm"),
}


class Step(StrEnum):
    """How reliable a tracker is: ``none``, then steps that each include the steps before."""

    NONE = "none"
    FITTED = "fitted"
    SUPPLYING = "supplying"
    ON_TIME = "on_time"
    COMPLETE = "complete"


_REACHED = {
    Cause.NOT_FITTED: Step.NONE,
    Cause.NO_POWER: Step.FITTED,
    Cause.NO_FIX: Step.FITTED,
    Cause.NO_NETWORK: Step.SUPPLYING,
    Cause.CLOCK: Step.SUPPLYING,
    Cause.SPARSE: Step.ON_TIME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEvent:
    """One event of a drive. ``value`` is in km/h for speeding, in metres for off route, else in seconds."""

    kind: EventKind
    since: datetime
    until: datetime
    at: Position
    value: float
    fixes: int

    @property
    def duration_s(self) -> float:
        """How long it lasted."""
        return (self.until - self.since).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A stay inside a facility's fence; ``left_at`` None = still there. ``ticket`` "" = none matched, so no mass.

    ``left_by``: a silence hides its end. It was there until ``left_at`` at least and left by then; None of a known end.
    ``facility`` is its id, ``name`` what people call it; "" in days judged before names were kept.
    """

    facility: str
    kind: FacilityKind
    entered_at: datetime
    left_at: datetime | None
    ticket: str = ""
    net_kg: float | None = None
    name: str = ""
    left_by: datetime | None = None

    @property
    def lasted_s(self) -> float | None:
        """How long it lasted; None while it lasts, and when a silence hides its end."""
        known = self.left_at if self.left_by is None else None
        return None if known is None else (known - self.entered_at).total_seconds()


class Weighings(NamedTuple):
    """A vehicle's weighbridge tickets of a day: their number and net mass, the newest one, who weighed, how factual.

    Without a ticket everything but ``loads`` is None.
    """

    loads: int = 0
    net_kg: float | None = None
    weighed_at: datetime | None = None
    weighed_by: str | None = None
    weighed_kind: Kind | None = None


def weighings(tickets: Sequence[Ticket]) -> Weighings:
    """What the tickets of one vehicle sum to."""
    if not tickets:
        return Weighings()
    return Weighings(
        loads=len(tickets),
        net_kg=sum(ticket.net_kg for ticket in tickets),
        weighed_at=max(ticket.weighed_at for ticket in tickets),
        weighed_by=", ".join(sorted({ticket.source for ticket in tickets if ticket.source})),
        weighed_kind=least_factual([ticket.kind for ticket in tickets]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDay:
    """One vehicle's service day so far (WASTE.md, KPIs 14 to 21).

    ``as_of`` is its newest fix; None = no valid fix, so nothing of its drive is known. ``distance_m`` is the matched
    path, with straight lines where no street explains the fixes (``unmatched_m`` of them). ``off_plan_m`` is the
    distance off the planned streets, hauls to a facility excluded; None while it was on no run. ``ignition_known``:
    idling can be detected. ``loads`` to ``weighed_kind`` are its `Weighings`, matched to a visit or not (days kept by
    older releases do not say when); ``tickets_without_visit`` lists tickets of its plate without a visit, and
    ``tickets_unheard`` those that nobody can compare, because its tracker was silent then.
    ``on_duty``: the roster scheduled it on the day so far (None = no roster). ``planned``: the plan has a run that day;
    without one no stop is unplanned.
    ``loaded``: after its newest fix it still carried its load (None = not known); the next day starts with that.
    ``behind``: many more of its fixes were read than it tells of; it is made again within a minute, and until then
    nobody should read a reason into what it does not tell.
    """

    vehicle: str
    day: date
    place: str
    kind: Kind
    source: str
    as_of: datetime | None
    computed_at: datetime
    fixes: int
    distance_m: float | None
    unmatched_m: float = 0.0
    off_plan_m: float | None = None
    moving_s: float | None = None
    idle_s: float = 0.0
    ignition_known: bool = False
    events: tuple[WorkEvent, ...] = ()
    visits: tuple[Visit, ...] = ()
    loads: int = 0
    net_kg: float | None = None
    weighed_at: datetime | None = None
    weighed_by: str | None = None
    weighed_kind: Kind | None = None
    tickets_without_visit: tuple[str, ...] = ()
    tickets_unheard: tuple[str, ...] = ()
    cause: Cause | None = None
    on_duty: bool | None = None
    planned: bool = True
    loaded: bool | None = None
    behind: bool = False

    @property
    def weighings(self) -> Weighings:
        """What it was weighed."""
        return Weighings(self.loads, self.net_kg, self.weighed_at, self.weighed_by, self.weighed_kind)

    @property
    def step(self) -> Step:
        """How reliable its tracker is; a vehicle without fixes that is not yet expected counts as fitted."""
        if self.cause is not None:
            return _REACHED[self.cause]
        return Step.COMPLETE if self.fixes else Step.FITTED

    def count(self, kind: EventKind) -> int:
        """Number of events of one kind."""
        return sum(event.kind is kind for event in self.events)
