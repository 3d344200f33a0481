"""What a screen declares (SCREEN) and what its pure layout function receives (ScreenData)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from dash.development.base_component import Component

from domain.area import Area
from domain.feeds.feed import Feed
from domain.kpis.kpi import Audience, Kpi
from domain.places.place import IN_FORCE
from domain.text import Language, Text
from queries.ask import Answers, Ask
from queries.places import PLACES

T = TypeVar("T")
# What the frame around every page shows, by layouts/parts/shell.py.
FRAME = (PLACES,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenData:
    """One view of one page: what it is about, and the answers to what its screen asks, read by callbacks/parts/load.py.

    ``query`` is the page's address after "?", ``territory`` the version it shows. ``kpis`` are the screen's, by key,
    ``areas`` come in the order of the wall. ``problem`` is a sentence for people when the store could not answer; then
    each answer is the ask's ``none``.
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

    def get(self, ask: Ask[T]) -> T:
        """The answer to what the screen asks; NotAsked when it does not."""
        return self.answers.get(ask)

    def find(self, ask: Ask[T]) -> T | None:
        """The answer; None on screens that do not ask, for parts that several screens share."""
        return self.answers.get(ask) if ask in self.answers else None


Region = Callable[[ScreenData], list[Component]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen: its route, its place in the navigation (``nav`` False hides it) and its live topics.

    ``listed`` False: it has the bar, but is reached from another screen.
    ``feeds`` limits its KPIs to these feeds, () means all. ``fleet`` is the feed whose register it lists.
    ``needs`` are the asks (queries/) whose answers its layout and its regions show, beyond those of FRAME.
    ``audience`` picks who its live channel speaks to. ``regions`` are the parts drawn again in place when results
    changed, by the name the layout gave them.
    """

    key: str
    path: str
    title: Text
    order: int
    layout: Callable[[ScreenData], Component]
    nav: bool = True
    listed: bool = True
    audience: Audience = Audience.OPERATOR
    feeds: tuple[str, ...] = ()
    fleet: str = ""
    topics: tuple[str, ...] = ("kpis",)
    needs: tuple[Ask[Any], ...] = ()
    regions: Mapping[str, Region] = field(default_factory=dict)

    @property
    def asks(self) -> tuple[Ask[Any], ...]:
        """What is read for a view of it."""
        return (*FRAME, *self.needs)
