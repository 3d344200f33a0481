"""The path to a dated target: figures by month, the slope that is needed, and a forecast where one is allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from domain.feeds.feed import Feed
from domain.instant import VIETNAM, day_start, to_ms
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.kpis.standing import status_now
from domain.numbers import signed
from domain.observation import Kind
from domain.text import Language
from present import formats
from present.cards import target_words
from present.charts.axes import instant, time_axis, value_axis
from present.charts.chart import Chart, Dot, Limit, Line
from present.charts.course import CoursePoint, Named
from present.text import Words, words

FORECAST_FROM = 6
"""Months with a figure that a forecast needs; fewer say nothing of a year."""
FORECAST_OVER = 12
YEARS_BACK = timedelta(days=3 * 365)
DAY_MS = 86_400_000
YEAR_MS = 365.25 * DAY_MS


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What lies between the newest figure and the day the target is due."""

    line: Line
    words: str


def path(kpi: Kpi, feed: Feed, series: Sequence[KpiResult], now: datetime, language: Language) -> Chart | None:
    """The way of ``series`` (oldest first) to the target of ``kpi``; None without a target that has a date.

    A month counts with its last figure. The needed line leads from the newest figure to the target. The forecast is
    the least-squares line through the last FORECAST_OVER months, from FORECAST_FROM of them on, and is called a
    forecast. A target that counts something else is neither drawn nor approached: this is the trend until its day.
    """
    if kpi.target is None or kpi.target.due is None:
        return None
    _ = words(language)
    due = day_start(kpi.target.due)
    title = _("{name}: lộ trình đến mục tiêu") if kpi.goal else _("{name}: xu hướng")
    named = Named(kpi, title.format(name=kpi.names.to(language)), kpi.unit.to(language), language)
    months = _months(series, now)
    goal = target_words(kpi, language)
    if not months:
        why = _("Chưa có số liệu để vẽ lộ trình đến mục tiêu.")
        said = f"{named.title}: {why} {goal}."
        return Chart(kind="path", key=kpi.key, title=named.title, unit=named.unit, said=said, notes=(why, goal))
    last = months[-1]
    stale = status_now(kpi, last.result, feed, now) is Status.STALE
    ahead = [] if stale else _ahead(named, months, due, now, _)
    lines = (*_actual(named, months, now), *(one.line for one in ahead))
    end = max(due, now)
    values = [dot.y for line in lines for dot in line.dots]
    state = _state(named, last, due, now, stale=stale, _=_)
    apart = () if kpi.goal else (goal,)
    notes = (state, *(one.words for one in ahead), *_no_forecast(months, due, now, stale=stale, _=_), *apart)
    return Chart(
        kind="path",
        key=kpi.key,
        title=named.title,
        unit=named.unit,
        said=f"{named.title}: " + "; ".join(dict.fromkeys((*notes, goal))) + ".",
        notes=notes,
        x=time_axis(months[0].at, end, language),
        y=value_axis([*values, *([kpi.goal.value] if kpi.goal else [])], language, kpi.decimals, kpi.formula.whole),
        lines=lines,
        limits=(Limit("target", kpi.goal.value, goal),) if kpi.goal else (),
        simulated=any(one.result.kinds.get(Kind.SIMULATED) for one in months),
        table=named.table(months, now, _),
    )


def _months(series: Sequence[KpiResult], now: datetime) -> list[CoursePoint]:
    """The last figure of each month that has one."""
    found: dict[tuple[int, int], CoursePoint] = {}
    for one in series:
        if one.as_of is None or one.value is None or one.as_of > now:
            continue
        local = one.as_of.astimezone(VIETNAM)
        found[local.year, local.month] = CoursePoint(one.as_of, one.value, one)
    return list(found.values())


