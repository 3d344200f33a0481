"""Converts results to another territory version: counts by the census, values recomputed, nothing averaged."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import numpy as np

from domain import subject
from domain.feeds.feed import Feed
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.kpis.result_columns import STATUSES
from domain.observation import Kind, least_factual
from domain.places.crosswalk import Crosswalk, Weight
from domain.places.place import Place
from domain.places.territory import Level


class _Figure(NamedTuple):
    """Counts already converted; numerator None = no value."""

    numerator: float | None
    denominator: float | None
    kinds: Mapping[Kind, int]
    reporting: int
    expected: int


class Reprojection:
    """Converts results of ``crosswalk.origin`` to ``crosswalk.target``, whose communes have ``districts``.

    ``districts`` maps commune to district, both of the target version; a missing commune is in no district.
    """

    def __init__(
        self, kpis: Mapping[str, Kpi], feeds: Mapping[str, Feed], crosswalk: Crosswalk, districts: Mapping[str, str]
    ) -> None:
        self._kpis = kpis
        self._feeds = feeds
        self._walk = crosswalk
        self._members: dict[str, list[str]] = defaultdict(list)
        for commune, district in districts.items():
            self._members[district].append(commune)

    def results(self, given: Iterable[KpiResult]) -> list[KpiResult]:
        """All of ``given``, in order of KPI: province and place sets unchanged, communes converted.

        A target commune's counts are shares (of people or households, as the measure requires) of its origin communes;
        its value is recomputed from these; the sum of counts is preserved. It reports only when all its origins report,
        is as old as the newest of them, and has their worst status, so that it raises no alarm of its own. A district
        is the sum of its communes, under the KPI's coverage rule. The kind is ESTIMATED, or SIMULATED when any origin
        is. Places of a KPI that is not ``divisible`` are NOT_APPLICABLE without a value. Undeclared KPIs are left out.
        """
        by_key: dict[str, dict[str, KpiResult]] = defaultdict(dict)
        for result in given:
            by_key[result.key][result.place] = result
        return [
            result
            for key, by_place in sorted(by_key.items())
            if key in self._kpis
            for result in self._of_kpi(self._kpis[key], by_place)
        ]

    def series(self, place: str, given: Mapping[str, Sequence[KpiResult]]) -> list[KpiResult]:
        """The history of one KPI at ``place`` from the histories of its `origins`, each oldest first.

        It has a point wherever one of them has one, with the others' last values at that time.
        """
        points = sorted((r for series in given.values() for r in series), key=_when)
        newest: dict[str, KpiResult] = {}
        carried: dict[datetime, KpiResult] = {}
        for point in points:
            newest[point.place] = point
            carried |= {_when(point): r for r in self.results(newest.values()) if r.place == place}
        return list(carried.values())

    def origins(self, place: str) -> tuple[str, ...]:
        """The origin communes that contain the land of a commune or district of the target version."""
        communes = self._members.get(place, [place])
        return tuple(sorted({share.origin for code in communes for share in self._walk.origins_of(code)}))

    def _of_kpi(self, kpi: Kpi, by_place: Mapping[str, KpiResult]) -> list[KpiResult]:
        given = {code: result for code, result in by_place.items() if self._walk.targets_of(code)}
        unchanged = [result for code, result in by_place.items() if code not in given]
        if not given:
            return unchanged
        communes = self._communes(kpi, given)
        districts = [
            self._district(kpi, code, [communes[m] for m in members])
            for code, members in sorted(self._members.items())
            if all(m in communes for m in members)
        ]
        return [*communes.values(), *districts, *unchanged]

    def _communes(self, kpi: Kpi, given: Mapping[str, KpiResult]) -> dict[str, KpiResult]:
        weight = self._weight(kpi)
        parts = {code: r.numerator for code, r in given.items() if r.numerator is not None}
        wholes = {code: r.denominator for code, r in given.items() if r.denominator is not None}
        numerators, denominators = self._walk.carry(parts, weight), self._walk.carry(wholes, weight)
        found: dict[str, KpiResult] = {}
        for target in sorted({share.target for code in given for share in self._walk.targets_of(code)}):
            shares = self._walk.origins_of(target)
            origins = [given.get(share.origin) for share in shares if getattr(share, weight)]
            known = [r for r in origins if r is not None]
            if not known:
                continue
            whole = kpi.divisible and all(r is not None and r.numerator is not None for r in origins)
            numerator = numerators.get(target) if whole else None
            reporting = int(whole and all(r.reporting for r in known))
            kind = least_factual([Kind.ESTIMATED, *(kind for r in known for kind in r.kinds)])
            figure = _Figure(numerator, denominators.get(target), {kind: 1}, reporting, 1)
            found[target] = self._joined(kpi, target, known, figure)
        return found

    def _district(self, kpi: Kpi, code: str, communes: Sequence[KpiResult]) -> KpiResult:
        fresh = [r for r in communes if r.reporting]
        least = max(1.0, kpi.min_coverage * len(communes))
        known = fresh if len(fresh) >= least else [r for r in communes if r.numerator is not None]
        enough = len(known) >= least
        parts = [r.numerator for r in known if r.numerator is not None]
        wholes = [r.denominator for r in known if r.denominator is not None]
        kinds = sum((Counter(r.kinds) for r in known), Counter[Kind]())
        origins = known if enough else communes
        reporting = sum(r.reporting for r in communes)
        figure = _Figure(
            sum(parts) if enough else None, sum(wholes) if wholes else None, kinds, reporting, len(communes)
        )
        return self._joined(kpi, code, origins, figure)

    def _joined(self, kpi: Kpi, place: str, origins: Sequence[KpiResult], figure: "_Figure") -> KpiResult:
        """The result at ``place`` from ``origins``."""
        spoken = figure.numerator is not None
        value = None if figure.numerator is None else _value(kpi, figure.numerator, figure.denominator)
        status = _status(origins, value) if spoken else Status.NO_DATA
        return replace(
            origins[0] if len(origins) == 1 else _told_by_all(origins),
            of=subject.place(place, self._walk.target),
            value=value,
            numerator=figure.numerator,
            denominator=figure.denominator if spoken else None,
            reporting=figure.reporting,
            expected=figure.expected,
            status=status if kpi.divisible else Status.NOT_APPLICABLE,
            kinds=dict(figure.kinds) if spoken else {},
        )

    def _weight(self, kpi: Kpi) -> Weight:
        measure = self._feeds[kpi.feed].measure(next(iter(kpi.formula.needs), ""))
        return (measure.weight if measure else None) or "population"


def districts_of(places: Iterable[Place]) -> dict[str, str]:
    """The district of each commune of ``places``; empty for a version without districts."""
    every = list(places)
    districts = {place.code for place in every if place.level is Level.DISTRICT}
    return {place.code: place.parent for place in every if place.parent in districts}


def _told_by_all(origins: Sequence[KpiResult]) -> KpiResult:
    """The first of ``origins`` with the times, sources and counted figures of all; most communes have one alone."""
    return replace(
        origins[0],
        as_of=max((r.as_of for r in origins if r.as_of is not None), default=None),
        computed_at=max(r.computed_at for r in origins),
        since=max(r.since for r in origins),
        sources=tuple(sorted({name for r in origins for name in r.sources})),
        told=sum(r.told for r in origins),
        asked=sum(r.asked for r in origins),
    )


def _value(kpi: Kpi, numerator: float, denominator: float | None) -> float | None:
    """The value of the sums; None when the denominator is 0."""
    if kpi.formula.whole is not None and not denominator:
        return None
    below = np.nan if denominator is None else denominator
    return float(kpi.formula.value(np.array([numerator]), np.array([below]))[0])


def _status(origins: Sequence[KpiResult], value: float | None) -> Status:
    """The worst status of the origins; ignores origins with 0 of 0."""
    if value is None:
        return Status.NOT_APPLICABLE
    said = [r.status for r in origins if r.value is not None]
    return max(said, key=STATUSES.index, default=Status.NORMAL)


def _when(result: KpiResult) -> datetime:
    return result.as_of or result.computed_at
