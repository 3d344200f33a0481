"""Refuses figures of one message that contradict each other: a part above its whole, two values in one table."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import datetime

from domain.feeds.feed import Decoded, Feed
from domain.observation import Observation, Rejection
from domain.period import Period
from domain.reason import Reason
from domain.subject import Subject
from store.revisions import identity

_Key = tuple[str, Subject, str, Period, datetime]


def consistent(feed: Feed, items: Sequence[Decoded], *, once: bool = False) -> list[Decoded]:
    """``items`` with both figures refused where a measure exceeds the one it is part of (`Measure.part_of`).

    Which of the two is wrong nobody can tell. Only figures of one message, subject, source and period are compared.
    What contradicts itself over several messages is kept, and no KPI counts it (`evaluation.engine.figures`).

    ``once``: the items are rows of a table, so that two values of one figure do not correct each other, unless the
    table numbers its revisions: both are refused.
    """
    wholes = {measure.key: measure.part_of for measure in feed.measures if measure.part_of}
    found = list(items)
    if once:
        for at, refused in _told_twice(items):
            found[at] = refused
    if wholes:
        for at, refused in _contradictions(wholes, items):
            found[at] = refused
    return found


def _told_twice(items: Sequence[Decoded]) -> Iterator[tuple[int, Rejection]]:
    # Positions alone: a table has two hundred thousand figures, and few are told twice.
    first: dict[Hashable, int] = {}
    again: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at, item in enumerate(items):
        if isinstance(item, Observation) and not item.revision:
            figure = identity(item)
            if first.setdefault(figure, at) != at:
                again[figure].append(at)
    for twice, others in again.items():
        positions = [first[twice], *others]
        told = [(at, item) for at in positions if isinstance(item := items[at], Observation)]
        values = dict.fromkeys("—" if item.value is None else f"{item.value:.15g}" for _, item in told)
        if len(values) > 1:
            for at, item in told:
                yield at, _refused(item, f"{item.measure} = {', '.join(values)}", Reason.TWO_VALUES)


def _contradictions(wholes: Mapping[str, str], items: Sequence[Decoded]) -> Iterator[tuple[int, Rejection]]:
    figures = [
        (at, item, item.value)
        for at, item in enumerate(items)
        if isinstance(item, Observation) and item.value is not None
    ]
    of_wholes = frozenset(wholes.values())
    told = {_key(item, item.measure): (at, item, value) for at, item, value in figures if item.measure in of_wholes}
    parts = {_key(item, item.measure): (at, item, value) for at, item, value in figures if item.measure in wholes}
    for at, part, value in parts.values():
        whole = told.get(_key(part, wholes[part.measure]))
        if whole is not None and value > whole[2]:
            said = f"{part.measure} {value:g} > {whole[1].measure} {whole[2]:g}"
            yield at, _refused(part, said)
            yield whole[0], _refused(whole[1], said)


def _key(item: Observation, measure: str) -> _Key:
    return measure, item.of, item.source, item.period, item.at


def _refused(item: Observation, said: str, reason: Reason = Reason.PART_EXCEEDS_WHOLE) -> Rejection:
    return Rejection(
        feed=item.feed,
        reason=reason,
        received_at=item.received_at,
        detail=f"{item.of.code}: {said}",
        source=item.source,
        raw=f"{item.measure}: {item.of.code} = {item.value}",
    )
