"""Sorts the declared KPIs by evaluation: from newest figures, over a window, or from results of others."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from domain.kpis.kpi import Kpi
from domain.kpis.window import Backward, Newest
from domain.places.place_set import PlaceSet
from domain.subject import SubjectKind
from evaluation.added import added, feeds_of
from evaluation.buckets import Buckets
from evaluation.composites import Composite
from evaluation.evaluate import Shape
from evaluation.organisations import Offices, OrganisationShape
from evaluation.tier import Tier
from evaluation.window_table import WindowTable
from evaluation.windows import WindowShape


def of_newest(kpis: Iterable[Kpi]) -> list[Kpi]:
    """The KPIs evaluated from the newest figure of each contributor."""
    return [kpi for kpi in kpis if isinstance(kpi.window, Newest) and not isinstance(kpi.formula, Composite)]


def tiers(
    kpis: Iterable[Kpi], territory: str, sets: Iterable[PlaceSet] = (), offices: Offices | None = None
) -> list[Tier]:
    """Tiers of the ``kpis`` that use newest figures, in order of first declaration."""
    groups: dict[tuple[object, ...], list[Kpi]] = {}
    for kpi in of_newest(kpis):
        groups.setdefault((kpi.by_place, kpi.of), []).append(kpi)
    form = _former(territory, sets, offices)
    return [Tier(group, form) for group in groups.values()]


def window_shapes(
    kpis: Iterable[Kpi],
    territory: str,
    sets: Iterable[PlaceSet] = (),
    offices: Offices | None = None,
    *,
    buckets: Mapping[str, Buckets],
) -> list[WindowShape]:
    """Shapes of the ``kpis`` that look back, over ``buckets`` by feed."""
    groups: dict[tuple[object, ...], tuple[Backward, list[Kpi]]] = {}
    for kpi in kpis:
        if not isinstance(kpi.window, Newest):
            groups.setdefault((kpi.feed, kpi.by_place, kpi.of, kpi.window), (kpi.window, []))[1].append(kpi)
    form = _former(territory, sets, offices)
    return [
        WindowShape(
            form([added(kpi) for kpi in group]),
            WindowTable(group, window, {feed: buckets[feed] for feed in feeds_of(group)}),
        )
        for window, group in groups.values()
    ]


def _former(territory: str, sets: Iterable[PlaceSet], offices: Offices | None) -> Callable[[Sequence[Kpi]], Shape]:
    members = {one.key: one.codes for one in sets}
    register = Offices() if offices is None else offices

    def form(group: Sequence[Kpi]) -> Shape:
        if group[0].of is SubjectKind.ORGANISATION:
            return OrganisationShape(tuple(group), territory, offices=register)
        return Shape(tuple(group), territory, members)

    return form
