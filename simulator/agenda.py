"""Makes the simulated world's observation items in the front door's JSON format, each for its time. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from domain.discovery import discover
from domain.instant import day_start, service_day
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from simulator import communes, returns, trucks
from simulator.chance import pick
from simulator.citizens import citizen_items
from simulator.live_figures import SOURCE, Beat, Tale, case_item
from simulator.monthly import Return
from simulator.scores import dti_items, score_items
from simulator.streets import SEED

HISTORY_MONTHS, HISTORY_DAYS = 12, 31
MAX_ITEMS = 5_000
"""Items that the front door accepts in one call."""
_HOUR = timedelta(hours=1)
_CORRECTED = "teams_active"

Item = dict[str, Any]
Batch = list[Item]


@cache
def monthly() -> Mapping[str, Return]:
    """The monthly returns by feed: one file an area in simulator/returns/."""
    return discover(returns, "RETURNS", Return)


@cache
def beats() -> Mapping[str, Beat]:
    """What is told every few minutes, by feed."""
    return discover(returns, "BEATS", Beat)


@cache
def tales() -> Mapping[str, Tale]:
    """Cases and what happens to them, by feed."""
    return discover(returns, "TALES", Tale)


def newest(now: datetime, seed: int = SEED) -> Batch:
    """What the centre counts with at the start: each commune's newest report, and the last month's returns."""
    reports = communes.service_reports(now - timedelta(seconds=communes.SERVICE_EVERY_S), now, seed)
    ((year, month),) = communes.months_before(now, 1)
    return [
        _installs(now.replace(minute=0, second=0, microsecond=0)),
        *(item for at, commune in reports for item in _service(commune, at, seed)),
        *(item for feed in monthly() for item in month_figures(feed, year, month, seed)),
        *(item for beat in beats().values() for item in _beaten(beat, now - beat.every, now, seed)),
        *(case_item(tale.key, t) for tale in tales().values() for t in tale.events(now - tale.remembers, now, seed)),
        *monthly_more(year, month, seed),
        *dti_items(seed, entry),
    ]


def history(now: datetime, seed: int = SEED) -> Iterator[Batch]:
    """What came before: a month of services by day, a year of all monthly returns, latest first."""
    reporting = [c for c in communes.communes() if c.code not in communes.SERVICES_SILENT]
    for back in range(HISTORY_DAYS):
        at = day_start(service_day(now) - timedelta(days=back)) - timedelta(seconds=1)
        yield [_installs(at), *(item for commune in reporting for item in _service(commune, at, seed))]
    for year, month in reversed(communes.months_before(now, HISTORY_MONTHS)[:-1]):
        yield [item for feed in monthly() for item in month_figures(feed, year, month, seed)]
        yield monthly_more(year, month, seed)


def news(since: datetime, until: datetime, seed: int = SEED) -> Batch:
    """Items of [since, until): reports, weighed loads, probes, cases, rosters of days and figures of months begun then.

    No item is dated at or after ``until``.
    """
    items = [
        item for at, commune in communes.service_reports(since, until, seed) for item in _service(commune, at, seed)
    ]
    items += [_installs(at) for at in _hours(since, until)]
    items += weighed(since, until, seed)
    items += [item for beat in beats().values() for item in _beaten(beat, since, until, seed)]
    items += [case_item(tale.key, t) for tale in tales().values() for t in tale.events(since, until, seed)]
    for day in _days_begun(since, until):
        items += roster(day, seed)
        if day.day == 1:
            ended = day - timedelta(days=1)
            items += [item for feed in monthly() for item in month_figures(feed, ended.year, ended.month, seed)]
            items += monthly_more(ended.year, ended.month, seed)
    return items


def weighed(since: datetime, until: datetime, seed: int = SEED) -> Batch:
    """The weighbridge's tickets of [since, until)."""
    return [
        entry("waste_trucks", "weighed_kg", load.at, load.kilograms, entity=load.truck, place=load.place)
        for truck in trucks.fleet(seed)
        for load in trucks.weighings(truck, since, until, seed)
    ]


def roster(day: date, seed: int = SEED) -> Batch:
    """The day's roster, dated at the day's beginning: in service, tracker fitted, hours of duty."""
    return [
        entry("waste_trucks", measure, day_start(day), value, entity=truck.id, place=truck.place)
        for truck in trucks.fleet(seed)
        for measure, value in (
            ("in_service", 1),
            ("tracker_fitted", int(truck.tracker_fitted)),
            ("duty_from_s", truck.duty_from_s),
            ("duty_to_s", truck.duty_to_s),
        )
    ]


def month_figures(feed: str, year: int, month: int, seed: int = SEED) -> Batch:
    """A month's return of all communes, or of the province, for a feed of `monthly`, dated at the month's end.

    At the end of a quarter one commune tells its active teams wrong, and corrects them.
    """
    figures = monthly()[feed].figures(year, month, seed)
    at = communes.month_end(year, month)
    items = [
        entry(feed, measure, at, value, place=code)
        for code, values in figures.items()
        for measure, value in values.items()
    ]
    if feed == "teams" and month % 3 == 0:
        mistaken = communes.communes()[pick(len(figures), seed, year, month, "corrected")].code
        of = next(i for i in items if (i["measure"], i["place"]) == (_CORRECTED, mistaken))
        items.append(of | {"revision": 2})
        of |= {"revision": 1, "value": of["value"] // 2}
    return items


def monthly_more(year: int, month: int, seed: int) -> Batch:
    """What the province's offices report of a month: QĐ 766 scores and the digital citizen."""
    return [*score_items(year, month, seed, entry), *citizen_items(year, month, seed, entry)]


def _beaten(beat: Beat, since: datetime, until: datetime, seed: int) -> Batch:
    return [
        entry(beat.key, measure, at, value, place=code)
        for at in beat.instants(since, until)
        for code, values in beat.figures(at, seed).items()
        for measure, value in values.items()
    ]


def _service(commune: communes.Commune, at: datetime, seed: int) -> Batch:
    return [
        entry("services", measure, at, value, place=commune.code)
        for measure, value in communes.services(commune, at, seed).items()
    ]


def _installs(at: datetime) -> Item:
    return entry("services", "app_installs", at, communes.installs(at), place=PROVINCE)


def entry(feed: str, measure: str, at: datetime, value: float | None, **of: str) -> Item:
    """One item in the front door's JSON format; without ``value`` the caller adds other fields."""
    belongs: Mapping[str, str] = {"territory": IN_FORCE, **of}
    told: Item = {
        "feed": feed,
        "measure": measure,
        **belongs,
        "at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "kind": Kind.SIMULATED.value,
        "source": SOURCE,
    }
    return told if value is None else told | {"value": value}


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    at = since.replace(minute=0, second=0, microsecond=0)
    while at < until:
        if at >= since:
            yield at
        at += _HOUR


def _days_begun(since: datetime, until: datetime) -> Iterator[date]:
    day = service_day(since)
    while (start := day_start(day)) < until:
        if start >= since:
            yield day
        day += timedelta(days=1)
