"""The declaration of a KPI (question, formula, target, thresholds, audience) and the result of its evaluation."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from domain.feeds.feed import Feed
from domain.kpis.window import NEWEST, Window
from domain.observation import Kind
from domain.places.place import IN_FORCE
from domain.subject import Subject, SubjectKind
from domain.text import Text

Floats = NDArray[np.float64]

NOT_CARRIED = Text(
    "Không quy đổi được: chỉ số này đếm xã hoặc xe, không thể chia theo dân số.",
    "Cannot be converted: it counts communes or vehicles, which a census cannot divide.",
)
"""Shown instead of a number when a KPI that is not ``divisible`` is requested in another territory version."""


class Better(StrEnum):
    """Whether higher or lower values are better."""

    HIGHER = "higher"
    LOWER = "lower"


class Status(StrEnum):
    """Status of a result, mildest first."""

    NORMAL = "normal"
    ADVISORY = "advisory"
    WARNING = "warning"
    CRITICAL = "critical"
    STALE = "stale"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"


LEVELS = (Status.NORMAL, Status.ADVISORY, Status.WARNING, Status.CRITICAL)
"""The statuses of a current value, mildest first; the other statuses mean that there is none."""


class Missing(StrEnum):
    """Why there is no value, or only an old one: what to do about it depends on that.

    ``few``: too few contributors report. ``unknown``: too little is known of what should be (`Known`). ``small``: there
    is nothing to divide by yet, or too little. ``contradiction``: a part exceeds its whole, or a value is implausible.
    """

    FEW = "few"
    UNKNOWN = "unknown"
    SMALL = "small"
    CONTRADICTION = "contradiction"


class Audience(StrEnum):
    """Who may see a KPI. The public sees only what the KPI's `PublicRule` allows."""

    OPERATOR = "operator"
    LEADER = "leader"
    PUBLIC = "public"


class Described(NamedTuple):
    """A formula as the read API shows it: its kind, the measures it reads, and the factor of the quotient."""

    kind: str
    numerator: str
    denominator: str | None
    scale: float


