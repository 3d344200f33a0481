"""Finds figures that one message gives two values under two names, such as a measure's key and its former key."""

from collections import defaultdict
from collections.abc import Hashable, Sequence

from domain.feeds.feed import Decoded
from domain.observation import Observation


def two_values(told: Sequence[tuple[str, Decoded]]) -> dict[int, str]:
    """The items of ``told`` to refuse, by position, each with all that was said of its figure.

    ``told`` pairs the name that the sender gave the measure with the decoded item. Under one name a second value is a
    revision, as it is in a later message; under two names nothing says which of them counts.
    """
    first: dict[str, str] = {}
    renamed = {
        item.measure
        for name, item in told
        if isinstance(item, Observation) and first.setdefault(item.measure, name) != name
    }
    if not renamed:
        return {}
    figures: defaultdict[Hashable, list[tuple[int, str, float | None]]] = defaultdict(list)
    for position, (name, item) in enumerate(told):
        if isinstance(item, Observation) and item.measure in renamed:
            figure = (item.measure, item.of, item.source, item.period, item.at, item.revision)
            figures[figure].append((position, name, item.value))
    return {
        position: ", ".join(dict.fromkeys(f"{name} = {_written(value)}" for _, name, value in said))
        for said in figures.values()
        if len({name for _, name, _ in said}) > 1 and len({value for _, _, value in said}) > 1
        for position, _, _ in said
    }


def _written(value: float | None) -> str:
    return "null" if value is None else f"{value:.15g}"
