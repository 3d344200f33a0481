"""Drivers: their register entries, and who drove which vehicle when. Personal data, shown only to dispatchers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.public_text import public

# A stopped tracker reports every 15 min (Thông tư 09/2015); one message may be lost.
STINT_GAP = timedelta(minutes=30)
DRIVEN_KEPT = timedelta(days=90)
"""How long we keep who drove a vehicle, and the entry of a driver who left."""
# The value after a name and "=" or ":" in JSON, a query string or a row of fields; it may be cut off.
_SAID = r"""[^=:&,{}]{0,40}[=:]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|\{[^}]*\}?|\[[^\]]*\]?|[^&,}\s]*)"""
# Matches "driverUniqueId": "TX-07".
_DRIVER_SAID = re.compile(f"(driver{_SAID}", re.IGNORECASE)
_PERSON_SAID = re.compile(
    f"((?:driver|contact|reporter|citizen|phone|full_?name|ho_?ten|cccd|cmnd|identity){_SAID}", re.IGNORECASE
)
# Column headings of a driver register.
_REGISTER = re.compile(r"(mã|họ|tên).{0,9}(tài xế|lái xe)|họ( và)? tên|gplx|driver[\s,;|]+name", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One driver. ``id`` is the staff code that trackers send; unknown fields are "" or None.

    National black boxes send ``licence_number`` instead of ``id``. ``active_to`` is the last day of work.
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
        """Whether ``day`` lies between the first and the last day of work."""
        return (self.active_from or day) <= day <= (self.active_to or day)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDriver:
    """The driver ``code`` that the vehicle's tracker sent with the fix of time ``at``."""

    at: datetime
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """``code`` drove ``vehicle``: ``fixes`` fixes named the driver, the first at ``since``, the last at ``until``."""

    vehicle: str
    code: str
    since: datetime
    until: datetime
    fixes: int


def code_key(code: str) -> str:
    """A code without the differences between card readers: spaces at the ends and letter case."""
    return code.strip().casefold()


def stints(vehicle: str, told: Iterable[ToldDriver]) -> list[Stint]:
    """Who drove ``vehicle`` when, by fix time; ``told`` may come in any order.

    A stint ends with its last fix when another code follows, or no code for more than ``STINT_GAP``: we claim no driver
    without evidence. A fix that names nobody does not end a stint.
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
    """The rejected message without people, plates and numbers; "" for a driver register at the wrong endpoint."""
    if lists_drivers(text):
        return ""
    return public(_PERSON_SAID.sub(r"\1…", text))


def lists_drivers(text: str) -> bool:
    """Whether ``text`` has the column headings of a driver register."""
    return _REGISTER.search(text) is not None


def without_drivers(text: str) -> str:
    """The message with driver values emptied (texts to "", other values to 0), so that decoders still read it."""
    return _DRIVER_SAID.sub(_emptied, text)


def _emptied(said: re.Match[str]) -> str:
    value = said[2]
    empty = {"": "", '"': '""', "'": "''", "{": "{}", "[": "[]"}.get(value[:1], "0")
    return said[1] + empty


def by_code(register: Iterable[Driver]) -> Mapping[str, Driver]:
    """Drivers by the codes that trackers send. A staff code wins over an equal licence number."""
    known = list(register)
    licences = {code_key(one.licence_number): one for one in known if one.licence_number}
    return licences | {code_key(one.id): one for one in known}
