"""What each contributor should know by now and what it knows of it: a value that stands on too little is withheld."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.kpis.kpi import Floats, Kpi
from domain.kpis.result_columns import Ints
from evaluation.columns import Bools, Grouping, Table
from evaluation.partials import Parts, totals


@dataclass(frozen=True, slots=True)
class Owed:
    """KPI x contributor: what it ``knows`` of the ``whole`` that it should; 0 in rows of KPIs without `Kpi.known`.

    ``there`` marks who should know something, ``fresh`` whose word for it is not stale; it becomes so in ``spare_ms``.
    ``asked``: any of the KPIs has `Kpi.known`.
    """

    knows: Floats
    whole: Floats
    there: Bools
    fresh: Bools
    spare_ms: Ints
    least: Floats
    asked: bool

    def enough(self, chosen: Bools, among: Bools, groups: Grouping, *, province_only: bool) -> tuple[Bools, Bools]:
        """KPI x group: whether the ``chosen`` know enough of what those ``among`` should know; whether they should."""
        if not self.asked:
            return np.full((len(self.least), 1), True), np.full((len(self.least), 1), False)
        known, whole = (
            totals(np.where(marked, given, 0.0), groups, province_only=province_only)
            for marked, given in ((chosen, self.knows), (among, self.whole))
        )
        return known >= self.least * whole, whole > 0


def owed(kpis: Sequence[Kpi], table: Table, parts: Parts, spare_ms: Ints, counts: Bools) -> Owed:
    """What the contributors that ``counts`` marks owe; ``spare_ms`` by row of ``table``, below 0 where it is stale."""
    asked = any(kpi.known for kpi in kpis)
    # Most KPIs ask for nothing: their columns need no width.
    shape = parts.denominator.shape if asked else (len(kpis), 1)
    found = Owed(
        knows=np.zeros(shape),
        whole=np.zeros(shape),
        there=np.full(shape, False),
        fresh=np.full(shape, False),
        spare_ms=np.zeros(shape, np.int64),
        least=np.array([[kpi.known.least if kpi.known else 0.0] for kpi in kpis]),
        asked=asked,
    )
    for row, kpi in enumerate(kpis):
        if kpi.known is None:
            continue
        own, last = parts.denominator[row], table.row(kpi.feed, kpi.formula.needs[-1])
        names = kpi.known.part, kpi.known.whole
        knows, whole = (table.value[table.row(kpi.feed, name)] if name else own for name in names)
        told = ~np.isnan(whole)
        age = table.row(kpi.feed, kpi.known.whole) if kpi.known.whole else last
        found.knows[row] = np.nan_to_num(np.where(np.isnan(knows), own, knows))
        found.whole[row] = np.nan_to_num(np.where(told, whole, own))
        found.there[row] = counts & (told | ~np.isnan(own))
        found.spare_ms[row] = np.where(told, spare_ms[age], spare_ms[last])
        found.fresh[row] = found.there[row] & (found.spare_ms[row] >= 0)
    return found
