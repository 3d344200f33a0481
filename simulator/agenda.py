"""Makes the simulated world's observation items in the front door's JSON format, each for its time. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.instant import day_start, service_day
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from simulator import communes, trucks
from simulator.streets import SEED

SOURCE = "Mô phỏng"
HISTORY_MONTHS, HISTORY_DAYS = 12, 7
MAX_ITEMS = 5_000
"""Items that the front door accepts in one call."""
_HOUR = timedelta(hours=1)

Item = dict[str, Any]
Batch = list[Item]


def history(now: datetime, seed: int = SEED) -> tuple[Batch, ...]:
    """The calls to send at the start: a week of services, twelve months of coverage and of teams.

    A feed's first call holds its newest items: if an old month came first alone, it would count as current and stale.
    """
    calls = [_service_days(now, seed)]
    for feed in ("coverage", "teams"):
        months = communes.months_before(now, HISTORY_MONTHS)
        items = [item for year, month in months for item in month_figures(feed, year, month, seed)]
        calls += [items[-MAX_ITEMS:], items[:-MAX_ITEMS]]
    return tuple(call for call in calls if call)


def news(since: datetime, until: datetime, seed: int = SEED) -> Batch:
    """Items of [since, until): service reports, weighed loads, rosters of days and figures of months that began then.

    No item is dated at or after ``until``.
    """
    items = [
        item for at, commune in communes.service_reports(since, until, seed) for item in _service(commune, at, seed)
    ]
    items += [_installs(at) for at in _hours(since, until)]
    items += weighed(since, until, seed)
    for day in _days_begun(since, until):
        items += roster(day, seed)
        if day.day == 1:
            ended = day - timedelta(days=1)
            items += month_figures("coverage", ended.year, ended.month, seed)
            items += month_figures("teams", ended.year, ended.month, seed)
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
    """A month's return of all communes for feed ``coverage`` or ``teams``, dated at the month's end."""
    figures = (communes.coverage if feed == "coverage" else communes.teams)(year, month, seed)
    at = communes.month_end(year, month)
    return [
        entry(feed, measure, at, value, place=code)
        for code, values in figures.items()
        for measure, value in values.items()
    ]


def _service_days(now: datetime, seed: int) -> Batch:
    """Month-to-date figures at the end of each of the last days, then each commune's newest report before ``now``."""
    reporting = [c for c in communes.communes() if c.code not in communes.SERVICES_SILENT]
    items = []
    for back in range(HISTORY_DAYS, 0, -1):
        at = day_start(service_day(now) - timedelta(days=back - 1)) - timedelta(seconds=1)
        items += [_installs(at), *(item for commune in reporting for item in _service(commune, at, seed))]
    newest = communes.service_reports(now - timedelta(seconds=communes.SERVICE_EVERY_S), now, seed)
    hour = now.replace(minute=0, second=0, microsecond=0)
    return [*items, _installs(hour), *(item for at, commune in newest for item in _service(commune, at, seed))]


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
