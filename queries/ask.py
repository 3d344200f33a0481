"""Typed asks: each names one kind of page data and reads it; the answer has the type of its ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from domain.places.place import IN_FORCE

if TYPE_CHECKING:
    from typing import Self

    from domain.area import Area
    from domain.feeds.feed import Feed
    from domain.kpis.kpi import Kpi
    from store.briefs import BriefFiles
    from store.imports import Imports
    from store.maps.map_layers import MapLayers
    from store.reading import Reading
    from store.rounds.plan import Plan
    from store.rounds.service_days import ServiceDays

T = TypeVar("T")
Said = TypeVar("Said", covariant=True)


class NotAsked(LookupError):  # noqa: N818 - it names what the screen forgot
    """A layout shows an answer that its screen did not ask for."""

    def __init__(self, ask: Ask[Any]) -> None:
        super().__init__(f"the screen shows {ask}, which its needs do not name")


class Sources(Protocol):
    """The stores and declarations that asks read."""

    @property
    def reading(self) -> Reading:
        """Results, observations, registers, live state."""

    @property
    def maps(self) -> MapLayers:
        """Imported layers of the map."""

    @property
    def file_imports(self) -> Imports:
        """Files of figures that people handed in."""

    @property
    def briefs(self) -> BriefFiles:
        """The leader's briefs on disk."""

    @property
    def plan(self) -> Plan:
        """The collection plan in use."""

    @property
    def service_days(self) -> ServiceDays:
        """Judged days of waste collection."""

    @property
    def feeds(self) -> Mapping[str, Feed]:
        """Every declared feed, by key."""

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """Every declared KPI, by key."""

    @property
    def areas(self) -> Mapping[str, Area]:
        """Every declared area, by key."""


def _any_feed(_feed: Feed) -> bool:
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Ask(Generic[Said]):
    """One kind of page data: ``read`` reads it, ``none`` stands for it when the store does not answer.

    ``follows`` says whether a feed's new figures may change the answer. An ask equals only itself.
    Screens name asks by importing them, so a misspelt name fails at import.
    """

    read: Callable[[Question], Awaitable[Said]]
    none: Said
    follows: Callable[[Feed], bool] = _any_feed

    def __str__(self) -> str:
        return self.read.__module__

    @property
    def follows_lists(self) -> bool:
        """Any news may change it, of feeds, alarms and events too: it names no feed that it follows."""
        return self.follows is _any_feed


class Answers:
    """Answers read so far, by ask."""

    def __init__(self) -> None:
        self._values: dict[Ask[Any], Any] = {}

    def put(self, ask: Ask[T], value: T) -> Self:
        """Keep the answer to ``ask``."""
        self._values[ask] = value
        return self

    def get(self, ask: Ask[T]) -> T:
        """The answer; raises NotAsked when the screen did not ask."""
        if ask not in self._values:
            raise NotAsked(ask)
        value: T = self._values[ask]
        return value

    def __contains__(self, ask: Ask[Any]) -> bool:
        return ask in self._values


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The subject of one page view: the page's KPIs, its fleet's feed ("": none), territory version and address.

    Each ask is read once, even when other asks need it too.
    """

    sources: Sources
    now: datetime
    kpis: Mapping[str, Kpi]
    fleet: str = ""
    territory: str = IN_FORCE
    query: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)

    async def get(self, ask: Ask[T]) -> T:
        """The answer to ``ask``, read at the first call; store errors propagate."""
        if ask not in self.answers:
            self.answers.put(ask, await ask.read(self))
        return self.answers.get(ask)
