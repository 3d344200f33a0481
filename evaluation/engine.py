"""Evaluates all KPIs of a shape from a table of newest values, for every subject and the province at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.instant import from_ms, to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Floats, Kpi, Missing, Stated, Status
from domain.kpis.result_columns import CODE, MISSING, NEVER, STATUSES, Ints, ResultColumns, subject
from domain.observation import LEAST_FACTUAL_LAST
from domain.subject import SubjectKind
from evaluation.columns import Bools, Grouping, Table
from evaluation.declared import FOREVER, NORMAL, Declared
from evaluation.machines import Machines, advanced
from evaluation.owed import owed
from evaluation.partials import Chosen, Partial, Parts, added, counted, totals

_SAID = ("value", "reporting", "expected", "as_of_ms")
_ASKED = ("told", "asked", "missing")
_MACHINE = ("status", "since_ms", "pending", "pending_since_ms")
_FEW, _UNKNOWN, _SMALL, _CONTRADICTION = (
    MISSING.index(why) for why in (Missing.FEW, Missing.UNKNOWN, Missing.SMALL, Missing.CONTRADICTION)
)
_STALE, _NO_DATA, _NOT_APPLICABLE = (CODE[s] for s in (Status.STALE, Status.NO_DATA, Status.NOT_APPLICABLE))


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of each KPI (row) for each subject of ``codes``; ``said`` is NORMAL where there is a value."""

    codes: tuple[str, ...]
    said: Ints
    value: Floats
    numerator: Floats
    denominator: Floats
    reporting: Ints
    expected: Ints
    as_of_ms: Ints
    kinds: Ints
    sources: list[list[frozenset[str]]]
    stated: Sequence[Stated | None]
    spare_ms: Ints
    """Per KPI: the time until the first contributor that counts now becomes stale."""
    told: Ints | None = None
    """How many of the ``asked`` figures were present, for windows and composites: see `domain.kpis.window`."""
    asked: Ints | None = None
    missing: Ints | None = None
    """Why there is no current value, -1 where there is one: see `domain.kpis.kpi.Missing`."""


@dataclass(frozen=True, slots=True)
class Memory:
    """State that one evaluation passes to the next, besides the results: see `evaluation.partials.Chosen`."""

    fresh: Chosen
    usable: Chosen

    def rows(self, rows: Ints) -> "Memory":
        """Some of the KPIs."""
        return Memory(self.fresh.rows(rows), self.usable.rows(rows))

    def replaced(self, rows: Ints, by: "Memory") -> "Memory":
        """A copy with some of the KPIs replaced by those of ``by``."""
        return Memory(self.fresh.replaced(rows, by.fresh), self.usable.replaced(rows, by.usable))


