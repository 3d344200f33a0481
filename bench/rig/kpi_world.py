"""KPIs whose contributors all report repeatedly: newest values in columns, evaluated as in a tick."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

import kpi
from domain.discovery import discover
from domain.instant import to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Kpi
from domain.kpis.result_columns import ResultColumns
from domain.observation import Kind
from domain.organisation import Organisation, OrganisationKind
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.place_set import PlaceSet
from domain.subject import SubjectKind
from evaluation.columns import Cell, Columns, Table
from evaluation.evaluate import needed
from evaluation.formulas import Largest, Ratio, Share
from evaluation.organisations import Offices
from evaluation.shapes import of_newest, tiers
from store import territories

KPIS_DECLARED, ORGANISATIONS = 200, 200
STALE_AFTER = timedelta(days=1)
_SILENT_EACH = 20


class World:
    """``kpis`` and, by feed, each contributor's place; with ``silent`` every 20th contributor reported long ago."""

    def __init__(
        self, kpis: Mapping[str, Kpi], of: Mapping[str, Mapping[str, str]], sets: Iterable[PlaceSet] = (),
        *, offices: Offices | None = None, silent: bool = False,
    ) -> None:  # fmt: skip
        self.kpis, self.of, self.sets = kpis, of, tuple(sets)
        self.columns = {feed: Columns(names) for feed, names in needed(kpis.values()).items()}
        self.newest: dict[str, ResultColumns] = {}
        self._tiers = tiers(kpis.values(), IN_FORCE, self.sets, offices)
        self._chance = np.random.default_rng(1)
        self._begun = False
        self._silent = silent
        shares = {one.formula.measure for one in kpis.values() if isinstance(one.formula, Share)}
        wholes = {one.formula.denominator for one in kpis.values() if isinstance(one.formula, Ratio)}
        asked = set[str]().union(*needed(kpis.values()).values())
        # A share has values 0 and 1; no part exceeds its whole.
        self._low = {name: 1 if name in shares else 1000 if name in wholes else 900 for name in asked}
        for feed, places in of.items():
            self.columns[feed].expect(places)

    def speak(self, now: datetime) -> None:
        """Report every measure of every feed again, except for silent contributors, which reported once long ago."""
        for feed, names in needed(self.kpis.values()).items():
            for name in names:
                self.columns[feed].put(self._cells(feed, name, now))
        self._begun = True

    def one_speaks(self, now: datetime) -> None:
        """Report one measure of one contributor again."""
        feed, names = next(iter(needed(self.kpis.values()).items()))
        self.columns[feed].put([next(self._cells(feed, min(names), now))])

    def _cells(self, feed: str, measure: str, now: datetime) -> Iterator[Cell]:
        low = self._low[measure]
        values = self._chance.integers(low, 1000 if low == 900 else low + 1, len(self.of[feed])).tolist()
        for at, ((contributor, place), value) in enumerate(zip(self.of[feed].items(), values, strict=True)):
            quiet = self._silent and at % _SILENT_EACH == 1
            if not quiet or not self._begun:
                at_ms = to_ms(now - 2 * STALE_AFTER if quiet else now)
                yield Cell(measure, contributor, place, at_ms, float(value), Kind.DECLARED, "bench")

    def tables(self) -> dict[str, Table]:
        """Newest values by feed."""
        return {feed: one.table() for feed, one in self.columns.items()}

    def evaluate(self, now: datetime) -> tuple[list[ResultColumns], list[StatusEvent]]:
        """Changed results and events; ``newest`` holds all results."""
        tables, made, events = self.tables(), list[ResultColumns](), list[StatusEvent]()
        for tier in self._tiers:
            found, moved = tier.evaluate(tables, lambda _feed, _measure: STALE_AFTER, self.newest, now)
            made += found
            events += moved
        self.newest |= {one.key: one for one in made}
        return made, events


def declared(*, silent: bool = False) -> World:
    """Declared KPIs of newest figures; 60 communes report to each feed, and the province where KPIs are its alone.

    Without the few that take the largest of several carriers' claims: the queries beside do not say that.
    """
    newest = of_newest(discover(kpi, "KPIS", Kpi).values())
    kpis = {one.key: one for one in newest if not isinstance(one.formula, Largest)}
    alone = {one.feed for one in kpis.values() if not one.by_place}
    of = {feed: dict(_communes()) | ({PROVINCE: PROVINCE} if feed in alone else {}) for feed in needed(kpis.values())}
    return World(kpis, of, territories.place_sets(IN_FORCE), silent=silent)


def many(*, silent: bool = False) -> World:
    """200 KPIs like a declared one: half over 60 communes, half over 200 organisations, each by its own code."""
    model = next(one for one in discover(kpi, "KPIS", Kpi).values() if one.key == "services_on_time")
    kpis = {
        f"kpi_{n:03d}": replace(
            model, key=f"kpi_{n:03d}", feed="organisations" if n % 2 else "places",
            of=SubjectKind.ORGANISATION if n % 2 else SubjectKind.PLACE, formula=Ratio(f"part_{n}", f"whole_{n}"),
        )
        for n in range(KPIS_DECLARED)
    }  # fmt: skip
    codes = {f"H53.{n}": "" for n in range(ORGANISATIONS)}
    offices = Offices({
        code: Organisation(code=code, name=code, kind=OrganisationKind.DEPARTMENT, parent="H53") for code in codes
    })  # fmt: skip
    return World(kpis, {"places": dict(_communes()), "organisations": codes}, offices=offices, silent=silent)


def _communes() -> Mapping[str, str]:
    return {one.code: one.code for one in territories.places(IN_FORCE) if one.code != PROVINCE}
