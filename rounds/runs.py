"""Judges one run of a day from all drives of the fleet: every street's state, who drove it, when it was over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import chain

import numpy as np

from domain.fleets.vehicle import plate_key
from domain.instant import from_s
from domain.observation import Kind, least_factual
from domain.waste.plan import PlannedStreet, Unit
from domain.waste.run import (
    CLOSES_AFTER,
    LEFT_OUT,
    STREET_EARLY,
    Assignment,
    Because,
    ClosedBy,
    RunResult,
    RunState,
    StreetResult,
    StreetState,
    Stretch,
    state_of_street,
    window_over,
)
from rounds.assigning import LOOK_BACK_S, OnRun, may_take
from rounds.astray import astray_since, resting_since
from rounds.closing import Done, collects
from rounds.crews import assignments, gone, worked_until_s
from rounds.drive import GAP_S, Drive
from rounds.due import EARLIEST, DueStreet, DueStretch, RunPlan
from rounds.judging import Along, Metres, Silence, Verdict, find, first_hiding, lost_for_s, nearest_first, silences
from rounds.progress import StopEvent, beginnings
from rounds.service_time import began, timed
from rounds.turns import Came, Turns, as_of_now
from streets.graph import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """All vehicles' facts: drives, drives along each segment, spans on runs, arrivals at facilities (epoch s).

    ``heard(since_s, until_s)``: every vehicle in service was heard throughout. ``parked``: a place (longitude,
    latitude) lies where vehicles are parked. ``metres`` maps to the graph's plane. ``kinds``: kind and source of each
    vehicle's fixes. By plate: ``on_foot``, whether it is a handcart; ``meant``, the runs whose plan names it.
    """

    drives: Mapping[str, Drive]
    along: Mapping[str, Mapping[int, Sequence[Along]]]
    spans: Mapping[str, Sequence[OnRun]]
    arrivals: Mapping[str, Floats]
    heard: Callable[[float, float], bool]
    parked: Callable[[Floats], bool]
    metres: Metres
    kinds: Mapping[str, tuple[Kind, str]]
    on_foot: Mapping[str, bool] = field(default_factory=dict)
    meant: Mapping[str, frozenset[str]] = field(default_factory=dict)


def judge(run: RunPlan, fleet: Fleet, now: datetime) -> RunResult:
    """The run as of ``now``, from all the fleet's facts; expected times are added later (`rounds.expecting`)."""
    return _Judgement(run, fleet, now).result()