def figures(
    declared: Declared, table: Table, groups: Grouping, fresh_from_ms: Ints, memory: Memory | None = None
) -> tuple[Figures, Memory]:
    """The figures of the ``declared`` KPIs from ``table``, whose contributors count in ``groups``.

    ``fresh_from_ms`` has one instant per row of the table: a value before it is stale.

    The result for n fresh of N expected contributors:
    - a contributor is fresh when it sent every needed input and none is stale; one whose own figure lies outside the
      plausible range (more files on time than files) does not count as reporting;
    - n / N at least ``min_coverage``, and what they know enough of what should be known by now (`Kpi.known`): the value
      of the fresh, with the level its thresholds give;
    - else, when enough reported once: STALE, with the last value of all who did;
    - else, or when the total is implausible: NO_DATA without a value;
    - a denominator of 0 or below ``min_denominator`` among the fresh: NOT_APPLICABLE without a value when all N are
      fresh; else NO_DATA, because the others are unknown.
    A Sum has no denominator; a Difference has the difference as numerator and the minuend as denominator. Only KPIs
    with ``by_place`` False use inputs at the province's code. For other KPIs these are the province's own statement, a
    second reading (`Figures.stated`) that is never added to its communes' figures.
    """
    kpis, by_place = declared.kpis, declared.by_place
    rows = [[table.row(kpi.feed, name) for name in kpi.formula.needs] for kpi in kpis]
    parts = _parts(kpis, table, rows)
    each = declared.quotient(parts.numerator, parts.denominator)
    # 0 of 0 is no figure, so it passes.
    there, believable = ~np.isnan(parts.numerator), declared.sensible(each)
    usable_all = believable & there
    usable = usable_all & (groups.province != by_place)
    first, last = (np.array([row[end] for row in rows]) for end in (0, -1))
    current = table.at_ms >= fresh_from_ms[:, None]
    fresh = usable & current[first] & current[last]
    now = added(parts, fresh, groups, province_only=not by_place, before=memory.fresh if memory else None)
    left = known = Chosen.of(parts, fresh, now)
    ever = now
    if (fresh != usable).any():
        ever = added(parts, usable, groups, province_only=not by_place, before=memory.usable if memory else None)
        left = Chosen.of(parts, usable, ever)
    # A figure of the whole province is expected once, even before anyone sends it.
    wanted = counted(~groups.province, groups, province_only=False) if by_place else np.array([1])
    stated = _stated(each, parts, usable_all & groups.province) if by_place else [None] * len(kpis)
    codes = groups.codes if by_place else groups.codes[-1:]
    spare_ms = table.at_ms - fresh_from_ms[:, None]
    owes = owed(kpis, table, parts, spare_ms, groups.province != by_place)
    contradicts = there & ~believable & (groups.province != by_place) & current[first] & current[last]
    spare_ms = np.where(fresh | contradicts, np.minimum(spare_ms[first], spare_ms[last]),
                        np.where(owes.fresh, owes.spare_ms, FOREVER)).min(axis=1, initial=FOREVER)  # fmt: skip
    odd = totals(contradicts.astype(np.int64), groups, province_only=not by_place) > 0
    enough = [
        _Enough.of(declared, made, wanted, owes.enough(chosen, among, groups, province_only=not by_place), odd)
        for made, chosen, among in ((now, fresh, owes.fresh), (ever, usable, owes.there))
    ]
    return _chosen(declared, codes, now, ever, enough, wanted, stated, spare_ms), Memory(known, left)


def results(
    declared: Declared, found: Figures, territory: str, before: Mapping[str, ResultColumns], now: datetime
) -> tuple[list[ResultColumns], list[StatusEvent], Ints]:
    """New results from ``found`` after ``before`` (by KPI) with advanced status machines, and the status events.

    Also, per KPI, until when (epoch ms) its result is valid unless an input changes. A KPI without changes in figures
    and in waiting machines gets no new result.
    """
    kpis = declared.kpis
    old = [_aligned(before.get(kpi.key), found.codes) for kpi in kpis]
    shape = (len(kpis), len(found.codes))
    was = {
        name: np.concatenate([getattr(one, name) for one in old]).reshape(shape)
        for name in (*_MACHINE, *_SAID, "computed_ms")
    }
    was |= {name: np.concatenate([_counts(one, name) for one in old]).reshape(shape)
            for name in _ASKED if getattr(found, name) is not None}  # fmt: skip
    machines = Machines(*(was[name] for name in _MACHINE))
    after, until_ms = advanced(declared, machines, found.said, found.value, now)
    anew = _says_anew(was, found, after)
    anew[:, -1] |= [one.stated != said for one, said in zip(old, found.stated, strict=True)]
    computed_ms = np.where(anew, to_ms(now), was["computed_ms"])
    waits = (machines.pending != after.pending) | (machines.pending_since_ms != after.pending_since_ms)
    reformed = [kpi.key not in before or before[kpi.key].codes != found.codes for kpi in kpis]
    missing: Bools = np.zeros(shape, np.bool_) if found.missing is None else found.missing >= 0
    lacking: list[int] = np.flatnonzero(np.logical_or.reduce(missing, axis=1)).tolist()
    made = [
        _columns(kpis[row], row, found, after, computed_ms[row], territory, lacks=row in lacking)
        for row in np.flatnonzero((anew | waits).any(axis=1) | reformed).tolist()
    ]
    moved = (machines.status >= 0) & (machines.status != after.status)
    events = [
        StatusEvent(
            at=now,
            key=kpis[row].key,
            of=subject(kpis[row].of, found.codes[at], territory),
            before=STATUSES[machines.status[row, at]],
            after=STATUSES[after.status[row, at]],
            value=None if np.isnan(found.value[row, at]) else float(found.value[row, at]),
        )
        for row, at in np.argwhere(moved).tolist()
    ]
    until_old_ms = to_ms(now) + 1 + np.minimum(found.spare_ms, FOREVER - to_ms(now) - 1)
    return made, events, np.minimum(until_ms, until_old_ms)


