"""Results by organisation: each is the sum of the figures of itself and of all organisations under it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from domain.kpis.result_columns import Ints
from domain.organisation import PROVINCE_OFFICE, Organisation
from domain.places.place import PROVINCE
from evaluation.columns import Grouping, Table, grouping
from evaluation.engine import Figures
from evaluation.evaluate import Shape


class Offices:
    """The register for evaluation; ``version`` grows with every change."""

    def __init__(self, known: Mapping[str, Organisation] | None = None) -> None:
        self.version = 0
        self._known = dict(known or {})

    def take(self, known: Mapping[str, Organisation]) -> None:
        """Set the current register."""
        if known != self._known:
            self._known, self.version = dict(known), self.version + 1

    def __contains__(self, code: str) -> bool:
        return code in self._known

    def group(self, code: str) -> str:
        """The group of its own figure: its code; for the province's own office the province."""
        return PROVINCE if code == PROVINCE_OFFICE else code

    def trees(self) -> dict[str, list[str]]:
        """Each organisation with others under it → the organisation followed by all of these.

        Without the province's own office, because the province is the sum of all. Parents in a cycle include each
        other.
        """
        children: dict[str, list[str]] = defaultdict(list)
        for code, one in sorted(self._known.items()):
            if one.parent in self._known and one.parent != PROVINCE_OFFICE:
                children[one.parent].append(code)
        return {code: self._under(code, children) for code in sorted(children)}

    def _under(self, code: str, children: Mapping[str, list[str]]) -> list[str]:
        found = [code]
        for one in found:
            found += [child for child in children.get(one, ()) if child not in found]
        return found


@dataclass(slots=True)
class OrganisationShape(Shape):
    """KPIs by organisation. Contributors are registered organisations that must report to the feed or sent figures."""

    offices: Offices = field(default_factory=Offices)
    _version: int = -1
    _given: Table | None = None
    _made: Table | None = None
    _kept: Ints | None = None

    def _placed(self, table: Table) -> Table:
        if self._made is None or table is not self._given or self._version != self.offices.version:
            self._given, self._made = table, self._chosen(table)
            if self._version != self.offices.version:
                self._version, self._groups = self.offices.version, None
        return self._made

    def _chosen(self, given: Table) -> Table:
        """The columns of registered organisations, each at its own code."""
        at = [column for column, code in enumerate(given.contributors) if code in self.offices]
        codes = [given.contributors[column] for column in at]
        return replace(
            given,
            contributors=codes,
            places=[self.offices.group(code) for code in codes],
            value=given.value[:, at],
            at_ms=given.at_ms[:, at],
            kind=given.kind[:, at],
            source=given.source[:, at],
        )

    def _grouping(self, places: Sequence[str]) -> Grouping:
        """The grouping where a tree's sum replaces its root's own figure."""
        groups = grouping(places, self.offices.trees())
        last = {code: at for at, code in enumerate(groups.codes)}
        self._kept = np.array(sorted(last.values()), np.int64)
        return groups

    def _shown(self, found: Figures) -> Figures:
        kept = self._kept
        if kept is None or len(kept) == len(found.codes) or not self.kpis[0].by_place:
            return found
        columns = ("said", "value", "numerator", "denominator", "reporting", "expected", "as_of_ms", "kinds", "missing")
        return replace(
            found,
            codes=tuple(found.codes[at] for at in kept.tolist()),
            **{name: getattr(found, name)[:, kept] for name in columns},
            sources=[[line[at] for at in kept.tolist()] for line in found.sources],
        )

    def _pick(self, by_group: Ints) -> Ints:
        return by_group if self._kept is None or not self.kpis[0].by_place else by_group[:, self._kept]
