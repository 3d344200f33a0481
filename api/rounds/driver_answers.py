"""The API's answers about drivers; null always means "not known"."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from api.instants import Instant
from api.rounds.run_answers import Found
from domain.fleets.driver import Driver, Stint, code_key
from domain.instant import service_day
from present.answers import Answer


class KeyGiven(BaseModel):
    """A key as somebody typed it."""

    key: Annotated[str, Field(min_length=1, max_length=200)]


class SessionAnswer(Answer):
    """Who is signed in as a dispatcher; null: nobody. ``by_key``: by a key, not by an account of the centre.

    ``lacks``: somebody is signed in with an account that may not see drivers.
    """

    name: str | None
    by_key: bool
    lacks: bool = False


class DriverAnswer(Found):
    """An entry of the register; "" = not given."""

    id: str
    name: str
    phone: str
    licence_number: str
    licence_class: str
    licence_expires: date | None
    active_from: date | None
    active_to: date | None


class ReadAnswer(Found):
    """One access: who (name of a key) looked at what, and when."""

    at: Instant
    by: str
    what: str


class DriversAnswer(Answer):
    """The register by staff code, and the newest accesses to it or to stints, newest first."""

    drivers: list[DriverAnswer]
    reads: list[ReadAnswer]


class StintAnswer(Answer):
    """A driver at the wheel, from the first to the last fix that names the driver.

    ``driver`` is the staff code, or the tracker's word for a driver not in the register (``name`` null).
    ``at_work`` is false outside the register's days for the driver.
    """

    vehicle: str
    driver: str
    name: str | None
    phone: str | None
    at_work: bool | None
    since: Instant
    until: Instant
    fixes: int


class StintsAnswer(Answer):
    """Stints by time; empty when no tracker named a driver."""

    stints: list[StintAnswer]


def stint_answer(stint: Stint, known: Mapping[str, Driver]) -> StintAnswer:
    """A stint with its driver's entry in the register (``known`` by code)."""
    driver = known.get(code_key(stint.code))
    return StintAnswer(
        vehicle=stint.vehicle,
        driver=driver.id if driver else stint.code,
        name=driver.name if driver else None,
        phone=driver.phone or None if driver else None,
        at_work=driver.works_on(service_day(stint.since)) if driver else None,
        since=stint.since,
        until=stint.until,
        fixes=stint.fixes,
    )
