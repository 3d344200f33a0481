"""What is newest in a feed, kept in memory and brought up to date by what a batch changed; and the table it makes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from domain.feed import Feed
from domain.observation import Observation
from domain.organisation import Organisation
from domain.place import IN_FORCE, PROVINCE
from domain.reporter import EveryCommune, Listed, Province, Register
from domain.subject import SubjectKind
from domain.tracker_day import TrackerDay
from domain.vehicle import Vehicle
from evaluation.columns import Columns, Table
from evaluation.inputs.collection import expected_routes, route_inputs, work_inputs
from evaluation.inputs.fleet import derived_inputs, expected_vehicles
from evaluation.inputs.statements import cell, precedence, restated
from intake.evaluator.collected import Collected
from store import territories


class Known:
    """The newest of one feed: statements, vehicles, what trackers delivered today.

    ``measures`` are those KPIs ask for, ``places`` the codes of the communes in force. ``organisations`` are the whole
    register, for a feed that those of one kind owe figures.
    """

    def __init__(self, feed: Feed, measures: Iterable[str], places: Sequence[str]) -> None:
        self.feed = feed
        self.vehicles: Sequence[Vehicle] = ()
        self.organisations: Sequence[Organisation] = ()
        self.days: Sequence[TrackerDay] = ()
        self._spans = {measure.key: measure.span for measure in feed.measures}
        self._newest: dict[tuple[str, str], Observation] = {}
        self._older: dict[tuple[str, ...], Observation] = {}
        self._columns = Columns(measures)
        self._communes = {code: code for code in places if code != PROVINCE}
        self._table: Table | None = None
        self._expected: Mapping[str, str] = {}

    @property
    def statements(self) -> Iterable[Observation]:
        """The newest statement of each measure and contributor, those of former communes restated."""
        return self._newest.values()

    def take(self, observations: Iterable[Observation]) -> None:
        """Newest observations of any series; one given again does no harm."""
        changed = list(observations)
        former = [item for item in changed if _former(item)]
        for item in former:
            self._older[item.measure, item.place, item.territory, item.source, item.period.span] = item
        told = [item for item in changed if not _former(item)] + (list(self._older.values()) if former else [])
        better = []
        for item in restated(self.feed, told, territories.crosswalk):
            if self._spans.get(item.measure, item.period.span) is not item.period.span:
                continue  # a quarter's figure is not one of its months
            key = (item.measure, item.of.code)
            known = self._newest.get(key)
            if known is None or precedence(item) >= precedence(known):
                self._newest[key] = item
                better.append(item)
        self._columns.put(map(cell, better))
        self._table = None

    def expected(self, now: datetime, collected: Collected | None) -> Mapping[str, str]:
        """Who owes the feed its figures, and where it counts (a place code, "" = nowhere in particular)."""
        match self.feed.reporters:
            case EveryCommune():
                return self._communes
            case Province():
                return {PROVINCE: PROVINCE}
            case Listed(subjects):
                return {one.code: one.code if one.kind is SubjectKind.PLACE else "" for one in subjects}
            case Register() if self.feed.is_routed:
                return expected_routes(collected.day.routes if collected else ())
            case Register() if self.feed.is_tracked:
                return expected_vehicles(self.statements, self.vehicles, now)
            case Register(kind):
                return {
                    one.code: one.place if one.territory == IN_FORCE else ""
                    for one in self.organisations
                    if one.kind == kind
                }

    def table(self, expected: Mapping[str, str], now: datetime, collected: Collected | None) -> Table:
        """The newest value per (measure, contributor), with what the centre itself found of collection."""
        if not self.feed.is_collected:
            if self._table is None or expected != self._expected:
                self._columns.expect(expected)
                self._table, self._expected = self._columns.table(), dict(expected)
            return self._table
        columns = self._columns.copy()
        if self.feed.is_tracked:
            columns.put(derived_inputs(self.days, self.statements, self.vehicles, now))
            if collected is not None:
                columns.put(work_inputs(collected.day.vehicles, collected.residents, now))
        elif collected is not None:
            columns.put(route_inputs(collected.day, now))
        columns.expect(expected)
        return columns.table()


def _former(item: Observation) -> bool:
    """Whether it speaks of a commune of an older territory version."""
    return item.of.kind is SubjectKind.PLACE and item.territory != IN_FORCE and item.place != PROVINCE
