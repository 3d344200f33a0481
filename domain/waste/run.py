"""The result of a planned run: who drove it, what happened on each street, and how certain that is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.observation import Kind
from domain.text import Text

# WASTE.md, KPI 11: a street may be served 5 min early to 15 min late, a fixed pick-up point 1 to 5 min.
STREET_EARLY, STREET_LATE = timedelta(minutes=5), timedelta(minutes=15)
STOP_EARLY, STOP_LATE = timedelta(minutes=1), timedelta(minutes=5)
CLOSES_AFTER = timedelta(minutes=60)
"""A run is judged this long after its window at the latest."""
SERVED_SHARE = 0.7
"""A street counts as served when this share of its length was driven and collected (WASTE.md, KPI 7)."""


class StreetState(StrEnum):
    """State of a planned street: ``due`` while the run is open; the other states rest on evidence."""

    DUE = "due"
    SERVED = "served"
    PASSED = "passed"
    MISSED = "missed"
    UNKNOWN = "unknown"


LEFT_OUT = (StreetState.MISSED, StreetState.PASSED)
"""States of what a run left out; somebody may collect it afterwards."""


class Because(StrEnum):
    """Why a stretch is in its state; ``value`` is the code, `BECAUSE` the words."""

    COLLECTED = "collected"
    NOT_YET = "not_yet"
    TOO_FAST = "too_fast"
    WRONG_KERB = "wrong_kerb"
    NOT_DRIVEN = "not_driven"
    TRACKER_GAP = "tracker_gap"
    NO_VEHICLE = "no_vehicle"
    NOT_PLACED = "not_placed"


BECAUSE = {
    Because.COLLECTED: Text("xe chạy chậm hoặc dừng dọc đường", "driven slowly or with stops"),
    Because.NOT_YET: Text("chưa thấy xe tới, chuyến chưa kết thúc", "no truck seen yet; the run is still open"),
    Because.TOO_FAST: Text("xe chạy qua nhanh, không dừng", "driven through without stopping"),
    Because.WRONG_KERB: Text(
        "xe chạy ngược chiều, phía lề không phải thu", "driven in the other direction, along the other kerb"
    ),
    Because.NOT_DRIVEN: Text(
        "thiết bị gửi đủ tín hiệu nhưng xe không tới", "the tracker sent throughout, but no truck came"
    ),
    Because.TRACKER_GAP: Text(
        "mất tín hiệu đủ lâu để xe có thể đã tới", "the tracker was silent long enough for a visit"
    ),
    Because.NO_VEHICLE: Text("không biết xe nào chạy tuyến này", "no vehicle is known to have driven the route"),
    Because.NOT_PLACED: Text("chưa có vị trí trên bản đồ", "not placed on the map"),
}


class RunState(StrEnum):
    """Planned until its first service, closed when judged as final (late fixes may reopen it)."""

    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"


class ClosedBy(StrEnum):
    """Why a run ended."""

    COMPLETE = "complete"
    FACILITY = "facility"
    WINDOW = "window"


class AssignedBy(StrEnum):
    """How a vehicle was assigned to a run: by matching its track, or by a dispatcher."""

    MATCHED = "matched"
    OVERRIDE = "override"


class Punctuality(StrEnum):
    """A street's first service against its planned time; ``unknown`` when either is missing."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    UNKNOWN = "unknown"


Span = tuple[datetime, datetime]
"""Start and end, UTC."""


def window_over(
    begins: datetime | None, ends: datetime | None, run_ends: datetime | None, *, is_stop: bool
) -> datetime | None:
    """The end of an entry's window: its own, at least the tolerated delay after its beginning, else its run's."""
    if begins is None:
        return ends or run_ends
    tolerated = begins + (STOP_LATE if is_stop else STREET_LATE)
    return tolerated if ends is None else max(ends, tolerated)


