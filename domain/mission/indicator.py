"""An indicator that the mission names, the figures published of it, and whether the centre has a source for it."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.kpis.kpi import Audience, Kpi
from domain.observation import Kind
from domain.places.territory import Territory, in_force
from domain.text import Text


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it was printed."""

    value: float
    unit: Text


@dataclass(frozen=True, slots=True)
class Published:
    """What an article printed, with its words ("hơn", "khoảng"). ``on`` is the date as printed: 10/2024.

    ``figure``: the number it declares; None for a goal, a plan or words alone. Nothing is computed with it, so that it
    is never counted beside what the same offices send.
    """

    said: Text
    on: str
    source: str
    figure: Printed | None = None

    @property
    def kind(self) -> Kind:
        """Declared, whoever printed it."""
        return Kind.DECLARED

    @property
    def day(self) -> date:
        """The last day that the date as printed can mean."""
        *days, month, year = map(int, self.on.split("/"))
        return date(year, month, days[0] if days else monthrange(year, month)[1])

    @property
    def territory(self) -> Territory:
        """The units that it is of."""
        return in_force(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One row of the mission's list.

    ``owner`` is the office in charge, before and after the reform of 1/7/2025; ``cadence`` how often it realistically
    tells a figure. KPIs name the rows that they answer (`Kpi.indicators`), so a row needs no change to come to life.
    ``page`` is the screen that answers a row which no figure can answer.
    """

    number: int
    names: Text
    owner: Text
    cadence: Text
    audiences: tuple[Audience, ...]
    published: tuple[Published, ...] = ()
    page: str = ""


class Sourced(StrEnum):
    """Whether a row has a figure: ``figure`` now, ``waiting`` for its declared feed, or ``none`` to wait for."""

    FIGURE = "figure"
    WAITING = "waiting"
    NONE = "none"


def sourced(one: Indicator, kpis: Iterable[Kpi], current: Iterable[str]) -> Sourced:
    """The state of a row that ``kpis`` answer; ``current`` are keys of KPIs with a value that is not old."""
    if one.page:
        return Sourced.FIGURE
    keys = {kpi.key for kpi in kpis}
    if not keys:
        return Sourced.NONE
    return Sourced.FIGURE if keys & set(current) else Sourced.WAITING


def answers(number: int, kpis: Iterable[Kpi]) -> tuple[Kpi, ...]:
    """The KPIs that answer row ``number``, as declared."""
    return tuple(kpi for kpi in kpis if number in kpi.indicators)
