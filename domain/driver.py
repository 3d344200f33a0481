"""Drivers: the register's entry, and who drove a vehicle when. Personal data; shown to dispatchers alone."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

# A stopped tracker reports every 15 min (Thông tư 09/2015); one message may be lost.
STINT_GAP = timedelta(minutes=30)
DRIVEN_KEPT = timedelta(days=90)
"""How long is kept who drove, and a driver who left."""
READS_KEPT = timedelta(days=365)
"""How long is kept who read the register."""
# "driverUniqueId": "TX-07" as JSON, a query or a row of fields writes it; the value may be cut off.
_DRIVER_SAID = re.compile(
    r"""(driver[^=:&,{}]{0,40}[=:]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|\{[^}]*\}?|\[[^\]]*\]?|[^&,}\s]*)""", re.IGNORECASE
)
# Headings of a register of drivers.
_REGISTER = re.compile(r"(mã|họ|tên).{0,9}(tài xế|lái xe)|họ( và)? tên|gplx|driver[\s,;|]+name", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One driver: ``id`` is the staff code that trackers send; "" and None where nothing is known.

    The national black box sends ``licence_number`` instead. ``active_to`` is the last day of work.
    """

    id: str
    name: str
    phone: str = ""
    licence_number: str = ""
    licence_class: str = ""
    licence_expires: date | None = None
    active_from: date | None = None
    active_to: date | None = None

    def works_on(self, day: date) -> bool:
        """Whether a day lies between the first and the last day of work."""
        return (self.active_from or day) <= day <= (self.active_to or day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """At the fix time ``at`` the vehicle's tracker said who drives: the ``code`` as it was sent."""

    at: datetime
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """``code`` drove ``vehicle`` from the first to the last of ``fixes`` fixes that said so."""

    vehicle: str
    code: str
    since: datetime
    until: datetime
    fixes: int


def code_key(code: str) -> str:
    """A code without what card readers write differently."""
    return code.strip().casefold()


def stints(vehicle: str, told: Iterable[Told]) -> list[Stint]:
    """Who drove when, by each fix's own time, in whatever order the fixes came.

    A stint ends with the last fix before another code, or before more than ``STINT_GAP`` without one: nobody is said
    to drive where nothing says so. Fixes between that name nobody end nothing.
    """
    found: list[Stint] = []
    for one in sorted(told, key=lambda one: one.at):
        last = found[-1] if found else None
        if last is not None and code_key(last.code) == code_key(one.code) and one.at - last.until <= STINT_GAP:
            found[-1] = Stint(vehicle=vehicle, code=last.code, since=last.since, until=one.at, fixes=last.fixes + 1)
        else:
            found.append(Stint(vehicle=vehicle, code=one.code, since=one.at, until=one.at, fixes=1))
    return found


def unnamed(text: str) -> str:
    """A refused message as evidence, without what it says of a driver; of a register sent to a wrong door, nothing."""
    if lists_drivers(text):
        return ""
    return _DRIVER_SAID.sub(r"\1…", text)


def lists_drivers(text: str) -> bool:
    """Whether a text is, or begins like, a register of drivers."""
    return _REGISTER.search(text) is not None


def without_drivers(text: str) -> str:
    """A message with what it says of a driver emptied, so that it can be read as before: texts to "", the rest to 0."""
    return _DRIVER_SAID.sub(_emptied, text)


def _emptied(said: re.Match[str]) -> str:
    value = said[2]
    empty = {"": "", '"': '""', "'": "''", "{": "{}", "[": "[]"}.get(value[:1], "0")
    return said[1] + empty


def by_code(register: Iterable[Driver]) -> Mapping[str, Driver]:
    """Drivers by what trackers may call them: the staff code before the licence number."""
    known = list(register)
    licences = {code_key(one.licence_number): one for one in known if one.licence_number}
    return licences | {code_key(one.id): one for one in known}
