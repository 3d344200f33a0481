"""Places by one KPI: a dot each on one axis, with the province's figure, the target and who is worst."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isinf

from domain.collation import collation_key
from domain.kpis.kpi import Better, Kpi, KpiResult, Status
from domain.kpis.ranking import rank
from domain.numbers import with_unit
from domain.observation import Kind
from domain.text import Language
from present.cards import GLYPHS, normal_range, seen, shown, target_words
from present.charts.axes import value_axis
from present.charts.chart import Axis, Chart, Dot, Limit, Table
from present.charts.course import band_words, within
from present.text import Words, words

WORST = 10
COLUMNS, LEAST_ROWS = 60, 6
"""Dots lie in so many columns; where few lie above each other the drawing keeps room for LEAST_ROWS."""


@dataclass(frozen=True, slots=True)
class PlaceRank:
    """One place: its code and name, its figure and status ("" when nothing is out of bounds) and its rank, 1 best."""

    code: str
    name: str
    value: float
    words: str
    tone: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The chart, and up to WORST places by name, worst first, with a heading that says how many more are alike.

    Who is as good as the best is never called worst. Of sums, which are larger where more people live, they are the
    smallest or the largest.
    """

    chart: Chart
    worst: tuple[PlaceRank, ...]
    heading: str = ""


def distribution(
    kpi: Kpi,
    results: Mapping[str, KpiResult],
    statuses: Mapping[str, Status],
    province: float | None,
    name_of: Callable[[str], str],
    language: Language,
) -> Distribution:
    """The places in ``results`` (by code) that say a fresh figure; ``statuses`` are as of the page's now.

    ``province`` draws a line where the KPI is a share; a sum says nothing of one place. Who says nothing is named.
    """
    _ = words(language)
    title = _("{name} theo xã, phường").format(name=kpi.names.to(language))
    unit = kpi.unit.to(language)
    known = _places(kpi, results, statuses, name_of, language)
    told = {one.code for one in known}
    silent = sorted((name_of(code) for code in results if code not in told), key=collation_key)
    missing = _missing(silent, len(results), _)
    if not known:
        why = _("Chưa xã, phường nào có số liệu này.")
        empty = Chart(kind="distribution", key=kpi.key, title=title, unit=unit, said=f"{title}: {why}", notes=(why,))
        return Distribution(chart=empty, worst=())
    # Limits and target of a sum are the province's: they say nothing of one place.
    share = kpi.formula.whole is not None
    limits = _limits(kpi, province, language, _) if share else ()
    band = normal_range(kpi) if kpi.thresholds and share else None
    edges = [edge for edge in band or () if not isinf(edge)]
    x = value_axis(
        [*(one.value for one in known), *(limit.at for limit in limits), *edges],
        language,
        kpi.decimals,
        kpi.formula.whole,
    )
    dots = _stacked(known, x)
    worst, heading = _worst(kpi, known, _)
    chart = Chart(
        kind="distribution",
        key=kpi.key,
        title=title,
        unit=unit,
        said=_said(kpi, title, known, limits, missing, _),
        notes=tuple(filter(None, (band_words(kpi, language) if band else "", missing))),
        x=x,
        y=Axis(0.0, max(LEAST_ROWS, *(dot.y for dot in dots)) + 0.5),
        dots=dots,
        band=within(band, x),
        limits=limits,
        simulated=any(results[one.code].kinds.get(Kind.SIMULATED) for one in known),
        table=Table(
            (_("Nơi"), f"{kpi.short.to(language)} ({unit})", _("Hạng")),
            tuple((one.name, shown(kpi, one.value, kpi.decimals, language), str(one.rank)) for one in known),
        ),
    )
    return Distribution(chart=chart, worst=worst, heading=heading)


def _worst(kpi: Kpi, known: list[PlaceRank], _: Words) -> tuple[tuple[PlaceRank, ...], str]:
    """Whom to look at first, and what they are; nobody where all are alike."""
    behind = sorted((one for one in known if one.rank > 1), key=lambda one: -one.rank)
    if not behind:
        return (), _("cả {n} nơi: {value}").format(n=len(known), value=known[0].words)
    worst = tuple(behind[:WORST])
    _best, least = _ends(kpi, _)
    heading = _.ngettext("{n} nơi {what}", len(worst)).format(n=len(worst), what=least)
    alike = sum(one.value == worst[-1].value for one in behind[WORST:])
    if alike:
        heading += " · " + _("thêm {n} nơi cùng {value}").format(n=alike, value=worst[-1].words)
    return worst, heading


def _ends(kpi: Kpi, _: Words) -> tuple[str, str]:
    """What the first and the last in rank are called."""
    if kpi.formula.whole is not None:
        return _("tốt nhất"), _("kém nhất")
    most, least = _("nhiều nhất"), _("ít nhất")
    return (most, least) if kpi.better is Better.HIGHER else (least, most)


def _places(
    kpi: Kpi,
    results: Mapping[str, KpiResult],
    statuses: Mapping[str, Status],
    name_of: Callable[[str], str],
    language: Language,
) -> list[PlaceRank]:
    """Best first; what people read decides who is alike."""
    values = {
        code: seen(kpi, one.value, kpi.decimals)
        for code, one in results.items()
        if one.value is not None and statuses[code] is not Status.STALE
    }
    unit = kpi.unit.to(language)
    return [
        PlaceRank(
            code,
            name_of(code),
            value,
            with_unit(shown(kpi, value, kpi.decimals, language), unit),
            statuses[code].value if statuses[code] in GLYPHS else "",
            position,
        )
        for position, code, value in rank(values, kpi.better)
    ]


def _stacked(known: list[PlaceRank], x: Axis) -> tuple[Dot, ...]:
    """A dot a place, above those of the same column."""
    taken: Counter[int] = Counter()
    dots = []
    for one in known:
        column = round(x.share(one.value) * COLUMNS)
        taken[column] += 1
        dots.append(Dot(one.value, float(taken[column]), f"{one.name}: {one.words}", one.tone))
    return tuple(dots)


def _limits(kpi: Kpi, province: float | None, language: Language, _: Words) -> tuple[Limit, ...]:
    found = []
    if kpi.goal:
        found.append(Limit("target", kpi.goal.value, target_words(kpi, language)))
    if province is not None:
        value = with_unit(shown(kpi, province, kpi.decimals, language), kpi.unit.to(language))
        found.append(Limit("province", province, _("toàn tỉnh {value}").format(value=value)))
    return tuple(found)


def _missing(silent: list[str], total: int, _: Words) -> str:
    if not silent:
        return ""
    named = ", ".join(silent[:WORST])
    if len(silent) > WORST:
        named = _("{names} và {n} nơi khác").format(names=named, n=len(silent) - WORST)
    return _("không có số liệu mới của {n}/{total} nơi: {names}").format(n=len(silent), total=total, names=named)


def _said(kpi: Kpi, title: str, known: list[PlaceRank], limits: tuple[Limit, ...], missing: str, _: Words) -> str:
    first, last = _ends(kpi, _)
    parts = [
        _.ngettext("{title}: {n} nơi, {first} {best}, {last} {worst}", len(known)).format(
            title=title, n=len(known), first=first, best=_of(known[0]), last=last, worst=_of(known[-1])
        ),
        *(limit.words for limit in limits),
        missing,
    ]
    return "; ".join(filter(None, parts)) + "."


def _of(place: PlaceRank) -> str:
    return f"{place.words} ({place.name})"