def run_key(route: str, number: int) -> str:
    """Identifies a run within its day."""
    return f"{route}#{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A vehicle works on the run from ``since`` to ``until``; ``confidence`` is 0..1, 1 for an override."""

    vehicle: str
    since: datetime
    until: datetime
    confidence: float
    by: AssignedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A judged piece of a planned street between two junctions, or a stop (``from_m`` = ``to_m`` = 0).

    ``from_m`` and ``to_m`` are metres along the planned line. ``share`` (0..1) is the part driven in a way that counts,
    ``speed_kmh`` the average speed (None = not driven). ``fixes`` is the number of supporting fixes, ``gap`` the
    tracker's silence that may hide a service of the piece, known once its window is over. ``later_at``: it was missed
    or only driven through, and somebody collected it after the run's own time there.
    """

    from_m: float
    to_m: float
    state: StreetState
    because: Because
    share: float = 0.0
    confidence: float = 0.0
    vehicle: str = ""
    first_at: datetime | None = None
    last_at: datetime | None = None
    speed_kmh: float | None = None
    fixes: int = 0
    gap: Span | None = None
    later_at: datetime | None = None

    @property
    def length_m(self) -> float:
        """Its length in metres."""
        return self.to_m - self.from_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Predicted arrival of the truck, with an 80 % interval from ``low`` to ``high``."""

    at: datetime
    low: datetime
    high: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetResult:
    """One planned entry of the run, ``order`` as in the plan. Metres by state sum to ``due_m``; a stop has none.

    ``begins`` and ``ends`` are its planned instants, ``first_at`` and ``last_at`` its first and last service.
    ``passed_at`` is when the truck passed its start in plan order, collecting or not. ``expected`` is set before that,
    while the tracker sends.
    """

    order: int
    name: str
    state: StreetState
    punctuality: Punctuality
    due_m: float
    stretches: tuple[Stretch, ...]
    is_stop: bool = False
    begins: datetime | None = None
    ends: datetime | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    vehicle: str = ""
    passed_at: datetime | None = None
    expected: Expected | None = None

    @property
    def hidden(self) -> bool:
        """Whether it is due and a silence may hide that it was served: too little is surely not served to say no."""
        gaps = [stretch for stretch in self.stretches if stretch.gap]
        unserved_m = sum(one.length_m for one in self.stretches if one.state is StreetState.DUE and one.gap is None)
        return self.state is StreetState.DUE and bool(gaps) and unserved_m <= (1 - SERVED_SHARE) * self.due_m

    @property
    def served(self) -> Span | None:
        """From when to when it was collected: the shortest time in which most of what was collected was, and what was
        just before and after.

        A block that a truck crossed two hours before, or fetched three hours later, is not when people saw it; nor is
        it when a silence hides more of the street than may be lacking.
        """
        times = [
            (one.first_at, one.last_at or one.first_at, one.length_m or 1.0)
            for one in self.stretches
            if one.state is StreetState.SERVED and one.first_at is not None
        ]
        if not times:
            first, last = self.first_at or self.last_at, self.last_at or self.first_at
            return (first, last) if first and last else None
        times.sort()
        enough_m = SERVED_SHARE * sum(metres for _, _, metres in times)
        since, until = min(_spans_of(times, enough_m), key=lambda span: span[1] - span[0])
        for begun, done, _ in reversed(times):
            since = min(since, begun) if done >= since - STREET_EARLY else since
        for begun, done, _ in times:
            until = max(until, done) if begun <= until + STREET_LATE else until
        return since, until

    @property
    def later_at(self) -> datetime | None:
        """When all of it that makes its state had been begun to be collected after all; None while some was not."""
        return self.fetched_at(self.state)

    def fetched_at(self, state: StreetState) -> datetime | None:
        """When all of it in ``state`` had been begun to be collected after all; None while some was not."""
        later = [stretch.later_at for stretch in self.stretches if stretch.state is state]
        known = [at for at in later if at is not None]
        return max(known) if known and len(known) == len(later) else None

    def left_out(self, *states: StreetState) -> list[Stretch]:
        """Its pieces in ``states`` that nobody is known to have collected since."""
        return [one for one in self.stretches if one.state in states and one.later_at is None]

    def metres(self, state: StreetState) -> float:
        """Metres of it in ``state``."""
        return sum(stretch.length_m for stretch in self.stretches if stretch.state is state)


