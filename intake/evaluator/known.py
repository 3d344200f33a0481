"""A feed's newest values in memory, brought up to date after each batch, and the table made of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.feeds.feed import Feed
from domain.feeds.reporter import EveryCommune, Listed, Province, Register
from domain.fleets.device_columns import DeviceColumns
from domain.instant import to_ms
from domain.observation import Observation
from domain.organisation import Organisation
from domain.places.place import IN_FORCE, PROVINCE
from domain.subject import SubjectKind
from domain.waste.duty import Rostered, rostered
from domain.waste.work import VehicleDay
from evaluation.columns import Block, Cell, Columns, Table
from evaluation.inputs.fleet import derived_inputs, expected_vehicles
from evaluation.inputs.rounds import expected_routes, route_inputs, weighing_inputs, work_inputs
from evaluation.inputs.statements import cell, prior, restated
from intake.evaluator.heard import Heard, Replaced, of_devices
from intake.evaluator.judged import Collected
from store import territories


class KnownFeed:
    """One feed's newest statements, and the newest values of its vehicles' devices.

    ``measures`` are those that KPIs need, ``places`` the codes of the communes in force. ``organisations`` is the
    whole register, set when organisations of some kind owe the feed figures.
    """

    def __init__(self, feed: Feed, measures: Iterable[str], places: Sequence[str]) -> None:
        self.feed = feed
        self.devices: DeviceColumns | None = None
        self.organisations: Sequence[Organisation] = ()
        self._spans = {measure.key: measure.span for measure in feed.measures}
        self._newest: dict[tuple[str, str], Observation] = {}
        self._older: dict[tuple[str, ...], Observation] = {}
        self._columns = Columns(measures)
        self._communes = {code: code for code in places if code != PROVINCE}
        self._table: Table | None = None
        self._expected: Mapping[str, str] = {}
        self._heard = Heard()
        self._counted: Sequence[Cell] = ()
        self._heard_of_cases = Heard()
        self._roster: Mapping[str, Rostered] | None = None
        self._worked: tuple[Sequence[VehicleDay], Sequence[Block]] = ((), ())

    @property
    def statements(self) -> Collection[Observation]:
        """The newest statement of each measure and contributor; statements about former communes are restated."""
        return self._newest.values()

    def heard(self, expected: Iterable[str]) -> Heard:
        """When each contributor was last heard: a tracked feed's vehicles by trackers, others by statements."""
        if self.feed.is_tracked:
            return Heard() if self.devices is None else of_devices(self.devices)
        if self._counted:
            return self._heard_of_cases
        wanted = frozenset(expected)
        if wanted != self._heard.wanted:
            self._heard = Heard(wanted)
            self._heard.take([(None, item) for item in self.statements], ())
        return self._heard

    def take(self, observations: Iterable[Observation]) -> None:
        """Take in the newest observations of any series, in any order; repeating one does no harm."""
        told: list[Observation] = []
        former: list[Observation] = []
        for item in observations:
            (former if _former(item) else told).append(item)
        for item in former:
            self._older[item.measure, item.place, item.territory, item.source, item.period.span] = item
        told += self._older.values() if former else ()
        better: list[Replaced] = []
        for item in restated(self.feed, told, territories.crosswalk):
            if self._spans.get(item.measure, item.period.span) is not item.period.span:
                continue  # a quarter's figure is not one of its months
            key = (item.measure, item.of.code)
            known = self._newest.get(key)
            if known is None or not prior(self.feed, known, item):
                self._newest[key] = item
                better.append((known, item))
        if better:
            self._columns.stand(cell(item) for _, item in better)
            self._heard.take(better, self.statements)
            self._table = self._roster = None

    def count(self, cells: Sequence[Cell]) -> None:
        """Take in what the centre itself counts of cases; what it counted before and no longer does is zero."""
        there = {(one.measure, one.contributor) for one in cells}
        gone = [one for one in self._counted if (one.measure, one.contributor) not in there]
        at_ms = max((one.at_ms for one in cells), default=0)
        self._columns.put([*cells, *(one._replace(value=0.0, at_ms=max(at_ms, one.at_ms)) for one in gone)])
        self._counted, self._heard_of_cases, self._table = tuple(cells), _of_cases(cells), None

    def expected(self, now: datetime, collected: Collected | None) -> Mapping[str, str]:
        """Codes of the reporters that owe the feed figures, each with the place where it counts ("" = none)."""
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
                return expected_vehicles(self.devices, self._rostered())
            case Register(kind):
                return {
                    one.code: one.place if one.territory == IN_FORCE else ""
                    for one in self.organisations
                    if one.kind == kind
                }

    def table(self, expected: Mapping[str, str], now: datetime, collected: Collected | None) -> Table:
        """The newest value per (measure, contributor), with the centre's own findings about collection."""
        if not self.feed.is_collected:
            if self._table is None or self._expected != expected:
                self._columns.expect(expected)
                self._table, self._expected = self._columns.table(), dict(expected)
            return self._table
        columns = self._columns.copy()
        if self.feed.is_tracked:
            delivered = derived_inputs(self.devices, self._rostered(), now) if self.devices else None
            worked = self._work(collected, now) if collected is not None and self.feed.drives_plan else []
            for block in filter(None, (delivered, *worked)):
                columns.put_block(block)
        elif collected is not None:
            columns.put(route_inputs(collected.day, now))
        columns.expect(expected)
        return columns.table()

    def _rostered(self) -> Mapping[str, Rostered]:
        """The roster from the feed's statements; rebuilt when they change."""
        if self._roster is None:
            self._roster = rostered(self.statements)
        return self._roster

    def _work(self, collected: Collected, now: datetime) -> list[Block]:
        """KPI inputs from vehicles' days; rebuilt when the days were judged again."""
        days = collected.day.vehicles
        if self._worked[0] is not days:
            made = work_inputs(days), weighing_inputs(days, collected.residents)
            self._worked = days, list(filter(None, made))
        return [replace(one, at_ms=min(one.at_ms, to_ms(now))) for one in self._worked[1]]


def _of_cases(cells: Iterable[Cell]) -> Heard:
    """One system tells the cases of all offices, so the province was heard when its newest record came."""
    found = Heard()
    for one in cells:
        found.note(PROVINCE, one.at_ms, one.kind)
    return found


def _former(item: Observation) -> bool:
    """Whether it is about a commune of an older territory version."""
    return item.territory != IN_FORCE and item.place != PROVINCE and item.of.kind is SubjectKind.PLACE
