"""A street's collections of the next 90 days as an iCalendar feed (RFC 5545, RFC 7986) of single events."""

from datetime import date, datetime, time, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event, Timezone

from domain.instant import VIETNAM, service_day
from domain.text import Language, Text
from pages.schedule_view import DAYS, KERBS, VEHICLES, change_words, shown_day
from pages.timetable import PlanInUse, ward_names
from rounds.lookup.pickups import Pickup, pickups
from rounds.lookup.street_directory import Street

REFRESH = timedelta(hours=6)
STREAM = "rac-sinh-hoat"
TITLE = Text("Thu gom rác", "Waste collection")
SIMULATED = Text("MÔ PHỎNG", "SIMULATED")
_EVENING = time(19)
_SAME_DAY_FROM = time(12)
_BEFORE = timedelta(hours=1)


def calendar(street: Street, known: PlanInUse, now: datetime, language: Language) -> bytes:
    """The .ics file. No recurrence rules: calendar apps show shifted and cancelled instances of a series wrongly.

    An event's UID is its street, day and stream, so a later fetch changes the event instead of adding one.
    """
    first = service_day(now)
    name = f"{TITLE.to(language)}: {street.name}"
    calendar = Calendar()
    calendar.add("prodid", "-//IOC Long An//Lịch thu gom//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(VIETNAM))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    last = first + timedelta(days=DAYS + 2)
    calendar.add_component(Timezone.from_tzid(str(VIETNAM), first_date=date(first.year, 1, 1), last_date=last))
    for pickup in pickups(street, known.routes, known.exceptions, first, DAYS):
        calendar.add_component(_event(street, pickup, known, language))
    return bytes(calendar.to_ical())


def _event(street: Street, pickup: Pickup, known: PlanInUse, language: Language) -> Event:
    event = Event()
    event.add("uid", f"{street.address}-{pickup.day:%Y%m%d}-{STREAM}-{_mark(pickup.key)}@lich-thu-gom.ioc-long-an")
    event.add("dtstamp", known.imported_at or known.read_at)
    event.add("sequence", known.changes)
    event.add("summary", _summary(street, pickup, language))
    event.add("description", _description(pickup, language))
    event.add("location", ", ".join((street.name, *ward_names(street.wards))))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if pickup.dropped else "CONFIRMED")
    if pickup.begins is None:
        event.add("dtstart", pickup.day)
        event.add("dtend", pickup.day + timedelta(days=1))
    else:
        event.add("dtstart", pickup.begins.astimezone(VIETNAM))
        event.add("dtend", (pickup.ends or pickup.begins + timedelta(minutes=15)).astimezone(VIETNAM))
    if not pickup.dropped:
        event.add_component(_alarm(street, pickup, language))
    return event


def _mark(key: str) -> str:
    """A short hash of a run's key, so that the UID does not show the plan's numbering."""
    return sha256(key.encode()).hexdigest()[:8]


def _summary(street: Street, pickup: Pickup, language: Language) -> str:
    what = Text("Nghỉ thu gom rác", "No waste collection") if pickup.dropped else TITLE
    said = f"{what.to(language)}: {street.name}"
    return f"{SIMULATED.to(language)} · {said}" if street.simulated else said


def _description(pickup: Pickup, language: Language) -> str:
    lines = [change_words(pickup, exception, language) for exception in pickup.because]
    if pickup.kerbs:
        lines.append(", ".join(KERBS[kerb].to(language) for kerb in pickup.kerbs))
    if pickup.vehicle_class is not None:
        lines.append(VEHICLES[pickup.vehicle_class].to(language))
    if pickup.out_by is not None:
        by = pickup.out_by.astimezone(VIETNAM)
        lines.append(Text(f"Đem rác ra trước {by:%H:%M}", f"Put bags out by {by:%H:%M}").to(language))
    return "\n".join(line[:1].upper() + line[1:] for line in lines)


def _alarm(street: Street, pickup: Pickup, language: Language) -> Alarm:
    """A reminder at 19:00 the evening before; for a collection from noon on, an hour before it."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(street, pickup, language))
    alarm.add("trigger", _ahead(pickup))
    return alarm


def _ahead(pickup: Pickup) -> timedelta:
    """Reminder relative to the start (negative), because many calendar apps support nothing else."""
    if pickup.begins is None:
        start = datetime.combine(pickup.day, time(0), VIETNAM)
    else:
        start = pickup.begins.astimezone(VIETNAM)
        if start.time() >= _SAME_DAY_FROM:
            return -_BEFORE
    return datetime.combine(shown_day(pickup) - timedelta(days=1), _EVENING, VIETNAM) - start
