"""Drivers in the API's words; null always means "not known"."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers import Answer
from api.instants import Instant
from api.run_answers import Found
from domain.driver import Driver, Stint, code_key
from domain.instant import service_day


class KeyGiven(BaseModel):
    """A key as somebody typed it."""

    key: Annotated[str, Field(min_length=1, max_length=200)]


class SessionAnswer(Answer):
    """The name of the key somebody signed in with; null: nobody is signed in."""

    name: str | None


class DriverAnswer(Found):
    """An entry of the register; "" is what it does not tell."""

    id: str
    name: str
    phone: str
    licence_number: str
    licence_class: str
    licence_expires: date | None
    active_from: date | None
    active_to: date | None


class ReadAnswer(Found):
    """Who (the name of a key) looked at what, when."""

    at: Instant
    by: str
    what: str


class DriversAnswer(Answer):
    """The register by staff code, and who looked at it or at who drove, newest first."""

    drivers: list[DriverAnswer]
    reads: list[ReadAnswer]


class StintAnswer(Answer):
    """A driver at the wheel from the first to the last fix that said so.

    ``driver`` is the staff code or, of somebody the register does not know (``name`` null), what the tracker said.
    ``at_work`` is false outside the days the register gives them.
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
    """Who drove, by time; empty when no tracker said."""

    stints: list[StintAnswer]


def stint_answer(stint: Stint, known: Mapping[str, Driver]) -> StintAnswer:
    """A stint with what the register (by code) says of its driver."""
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
