"""The course of a KPI over time: its figures, where they stop, what is normal, the target."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import isinf

from domain.feeds.feed import Feed
from domain.instant import to_ms
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.kpis.rhythm import SPANS
from domain.kpis.standing import status_now
from domain.numbers import with_unit
from domain.observation import Kind
from domain.places.territory import reforms
from domain.text import Language
from present import formats
from present.cards import GLYPHS, normal_range, shown, target_words
from present.charts.axes import CLOCK_UP_TO, time_axis, value_axis
from present.charts.chart import Axis, Chart, Dot, Limit, Line, Mark, Table
from present.text import Words, words


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """A figure with its instant; ``broken``: a result without a figure came before it."""

    at: datetime
    value: float
    result: KpiResult
    broken: bool = False


def course(
    kpi: Kpi,
    feed: Feed,
    series: Sequence[KpiResult],
    since: datetime,
    now: datetime,
    language: Language,
    where: str = "",
) -> Chart:
    """The chart of ``series`` (one KPI at one place, oldest first, the last of each span) from ``since`` to ``now``.

    ``where`` names the place unless it is the province. A series shorter than half of the time is drawn over its own
    length, and the notes say from when on. Two figures are not joined when a result without a figure lies
    between them, or more time than one of them stands.
    """
    _ = words(language)
    known = _known(series, since, now)
    title = ", ".join(filter(None, (kpi.names.to(language), where)))
    # Limits and target of a sum are the province's: they say nothing of one place.
    limited = kpi if not where or kpi.formula.whole is not None else replace(kpi, target=None, thresholds=())
    named = Named(limited, title, kpi.unit.to(language), language)
    if len(known) < 2:
        return _too_few(named, known, since, now, _)
    begin = known[0].at if known[0].at - since > (now - since) / 2 else since
    stretches = _stretches(known, max(kpi.stands(feed), 2 * (now - since) / SPANS))
    band, target = normal_range(limited) if limited.thresholds else None, limited.goal
    goal = [target.value] if target else []
    values = [one.value for one in known]
    edges = [edge for edge in band or () if not isinf(edge)]
    y = value_axis([*values, *goal, *edges], language, kpi.decimals, kpi.formula.whole)
    last = known[-1]
    return Chart(
        kind="course",
        key=kpi.key,
        title=title,
        unit=named.unit,
        said=_said(named, stretches, begin, now, status_now(kpi, last.result, feed, now), _),
        notes=_notes(named, known, stretches, begin, since, now, _),
        x=time_axis(begin, now, language),
        y=y,
        lines=tuple(Line("actual", tuple(named.dot(one, now) for one in stretch)) for stretch in stretches),
        band=within(band, y),
        limits=(Limit("target", target.value, target_words(kpi, language)),) if target else (),
        end=Mark(last.value, named.short(last.value)),
        breaks=tuple(Mark(to_ms(one.at), one.words.to(language)) for one in reforms(begin, now)),
        simulated=any(one.result.kinds.get(Kind.SIMULATED) for one in known),
        table=named.table(known, now, _),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """How the figures of one KPI are written."""

    kpi: Kpi
    title: str
    unit: str
    language: Language

    def value(self, value: float) -> str:
        """98,1% · 27.200 hộ."""
        return with_unit(shown(self.kpi, value, self.kpi.decimals, self.language), self.unit)

    def short(self, value: float) -> str:
        """98,1% · 27.200: at the end of a line there is no room for the unit, which stands in the title."""
        figure = shown(self.kpi, value, self.kpi.decimals, self.language)
        return with_unit(figure, "%") if self.unit == "%" else figure

    def dot(self, one: CoursePoint, now: datetime) -> Dot:
        """The figure on a chart over time."""
        tone = one.result.status.value if one.result.status in GLYPHS else ""
        when = formats.moment(one.at, now, self.language)
        return Dot(to_ms(one.at), one.value, f"{when}: {self.value(one.value)}", tone)

    def table(self, known: Sequence[CoursePoint], now: datetime, _: Words) -> Table:
        """Newest first, with how many reported."""
        unit = f" ({self.unit})"
        heads = (_("Thời điểm"), _("Giá trị") + unit, _("Số nơi báo cáo"))
        return Table(
            heads,
            tuple(
                (
                    formats.moment(one.at, now, self.language),
                    shown(self.kpi, one.value, self.kpi.decimals, self.language),
                    f"{one.result.reporting}/{one.result.expected}",
                )
                for one in reversed(known)
            ),
        )


def within(band: tuple[float, float] | None, axis: Axis) -> tuple[float, float] | None:
    """The part of ``band`` on the axis; None when there is none."""
    if band is None or band[1] <= axis.low or band[0] >= axis.high:
        return None
    return max(band[0], axis.low), min(band[1], axis.high)


def period(begin: datetime, end: datetime, now: datetime, language: Language) -> str:
    """Từ 14:05 đến 18:05; days where it is longer than one: both ends, unmistakable."""
    _ = words(language)
    long = end - begin > CLOCK_UP_TO
    first, last = (formats.day(at, language) if long else formats.moment(at, now, language) for at in (begin, end))
    return _("từ {first} đến {last}").format(first=first, last=last)


def band_words(kpi: Kpi, language: Language) -> str:
    """Bình thường: từ 90% trở lên; "" without thresholds."""
    _ = words(language)
    if not kpi.thresholds:
        return ""
    low, high = normal_range(kpi)
    edge = formats.trimmed(high if isinf(low) else low, kpi.decimals, language)
    said = _("bình thường: đến {edge}") if isinf(low) else _("bình thường: từ {edge}")
    return said.format(edge=with_unit(edge, kpi.unit.to(language)))


def _known(series: Sequence[KpiResult], since: datetime, now: datetime) -> list[CoursePoint]:
    """Figures in the range, without the results that have none."""
    found, broken = [], False
    for one in series:
        if one.as_of is None or not since <= one.as_of <= now:
            continue
        if one.value is not None:
            found.append(CoursePoint(one.as_of, one.value, one, broken))
        broken = one.value is None
    return found


def _stretches(known: Sequence[CoursePoint], stands: timedelta) -> list[list[CoursePoint]]:
    """The figures, parted wherever none was known in between."""
    found = [[known[0]]]
    for before, one in pairwise(known):
        if one.broken or one.at - before.at > stands:
            found.append([])
        found[-1].append(one)
    return found


def _too_few(named: Named, known: Sequence[CoursePoint], since: datetime, now: datetime, _: Words) -> Chart:
    """A chart of one figure, a dot, or of none: a sentence says so."""
    when = period(since, now, now, named.language)
    if not known:
        why = _("Chưa có số liệu {when}.").format(when=when)
    else:
        one = formats.at_words(known[0].at, now, named.language)
        why = _("Mới có một số liệu: {value} {when}; chưa thể vẽ diễn biến.").format(
            value=named.value(known[0].value), when=one
        )
    target, goal = named.kpi.goal, target_words(named.kpi, named.language)
    empty = Chart(
        kind="course",
        key=named.kpi.key,
        title=named.title,
        unit=named.unit,
        said=" ".join(filter(None, (f"{named.title}: {why}", goal))),
        notes=(why,),
    )
    if not known:
        return empty
    value = known[0].value
    return replace(
        empty,
        x=time_axis(since, now, named.language),
        y=value_axis(
            [value, *([target.value] if target else [])], named.language, named.kpi.decimals, named.kpi.formula.whole
        ),
        dots=(named.dot(known[0], now),),
        limits=(Limit("target", target.value, goal),) if target else (),
        end=Mark(value, named.short(value)),
        simulated=bool(known[0].result.kinds.get(Kind.SIMULATED)),
        table=named.table(known, now, _),
    )


def _said(
    named: Named, stretches: Sequence[Sequence[CoursePoint]], begin: datetime, now: datetime, status: Status, _: Words
) -> str:
    """Title, period, lowest, highest, newest, target, what is normal, gaps, what is made up."""
    known = [one for stretch in stretches for one in stretch]
    values = [one.value for one in known]
    last = known[-1]
    newest = f"{named.value(last.value)} {formats.at_words(last.at, now, named.language)}"
    if status is Status.STALE:
        newest += " " + _("(số liệu cũ)")
    parts = [
        _("{title}, {period}: thấp nhất {low}, cao nhất {high}, mới nhất {newest}").format(
            title=named.title,
            period=period(begin, now, now, named.language),
            low=named.value(min(values)),
            high=named.value(max(values)),
            newest=newest,
        ),
        target_words(named.kpi, named.language),
        band_words(named.kpi, named.language),
        _gaps(len(stretches) - 1, _),
        _("số liệu mô phỏng") if any(one.result.kinds.get(Kind.SIMULATED) for one in known) else "",
    ]
    return "; ".join(filter(None, parts)) + "."


def _notes(
    named: Named,
    known: Sequence[CoursePoint],
    stretches: Sequence[Sequence[CoursePoint]],
    begin: datetime,
    since: datetime,
    now: datetime,
    _: Words,
) -> tuple[str, ...]:
    when = period(begin, now, now, named.language)
    if begin > since:
        when += " " + _("(trước đó chưa có số liệu)")
    return tuple(filter(None, (when, band_words(named.kpi, named.language), _gaps(len(stretches) - 1, _))))


def _gaps(count: int, _: Words) -> str:
    return _("{n} khoảng không có số liệu").format(n=count) if count else ""
