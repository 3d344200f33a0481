"""Scores of offices and places in groups, as QĐ 766/QĐ-TTg counts them: points, rank among units, and the lever."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.period import Period
from domain.text import Text

_ROUNDED = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """An indicator of a group: its number in the decision, how it is counted, and its rule for full points."""

    number: str
    names: Text
    counts: Text
    full_from: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreGroup:
    """A group of points, up to ``most``; ``key`` is its name in the reports."""

    key: str
    names: Text
    most: Decimal
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSet:
    """A set of groups whose points add up to the score, and the decision that says so."""

    key: str
    names: Text
    law: str
    groups: tuple[ScoreGroup, ...]

    @property
    def most(self) -> Decimal:
        """The most points there are."""
        return sum((group.most for group in self.groups), Decimal())

    def group(self, key: str) -> ScoreGroup:
        """The group with this key; KeyError without one."""
        return {group.key: group for group in self.groups}[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The points of one unit (an office or a place, by its code) in one period.

    ``points`` by group: None is unknown or not applicable, which is never zero. ``stated`` and ``stated_rank`` are the
    total and the rank as the report printed them. ``rank`` of ``ranked`` is among the units that have a total.
    """

    unit: str
    name: str
    period: Period
    points: Mapping[str, Decimal | None]
    stated: Decimal | None = None
    stated_rank: int | None = None
    rank: int | None = None
    ranked: int = 0
    source: str = ""

    def total(self, scores: ScoreSet) -> Decimal | None:
        """The sum of all groups; None while any is unknown."""
        told = [self.points.get(group.key) for group in scores.groups]
        known = [one for one in told if one is not None]
        return sum(known, Decimal()) if len(known) == len(told) else None

    def agrees(self, scores: ScoreSet) -> bool:
        """Whether the printed total is the sum of its groups, up to the rounding of the groups."""
        total = self.total(scores)
        if total is None or self.stated is None:
            return True
        return abs(total - self.stated) <= _ROUNDED * len(scores.groups) / 2

    def lever(self, scores: ScoreSet) -> ScoreGroup | None:
        """The group where the most points are to win, the first of several; None when nothing is known or lost."""
        lost = [(group.most - points, group) for group in scores.groups
                if (points := self.points.get(group.key)) is not None and points < group.most]  # fmt: skip
        return max(lost, key=lambda one: one[0])[1] if lost else None


def ranked(scores: ScoreSet, given: Iterable[Score]) -> Sequence[Score]:
    """Scores of units of one kind and period, best first; equal totals share a rank, unknown ones have none, last."""
    known: list[tuple[Decimal, Score]] = []
    unknown: list[Score] = []
    for one in given:
        # Printed totals stand in the rank of the report; rounding of groups must not change an order.
        total = one.stated if one.stated is not None else one.total(scores)
        if total is None:
            unknown.append(one)
        else:
            known.append((total, one))
    known.sort(key=lambda pair: (-pair[0], pair[1].unit))
    better = {total: sum(other > total for other, _ in known) for total, _ in known}
    placed = [replace(one, rank=better[total] + 1, ranked=len(known)) for total, one in known]
    return [*placed, *(replace(one, ranked=len(known)) for one in unknown)]
