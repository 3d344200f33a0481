"""Refuses figures of one message that contradict each other: a part above its whole, two values in one table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.feeds.feed import Decoded, Feed
from domain.observation import Observation, Rejection
from domain.reason import Reason
from store.revisions import Identity, identity


def consistent(feed: Feed, items: Sequence[Decoded], *, once: bool = False) -> list[Decoded]:
    """``items`` with both figures refused where a measure exceeds the one it is part of (`Measure.part_of`).

    Which of the two is wrong nobody can tell. Only figures of one message, subject, source and period are compared.
    What contradicts itself over several messages is kept, and no KPI counts it (`evaluation.engine.figures`).

    ``once``: the items are rows of a table, so that two values of one figure do not correct each other, unless the
    table numbers its revisions: both are refused.
    """
    wholes = {measure.key: measure.part_of for measure in feed.measures if measure.part_of}
    found = list(items)
    if once or wholes:
        told = _Told(items)
        for at, refused in told.twice() if once else ():
            found[at] = refused
        for at, refused in told.contradictions(wholes):
            found[at] = refused
    return found


@dataclass(slots=True)
class _Told:
    """Where the figures of one message stand: a table has two hundred thousand, so their positions alone are kept.

    ``last`` is the last position of each figure, ``again`` all those of one that stands more than once.
    """

    items: Sequence[Decoded]
    last: dict[Identity, int] = field(default_factory=dict)
    again: dict[Identity, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for at, item in enumerate(self.items):
            if isinstance(item, Observation):
                figure = identity(item)
                before = self.last.get(figure)
                if before is not None:
                    self.again.setdefault(figure, [before]).append(at)
                self.last[figure] = at

    def twice(self) -> Iterator[tuple[int, Rejection]]:
        """What has several values and no number of a revision."""
        for positions in self.again.values():
            told = [(at, item) for at in positions if isinstance(item := self.items[at], Observation)]
            told = [(at, item) for at, item in told if not item.revision]
            values = dict.fromkeys("—" if item.value is None else f"{item.value:.15g}" for _, item in told)
            if len(values) > 1:
                for at, item in told:
                    yield at, _refused(item, f"{item.measure} = {', '.join(values)}", Reason.TWO_VALUES)

    def contradictions(self, wholes: Mapping[str, str]) -> Iterator[tuple[int, Rejection]]:
        """Parts above their wholes, each with its whole; ``wholes`` has the measure that a measure is part of."""
        for figure in self.last if wholes else ():
            if (measure := wholes.get(figure[1])) is None:
                continue
            part, whole = self._valued(figure), self._valued((figure[0], measure, *figure[2:]))
            if part is not None and whole is not None and part[2] > whole[2]:
                said = f"{part[1].measure} {part[2]:g} > {whole[1].measure} {whole[2]:g}"
                yield part[0], _refused(part[1], said)
                yield whole[0], _refused(whole[1], said)

    def _valued(self, figure: Identity) -> tuple[int, Observation, float] | None:
        """The last position, item and value of a figure that has one."""
        at = self.last.get(figure)
        for one in reversed(self.again.get(figure, [] if at is None else [at])):
            item = self.items[one]
            if isinstance(item, Observation) and item.value is not None:
                return one, item, item.value
        return None


def _refused(item: Observation, said: str, reason: Reason = Reason.PART_EXCEEDS_WHOLE) -> Rejection:
    return Rejection(
        feed=item.feed,
        reason=reason,
        received_at=item.received_at,
        detail=f"{item.of.code}: {said}",
        source=item.source,
        raw=f"{item.measure}: {item.of.code} = {item.value}",
    )