def _actual(named: Named, months: Sequence[CoursePoint], now: datetime) -> tuple[Line, ...]:
    """The months, parted where one or more say nothing."""
    stretches = [[months[0]]]
    for before, one in pairwise(months):
        a, b = before.at.astimezone(VIETNAM), one.at.astimezone(VIETNAM)
        if (b.year - a.year) * 12 + b.month - a.month > 1:
            stretches.append([])
        stretches[-1].append(one)
    return tuple(Line("actual", tuple(named.dot(one, now) for one in stretch)) for stretch in stretches)


def _ahead(named: Named, months: Sequence[CoursePoint], due: datetime, now: datetime, _: Words) -> list[_Ahead]:
    """Needed line and forecast; neither once the day is over, no needed line once the target is met."""
    target, last = named.kpi.goal, months[-1]
    if due <= now:
        return []
    begin, found = named.dot(last, now), []
    if target is not None and not named.kpi.meets(last.value):
        said = _needed(named, target.value - last.value, to_ms(due) - begin.x, _)
        end = Dot(to_ms(due), target.value, said)
        found.append(_Ahead(Line("needed", (begin, end)), said))
    if len(months) >= FORECAST_FROM:
        found.append(_forecast(named, months[-FORECAST_OVER:], due, now, _))
    return found


def _needed(named: Named, missing: float, left_ms: float, _: Words) -> str:
    """The slope to the target: by the year, or what the days have to bring where less than a year is left."""
    if left_ms >= YEAR_MS:
        return _("cần {change} mỗi năm").format(change=_change(named, missing / left_ms * YEAR_MS, _))
    days = max(1, round(left_ms / DAY_MS))
    return _.ngettext("cần {change} trong {n} ngày còn lại", days).format(change=_change(named, missing, _), n=days)


def _forecast(named: Named, months: Sequence[CoursePoint], due: datetime, now: datetime, _: Words) -> _Ahead:
    """Ordinary least squares, carried on from the newest figure and kept within what is possible."""
    at, values = [to_ms(one.at) for one in months], [one.value for one in months]
    middle, mean = sum(at) / len(at), sum(values) / len(values)
    spread = sum((x - middle) ** 2 for x in at)
    slope = sum((x - middle) * (y - mean) for x, y in zip(at, values, strict=True)) / spread
    begin = named.dot(months[-1], now)
    reached = begin.y + slope * (to_ms(due) - begin.x)
    kpi = named.kpi
    most = kpi.formula.whole if kpi.formula.whole is not None else kpi.plausible_high
    reached = min(max(reached, kpi.plausible_low), max(most, begin.y))
    when = instant(due, due - months[0].at, named.language)
    said = _("dự báo theo đường thẳng qua {n} tháng: {value} vào {when}").format(
        n=len(months), value=named.value(reached), when=when
    )
    return _Ahead(Line("forecast", (begin, Dot(to_ms(due), reached, said))), said)


def _no_forecast(
    months: Sequence[CoursePoint], due: datetime, now: datetime, *, stale: bool, _: Words
) -> tuple[str, ...]:
    if stale or due <= now or len(months) >= FORECAST_FROM:
        return ()
    return (
        _.ngettext("chưa dự báo: mới có {n} tháng, cần {least}", len(months)).format(
            n=len(months), least=FORECAST_FROM
        ),
    )


def _state(named: Named, last: CoursePoint, due: datetime, now: datetime, *, stale: bool, _: Words) -> str:
    value, when = named.value(last.value), formats.moment(last.at, now, named.language)
    if stale:
        return _("số liệu cũ: {value} ({when})").format(value=value, when=when)
    if named.kpi.meets(last.value):
        return _("nay {value} ({when}), đã đạt mục tiêu").format(value=value, when=when)
    if due <= now and named.kpi.goal:
        return _("nay {value} ({when}), đã quá hạn mà chưa đạt").format(value=value, when=when)
    return _("nay {value} ({when})").format(value=value, when=when)


def _change(named: Named, change: float, _: Words) -> str:
    unit = _("điểm") if named.kpi.unit.vi == "%" else named.unit
    return f"{signed(change, max(1, named.kpi.decimals), named.language)} {unit}"