class Formula(Protocol):
    """Computes a value from sums over contributors; evaluation/formulas/ holds the implementations.

    ``needs`` lists the measures it reads: of the KPI's own feed, or "feed/measure" of another. ``whole`` is the value
    that means complete (100 for a percentage). It is None for a formula that does not divide by its denominator.
    Formulas of one ``family`` have the same ``value``, so it is called once for many of them.
    """

    @property
    def needs(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def whole(self) -> float | None: ...  # noqa: D102

    @property
    def family(self) -> Hashable: ...  # noqa: D102

    @property
    def words(self) -> Text: ...  # noqa: D102

    @property
    def described(self) -> Described: ...  # noqa: D102

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """Numerator and denominator of each contributor, from ``columns`` (needed measure x contributor)."""

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """Values from sums, element by element; ignore the value where the denominator is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Enter ``status`` after ``hold`` beyond ``limit``; leave it only past ``clear`` (the deadband)."""

    status: Status
    limit: float
    clear: float
    hold: timedelta
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A goal, when it is due, and who set it.

    ``of``: whom or what the goal counts, where that is not what the KPI counts. Then the KPI's figure can neither reach
    nor miss it, and stands beside it for reference. ``set_by``: the authority that made it a goal of the province, for
    which leaders answer; None for a working target of the centre or a technical rule.
    """

    value: float
    due: date | None
    source: str
    of: Text | None = None
    set_by: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """At least the share ``least`` of what should be known by now must be known, else there is no value.

    ``part`` is the measure of what a reporting contributor knows, ``whole`` of what everybody should know by now,
    reporting or not; "", or a contributor without that measure: its denominator. Two routes of ninety may be half of
    the streets or none, and the streets of tonight owe nothing in the morning.
    """

    part: str = ""
    whole: str = ""
    least: float = 0.5

    @property
    def measures(self) -> tuple[str, ...]:
        """Those that it names."""
        return tuple(name for name in (self.part, self.whole) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRule:
    """What the public may see: rounded to ``decimals``, only with ``min_reporting`` contributors, never per entity.

    ``headline`` is one plain sentence with {value} and {gap}, for kiosks and LED screens. ``houses``: its picture of a
    hundred shows houses. ``least_of``: the smallest denominator of which it may be told, so that "of every 100" is not
    said of seven.
    """

    headline: Text
    houses: bool = False
    decimals: int = 1
    min_reporting: int = 5
    least_of: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example: the newest values per contributor, and the expected KPI value. The tests run every example."""

    because: str
    given: Mapping[str, Mapping[str, float]]
    expect: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One indicator. Card, API, docs, audience and tests all derive from this declaration.

    ``by_place`` False: one figure for the province (its inputs carry the province's code), none for communes.
    ``divisible`` False: it counts units or vehicles, which a census cannot divide, so its figures by place cannot be
    converted to another territory version. ``on_wall`` False: only its area's screen shows it; the wall has room only
    for what must be seen in two seconds. ``of`` is the level: one result per place or per organisation, and one for the
    province. ``window`` selects the figures it uses. ``stale_after`` is the age from which a result is stale; None
    takes it from the window, else from the measures (see `stands`). ``min_coverage`` is the share of contributors that
    must report, ``known`` what they must know of it; below ``min_denominator`` a quotient says nothing.
    ``numerator_label`` and ``denominator_label`` name what each part counts, None = both the same.
    ``falls_with_silence``: the figure worsens when those who should send are silent, so its alarm is a consequence
    while an alarm names who is silent. ``indicators`` are the rows of the mission that it answers
    (domain/mission/indicators.py). Raises ValueError when the declaration contradicts itself.
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
    known: Known | None = None
    min_denominator: float = 0.0
    denominator_label: Text | None = None
    public: PublicRule | None = None
    plausible_low: float = 0.0
    plausible_high: float = 1e12
    response: Text
    order: int = 0
    by_place: bool = True
    divisible: bool = True
    on_wall: bool = True
    of: SubjectKind = SubjectKind.PLACE
    window: Window = NEWEST
    stale_after: timedelta | None = None
    falls_with_silence: bool = False
    indicators: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.known and self.known.measures and self.window != NEWEST:
            raise ValueError(f"{self.key}: a window keeps no measure but those it divides")

    @property
    def reads(self) -> tuple[str, ...]:
        """Every measure it reads: what it computes with, and what it judges that by."""
        return (*self.formula.needs, *(self.known.measures if self.known else ()))

    @property
    def of_places(self) -> bool:
        """Whether communes have results. Maps, rankings and cards of a place show only such KPIs."""
        return self.by_place and self.of is SubjectKind.PLACE

    def stands(self, feed: Feed) -> timedelta:
        """The age up to which a result counts without a new evaluation; ``feed`` is the KPI's own feed."""
        return self.stale_after or self.window.lasts or feed.stale_after_for(self.formula.needs)

    @property
    def goal(self) -> Target | None:
        """The target that its figure can reach; None without one, or when the target counts something else."""
        return self.target if self.target and self.target.of is None else None

    @property
    def province_goal(self) -> Target | None:
        """The target that an authority set for the province, whether the figure can reach it or not."""
        return self.target if self.target and self.target.set_by else None

    def meets(self, value: float) -> bool:
        """Whether ``value`` reaches the goal; False without one."""
        if self.goal is None:
            return False
        return value >= self.goal.value if self.better is Better.HIGHER else value <= self.goal.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The province's own figure for a KPI that sums its communes: a second reading beside that sum."""

    value: float
    numerator: float
    denominator: float | None
    as_of: datetime
    kinds: Mapping[Kind, int]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiResult:
    """A KPI's result for one subject at one instant.

    ``value`` is None for no_data and not_applicable; a stale result keeps its last value but leaves the aggregates.
    ``reporting`` of ``expected`` contributors were fresh. ``as_of`` is the time of the newest input. ``kinds`` counts
    contributors by Kind; ``sources`` are sorted. Only the province has ``stated``. A window uses several figures per
    contributor and a composite several results: ``told`` of ``asked`` were present. A missing one is unknown, never
    zero. Other results have 0 of 0. ``missing`` is why a newest result has no value; the history does not keep it.
    """

    key: str
    of: Subject
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
    stated: Stated | None = None
    told: int = 0
    asked: int = 0
    missing: Missing | None = None

    @property
    def place(self) -> str:
        """The subject's code; "80" of the province."""
        return self.of.code

    @property
    def territory(self) -> str:
        """The territory version of a place; "" of every other subject."""
        return self.of.territory

    @property
    def carried(self) -> bool:
        """Whether it was converted to an older territory version."""
        return self.territory not in ("", IN_FORCE)
