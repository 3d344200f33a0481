"""Crosswalks convert counts between territory versions, weighted by the census of 1/4/2019."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

Weight = Literal["population", "households"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A piece of land that no reform divided: its commune in each territory version, and its census of 1/4/2019.

    ``population`` and ``households`` are None where a commune was divided and no source published the split.
    """

    codes: Mapping[str, str]
    population: int | None
    households: int | None


@dataclass(frozen=True, slots=True)
class Portion:
    """How much of ``origin`` lies in ``target``: fractions 0..1 of its people and households, summing to 1 per origin.

    ``whole`` is True when all of the origin lies in the target, so that a count converts exactly. ``known`` is False
    when no source publishes the fractions: the main successor then gets 1 and the others 0.
    """

    origin: str
    target: str
    population: float
    households: float
    whole: bool
    known: bool = True


@dataclass(frozen=True)
class Crosswalk:
    """From the communes of territory version ``origin`` to those of ``target``; ``shares`` are sorted by code."""

    origin: str
    target: str
    shares: tuple[Portion, ...]

    @classmethod
    def of_parts(cls, parts: Iterable[Parcel], origin: str, target: str) -> "Crosswalk":
        """The crosswalk between any two versions that every part names, in either direction."""
        census: dict[str, dict[str, list[Parcel]]] = defaultdict(lambda: defaultdict(list))
        for part in parts:
            census[part.codes[origin]][part.codes[target]].append(part)
        return cls(origin, target, tuple(s for code in sorted(census) for s in _shares(code, census[code])))

    def carry(self, values: Mapping[str, float], weight: Weight = "population") -> dict[str, float]:
        """Counts by origin code → counts by target code; their total is preserved.

        A target that receives nothing is absent, never zero. Only counts can be converted: convert the numerator and
        the denominator of a share, never the share itself. KeyError for a code that is not a commune of the origin.
        """
        carried: dict[str, float] = defaultdict(float)
        for code, value in values.items():
            for share in self._by_origin[code]:
                if fraction := getattr(share, weight):
                    carried[share.target] += value * fraction
        return dict(carried)

    def targets_of(self, code: str) -> tuple[Portion, ...]:
        """The targets that an origin's land lies in; empty for a code that is not a commune of the origin version."""
        return self._by_origin.get(code, ())

    def origins_of(self, code: str) -> tuple[Portion, ...]:
        """The origins that form a target; empty for a code that is not a commune of the target version."""
        return self._by_target.get(code, ())

    def split_codes(self) -> tuple[str, ...]:
        """Origins divided between several targets."""
        return tuple(code for code, shares in self._by_origin.items() if len(shares) > 1)

    @cached_property
    def _by_origin(self) -> Mapping[str, tuple[Portion, ...]]:
        return {code: tuple(found) for code, found in groupby(self.shares, key=lambda share: share.origin)}

    @cached_property
    def _by_target(self) -> Mapping[str, tuple[Portion, ...]]:
        found: dict[str, list[Portion]] = defaultdict(list)
        for share in self.shares:
            found[share.target].append(share)
        return {code: tuple(shares) for code, shares in found.items()}


def _shares(origin: str, by_target: Mapping[str, list[Parcel]]) -> Iterable[Portion]:
    people = {code: sum(part.population or 0 for part in parts) for code, parts in by_target.items()}
    homes = {code: sum(part.households or 0 for part in parts) for code, parts in by_target.items()}
    whole = len(by_target) == 1
    known = whole or all(part.population is not None for parts in by_target.values() for part in parts)
    for code in sorted(by_target):
        yield Portion(
            origin, code, people[code] / sum(people.values()), homes[code] / sum(homes.values()), whole, known
        )
