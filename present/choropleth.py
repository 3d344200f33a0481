"""Four classes for a map of one KPI by place, lightest where attention is needed: by the KPI's own limits."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles

from domain.kpis.kpi import Better, Kpi, KpiResult, Status
from domain.text import Language
from present import formats

CLASSES = 4
NO_CLASS = "-"
# The class after each limit that is passed: few limits use the classes that stand out.
_STEPS = {1: (0, 2), 2: (0, 2, 3), 3: (0, 1, 2, 3)}


@dataclass(frozen=True, slots=True)
class Choropleth:
    """``by_place`` maps code to class 0..3 (3 needs attention most); ``labels`` describe the classes, "" is unused."""

    by_place: Mapping[str, int]
    labels: tuple[str, ...]


def packed(by_place: Mapping[str, int], places: Sequence[str]) -> str:
    """The classes of ``places`` in their order, a digit each, ``-`` where there is none: a tenth of a mapping."""
    return "".join(str(by_place.get(code, NO_CLASS)) for code in places)


def unpacked(classes: str, places: Sequence[str]) -> dict[str, int]:
    """The inverse of `packed`."""
    return {code: int(one) for code, one in zip(places, classes, strict=True) if one != NO_CLASS}


def choropleth(kpi: Kpi, results: Mapping[str, KpiResult], language: Language) -> Choropleth:
    """Classes of the places in ``results`` with a fresh value.

    A share is judged by the limits and the target of its KPI, so that a calm province is dark. A count has limits for
    the whole province only: its places stand in quarters, without labels when fewer than four differ.
    """
    rounded = {
        code: round(r.value, kpi.decimals)
        for code, r in results.items()
        if r.value is not None and r.status is not Status.STALE
    }
    limits = _limits(kpi)
    if limits:
        return _classed(kpi, rounded, limits, _STEPS[len(limits)], language)
    cuts = sorted({round(q, kpi.decimals) for q in quantiles(rounded.values(), n=CLASSES)}) if len(rounded) > 1 else []
    if len(set(rounded.values())) < CLASSES or len(cuts) < CLASSES - 1:
        return Choropleth(dict.fromkeys(rounded, 1), ())
    return _classed(kpi, rounded, cuts[::-1] if kpi.better is Better.HIGHER else cuts, _STEPS[3], language)


def _limits(kpi: Kpi) -> list[float]:
    """Limits of one place, mildest first; at most three, the target before the others."""
    if kpi.formula.whole is None:
        return []
    told = {one.limit for one in kpi.thresholds}
    if kpi.target is not None and len(told) < CLASSES - 1:
        told.add(kpi.target.value)
    return sorted(told, reverse=kpi.better is Better.HIGHER)[-(CLASSES - 1) :]


def _classed(
    kpi: Kpi, values: Mapping[str, float], limits: Sequence[float], steps: Sequence[int], language: Language
) -> Choropleth:
    sign = -1 if kpi.better is Better.HIGHER else 1
    bounds = [sign * limit for limit in limits]
    by_place = {code: steps[bisect_left(bounds, sign * value)] for code, value in values.items()}
    return Choropleth(by_place, _labels(kpi, limits, steps, language))


def _labels(kpi: Kpi, limits: Sequence[float], steps: Sequence[int], language: Language) -> tuple[str, ...]:
    """What each class means, by its number; ``limits`` mildest first."""
    texts = [formats.trimmed(limit, kpi.decimals, language) for limit in limits]
    higher = kpi.better is Better.HIGHER
    best, worst = ("≥", "<") if higher else ("≤", ">")
    between = [f"{b}–{a}" if higher else f"{a}–{b}" for a, b in pairwise(texts)]
    # Nothing is below zero people: the class says 0, not "≤ 0".
    mildest = texts[0] if not higher and limits[0] <= kpi.plausible_low else f"{best} {texts[0]}"
    said = [mildest, *between, f"{worst} {texts[-1]}"]
    found = dict(zip(steps, said, strict=True))
    return tuple(found.get(number, "") for number in range(CLASSES))
