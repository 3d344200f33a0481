"""What a chart shows, in the units of its figures: every drawing and the table are made of this and agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["course", "distribution", "path"]
LineKind = Literal["actual", "needed", "forecast"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis and what is written there."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from ``low`` to ``high``, with its labels. Time is epoch ms."""

    low: float
    high: float
    marks: tuple[Mark, ...] = ()

    def share(self, at: float) -> float:
        """Where ``at`` lies: 0 at the low end, 1 at the high one; beyond the axis at its end."""
        return min(1.0, max(0.0, (at - self.low) / (self.high - self.low)))


@dataclass(frozen=True, slots=True)
class Dot:
    """One figure: where it lies, what it says, and its status ("" when nothing is out of bounds)."""

    x: float
    y: float
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Figures joined by a line. What is unknown between two figures ends one line and begins the next."""

    kind: LineKind
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A line across the axis of values: the target, or the province's figure."""

    kind: Literal["target", "province"]
    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """The figures behind the drawing: heads, then rows of as many cells, the first of which names the row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart of one KPI.

    ``said`` is the whole chart in sentences, for who cannot see it. ``notes`` stand below: period, limits, why a part
    is missing. ``band`` is what is normal, within the axis. ``end`` is the newest figure. ``breaks`` are reforms of
    territory. An empty chart has no axis, and ``notes`` say why.
    """

    kind: Kind
    key: str
    title: str
    unit: str
    said: str
    notes: tuple[str, ...]
    x: Axis | None = None
    y: Axis | None = None
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    band: tuple[float, float] | None = None
    limits: tuple[Limit, ...] = ()
    end: Mark | None = None
    breaks: tuple[Mark, ...] = ()
    simulated: bool = False
    table: Table | None = None

    @property
    def upright(self) -> bool:
        """Whether values run upwards; in a distribution they run from left to right."""
        return self.kind != "distribution"

    @property
    def figures(self) -> Iterable[Dot]:
        """Every actual figure drawn, in order."""
        for line in self.lines:
            if line.kind == "actual":
                yield from line.dots
        yield from self.dots