def _says_anew(was: Mapping[str, NDArray[Any]], found: Figures, after: Machines) -> Bools:
    """Which results (KPI x subject) changed: value, status, n of N, or newest input."""
    changed: Bools = was["status"] != after.status
    for name in _SAID:
        old, new = was[name], getattr(found, name)
        changed |= old != new if name != "value" else (old != new) & ~(np.isnan(old) & np.isnan(new))
    # One day more or less is a change even when the sum stays the same, and so is another reason for having none.
    for name in _ASKED:
        if (new := getattr(found, name)) is not None:
            changed |= was[name] != new
    return changed


def _parts(kpis: Sequence[Kpi], table: Table, rows: Sequence[Sequence[int]]) -> Parts:
    shape = (len(kpis), len(table.contributors))
    numerator, denominator = np.empty(shape), np.full(shape, np.nan)
    for at, kpi in enumerate(kpis):
        above, below = kpi.formula.parts(table.value[rows[at]])
        numerator[at] = above
        if below is not None:
            denominator[at] = below
            numerator[at][np.isnan(below)] = np.nan
    first, last = (np.array([row[end] for row in rows]) for end in (0, -1))
    return Parts(
        numerator=numerator,
        denominator=denominator,
        newest_ms=np.maximum(table.at_ms[first], table.at_ms[last]),
        kind=np.maximum(table.kind[first], table.kind[last]),
        sources=np.stack([table.source[first], table.source[last]], axis=1),
        names=table.sources,
    )


def _chosen(
    declared: Declared, codes: tuple[str, ...], now: Partial, ever: Partial, enough: Sequence["_Enough"], wanted: Ints,
    stated: Sequence[Stated | None], spare_ms: Ints,
) -> Figures:  # fmt: skip
    """Choose the result as in `figures`; ``enough``: whether enough contributors report ``now``, and did ``ever``."""
    current, once = (one.said for one in enough)
    said = now if now is ever else _either(current, now, ever)
    value = declared.quotient(said.numerator, said.denominator)
    nothing = declared.divides & ((said.denominator == 0) | (said.denominator < declared.least_whole))
    sensible = np.isfinite(value) & declared.sensible(value)
    told = current | once
    status = np.where(current, NORMAL, _STALE)
    status[told & ~nothing & ~sensible] = _NO_DATA
    # "Not applicable" is a statement about all contributors now, so stale or missing inputs rule it out.
    complete = current & (said.count >= wanted[None, :])
    status[told & nothing] = np.where(complete, _NOT_APPLICABLE, _NO_DATA)[told & nothing]
    status[~told] = _NO_DATA
    missing = np.where(current, -1, enough[0].missing)
    missing[told & ~nothing & ~sensible] = _CONTRADICTION
    missing[told & nothing] = _SMALL
    kept = status != _NO_DATA
    return Figures(
        codes=codes,
        said=status,
        value=np.where(kept & ~nothing, value, np.nan),
        numerator=np.where(kept, said.numerator, np.nan),
        denominator=np.where(kept, said.denominator, np.nan),
        reporting=now.count,
        expected=np.broadcast_to(wanted, now.count.shape),
        as_of_ms=said.newest_ms,
        kinds=said.kinds,
        sources=said.sources,
        stated=stated,
        spare_ms=spare_ms,
        missing=missing,
    )


@dataclass(frozen=True, slots=True)
class _Enough:
    """KPI x group: whether the summed contributors are enough to say something, and else what is ``missing``."""

    said: Bools
    missing: Ints

    @classmethod
    def of(cls, declared: Declared, made: Partial, wanted: Ints, known: tuple[Bools, Bools], odd: Bools) -> "_Enough":
        """Judged by their number and what they know; ``odd`` marks groups with an impossible figure."""
        knows, owes = known
        number = made.count >= np.maximum(1.0, declared.least_share * wanted[None, :])
        # Before anybody should know anything, nobody is silent.
        few = np.where(odd, _CONTRADICTION, np.where(declared.asks & ~owes, _SMALL, _FEW))
        return cls(number & knows, np.where(knows, few, _UNKNOWN))


