"""KPIs that look back, declared for tests only, and a simple computation of their right results."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import data_sources
import kpi
from domain.discovery import discover
from domain.feed import Feed, Measure
from domain.instant import day_start, service_day
from domain.kpi import Kpi
from domain.observation import Kind, Observation, ObsStatus
from domain.period import INSTANT, Period, Span, period_of
from domain.place import IN_FORCE, PROVINCE
from domain.text import Text
from domain.window import InPeriod, Rolling
from evaluation.composites import Absent, Component, Composite, Group
from evaluation.formulas import Ratio, Share, Sum

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def _measure(key: str, span: Span, **more) -> Measure:
    return Measure(key=key, names=Text(key, key), unit="hồ sơ", span=span, **more)


MEASURES = (
    _measure("settled", Span.DAY),
    _measure("due", Span.DAY),
    _measure("open", Span.DAY),
    _measure("scored", Span.MONTH),
    _measure("asked_of", Span.MONTH),
    _measure("weighed", Span.INSTANT, amount=True),
    _measure("installs", Span.TO_DATE),
)
FEED: Feed = replace(discover(data_sources, "FEED", Feed)["services"], key="care", measures=MEASURES)
_MODEL = replace(
    discover(kpi, "KPIS", Kpi)["services_on_time"], feed="care", thresholds=(), examples=(), plausible_high=100.0
)
WEEK = replace(_MODEL, key="care_week", formula=Ratio("settled", "due"), window=Rolling(days=7))
TODAY_TOO = replace(_MODEL, key="care_3d", formula=Ratio("settled", "due"), window=Rolling(days=3, running=True))
OPEN_DAYS = replace(_MODEL, key="care_open", formula=Share("open"), window=Rolling(days=7))
WEIGHED = replace(
    _MODEL, key="care_weighed", formula=Sum("weighed"), window=Rolling(days=5, running=True), plausible_high=1e9
)
MONTH = replace(_MODEL, key="care_month", formula=Ratio("scored", "asked_of"), window=InPeriod(span=Span.MONTH))
SO_FAR = replace(MONTH, key="care_so_far", window=InPeriod(span=Span.MONTH, running=True))
DUE = replace(MONTH, key="care_due", window=InPeriod(span=Span.MONTH, due_days=5))
OCTOBER = replace(MONTH, key="care_october", window=InPeriod(span=Span.MONTH, named="2026-10"))
INSTALLS = replace(
    _MODEL, key="care_installs", formula=Sum("installs"), by_place=False, plausible_high=1e9, divisible=False
)
SCORE = replace(
    _MODEL,
    key="care_score",
    formula=Composite((
        Group(Text("Tiến độ", "Progress"), (Component("care_week", 20), Component("care_month", 30, 0, 80))),
        Group(Text("Mở cửa", "Open"), (Component("care_open", 50),)),
    )),
    divisible=False,
    stale_after=timedelta(days=70),
    contributor=Text("chỉ số thành phần", "components"),
    unit=Text("điểm", "points"),
)  # fmt: skip
LEFT_OUT = replace(SCORE, key="care_left_out", formula=replace(SCORE.formula, absent=Absent.LEFT_OUT))
WINDOWS = (WEEK, TODAY_TOO, OPEN_DAYS, WEIGHED, MONTH, SO_FAR, DUE, OCTOBER)
KPIS: Mapping[str, Kpi] = {one.key: one for one in (*WINDOWS, INSTALLS, SCORE, LEFT_OUT)}


def told(measure: str, place: str, value: float | None, day: date, **more) -> Observation:
    """A figure as the door makes it: of the measure's period in which ``day`` lies, received at its end."""
    span = next(one.span for one in MEASURES if one.key == measure)
    period = INSTANT if span is Span.INSTANT else period_of(span, day)
    at = day_start(day) if span is not Span.INSTANT else day_start(day) + timedelta(hours=9)
    given = {
        "feed": "care", "measure": measure, "place": place, "territory": IN_FORCE, "at": at, "value": value,
        "received_at": at + timedelta(hours=20), "kind": Kind.DECLARED, "source": "một cửa", "period": period,
        "status": ObsStatus.MISSING if value is None else ObsStatus.NORMAL,
    }  # fmt: skip
    return Observation(**given | more)


@dataclass
class Reckoned:
    """What a window must say of one place: computed from everything ever told, with loops."""

    value: float | None
    reporting: int
    expected: int
    told: int
    asked: int
    as_of: datetime | None


def reckoned(one: Kpi, said: Sequence[Observation], now: datetime, communes: Sequence[str], place: str) -> Reckoned:
    """``said`` in the order it was told: of one identity the last stands."""
    standing: dict[object, Observation] = {}
    for item in said:
        standing[item.measure, item.of, item.source, item.at, item.period] = item
    members = communes if place == PROVINCE else [place]
    periods = one.window.periods(service_day(now))
    ages = isinstance(one.window, InPeriod) and one.window.running
    days = [(commune, *day) for commune in members
            for day in _days(one, [item for item in standing.values() if item.place == commune], periods)]  # fmt: skip
    fresh = [day for day in days if not ages or now - day[-1] <= FEED.stale_after]
    asked, least = len(members) * len(periods), max(1, one.min_coverage * len(members))
    reporting = len({day[0] for day in fresh})
    used = fresh if reporting >= least else days
    enough = len({day[0] for day in used}) >= least and one.min_coverage * asked <= len(days)
    above, below = sum(day[1] for day in used), sum(day[2] for day in used)
    divides = one.formula.whole is not None
    value = None if not enough or (divides and not below) else 100 * above / below if divides else above
    as_of = max((day[-1] for day in used), default=None)
    return Reckoned(value, reporting, len(members), len(days), asked, as_of)


def _days(one: Kpi, items: Iterable[Observation], periods: Iterable[Period]):
    """Numerator, denominator and newest figure of every period of which one commune told all that is needed."""
    listed = list(items)
    for period in periods:
        figures = [_figure(listed, measure, period) for measure in one.formula.needs]
        if any(found is None or found[0] is None for found in figures):
            continue
        part, whole = figures[0][0], figures[-1][0] if len(figures) > 1 else 1
        if one.formula.whole is not None and part > whole:
            continue  # more settled than were due
        yield part, whole, max(at for _, at in figures)


def _figure(items: Sequence[Observation], measure: str, period: Period) -> tuple[float | None, datetime] | None:
    mine = [item for item in items if item.measure == measure]
    amounts = [one for one in mine if one.period is INSTANT and period_of(period.span, service_day(one.at)) == period]
    if amounts:
        values = [item.value for item in amounts]
        return (None if None in values else sum(values)), max(item.at for item in amounts)
    found = [item for item in mine if item.period == period]
    if not found:
        return None
    last = max(found, key=lambda item: (item.at, item.received_at, item.source))
    return last.value, last.at
