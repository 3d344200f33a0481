"""Converts observations of older territory versions to the units in force."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from domain.feeds.feed import Feed
from domain.feeds.precedence import precedence
from domain.instant import to_ms
from domain.observation import Kind, Observation, ObsStatus, least_factual
from domain.places.crosswalk import Crosswalk, Weight
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.territory import TERRITORIES
from domain.subject import SubjectKind
from evaluation.columns import Cell

_VERSIONS = frozenset(version.version for version in TERRITORIES)
Declared = Mapping[str, Observation]
Walk = Callable[[str, str], Crosswalk]
"""Maps (origin, target) territory versions to the crosswalk between them."""


def restated(feed: Feed, observations: Iterable[Observation], crosswalk: Walk) -> list[Observation]:
    """``observations`` with those of older communes converted to today's communes.

    A commune gets the sum over all the land that formed it, as old as the oldest part, and only when one version
    declares all of it. With divided land the kind is ESTIMATED. The province is the same in every version. Measures
    that cannot be summed (``Measure.weight`` None), districts and entities are left out. A commune that was also
    declared by its own code then has two observations, never their sum: `newest` chooses.
    """
    found: list[Observation] = []
    older: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for item in observations:
        if not item.place or item.territory == IN_FORCE:
            found.append(item)
        elif item.place == PROVINCE:
            found.append(replace(item, territory=IN_FORCE))
        elif item.of.kind is SubjectKind.PLACE:
            older[item.territory, item.measure].append(item)
    for (version, key), items in older.items():
        measure = feed.measure(key)
        if version in _VERSIONS and measure is not None and measure.weight is not None:
            walk = crosswalk(version, IN_FORCE)
            declared = {item.place: item for item in newest(feed, items) if walk.targets_of(item.place)}
            found += _carried(declared, walk, measure.weight)
    return found


def newest(feed: Feed, observations: Iterable[Observation]) -> list[Observation]:
    """The observation that counts per measure and contributor, from any source and version (`precedence`)."""
    found: dict[tuple[str, str], Observation] = {}
    for item in observations:
        key = (item.measure, item.of.code)
        known = found.get(key)
        if known is None or prior(feed, item, known):
            found[key] = item
    return list(found.values())


def prior(feed: Feed, item: Observation, known: Observation) -> bool:
    """Whether ``item`` counts instead of ``known``, which is of the same measure and contributor and ranks lower."""
    cadence = feed.cadence_of(item.measure)
    return precedence(item, cadence) > precedence(known, cadence)


def _carried(declared: Declared, walk: Crosswalk, weight: Weight) -> Iterator[Observation]:
    sums = walk.carry({code: item.value for code, item in declared.items() if item.value is not None}, weight)
    targets = {share.target for code in declared for share in walk.targets_of(code)}
    for target in sorted(targets):
        shares = [share for share in walk.origins_of(target) if getattr(share, weight)]
        if all(share.origin in declared for share in shares):
            parts = [declared[share.origin] for share in shares]
            # Land with an unknown census share counts as divided land too.
            divided = any(not share.whole for share in walk.origins_of(target))
            yield _joined(target, parts, sums.get(target), divided=divided)


def _joined(target: str, parts: Sequence[Observation], total: float | None, *, divided: bool) -> Observation:
    value = None if any(part.value is None for part in parts) else total
    kinds = {part.kind for part in parts} | ({Kind.ESTIMATED} if divided else set())
    return replace(
        parts[0],
        place=target,
        territory=IN_FORCE,
        at=min(part.at for part in parts),
        received_at=max(part.received_at for part in parts),
        value=value,
        status=ObsStatus.MISSING if value is None else ObsStatus.ESTIMATED if divided else ObsStatus.NORMAL,
        kind=least_factual(kinds),
        source=", ".join(sorted({part.source for part in parts})),
    )


def cell(item: Observation) -> Cell:
    """The cell of an observation; its contributor counts at its place."""
    return Cell(item.measure, item.of.code, item.place, to_ms(item.at), item.value, item.kind, item.source)
