"""Ranks places by one figure: shared ranks, moves since an earlier period, and the worst places."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from domain.area import Area, feeds_for_leader, fleets
from domain.kpis.kpi import Better, Kpi
from domain.places.place import IN_FORCE

WORST = 5


def rank(values: Mapping[str, float], better: Better) -> list[tuple[int, str, float]]:
    """(rank, code, value), best first; equal values share a rank and the next rank skips (1, 2, 2, 4)."""
    ordered = sorted(values.items(), key=lambda item: item[1], reverse=better is Better.HIGHER)
    ranked: list[tuple[int, str, float]] = []
    for position, (code, value) in enumerate(ordered, start=1):
        shared = ranked and ranked[-1][2] == value
        ranked.append((ranked[-1][0] if shared else position, code, value))
    return ranked


def rank_moves(now: Mapping[str, float], before: Mapping[str, float], better: Better) -> dict[str, int | None]:
    """Ranks gained (positive) or lost since ``before``, per code of ``now``; None without a figure before.

    Ranks only codes with both figures, so that nobody rises because another place stopped reporting.
    """
    then, today = ({code: pos for pos, code, _ in rank(side, better)} for side in _both(now, before))
    return {code: then[code] - today[code] if code in then else None for code in now}


def worst(values: Mapping[str, float], better: Better) -> set[str]:
    """Places with at most WORST places as bad or worse, itself included; so a tie of more than WORST yields none."""
    sign = 1 if better is Better.HIGHER else -1
    ordered = sorted(sign * value for value in values.values())
    return {code for code, value in values.items() if bisect_right(ordered, sign * value) <= WORST}


def worst_moves(now: Mapping[str, float], before: Mapping[str, float], better: Better) -> tuple[set[str], set[str]]:
    """Codes that entered and that left the `worst`, among codes with both figures."""
    then, today = (worst(side, better) for side in _both(now, before))
    return today - then, then - today


def _both(now: Mapping[str, float], before: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """``before`` and ``now``, reduced to their common codes."""
    common = now.keys() & before.keys()
    return {code: before[code] for code in common}, {code: now[code] for code in common}


def ordered(kpis: Mapping[str, Kpi], areas: Iterable[Area]) -> list[Kpi]:
    """In the order a leader reads them; those of no area last."""
    feeds = {key: i for i, key in enumerate(feeds_for_leader(areas))}
    return sorted(kpis.values(), key=lambda k: (feeds.get(k.feed, len(feeds)), k.order, k.key))


def ranked_by(
    kpis: Mapping[str, Kpi], areas: Sequence[Area], territory: str, query: Mapping[str, str]
) -> tuple[list[Kpi], Kpi | None]:
    """KPIs that communes can be compared by, and the one the address asks for, otherwise the first.

    What vehicles do compares vehicles, not the communes they work in.
    """
    now = territory == IN_FORCE
    of_vehicles = fleets(areas)
    choices = [k for k in ordered(kpis, areas) if k.of_places and k.feed not in of_vehicles and (k.divisible or now)]
    return choices, next((k for k in choices if k.key == query.get("kpi")), choices[0] if choices else None)
