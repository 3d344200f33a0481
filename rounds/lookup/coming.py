"""The next collections of every ward by the plan, for screens that nobody can ask; none whose run is off the plan."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.instant import service_day
from domain.observation import Kind
from domain.public_text import PublicText, public
from domain.waste.plan import DueRun, PlanException, Route, Unit, due
from domain.waste.run import STOP_EARLY, STREET_EARLY, STREET_LATE, RunResult, RunState, StreetResult, StreetState
from rounds.lookup.street_now import is_there
from rounds.pace import pace

Entry = tuple[date, str, int, int]
"""A planned entry of a day: day, route, number of the run, order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A planned collection: when it begins, and by when bags must stand outside (UTC).

    ``street`` is as the plan writes it, but for plates and numbers. ``wards`` are codes of communes in force, empty
    when the plan names none.
    """

    begins: datetime
    out_by: datetime
    street: PublicText
    wards: frozenset[str]
    simulated: bool


def coming(
    routes: Iterable[Route],
    exceptions: Iterable[PlanException],
    sets: Mapping[str, frozenset[str]],
    now: datetime,
    most: int,
    off: Collection[Entry] = (),
) -> tuple[Coming, ...]:
    """At most ``most`` collections for which there is still time to put bags out, by time, within two days.

    The first of every ward comes before the second of any. Streets without a planned hour are left out: the hour of
    their whole route would be false for most of them. ``sets``: the communes of each place set that a route may name.
    ``off``: of these the planned hour is known to be false, and nothing is said.
    """
    known, planned = tuple(routes), tuple(exceptions)
    by_ward: dict[frozenset[str], dict[str, Coming]] = defaultdict(dict)
    for number in (-1, 0, 1):
        for run in due(known, planned, service_day(now) + timedelta(days=number)):
            for one in _of_run(run, sets, off):
                first = by_ward[one.wards].get(one.street)
                if one.out_by > now and (first is None or one.begins < first.begins):
                    by_ward[one.wards][one.street] = one
    ranked = [
        (rank, one)
        for streets in by_ward.values()
        for rank, one in enumerate(sorted(streets.values(), key=lambda c: (c.begins, c.street)))
    ]
    ranked.sort(key=lambda found: (found[0], found[1].begins, found[1].street))
    return tuple(sorted((one for _, one in ranked[:most]), key=lambda c: (c.begins, c.street)))


def off_plan(runs: Iterable[RunResult], now: datetime) -> frozenset[Entry]:
    """The entries whose truck is not awaited at their planned hour: they are collected already, it is late or early, or
    nobody was seen to begin their run a quarter of an hour after its hour.
    """
    return frozenset((run.day, run.route, run.number, one.order) for run in runs for one in _off_plan(run, now))


def _off_plan(run: RunResult, now: datetime) -> Iterator[StreetResult]:
    late = run.begins is not None and run.begins + STREET_LATE < now
    unseen = run.state is RunState.PLANNED and late and not any(is_there(run, one, now) for one in run.streets)
    told = pace(run, now) if run.state is RunState.RUNNING else None
    for street in run.streets:
        by = told.late if told else timedelta()
        if street.expected and street.begins and street.expected.at >= now:
            by = street.expected.at - street.begins
        if unseen or street.state is not StreetState.DUE or not -STREET_EARLY <= by <= STREET_LATE:
            yield street


def _of_run(run: DueRun, sets: Mapping[str, frozenset[str]], off: Collection[Entry]) -> Iterable[Coming]:
    communes = frozenset(place for place in run.route.places if place not in sets)
    wards = communes or frozenset().union(*(sets[place] for place in run.route.places))
    for street in run.streets:
        begins, _ = run.window(street)
        if begins is not None and (run.day, run.route.id, run.number, street.order) not in off:
            early = STOP_EARLY if street.unit is Unit.STOP else STREET_EARLY
            yield Coming(
                begins=begins, out_by=begins - early, street=public(street.name.strip()), wards=wards,
                simulated=run.route.kind is Kind.SIMULATED,
            )  # fmt: skip
