"""What a screen declares (SCREEN) and what its pure layout function receives (ScreenData)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from dash.development.base_component import Component

from domain.access.needs import Need
from domain.area import Area
from domain.feeds.feed import Feed
from domain.kpis.kpi import Audience, Kpi, KpiResult
from domain.places.place import IN_FORCE
from domain.places.territory import Level
from domain.text import Language, Text
from queries.ask import Answers, Ask
from queries.places import PLACES

T = TypeVar("T")
# Asks of the frame around every page (layouts/parts/shell.py).
FRAME = (PLACES,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenData:
    """One view of a page, with the answers to its screen's asks; callbacks/parts/load.py reads them.

    ``query``: parameters of the page's address. ``territory``: the version shown. ``kpis``: the screen's, by key.
    ``areas``: in the wall's order. ``problem``: a sentence for people when the store did not answer; each answer is
    then its ask's ``none``. ``may``: which acts of the page whoever asked has a right to.
    """

    language: Language
    now: datetime
    query: Mapping[str, str] = field(default_factory=dict)
    territory: str = IN_FORCE
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    areas: Sequence[Area] = ()
    answers: Answers = field(default_factory=Answers)
    problem: Text | None = None
    may: frozenset[Need] = frozenset()
    by_level: dict[Level, dict[str, dict[str, KpiResult]]] = field(default_factory=dict, init=False, repr=False)
    """By level, KPI and place: `layouts.parts.cards.results_by_kpi` fills it."""

    def get(self, ask: Ask[T]) -> T:
        """The answer to ``ask``; raises NotAsked when the screen does not declare it."""
        return self.answers.get(ask)

    def find(self, ask: Ask[T]) -> T | None:
        """The answer to ``ask``, or None when the screen does not declare it: for parts that several screens share."""
        return self.answers.get(ask) if ask in self.answers else None


Region = Callable[[ScreenData], list[Component]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen: its route, its place in the navigation and its live topics.

    ``nav`` False: no bar and no link in the navigation. ``listed`` False: it has the bar, but no link in it.
    ``below``: one more step of the address is the key of a KPI, and gives this parameter: /kpi/services_online is
    /kpi?key=services_online.
    ``feeds`` limits its KPIs to these feeds, () means all. ``fleet`` is the feed whose register it lists.
    ``needs`` are the asks (queries/) whose answers its layout and its regions show, beyond those of FRAME.
    ``requires`` is what its page and its callbacks require of who asks. ``audience`` picks who its live channel speaks
    to. ``regions`` are the parts drawn again in place when results changed, by the name the layout gave them;
    ``again`` are the asks that these need, () means all of ``needs``.
    """

    key: str
    path: str
    title: Text
    order: int
    layout: Callable[[ScreenData], Component]
    requires: Need
    nav: bool = True
    listed: bool = True
    below: str = ""
    audience: Audience = Audience.OPERATOR
    feeds: tuple[str, ...] = ()
    fleet: str = ""
    topics: tuple[str, ...] = ("kpis",)
    needs: tuple[Ask[Any], ...] = ()
    regions: Mapping[str, Region] = field(default_factory=dict)
    again: tuple[Ask[Any], ...] = ()

    def here(self, query: Mapping[str, str]) -> str:
        """The path of the page that ``query`` asks of this screen."""
        step = query.get(self.below, "") if self.below else ""
        return f"{self.path}/{quote(step, safe='')}" if step else self.path

    @property
    def asks(self) -> tuple[Ask[Any], ...]:
        """Every ask that a view of this screen reads."""
        return (*FRAME, *self.needs)