@dataclass(frozen=True, slots=True, kw_only=True)
class EtaErrors:
    """Accuracy of this run's arrival predictions for one horizon (its upper end in s).

    ``count`` passings, the sum of |error| in s, and how many errors were within 5 minutes; ``baseline_error_s`` is the
    same sum for the prediction "planned time + current delay".
    """

    horizon_s: int
    count: int
    error_s: float
    within_300s: int
    baseline_error_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One run of one service day, judged from all data known at ``computed_at``.

    Identity: (day, route, number). ``as_of`` is the newest fix of its vehicles, None without fixes; ``gaps`` are
    their silences of more than 5 minutes that reach into its window; ``fixes`` is the number of fixes used.
    ``begins`` and ``ends`` are its planned window, None when the plan gives no hour; ``started_at`` is its first
    service; ``away_since``: its vehicles left its streets then, None while one is there. ``revision`` counts
    judgements that changed a closed run.
    ``distance_m`` is the matched path of its vehicles while assigned.
    """

    day: date
    route: str
    number: int
    name: str
    plan_revision: int
    places: tuple[str, ...]
    kind: Kind
    source: str
    state: RunState
    streets: tuple[StreetResult, ...]
    computed_at: datetime
    assignments: tuple[Assignment, ...] = ()
    gaps: tuple[Span, ...] = ()
    fixes: int = 0
    distance_m: float = 0.0
    as_of: datetime | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    started_at: datetime | None = None
    away_since: datetime | None = None
    closed_at: datetime | None = None
    closed_by: ClosedBy | None = None
    revision: int = 1
    eta_errors: tuple[EtaErrors, ...] = ()

    @property
    def key(self) -> str:
        """Identifies it within its day."""
        return run_key(self.route, self.number)

    @property
    def due_m(self) -> float:
        """Metres due."""
        return sum(street.due_m for street in self.streets)

    def metres(self, state: StreetState) -> float:
        """Metres in ``state``."""
        return sum(street.metres(state) for street in self.streets)

    def count(self, state: StreetState) -> int:
        """Entries (streets and stops) in ``state``."""
        return sum(street.state is state for street in self.streets)

    def over_at(self, street: StreetResult) -> datetime | None:
        """The end of an entry's window: its own, at least the tolerated delay after its beginning, else the run's."""
        return window_over(street.begins, street.ends, self.ends, is_stop=street.is_stop)

    def came_at(self, street: StreetResult) -> datetime | None:
        """When its vehicles passed the beginning of an entry while they were on it; None of another run's pass."""
        at = street.passed_at
        return at if at is not None and self._was_on(at) else None

    def through_at(self, street: StreetResult) -> datetime | None:
        """When its vehicles drove through an entry that was passed, not collected: nearest to its turn."""
        fast = [one.first_at for one in street.stretches if one.state is StreetState.PASSED and one.first_at]
        own, came_at = [at for at in fast if self._was_on(at)], self.came_at(street)
        turn = came_at or street.begins
        if own and turn is not None:
            return min(own, key=lambda at: abs(at - turn))
        return came_at or min(own or fast, default=None)

    def _was_on(self, at: datetime) -> bool:
        """Whether a vehicle was on it then; of one that nobody is known to drive, any may have been."""
        return not self.assignments or any(one.since <= at <= one.until for one in self.assignments)

    def silent_since(self, now: datetime, after: timedelta) -> datetime | None:
        """When its vehicles were last heard, while it runs and that is longer ago than ``after``; else None."""
        silent = self.state is RunState.RUNNING and self.as_of is not None and now - self.as_of > after
        return self.as_of if silent else None

    @property
    def vehicles(self) -> tuple[str, ...]:
        """Its vehicles, in the order of their first assignment."""
        return tuple(dict.fromkeys(assignment.vehicle for assignment in self.assignments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A dispatcher's statement that ``vehicle`` drives a run between two instants; it wins over the vehicle's track."""

    vehicle: str
    day: date
    route: str
    number: int
    since: datetime
    until: datetime
    by: str
    said_at: datetime
    note: str = ""

    @property
    def key(self) -> str:
        """The key of its run, as `RunResult.key`."""
        return run_key(self.route, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """An entry of the correction log: how late fixes, a dispatcher or a new plan changed a closed run."""

    at: datetime
    day: date
    route: str
    number: int
    because: str
    before: str
    after: str


def _spans_of(times: Sequence[tuple[datetime, datetime, float]], enough_m: float) -> Iterator[Span]:
    """From each of the services (beginning, end, metres; in order of time), how long it took until ``enough_m`` were
    collected; nothing where they never were.
    """
    for first, (since, _, _) in enumerate(times):
        got_m, until = 0.0, since
        for _, done, metres in times[first:]:
            got_m, until = got_m + metres, max(until, done)
            # Lengths are rounded to a tenth of a metre.
            if got_m >= enough_m - 0.1:
                yield since, until
                break


def punctuality(begins: datetime | None, first_at: datetime | None, *, is_stop: bool) -> Punctuality:
    """Compares a first service with its planned time (WASTE.md, KPI 11 and 12)."""
    if begins is None or first_at is None:
        return Punctuality.UNKNOWN
    early, late = (STOP_EARLY, STOP_LATE) if is_stop else (STREET_EARLY, STREET_LATE)
    if first_at < begins - early:
        return Punctuality.EARLY
    return Punctuality.LATE if first_at > begins + late else Punctuality.ON_TIME


def state_of_street(stretches: Iterable[Stretch]) -> StreetState:
    """The state of a whole street from its stretches.

    Served when 70 % of its length is served, else due while any stretch is due, else unknown when the hidden part could
    have made it served, else the state with the most metres among missed, passed and unknown: we report the worst only
    when we know it.
    """
    metres = dict.fromkeys(StreetState, 0.0)
    for stretch in stretches:
        # A stop has no length: count it as one metre.
        metres[stretch.state] += stretch.length_m or 1.0
    whole = sum(metres.values())
    if not whole:
        return StreetState.UNKNOWN
    if metres[StreetState.SERVED] >= SERVED_SHARE * whole:
        return StreetState.SERVED
    if metres[StreetState.DUE]:
        return StreetState.DUE
    if metres[StreetState.SERVED] + metres[StreetState.UNKNOWN] >= SERVED_SHARE * whole:
        return StreetState.UNKNOWN
    left = {state: metres[state] for state in (StreetState.MISSED, StreetState.PASSED, StreetState.UNKNOWN)}
    return max(left, key=lambda state: left[state])
