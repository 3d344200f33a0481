"""The figures a KPI uses: each contributor's newest, those of one calendar period, or the sum of the last days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from domain.period import Period, Span, period_of, written_period
from domain.text import Text

_CALENDAR = {
    Span.DAY: Text("ngày", "day"),
    Span.MONTH: Text("tháng", "month"),
    Span.QUARTER: Text("quý", "quarter"),
    Span.YEAR: Text("năm", "year"),
}
_FOR_EVER = timedelta(days=200 * 365)


class WindowSaid(NamedTuple):
    """A window as the read API shows it: its kind, the span of its periods, and their number."""

    kind: str
    span: str | None
    periods: int
    running: bool
    due_days: int
    named: str


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest figure of each contributor, up to the age of its measure's ``stale_after``."""

    @property
    def lasts(self) -> timedelta | None:
        """None: results last as long as the feed's figures."""
        return None

    @property
    def words(self) -> Text:
        """In words for people."""
        return Text("số mới nhất của từng đơn vị", "the newest figure of each contributor")

    @property
    def described(self) -> WindowSaid:
        """For the read API."""
        return WindowSaid("newest", None, 0, running=False, due_days=0, named="")


@dataclass(frozen=True, slots=True, kw_only=True)
class InPeriod:
    """Only figures of one calendar period: the newest complete one, or the one ``named`` ("2026-10").

    A period is complete ``due_days`` after its end, because reports take that long; until then the window uses the
    period before it. ``running``: use the current period, with figures no older than their measure's ``stale_after``,
    because a figure of the 1st is outdated on the 20th. Raises ValueError when these contradict each other.
    """

    span: Span
    named: str = ""
    running: bool = False
    due_days: int = 0

    def __post_init__(self) -> None:
        if self.span not in _CALENDAR:
            raise ValueError(f"no calendar period: {self.span.value}")
        if self.named and written_period(self.named).span is not self.span:
            raise ValueError(f"{self.named} is no {self.span.value}")
        if self.due_days < 0 or (self.due_days and (self.running or self.named)):
            raise ValueError("due_days delays the newest complete period and nothing else")
        if self.running and self.named:
            raise ValueError("a named period does not run")

    def periods(self, day: date) -> tuple[Period, ...]:
        """The one period it uses on a service day."""
        if self.named:
            return (written_period(self.named),)
        current = period_of(self.span, day - timedelta(days=self.due_days))
        return (current if self.running else current.previous,)

    def holds(self, period: Period, day: date) -> bool:
        """Whether it looks at that period on that day."""
        return period in self.periods(day)

    @property
    def lasts(self) -> timedelta:
        """From the period's first day until the next period is complete; a named period lasts for ever."""
        days = {Span.DAY: 1, Span.MONTH: 31, Span.QUARTER: 92, Span.YEAR: 366}[self.span]
        return _FOR_EVER if self.named else timedelta(days=2 * days + self.due_days)

    @property
    def words(self) -> Text:
        """In words for people."""
        unit = _CALENDAR[self.span]
        if self.named:
            return Text(f"{unit.vi} {self.named}", f"{unit.en} {self.named}")
        if self.running:
            return Text(f"{unit.vi} này, đến nay", f"this {unit.en} so far")
        waited = Text(f", {self.due_days} ngày sau khi hết kỳ", f", {self.due_days} days after its end")
        after = waited if self.due_days else Text("", "")
        return Text(f"{unit.vi} trọn gần nhất{after.vi}", f"the newest complete {unit.en}{after.en}")

    @property
    def described(self) -> WindowSaid:
        """For the read API."""
        return WindowSaid("in_period", self.span.value, 1, self.running, self.due_days, self.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """The daily figures of the last ``days`` complete service days; ``running``: today is the last of them.

    A separate amount (``Measure.amount``) counts on the day of its instant.
    """

    days: int
    running: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.days <= 366:
            raise ValueError(f"1 to 366 days, not {self.days}")

    @property
    def span(self) -> Span:
        """It sums days."""
        return Span.DAY

    def periods(self, day: date) -> tuple[Period, ...]:
        """The days it uses on a service day, oldest first."""
        first = day - timedelta(days=self.days - self.running)
        return tuple(Period(Span.DAY, first + timedelta(days=n)) for n in range(self.days))

    def holds(self, period: Period, day: date) -> bool:
        """Whether it looks at that period on that day."""
        if period.span is not Span.DAY or period.start is None:
            return False
        return 0 < (day - period.start).days + self.running <= self.days

    @property
    def figures(self) -> Text:
        """What it counts: one figure per contributor and day."""
        return Text("số liệu ngày", "daily figures")

    @property
    def lasts(self) -> timedelta:
        """Until its first day has left the window."""
        return timedelta(days=self.days + 1)

    @property
    def words(self) -> Text:
        """In words for people."""
        if self.running:
            return Text(f"{self.days} ngày gần nhất, kể cả hôm nay", f"the last {self.days} days, today included")
        return Text(f"{self.days} ngày trọn gần nhất", f"the last {self.days} complete days")

    @property
    def described(self) -> WindowSaid:
        """For the read API."""
        return WindowSaid("rolling", Span.DAY.value, self.days, self.running, due_days=0, named="")


Backward = InPeriod | Rolling
"""A window over calendar periods: it changes as time passes and reads older figures."""
Window = Newest | Backward
NEWEST = Newest()
