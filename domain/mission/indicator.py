"""An indicator that the mission names, the figures published of it, and whether the centre has a source for it."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.instant import service_day
from domain.kpis.kpi import Audience, Kpi
from domain.observation import Observation
from domain.places.territory import Territory, in_force
from domain.text import Text


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it was printed, as ``revision`` of ``measure``; a release that had it wrong tells the next one."""

    measure: str
    value: float
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Article:
    """Where something was printed. ``on`` is the date as printed: 10/2024; its ``address`` spells the ``title``."""

    source: str
    on: str
    title: str = ""
    address: str = ""

    @property
    def period(self) -> str:
        """The date as the period of a figure: 2024-10, 2025-06-29."""
        return "-".join(reversed(self.on.split("/")))

    @property
    def day(self) -> date:
        """The last day that the date as printed can mean."""
        *days, month, year = map(int, self.on.split("/"))
        return date(year, month, days[0] if days else monthrange(year, month)[1])

    @property
    def territory(self) -> Territory:
        """The units that it is of."""
        return in_force(self.day)


@dataclass(frozen=True, slots=True)
class Published:
    """What an article printed, with its words ("hơn", "khoảng").

    ``figure``: the number it declares; None for a goal, a plan or words alone. The number is a figure of the feed that
    is ``published``: the store has it with its revisions, and the words are quoted while it stands as they say it.
    """

    said: Text
    article: Article
    figure: Printed | None = None


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

    @property
    def measures(self) -> frozenset[str]:
        """The published measures that are of this row."""
        return frozenset(told.figure.measure for told in self.published if told.figure)


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


@dataclass(frozen=True, slots=True)
class Quote:
    """One thing that was published of a row: ``words`` of an article, a ``figure`` of the store, or both together."""

    words: Published | None
    figure: Observation | None = None

    @property
    def day(self) -> date:
        """The day that it is of."""
        if self.figure is not None:
            return service_day(self.figure.at)
        assert self.words is not None, "a quote has words or a figure"
        return self.words.article.day


def quotes(one: Indicator, figures: Iterable[Observation]) -> list[Quote]:
    """What was published of a row, oldest first: words alone as declared, each figure as it stands in ``figures``.

    A figure has its words while source, day and value are those that the article printed.
    """
    found = [Quote(told) for told in one.published if told.figure is None]
    found += [
        Quote(next((told for told in one.published if _says(told, figure)), None), figure)
        for figure in figures
        if figure.measure in one.measures and figure.value is not None
    ]
    return sorted(found, key=lambda quote: (quote.day, quote.figure.source if quote.figure else ""))


def _says(told: Published, figure: Observation) -> bool:
    printed = told.figure and (told.figure.measure, told.figure.value)
    return (printed, told.article.source, told.article.day) == (
        (figure.measure, figure.value), figure.source, service_day(figure.at)
    )  # fmt: skip
