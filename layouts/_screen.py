"""What a screen declares (SCREEN) and the values its pure layout function receives (ScreenData)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dash.development.base_component import Component

from domain.area import Area
from domain.change import Change
from domain.correction import Correction
from domain.feed import Feed
from domain.health import FeedHealth, StatusEvent
from domain.kpi import Audience, Kpi, KpiResult
from domain.map_import import MapImport
from domain.map_layer import MapLayer
from domain.observation import Rejection
from domain.place import IN_FORCE, Place
from domain.place_set import PlaceSet
from domain.pull import PullState
from domain.readings import Disagreement
from domain.retention import RetentionRun
from domain.service_day import ServiceDay
from domain.territory import Level
from domain.text import Language, Text
from domain.vehicle import Vehicle
from layouts._present import RowVM


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDevice:
    """A device that sends but is bound to no vehicle: kept, listed as "chờ gắn xe", never dropped."""

    device: str
    source: str
    first_seen: datetime
    last_seen: datetime
    fixes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenData:
    """Everything a layout may show, read once per page view by callbacks/_load.py.

    ``results`` and ``series`` are keyed by (KPI key, place code); a series is oldest first. ``places`` maps
    code to Place of ``territory``, the province included; in an older version than the one in force, results by place
    are carried over, ``divided`` are the communes a reform divided, and ``places_now`` are still the places in force,
    which vehicles, events and alarms speak of. ``sets`` are the place sets by key: also "places" with results.
    ``areas`` come in the order of the wall. ``alarms`` are ready rows, worst first.
    ``layers`` and ``imports`` of the map come newest first. ``map_level`` is the level that maps colour: the communes,
    or the districts of a former version when only their boundaries were imported.
    ``fleet`` maps every vehicle of the screen's fleet in service to its ward, also those that never sent a position.
    ``collection`` is the service day of waste collection that the address names, else today's.
    ``changes`` are what is different since this browser's last visit at ``since`` (None: it has never been here, and
    they are of the last day); None where nobody asked. ``previous`` are the results one period ago, of the KPI that
    communes are ranked by, by (key, place). ``readings`` are where sources disagree, widest apart first;
    ``retention`` is what the newest run did for each rule; ``pulls`` is how the newest fetch from each source went.
    ``query`` is the page's address after "?". ``problem`` is a sentence for people when the store could not answer;
    then everything else is empty.
    """

    language: Language
    now: datetime
    query: Mapping[str, str] = field(default_factory=dict)
    territory: str = IN_FORCE
    divided: frozenset[str] = frozenset()
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    areas: Sequence[Area] = ()
    results: Mapping[tuple[str, str], KpiResult] = field(default_factory=dict)
    series: Mapping[tuple[str, str], Sequence[KpiResult]] = field(default_factory=dict)
    health: Mapping[str, FeedHealth] = field(default_factory=dict)
    vehicles: Sequence[Vehicle] = ()
    fleet: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    places_now: Mapping[str, Place] = field(default_factory=dict)
    sets: Mapping[str, PlaceSet] = field(default_factory=dict)
    alarms: Sequence[RowVM] = ()
    events: Sequence[StatusEvent] = ()
    rejections: Sequence[Rejection] = ()
    corrections: Sequence[Correction] = ()
    pending: Sequence[PendingDevice] = ()
    pending_count: int = 0
    layers: Sequence[MapLayer] = ()
    imports: Sequence[MapImport] = ()
    map_level: Level = Level.COMMUNE
    collection: ServiceDay | None = None
    since: datetime | None = None
    changes: Sequence[Change] | None = None
    previous: Mapping[tuple[str, str], KpiResult] = field(default_factory=dict)
    readings: Sequence[Disagreement] = ()
    retention: Sequence[RetentionRun] = ()
    pulls: Sequence[PullState] = ()
    problem: Text | None = None


Region = Callable[[ScreenData], list[Component]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen: its route, its place in the navigation (``nav`` False hides it) and its live topics.

    ``listed`` False: it has the bar, but is reached from another screen.
    ``feeds`` limits its KPIs to these feeds, () means all. ``fleet`` is the feed whose register it lists.
    ``needs`` names the costly parts of ScreenData to load beyond results, health and places: "series", "alarms",
    "events", "rejections", "corrections", "pending", "vehicles", "layers", "collection", "changes", "previous",
    "readings", "retention", "pulls".
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
    needs: frozenset[str] = frozenset({"series"})
    regions: Mapping[str, Region] = field(default_factory=dict)
