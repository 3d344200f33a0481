"""What a KPI declares (question, formula, target, thresholds, audience) and what its evaluation returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from domain.observation import Kind
from domain.text import Text

NOT_CARRIED = Text(
    "Không quy đổi được: chỉ số đếm xã hoặc xe, không chia theo dân số được.",
    "Cannot be carried over: it counts communes or vehicles, which no census divides.",
)
"""Said instead of a number where a KPI that is not ``divisible`` is asked for in another territory version."""


class Better(StrEnum):
    """Which way is good."""

    HIGHER = "higher"
    LOWER = "lower"


class Status(StrEnum):
    """What a result says to the reader, mildest first."""

    NORMAL = "normal"
    ADVISORY = "advisory"
    WARNING = "warning"
    CRITICAL = "critical"
    STALE = "stale"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"


class Audience(StrEnum):
    """Who may see it. Public sees only what a KPI's own rule allows."""

    OPERATOR = "operator"
    LEADER = "leader"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Sum:
    """Sum of a measure's newest values over what reports."""

    measure: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Sum of one measure minus the sum of another, over what reports both."""

    minuend: str
    subtrahend: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """Sum of numerators over sum of denominators, times ``scale``; never a mean of percentages.

    A denominator of 0 gives "not applicable", never 0.
    """

    numerator: str
    denominator: str
    scale: float = 100.0


@dataclass(frozen=True, slots=True)
class Share:
    """Sum of a 0/1 measure over how many report it, times ``scale``."""

    measure: str
    scale: float = 100.0


Formula = Sum | Difference | Ratio | Share


def whole_of(formula: Formula) -> float | None:
    """The whole that a formula's value is a part of (100 for a percentage); None when it is an amount."""
    match formula:
        case Ratio(scale=scale) | Share(scale=scale):
            return scale
        case Sum() | Difference():
            return None
        case _:
            assert_never(formula)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Enter ``status`` beyond ``limit`` for ``hold``; leave it only past ``clear`` (the deadband)."""

    status: Status
    limit: float
    clear: float
    hold: timedelta
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A goal, when it is due, and who set it."""

    value: float
    due: date | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRule:
    """What the public may see: rounded to ``decimals``, only from ``min_reporting`` contributors, never per entity.

    ``headline`` is one plain sentence with {value} and {gap}, for kiosks and LED screens.
    """

    headline: Text
    decimals: int = 1
    min_reporting: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example: given newest values per contributor, expect this value. Examples are the KPI's tests."""

    because: str
    given: Mapping[str, Mapping[str, float]]
    expect: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One indicator: one declaration from which card, API, docs, audience and tests follow.

    ``by_place`` False: one figure for the whole province (its inputs stand at the province's code), none for communes.
    ``divisible`` False: it counts units or vehicles, which no census can spread over the units of another territory
    version, so that its figures by place cannot be carried there. ``on_wall`` False: it stands on its domain's screen
    and not on the wall, which has room for what must be seen in two seconds.
    """

    key: str
    feed: str
    names: Text
    short: Text
    question: Text
    unit: Text
    formula: Formula
    better: Better
    owner: Text
    source_of_formula: str
    decimals: int
    examples: tuple[Example, ...]
    contributor: Text
    numerator_label: Text
    target: Target | None = None
    thresholds: tuple[Threshold, ...] = ()
    min_coverage: float = 0.5
    public: PublicRule | None = None
    plausible_low: float = 0.0
    plausible_high: float = 1e12
    response: Text
    order: int = 0
    by_place: bool = True
    divisible: bool = True
    on_wall: bool = True

    def meets(self, value: float) -> bool:
        """Whether ``value`` reaches the target; False without one."""
        if self.target is None:
            return False
        return value >= self.target.value if self.better is Better.HIGHER else value <= self.target.value


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiResult:
    """A KPI's value for one place (code) of one territory at one instant.

    value is None for no_data and not_applicable; a stale result keeps its last value, struck from
    aggregates. ``reporting`` of ``expected`` contributors were fresh. ``as_of`` is the newest input.
    ``kinds`` counts contributors by Kind; ``sources`` names them, sorted.
    """

    key: str
    territory: str
    place: str
    value: float | None
    numerator: float | None
    denominator: float | None
    reporting: int
    expected: int
    as_of: datetime | None
    computed_at: datetime
    status: Status
    since: datetime
    kinds: Mapping[Kind, int]
    sources: tuple[str, ...]
