"""Composites: a KPI over the results of others, such as the six groups of QĐ 766/QĐ-TTg or the groups of DTI."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import numpy as np

from domain.instant import to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import LEVELS, Described, Floats, Kpi, Status
from domain.kpis.result_columns import CODE, NEVER, Ints, ResultColumns
from domain.kpis.window import NEWEST
from domain.observation import LEAST_FACTUAL_LAST
from domain.places.place import PROVINCE
from domain.text import Text
from evaluation.columns import Bools
from evaluation.declared import FOREVER, Declared
from evaluation.engine import Figures, results

_LATE = np.iinfo(np.int64).max
_NORMAL, _STALE, _NO_DATA, _NOT_APPLICABLE = (
    CODE[status] for status in (Status.NORMAL, Status.STALE, Status.NO_DATA, Status.NOT_APPLICABLE)
)


class Absent(StrEnum):
    """What happens to the weight of a component that does not apply or is unknown. It never earns 0 points.

    SPREAD: the weight goes to the other components of its group in proportion, or, when there are none, to the other
    groups. LEFT_OUT: the weight is dropped; the value is points, and the denominator has the remaining weights.
    """

    SPREAD = "spread"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Component:
    """Up to ``weight`` points for a KPI: none at ``start``, all from ``full`` on, proportional in between.

    ``full`` 80 is QĐ 766's "80 % → full marks, else × max / 80"; ``start`` is above ``full`` when less is better.
    """

    kpi: str
    weight: float
    start: float = 0.0
    full: float = 100.0

    def __post_init__(self) -> None:
        if self.weight <= 0 or self.start == self.full:
            raise ValueError(f"{self.kpi}: needs a weight above 0, and a start that differs from full")

    def points(self, value: Floats) -> Floats:
        """The points for values."""
        return self.weight * np.clip((value - self.start) / (self.full - self.start), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Group:
    """Components whose points are summed, up to ``cap``."""

    names: Text
    components: tuple[Component, ...]
    cap: float = np.inf

    @property
    def weight(self) -> float:
        """The most it can earn."""
        return min(self.cap, sum(component.weight for component in self.components))


@dataclass(frozen=True, slots=True)
class Composite:
    """A formula over results: sums points of components in groups; all groups together earn at most ``total``.

    Weights are in points of ``total`` and need not add up to it. Raises ValueError for a component named twice.
    """

    groups: tuple[Group, ...]
    total: float = 100.0
    absent: Absent = Absent.SPREAD

    def __post_init__(self) -> None:
        keys = [component.kpi for component in self.components]
        if not keys or len(set(keys)) != len(keys) or self.total <= 0:
            raise ValueError("a composite needs distinct components and a total above 0")

    @property
    def components(self) -> tuple[Component, ...]:
        """The components of all groups, in order."""
        return tuple(component for group in self.groups for component in group.components)

    @property
    def needs(self) -> tuple[str, ...]:
        """No measure."""
        return ()

    @property
    def whole(self) -> float | None:
        """Every point there is."""
        return self.total

    @property
    def family(self) -> Hashable:
        """Composites out of one total that treat absent components alike."""
        return (Composite, self.total, self.absent)

    @property
    def words(self) -> Text:
        """In words for people."""
        count, total = len(self.components), f"{self.total:g}"
        rule = {
            Absent.SPREAD: Text("chia cho các chỉ số còn lại trong nhóm", "spread over the others of its group"),
            Absent.LEFT_OUT: Text("không tính", "left out"),
        }[self.absent]
        return Text(
            f"Σ điểm của {count} chỉ số thành phần, thang {total}; trọng số của chỉ số không áp dụng: {rule.vi}",
            f"Σ points of {count} components, out of {total}; the weight of one that does not apply is {rule.en}",
        )

    @property
    def described(self) -> Described:
        """For the read API."""
        return Described("composite", "", None, self.total)

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """Always raises TypeError: a composite has results as inputs, not contributors."""
        raise TypeError("a composite has no contributors")

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """Points: out of ``total`` when weights are spread, else as earned."""
        return self.total * numerator / denominator if self.absent is Absent.SPREAD else numerator


def components_of(kpi: Kpi) -> frozenset[str]:
    """The keys of its component KPIs; empty unless it is a composite."""
    return frozenset(one.kpi for one in kpi.formula.components) if isinstance(kpi.formula, Composite) else frozenset()


def composites(kpis: Mapping[str, Kpi]) -> list[Kpi]:
    """The composites among ``kpis``. Raises ValueError for invalid components."""
    found = [kpi for kpi in kpis.values() if isinstance(kpi.formula, Composite)]
    for kpi in found:
        assert isinstance(kpi.formula, Composite)
        for component in kpi.formula.components:
            part = kpis.get(component.kpi)
            if part is None or isinstance(part.formula, Composite):
                raise ValueError(f"{kpi.key}: {component.kpi} is not a KPI of contributors")
            if part.by_place and kpi.by_place and part.of is not kpi.of:
                raise ValueError(f"{kpi.key}: {component.kpi} has results by {part.of.value}")
        if kpi.by_place and kpi.divisible:
            raise ValueError(f"{kpi.key}: points are not counts, so a census cannot divide them")
        if kpi.stale_after is None:
            raise ValueError(f"{kpi.key}: needs stale_after, because no feed gives it")
        if kpi.window != NEWEST:
            raise ValueError(f"{kpi.key}: its components look back, a composite does not")
    return found


def composed(
    kpis: Iterable[Kpi],
    parts: Mapping[str, ResultColumns],
    territory: str,
    before: Mapping[str, ResultColumns],
    now: datetime,
) -> tuple[list[ResultColumns], list[StatusEvent]]:
    """New results of composites from the newest results of their components (by KPI), and status events."""
    made: list[ResultColumns] = []
    events: list[StatusEvent] = []
    for kpi in kpis:
        found, moved, _ = results(Declared.of([kpi]), figures(kpi, parts, now), territory, before, now)
        made += found
        events += moved
    return made, events


@dataclass(frozen=True, slots=True)
class _Parts:
    """Component x subject: points (NaN without a value), status flags, oldest figure, least factual kind."""

    points: Floats
    current: Bools
    stale: Bools
    applies: Bools
    as_of_ms: Ints
    kind: Ints
    sources: list[list[frozenset[str]]]


def figures(kpi: Kpi, parts: Mapping[str, ResultColumns], now: datetime) -> Figures:
    """A composite's figures for every subject of its components.

    N counts the components that apply: without those that are NOT_APPLICABLE or lack the subject. n of them have a
    current value not older than ``stale_after``. When n / N is at least ``min_coverage``: the points of these n. Else,
    when enough had a value once: STALE, including last values. Else NO_DATA. When nothing applies: NOT_APPLICABLE. A
    composite is as old as its oldest component.
    """
    formula = kpi.formula
    assert isinstance(formula, Composite)
    given = [parts.get(component.kpi) for component in formula.components]
    codes = _codes(kpi, given)
    known = _known(formula, given, codes)
    assert kpi.stale_after is not None
    old = known.current & (known.as_of_ms < to_ms(now - kpi.stale_after))
    known = replace(known, current=known.current & ~old, stale=known.stale | old)
    expected, reporting = known.applies.sum(axis=0), known.current.sum(axis=0)
    enough = np.maximum(1.0, kpi.min_coverage * expected)
    current, ever = reporting >= enough, (known.current | known.stale).sum(axis=0) >= enough
    said = np.where(current, _NORMAL, np.where(ever, _STALE, _NO_DATA))
    said[expected == 0] = _NOT_APPLICABLE
    chosen = known.current | (known.stale & ~current)
    chosen &= (current | ever)[None, :]
    earned, obtainable = _points(formula, known.points, chosen)
    spoken = obtainable > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        value = formula.value(earned, obtainable)
    oldest = np.where(chosen, known.as_of_ms, _LATE).min(axis=0)
    kinds = np.stack([(chosen & (known.kind == kind)).sum(axis=0) for kind in range(len(LEAST_FACTUAL_LAST))], axis=-1)
    sources = [
        frozenset[str]().union(*(known.sources[row][at] for row in np.flatnonzero(chosen[:, at]).tolist()))
        for at in range(len(codes))
    ]
    return Figures(
        codes=codes,
        said=said[None, :],
        value=np.where(spoken, value, np.nan)[None, :],
        numerator=np.where(spoken, earned, np.nan)[None, :],
        denominator=np.where(spoken, obtainable, np.nan)[None, :],
        reporting=reporting[None, :],
        expected=expected[None, :],
        as_of_ms=np.where(oldest == _LATE, NEVER, oldest)[None, :],
        kinds=kinds[None, :],
        sources=[sources],
        stated=[None],
        spare_ms=np.array([FOREVER]),
        told=reporting[None, :],
        asked=expected[None, :],
    )


def _codes(kpi: Kpi, given: Sequence[ResultColumns | None]) -> tuple[str, ...]:
    if not kpi.by_place:
        return (PROVINCE,)
    found = dict.fromkeys(code for columns in given if columns is not None for code in columns.codes)
    return (*(code for code in found if code != PROVINCE), PROVINCE)


def _known(formula: Composite, given: Sequence[ResultColumns | None], codes: tuple[str, ...]) -> _Parts:
    shape = (len(given), len(codes))
    made = _Parts(
        points=np.zeros(shape),
        current=np.zeros(shape, np.bool_),
        stale=np.zeros(shape, np.bool_),
        applies=np.ones(shape, np.bool_),
        as_of_ms=np.full(shape, NEVER),
        kind=np.zeros(shape, np.int64),
        sources=[[frozenset()] * shape[1] for _ in given],
    )
    for row, (component, columns) in enumerate(zip(formula.components, given, strict=True)):
        if columns is None:
            continue  # never evaluated: it applies, but is unknown everywhere
        number = {code: index for index, code in enumerate(columns.codes)}
        mine = [at for at, code in enumerate(codes) if code in number]
        theirs = [number[codes[at]] for at in mine]
        status, there = columns.status[theirs], ~np.isnan(columns.value[theirs])
        made.applies[row] = False
        made.applies[row, mine] = status != _NOT_APPLICABLE
        made.current[row, mine] = there & (status < len(LEVELS))
        made.stale[row, mine] = there & (status == _STALE)
        made.points[row, mine] = np.nan_to_num(component.points(columns.value[theirs]))
        made.as_of_ms[row, mine] = columns.as_of_ms[theirs]
        made.kind[row, mine] = _worst_kind(columns.kinds[theirs])
        for at, index in zip(mine, theirs, strict=True):
            made.sources[row][at] = frozenset(columns.sources[index])
    return made


def _worst_kind(kinds: Ints) -> Ints:
    found: Ints = np.where(kinds > 0, np.arange(kinds.shape[1]), 0).max(axis=1)
    return found


def _points(formula: Composite, points: Floats, chosen: Bools) -> tuple[Floats, Floats]:
    """Points earned and obtainable per subject, from the components ``chosen`` there."""
    earned, obtainable, first = np.zeros(points.shape[1]), np.zeros(points.shape[1]), 0
    for group in formula.groups:
        rows = slice(first, first := first + len(group.components))
        weights = np.array([[component.weight] for component in group.components])
        mine = np.minimum(np.where(chosen[rows], points[rows], 0.0).sum(axis=0), group.cap)
        most = np.minimum(np.where(chosen[rows], weights, 0.0).sum(axis=0), group.cap)
        if formula.absent is Absent.SPREAD:
            share = np.divide(mine, most, out=np.zeros_like(mine), where=most > 0)
            mine, most = group.weight * share, np.where(most > 0, group.weight, 0.0)
        earned += mine
        obtainable += most
    return earned, obtainable