def _either(current: Bools, now: Partial, ever: Partial) -> Partial:
    """``now`` where it is ``current``, else ``ever``."""

    def chosen(name: str) -> Any:
        return np.where(current, getattr(now, name), getattr(ever, name))

    return Partial(
        numerator=chosen("numerator"),
        denominator=chosen("denominator"),
        count=chosen("count"),
        oldest_ms=chosen("oldest_ms"),
        newest_ms=chosen("newest_ms"),
        kinds=np.where(current[:, :, None], now.kinds, ever.kinds),
        sources=[
            _replaced(mine, theirs, row) for mine, theirs, row in zip(now.sources, ever.sources, ~current, strict=True)
        ],
    )


def _replaced(mine: list[frozenset[str]], theirs: Sequence[frozenset[str]], where: Bools) -> list[frozenset[str]]:
    """``theirs`` where ``where`` is True, else ``mine``."""
    found = list(mine)
    for at in np.flatnonzero(where).tolist():
        found[at] = theirs[at]
    return found


def _stated(value: Floats, parts: Parts, there: Bools) -> list[Stated | None]:
    """The province's own figure of each KPI, from the contributor for the whole province."""
    found: list[Stated | None] = [None] * len(value)
    for row, column in np.argwhere(there & np.isfinite(value)).tolist():
        below = parts.denominator[row, column]
        found[row] = Stated(
            value=float(value[row, column]),
            numerator=float(parts.numerator[row, column]),
            denominator=None if np.isnan(below) else float(below),
            as_of=from_ms(int(parts.newest_ms[row, column])),
            kinds={LEAST_FACTUAL_LAST[parts.kind[row, column]]: 1},
            sources=tuple(sorted({parts.names[code] for code in parts.sources[row, :, column].tolist()})),
        )
    return found


def _columns(
    kpi: Kpi, row: int, found: Figures, machines: Machines, computed_ms: Ints, territory: str, *, lacks: bool
) -> ResultColumns:
    """One KPI's results; ``lacks``: whether any of them has no current value."""
    named = found.sources[row]
    sources = {one: tuple(sorted(one)) for one in set(named)}
    return ResultColumns(
        key=kpi.key,
        territory=territory,
        kind=kpi.of,
        codes=found.codes,
        value=found.value[row],
        numerator=found.numerator[row],
        denominator=found.denominator[row],
        reporting=found.reporting[row],
        expected=found.expected[row],
        as_of_ms=found.as_of_ms[row],
        computed_ms=computed_ms,
        status=machines.status[row],
        since_ms=machines.since_ms[row],
        pending=machines.pending[row],
        pending_since_ms=machines.pending_since_ms[row],
        kinds=found.kinds[row],
        sources=[sources[one] for one in named] if len(sources) > 1 else [*sources.values()] * len(named),
        stated=found.stated[row],
        told=None if found.told is None else found.told[row],
        asked=None if found.asked is None else found.asked[row],
        missing=found.missing[row] if found.missing is not None and lacks else None,
    )


def _counts(one: ResultColumns, name: str) -> Ints:
    """An optional column; -1 where it is missing."""
    found: Ints | None = getattr(one, name)
    return np.full(len(one.codes), -1) if found is None else found


def _aligned(before: ResultColumns | None, codes: tuple[str, ...]) -> ResultColumns:
    """``before`` reordered to ``codes``; unknown subjects get empty values."""
    if before is not None and before.codes == codes:
        return before
    count = len(codes)
    nothing: dict[str, Any] = {name: np.full(count, np.nan) for name in ("value", "numerator", "denominator")}
    nothing |= {name: np.full(count, -1) for name in ("reporting", "expected", "status", "pending")}
    nothing |= {name: np.full(count, NEVER) for name in ("as_of_ms", "computed_ms", "since_ms", "pending_since_ms")}
    nothing["kinds"] = np.zeros((count, len(LEAST_FACTUAL_LAST)), np.int64)
    unknown = ResultColumns(key="", territory="", kind=SubjectKind.PLACE, codes=codes, **nothing, sources=[()] * count)
    if before is None:
        return unknown
    number = {code: index for index, code in enumerate(before.codes)}
    mine = [index for index, code in enumerate(codes) if code in number]
    theirs = [number[codes[index]] for index in mine]
    for name in nothing:
        getattr(unknown, name)[mine] = getattr(before, name)[theirs]
    return replace(unknown, stated=before.stated)