class _Judgement:
    """The steps of judging one run; each uses the findings of the steps before."""

    def __init__(self, run: RunPlan, fleet: Fleet, now: datetime) -> None:
        self._run, self._fleet, self._now = run, fleet, now
        self._begins, self._ends = run.window
        self._since_s = (self._begins - EARLIEST).timestamp()
        self._until_s = (self._ends + CLOSES_AFTER).timestamp()
        self._spans = {
            vehicle: [span for span in spans if span.key == run.key]
            for vehicle, spans in fleet.spans.items()
            if any(span.key == run.key for span in spans)
        }
        self._rests_s = {
            vehicle: resting_since(fleet.drives[vehicle], fleet.parked, now.timestamp()) for vehicle in self._spans
        }
        self._passed = self._passings()
        self._came = Came({number: event.passed_s for number, (_, event) in self._passed.items()})
        self._turns = Turns()
        self._findings = [self._street_findings(number, street) for number, street in enumerate(run.streets)]

    def result(self) -> RunResult:
        closed_at, closed_by = self._closed()
        gaps = self._silences(closed_at.timestamp() if closed_at else self._judged_until_s())
        streets = tuple(
            self._street(number, street, closed_at is not None, gaps) for number, street in enumerate(self._run.streets)
        )
        started = self._started(streets)
        route, due = self._run.due.route, self._run.due
        heard = [self._fleet.drives[vehicle].at_s for vehicle in self._spans]
        newest = [at_s[at_s <= self._now.timestamp()][-1:] for at_s in heard]
        stamps = [float(at_s[0]) for at_s in newest if len(at_s)]
        kinds = [self._fleet.kinds[vehicle] for vehicle in self._spans] or [(route.kind, route.source)]
        return RunResult(
            day=due.day,
            route=route.id,
            number=due.number,
            name=route.name,
            plan_revision=route.revision,
            places=route.places,
            kind=least_factual(kind for kind, _ in kinds),
            source=", ".join(sorted({source for _, source in kinds})),
            state=RunState.CLOSED if closed_at else RunState.RUNNING if self._runs(started) else RunState.PLANNED,
            streets=streets,
            computed_at=self._now,
            assignments=self._assignments(closed_at),
            gaps=tuple(silence.told for silence in gaps),
            fixes=sum(self._fixes(vehicle) for vehicle in self._spans),
            distance_m=round(sum(self._distance_m(vehicle) for vehicle in self._spans), 1),
            as_of=from_s(max(stamps)) if stamps else None,
            begins=self._begins if self._run.timed else None,
            ends=self._ends if self._run.timed else None,
            started_at=began(started, self._spans),
            away_since=None if closed_at else self._away_since(),
            closed_at=closed_at,
            closed_by=closed_by,
        )  # fmt: skip

    def _started(self, streets: Sequence[StreetResult]) -> list[Stretch]:
        """What was collected by its vehicles, or in its hours by one on no run: not what another crossed before, nor
        what one collects that the plan names for other runs.
        """
        served = [one for street in streets for one in street.stretches if one.state is StreetState.SERVED]
        since = self._begins - STREET_EARLY
        return [
            one
            for one in served
            if one.vehicle in self._spans or (one.first_at and one.first_at >= since and self._may_begin(one.vehicle))
        ]

    def _away_since(self) -> datetime | None:
        drives = [self._fleet.drives[vehicle] for vehicle in self._spans]
        lines = (np.array(street.planned.points) for street in self._run.streets if street.planned.points)
        gone_s = gone(self._run.key, self._spans, self._fleet.spans, self._worked_s, self._now.timestamp())
        return astray_since(drives, lines, self._fleet.metres, self._now, gone_s, self._rests_s)

    def _may_begin(self, vehicle: str) -> bool:
        return self._run.key in self._fleet.meant.get(plate_key(vehicle), {self._run.key})

    def _runs(self, started: Sequence[Stretch]) -> bool:
        """Whether a vehicle is on it: one that is assigned, or one that collected too lately to be."""
        lately = self._now - timedelta(seconds=LOOK_BACK_S)
        return any(one.vehicle in self._spans or (one.last_at and one.last_at >= lately) for one in started)

    def _judged_until_s(self) -> float:
        return min(self._now.timestamp(), self._until_s)

    def _assignments(self, closed_at: datetime | None) -> tuple[Assignment, ...]:
        return assignments(
            self._spans,
            heard_s={vehicle: float(self._fleet.drives[vehicle].at_s[-1]) for vehicle in self._spans},
            worked_s=self._worked_s,
            judged_s=self._judged_until_s(),
            over_s=closed_at.timestamp() if closed_at else None,
        )

    def _fixes(self, vehicle: str) -> int:
        return sum(self._fleet.drives[vehicle].fixes(span.since_s, span.until_s) for span in self._spans[vehicle])

    def _distance_m(self, vehicle: str) -> float:
        passages = self._fleet.drives[vehicle].passages
        metres = np.abs(passages["to_m"] - passages["from_m"])
        spans = self._spans[vehicle]
        on = np.any([(passages["to_s"] > s.since_s) & (passages["to_s"] <= s.until_s) for s in spans], axis=0)
        return float(metres[on].sum())

    def _drives(self, segment: int) -> list[Along]:
        """Drives along a segment that may have served the run: by vehicles on this run, or on no run at that time."""
        return [
            drive
            for vehicle, by_segment in self._fleet.along.items()
            for drive in by_segment.get(segment, ())
            if self._since_s <= drive.to_s and drive.from_s <= self._until_s and self._may_serve(vehicle, drive)
        ]

    def _may_serve(self, vehicle: str, drive: Along) -> bool:
        if not any(span.meets(drive.from_s, drive.to_s) for span in self._fleet.spans.get(vehicle, ())):
            return may_take(self._run.candidate, self._fleet.on_foot.get(plate_key(vehicle)))
        return self._on_it(drive)

    def _on_it(self, drive: Along) -> bool:
        return any(span.meets(drive.from_s, drive.to_s) for span in self._spans.get(drive.vehicle, ()))

    def _street_findings(self, number: int, street: DueStreet) -> list[Verdict]:
        over = (self._over(street.planned) or self._ends <= self._now) and not self._is_there(number, street)
        return self._turns.take(street, partial(self._found, number, street), over=over)

    def _is_there(self, number: int, street: DueStreet) -> bool:
        """Whether its truck came to an entry, and may still be on it: neither on a later one, nor on another run."""
        leaves_s = self._came.leaves_s(number, street.length_m)
        if number in self._passed:
            leaves_s = min(leaves_s, self._spans[self._passed[number][0]][-1].until_s)
        return self._now.timestamp() <= leaves_s

    def _found(self, number: int, street: DueStreet, stretch: DueStretch, after_s: float) -> Verdict:
        """Who collects serves, whoever it is; who only drives by fails its own run alone (decision 0082)."""
        # Who has just begun a run is on none yet: what it collects before a street's hour may be its own run's.
        begins, kerb = self._run.due.window(street.planned)[0], street.planned.kerb
        lately_s = self._now.timestamp() - LOOK_BACK_S
        hour_s = (begins - STREET_EARLY).timestamp() if begins else -np.inf
        drives = self._drives(stretch.segment) if stretch.segment >= 0 else []
        drives = [d for d in drives if d.from_s >= after_s and (not lately_s < d.to_s < hour_s or self._on_it(d))]
        near_s = self._came.at_s.get(number, begins.timestamp() if begins else -np.inf)
        found = find(stretch, kerb, drives, near_s)
        if found.state is StreetState.PASSED:
            # Who came by before the entry before, or once it had gone on, drove there for another reason.
            since_s, gone_s = self._came.before_s(number), self._came.gone_on_s(number, street.length_m)
            own = [d for d in drives if self._on_it(d) and d.to_s >= since_s and d.from_s <= gone_s]
            found = find(stretch, kerb, own, near_s)
        return found

    def _after_s(self, number: int) -> float:
        """When its truck began to collect on an entry after one; at its corner it may have been before."""
        later = ((at_s, self._findings[other]) for other, at_s in self._came.at_s.items() if other > number)
        begun = ((at_s, one.first_s) for at_s, of in later for one in of if one.first_s is not None)
        return min((first_s for at_s, first_s in begun if first_s >= at_s - 60), default=np.inf)

    def _collected(self, street: DueStreet, since_s: float, until_s: float) -> float:
        """The share of the street's metres that somebody began to collect between two instants."""
        metres = 0.0
        for stretch in street.stretches:
            drives = [d for d in self._drives(stretch.segment) if since_s <= d.from_s <= until_s]
            if find(stretch, street.planned.kerb, drives).state is StreetState.SERVED:
                metres += stretch.length_m
        return metres / street.length_m if street.length_m else 0.0

    def _passings(self) -> dict[int, tuple[str, StopEvent]]:
        """By entry, the vehicle that first passed its beginning and when, in the order of the plan."""
        placed = [i for i, s in enumerate(self._run.streets) if s.planned.points]
        lines = [np.array(self._run.streets[i].planned.points) for i in placed]
        found: dict[int, tuple[str, StopEvent]] = {}
        for vehicle, spans in self._spans.items():
            drive = self._fleet.drives[vehicle]
            low, high = np.searchsorted(drive.at_s, [spans[0].since_s - GAP_S, spans[-1].until_s + GAP_S])
            at_s = drive.at_s[low:high]
            for event in beginnings(at_s, drive.places[low:high], lines):
                link = int(np.searchsorted(at_s, event.passed_s))
                if 0 < link < len(at_s) and at_s[link] - at_s[link - 1] > GAP_S:
                    continue
                # A base may lie at the beginning of a street.
                if event.passed_s >= self._rests_s[vehicle]:
                    continue
                entry = placed[event.stop]
                if entry not in found or event.passed_s < found[entry][1].passed_s:
                    found[entry] = vehicle, event._replace(stop=entry)
        return found

    def _closed(self) -> tuple[datetime | None, ClosedBy | None]:
        """When the run was over and what ended it, None while it is open."""
        done = Done(
            streets=self._run.streets,
            findings=self._findings,
            passed_s=self._came.at_s,
            ends_s=self._ends.timestamp(),
            works=self._works,
            now_s=self._now.timestamp(),
        )
        arrivals = [self._fleet.arrivals.get(vehicle, np.empty(0)).tolist() for vehicle in self._spans]
        at_s, by = done.over(chain.from_iterable(arrivals), self._until_s)
        return (from_s(at_s), by) if at_s <= self._now.timestamp() else (None, None)

    @cached_property
    def _worked_s(self) -> dict[str, float]:
        return worked_until_s(chain.from_iterable(self._findings), self._ends.timestamp(), self._works)

    @cached_property
    def _works(self) -> list[tuple[float, float]]:
        """When its vehicles drove along its streets at a speed that surely is collecting, by time."""
        found = [
            (drive.from_s, drive.to_s)
            for vehicle, spans in self._spans.items()
            for segment in self._run.candidate.segments.tolist()
            for drive in self._fleet.along.get(vehicle, {}).get(segment, ())
            if collects(drive) and any(s.since_s <= drive.to_s and drive.from_s <= s.until_s for s in spans)
        ]
        return sorted(found)

    def _silences(self, until_s: float) -> list[Silence]:
        fleet, since_s = self._fleet, self._begins.timestamp()
        found = (silences(fleet.drives[one], since_s, until_s, fleet.metres, fleet.parked) for one in self._spans)
        return sorted(chain.from_iterable(found), key=lambda silence: silence.since_s)

    def _street(self, number: int, street: DueStreet, closed: bool, hidden: Sequence[Silence]) -> StreetResult:
        planned, passing = street.planned, self._passed.get(number)
        stretches = self._stretches(number, street, closed, hidden)
        served = [s for s in stretches if s.state is StreetState.SERVED]
        first = min((s.first_at for s in served if s.first_at), default=None)
        begins, ends = self._run.due.window(planned)
        is_stop = planned.unit is Unit.STOP
        passed_at = from_s(passing[1].passed_s) if passing else None
        return StreetResult(
            order=planned.order,
            name=planned.name,
            state=state_of_street(stretches),
            punctuality=timed(
                begins,
                stretches,
                passed_at,
                own=self._spans,
                collected=lambda since, until: self._collected(street, since.timestamp(), until.timestamp()),
                is_stop=is_stop,
                now=None if closed else self._now,
            ),
            due_m=round(street.length_m, 1),
            stretches=stretches,
            is_stop=is_stop,
            begins=begins,
            ends=ends,
            first_at=first,
            last_at=max((s.last_at for s in served if s.last_at), default=None),
            vehicle=next((s.vehicle for s in served), passing[0] if passing else ""),
            passed_at=passed_at,
        )

    def _stretches(
        self, number: int, street: DueStreet, closed: bool, hidden: Sequence[Silence]
    ) -> tuple[Stretch, ...]:
        planned = street.planned
        if planned.unit is Unit.STOP or not street.stretches:
            return (self._spot(number, planned, closed, hidden),)
        lengths_m = np.array([stretch.length_m for stretch in street.stretches])
        middles = street.middles(self._fleet.metres)
        over, findings = closed or self._over(planned), self._findings[number]
        begins, now_s = self._run.due.window(planned)[0], self._now.timestamp()
        due_s = self._came.at_s.get(number, begins.timestamp() if begins else None)
        # What was silent before the truck came to the street before, or after it went on to the next, hid nothing here.
        since_s, until_s = self._came.before_s(number), self._after_s(number)
        kept = [one for one in hidden if one.until_s >= since_s and one.since_s <= until_s]
        near = nearest_first([*kept, *self._moments(number, street)], due_s)
        hiding = first_hiding(near if over else (), middles, lengths_m)
        if not closed:
            findings = as_of_now(
                findings, number, begins=begins, length_m=street.length_m, over=over, came=self._came, now_s=now_s
            )
        judged = (
            self._stretch(stretch.segment >= 0, stretch.line_from_m, stretch.line_to_m, finding, closed, gap)
            for stretch, finding, gap in zip(street.stretches, findings, hiding, strict=True)
        )
        return tuple(
            replace(one, later_at=self._later_at(stretch, planned, one.last_at)) if one.state in LEFT_OUT else one
            for one, stretch in zip(judged, street.stretches, strict=True)
        )

    def _moments(self, number: int, street: DueStreet) -> list[Silence]:
        """Silences too short to hide a street that lost fixes while its truck was on this one: they may hide a part."""
        if number not in self._passed:
            return []
        drive, since_s = self._fleet.drives[self._passed[number][0]], self._came.at_s[number]
        until_s = min(self._came.leaves_s(number, street.length_m), self._judged_until_s())
        lost_s = lost_for_s(drive, since_s, until_s)
        return silences(drive, since_s, until_s, self._fleet.metres, self._fleet.parked, least_s=lost_s)

    def _later_at(self, stretch: DueStretch, planned: PlannedStreet, through_at: datetime | None) -> datetime | None:
        """When anybody began to collect a stretch that was left out, after its hour and after who drove through: nobody
        has to be sent there again.
        """
        begins = self._run.due.window(planned)[0] or self._begins
        since_s = max(begins, through_at or begins).timestamp()
        drives = (drive for along in self._fleet.along.values() for drive in along.get(stretch.segment, ()))
        after = [drive for drive in drives if since_s < drive.from_s <= self._now.timestamp()]
        found = find(stretch, planned.kerb, after)
        return from_s(found.first_s) if found.state is StreetState.SERVED and found.first_s is not None else None

    def _over(self, planned: PlannedStreet) -> bool:
        """Whether the entry's window is over."""
        over_at = window_over(*self._run.due.window(planned), self._ends, is_stop=planned.unit is Unit.STOP)
        return over_at is not None and over_at < self._now

    def _stretch(
        self, placed: bool, from_m: float, to_m: float, finding: Verdict, closed: bool, gap: Silence | None
    ) -> Stretch:
        state, because, confidence = self._verdict(placed, finding, closed, gap)
        by = finding.by
        return Stretch(
            from_m=round(from_m, 1),
            to_m=round(to_m, 1),
            state=state,
            because=because,
            share=round(finding.share, 3),
            confidence=confidence,
            vehicle=by.vehicle if by else "",
            first_at=None if finding.first_s is None else from_s(finding.first_s),
            last_at=None if finding.last_s is None else from_s(finding.last_s),
            speed_kmh=round(by.speed_kmh, 1) if by else None,
            fixes=self._fleet.drives[by.vehicle].fixes(by.from_s - 30, by.to_s + 30) if by else 0,
            gap=gap.told if gap and state in _UNSEEN else None,
        )

    def _verdict(
        self, placed: bool, finding: Verdict, closed: bool, gap: Silence | None
    ) -> tuple[StreetState, Because, float]:
        """State, reason and confidence; a service comes first, then what a silence may hide, then a drive through."""
        if finding.state is StreetState.SERVED or (finding.state is not None and gap is None):
            return finding.state, finding.because, round(finding.confidence * self._confidence(finding), 2)
        if not placed:
            return StreetState.UNKNOWN, Because.NOT_PLACED, 0.0
        if not closed:
            return StreetState.DUE, Because.NOT_YET, 0.0
        if not self._spans and not self._fleet.heard(self._begins.timestamp(), self._judged_until_s()):
            return StreetState.UNKNOWN, Because.NO_VEHICLE, 0.0
        if gap is not None:
            return StreetState.UNKNOWN, Because.TRACKER_GAP, 0.0
        sure = max((span.confidence for of in self._spans.values() for span in of), default=1.0)  # that it was theirs
        return StreetState.MISSED, Because.NOT_DRIVEN, round((1.0 - finding.share) * sure, 2)

    def _confidence(self, finding: Verdict) -> float:
        """Confidence that the vehicle was on this run; 0.5 for a vehicle on no run."""
        spans = self._spans.get(finding.by.vehicle, []) if finding.by else []
        return max((span.confidence for span in spans), default=0.5)

    def _spot(self, number: int, planned: PlannedStreet, closed: bool, hidden: Sequence[Silence]) -> Stretch:
        """A stop, or an entry without a place on the map, as one stretch."""
        passing = self._passed.get(number) if planned.unit is Unit.STOP else None
        if passing is None:
            where = self._fleet.metres(np.array(planned.points[:1])) if planned.points else np.empty((0, 2))
            gap = first_hiding(hidden, where, np.zeros(1))[0] if len(where) else None
            return self._stretch(bool(planned.points), 0.0, 0.0, _NOBODY, closed, gap)
        vehicle, event = passing
        at = from_s(event.passed_s)
        return Stretch(
            from_m=0.0,
            to_m=0.0,
            state=StreetState.SERVED,
            because=Because.COLLECTED,
            share=1.0,
            confidence=round(max(0.5, 1 - event.away_m / 120) * self._spans[vehicle][0].confidence, 2),
            vehicle=vehicle,
            first_at=at,
            last_at=at,
            fixes=self._fleet.drives[vehicle].fixes(event.passed_s - 60, event.passed_s + 60),
        )


_UNSEEN = (StreetState.UNKNOWN, StreetState.DUE)
_NOBODY = Verdict(None, Because.NOT_DRIVEN, 0.0, 0.0, None)
