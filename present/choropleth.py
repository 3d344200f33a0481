"""Four classes of one KPI by place, for a map: the quartiles of the fresh values."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import quantiles

from domain.kpis.kpi import Better, Kpi, KpiResult, Status
from domain.text import Language
from present import formats

CLASSES = 4


@dataclass(frozen=True, slots=True)
class Choropleth:
    """``by_place`` maps code to class 0..3 (3 needs attention most); ``labels`` describe the classes in that order."""

    by_place: Mapping[str, int]
    labels: tuple[str, ...]


def choropleth(kpi: Kpi, results: Mapping[str, KpiResult], language: Language) -> Choropleth:
    """Classes of the places in ``results`` with a fresh value; with fewer than four values one class, no labels."""
    values = {code: r.value for code, r in results.items() if r.value is not None and r.status is not Status.STALE}
    rounded = {code: round(value, kpi.decimals) for code, value in values.items()}
    breaks = (
        sorted({round(q, kpi.decimals) for q in quantiles(rounded.values(), n=CLASSES)}) if len(rounded) > 1 else []
    )
    if len(set(rounded.values())) < CLASSES or len(breaks) < CLASSES - 1:
        return Choropleth(dict.fromkeys(rounded, 1), ())
    higher = kpi.better is Better.HIGHER
    ranks = {code: sum(value >= limit for limit in breaks) for code, value in rounded.items()}
    by_place = {code: CLASSES - 1 - rank if higher else rank for code, rank in ranks.items()}
    texts = [formats.number(limit, kpi.decimals, language) for limit in breaks]
    labels = [f"< {texts[0]}", f"{texts[0]}–{texts[1]}", f"{texts[1]}–{texts[2]}", f"≥ {texts[2]}"]
    return Choropleth(by_place, tuple(reversed(labels)) if higher else tuple(labels))
