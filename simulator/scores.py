"""Simulated QĐ 766 scores of the province and its communes, by month and by year to date. Pure."""

from collections.abc import Callable
from datetime import date
from typing import Any

from domain.period import Period, Span, period_of
from domain.places.place import PROVINCE
from domain.services.dti import PILLARS
from domain.services.qd766 import QD766
from simulator.chance import between, pick
from simulator.communes import communes, month_end

# The share of a group's points that units earn. The national portal's report of October 2025 had 102 communes of one
# province between 73 and 93 points; digitisation and online services were lowest.
_EARNED = {
    "ckmb": (0.94, 1.0), "tdgq": (0.88, 0.99), "clgq": (0.62, 0.7), "tttt": (0.8, 0.9), "mdhl": (0.9, 1.0),
    "mdsh": (0.6, 0.95),
}  # fmt: skip

Figures = dict[tuple[str, Period], dict[str, float]]


def scores(year: int, month: int, seed: int) -> Figures:
    """Points by (unit, period) at the end of a month; a year to date is the mean of its months."""
    units = (PROVINCE, *(one.code for one in communes()))
    months = {number: {unit: _month(unit, year, number, seed) for unit in units} for number in range(1, month + 1)}
    found: Figures = {}
    for unit in units:
        of_month, to_date = (period_of(span, date(year, month, 1)) for span in (Span.MONTH, Span.YEAR))
        found[unit, of_month] = _totalled(months[month][unit]) | _ranked(unit, of_month, seed)
        mean = {
            key: round(sum(months[number][unit][key] for number in months) / month, 2) for key in months[month][unit]
        }
        found[unit, to_date] = _totalled(mean) | _ranked(unit, to_date, seed)
    return found


def score_items(year: int, month: int, seed: int, item: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """A month's report as items; ``item`` makes one of (feed, measure, at, value, place)."""
    at = month_end(year, month)
    return [
        item("scores_766", measure, at, value, place=unit) | {"period": period.code}
        for (unit, period), values in scores(year, month, seed).items()
        for measure, value in values.items()
    ]


def _month(unit: str, year: int, month: int, seed: int) -> dict[str, float]:
    return {
        group.key: round(float(group.most) * between(*_EARNED[group.key], seed, unit, year, month, group.key), 2)
        for group in QD766.groups
    }


def _totalled(points: dict[str, float]) -> dict[str, float]:
    return points | {"score": round(sum(points.values()), 2)}


def _ranked(unit: str, period: Period, seed: int) -> dict[str, float]:
    """The report prints a rank among provinces; communes get theirs by comparison."""
    return {"score_rank": 22 + pick(10, seed, "rank", period.code)} if unit == PROVINCE else {}


# The province's ranks as published, of 63; the pillars behind them are made up.
_DTI_RANKS = {2020: 27, 2021: 21, 2022: 11}


def dti_items(seed: int, item: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """Three years of DTI; ``item`` makes one of (feed, measure, at, value, place)."""
    made = []
    for year, rank in _DTI_RANKS.items():
        pillars = {key: round(between(0.45, 0.85, seed, "dti", key, year), 4) for key in PILLARS}
        values = {"rank": rank, "score": round(sum(pillars.values()) / len(pillars), 4), **pillars}
        made += [
            item("dti", f"dti_{name}", month_end(year, 12), value, place=PROVINCE) for name, value in values.items()
        ]
    return made
