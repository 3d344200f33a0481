"""What a KPI declares (question, formula, target, thresholds, audience) and what its evaluation returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from domain.feed import Feed
from domain.observation import Kind
from domain.place import IN_FORCE
from domain.subject import Subject, SubjectKind
from domain.text import Text
from domain.window import NEWEST, Window

Floats = NDArray[np.float64]

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


LEVELS = (Status.NORMAL, Status.ADVISORY, Status.WARNING, Status.CRITICAL)
"""The statuses a value earns, mildest first; the others say that there is no current value."""


class Audience(StrEnum):
    """Who may see it. Public sees only what a KPI's own rule allows."""

    OPERATOR = "operator"
    LEADER = "leader"
    PUBLIC = "public"


class Described(NamedTuple):
    """A formula as the read API says it: its kind, the measures it reads, and what the quotient is multiplied by."""

    kind: str
    numerator: str
    denominator: str | None
    scale: float


class Formula(Protocol):
    """How a value follows from sums over contributors; implementations stand in evaluation/formulas/.

    ``needs`` are the measures it reads, of the KPI's own feed or, written "feed/measure", of another. ``whole`` is the
    value at which nothing is missing (100 of a percentage), None where there is no such thing: only formulas with a
    ``whole`` divide by their denominator.
    """

    @property
    def needs(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def whole(self) -> float | None: ...  # noqa: D102

    @property
    def words(self) -> Text: ...  # noqa: D102

    @property
    def described(self) -> Described: ...  # noqa: D102

    def parts(self, columns: Floats) -> tuple[Floats, Floats | None]:
        """Numerator and denominator of each contributor, from ``columns`` (needed measure x contributor)."""

    def value(self, numerator: Floats, denominator: Floats) -> Floats:
        """Values from sums, element by element; what a denominator of 0 gives means nothing."""


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
    and not on the wall, which has room for what must be seen in two seconds. ``of`` is the level: a result for each
    place, or for each organisation by its own code, and one for the province. ``window`` is what it looks at.
    ``stale_after`` is the age from which its results stand no longer; None: what its window says, else its measures
    (see `stands`). ``min_coverage`` is the share of contributors that must report; ``weighed``: the share of the
    denominator that those who can tell must hold, for two routes of ninety may be half of the streets or none.
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
    weighed: bool = False
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

    @property
    def of_places(self) -> bool:
        """Whether communes have results of it: maps, rankings and cards of a place show no other."""
        return self.by_place and self.of is SubjectKind.PLACE

    def stands(self, feed: Feed) -> timedelta:
        """The age up to which a result stands that nobody evaluates again; ``feed`` is the one it is declared for."""
        return self.stale_after or self.window.lasts or feed.stale_after_for(self.formula.needs)

    def meets(self, value: float) -> bool:
        """Whether ``value`` reaches the target; False without one."""
        if self.target is None:
            return False
        return value >= self.target.value if self.better is Better.HIGHER else value <= self.target.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What the province itself states of a KPI that is a sum of its communes: a second reading beside that sum."""

    value: float
    numerator: float
    denominator: float | None
    as_of: datetime
    kinds: Mapping[Kind, int]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiResult:
    """A KPI's value for one subject at one instant.

    value is None for no_data and not_applicable; a stale result keeps its last value, struck from
    aggregates. ``reporting`` of ``expected`` contributors were fresh. ``as_of`` is the newest input.
    ``kinds`` counts contributors by Kind; ``sources`` names them, sorted. ``stated`` only at the province.
    Where it is made of several figures of each contributor (a window) or of several results (a composite), ``told`` of
    ``asked`` of them were there: what nobody told is unknown and never zero. Else 0 of 0.
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
        """Whether it was carried over into an older territory version."""
        return self.territory not in ("", IN_FORCE)
