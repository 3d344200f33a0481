"""The next collections of every ward, for screens that nobody can ask: by the plan, or when a truck is expected."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from domain.instant import service_day
from domain.observation import Kind
from domain.public_text import PublicText, public
from domain.waste.plan import DueRun, PlanException, Route, Unit, due
from domain.waste.run import (
    STOP_EARLY,
    STREET_EARLY,
    STREET_LATE,
    RunResult,
    RunState,
    Span,
    StreetResult,
    StreetState,
)
from rounds.lookup.street_now import is_there, today
from rounds.pace import pace

Entry = tuple[date, str, int, int]
"""A planned entry of a day: day, route, number of the run, order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A planned collection: when it begins, by when bags must stand outside, and when it should be over (UTC).

    ``between``: its truck is on the way and is expected within it, which is told instead of the plan's hour.
    ``street`` is as the plan writes it, but for plates and numbers. ``wards`` are codes of communes in force, empty
    when the plan names none.
    """

    begins: datetime
    out_by: datetime
    over_at: datetime
    street: PublicText
    wards: frozenset[str]
    simulated: bool
    between: Span | None = None

    @property
    def comes(self) -> datetime:
        """When the truck may come first, as far as anybody knows."""
        return self.turn[0]

    @property
    def turn(self) -> Span:
        """The same, and until when: of two that may come first alike the one that is surer to."""
        return self.between or (self.begins, self.begins)


def coming(
    routes: Iterable[Route],
    exceptions: Iterable[PlanException],
    sets: Mapping[str, frozenset[str]],
    now: datetime,
    most: int,
    told: Mapping[Entry, Span | None] = MappingProxyType({}),
) -> tuple[Coming, ...]:
    """At most ``most`` collections for which there is still time to put bags out, by time, within two days.

    Of a street that a truck is due on now, its next collection would be read as that one: it is left out. The first of
    every ward comes before the second of any. Streets without a planned hour are left out: the hour of their whole
    route would be false for most of them. ``sets``: the communes of each place set that a route may name. ``told``:
    what is known of entries of runs that were judged (`hours`).
    """
    known, planned = tuple(routes), tuple(exceptions)
    days = (service_day(now) + timedelta(days=number) for number in (-1, 0, 1))
    found = [one for day in days for run in due(known, planned, day) for one in _of_run(run, sets, told)]
    due_now = {(one.wards, one.street) for one in found if one.out_by <= now < one.over_at}
    by_ward: dict[frozenset[str], dict[str, Coming]] = defaultdict(dict)
    for one in found:
        first = by_ward[one.wards].get(one.street)
        in_time = one.out_by > now and (one.wards, one.street) not in due_now
        if in_time and (first is None or one.turn < first.turn):
            by_ward[one.wards][one.street] = one
    ranked = [
        (rank, one)
        for streets in by_ward.values()
        for rank, one in enumerate(sorted(streets.values(), key=lambda c: (c.comes, c.street)))
    ]
    ranked.sort(key=lambda found: (found[0], found[1].comes, found[1].street))
    return tuple(sorted((one for _, one in ranked[:most]), key=lambda c: (c.comes, c.street)))


def hours(runs: Iterable[RunResult], now: datetime) -> Mapping[Entry, Span | None]:
    """When the trucks of entries are expected, as residents read it; None of those whose planned hour is known to be
    false and for which there is no other: they are collected already, it is late or early, or nobody was seen to begin
    their run a quarter of an hour after its hour. The planned hour of all others holds.
    """
    found: dict[Entry, Span | None] = {}
    for run in runs:
        states, off = today([run], now), {street.order for street in _off_plan(run, now)}
        for street in run.streets:
            expected = states[run.route, run.number, street.order].expected
            if expected or street.order in off:
                found[run.day, run.route, run.number, street.order] = expected
    return found


def _off_plan(run: RunResult, now: datetime) -> Iterator[StreetResult]:
    late = run.begins is not None and run.begins + STREET_LATE < now
    unseen = run.state is RunState.PLANNED and late and not any(is_there(run, one, now) for one in run.streets)
    told = pace(run, now) if run.state is RunState.RUNNING else None
    by = told.late if told else timedelta()
    for street in run.streets:
        if unseen or street.state is not StreetState.DUE or not -STREET_EARLY <= by <= STREET_LATE:
            yield street


def _of_run(run: DueRun, sets: Mapping[str, frozenset[str]], told: Mapping[Entry, Span | None]) -> Iterable[Coming]:
    communes = frozenset(place for place in run.route.places if place not in sets)
    wards = communes or frozenset().union(*(sets[place] for place in run.route.places))
    for street in run.streets:
        begins, ends = run.window(street)
        key = run.day, run.route.id, run.number, street.order
        between = told.get(key)
        if begins is not None and (between or key not in told):
            out_by = begins - (STOP_EARLY if street.unit is Unit.STOP else STREET_EARLY)
            out_by = min(out_by, between[0]) if between else out_by
            over_at = between[1] if between else ends or begins
            # Boards write whole minutes: one that has begun is over when it is read.
            yield Coming(
                begins=begins, out_by=out_by.replace(second=0, microsecond=0), over_at=over_at,
                street=public(street.name.strip()), wards=wards, between=between,
                simulated=run.route.kind is Kind.SIMULATED,
            )  # fmt: skip
