"""The parts of a card: each piece of the page receives one part and shows all of it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Marked:
    """The key by which the live channel finds a card; ``simulated``: at least one contributor is simulated."""

    key: str
    simulated: bool


@dataclass(frozen=True, kw_only=True)
class Signal:
    """Status as a key, in one word and as a mark."""

    status: str
    word: str
    glyph: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The value as people read it; "—" when unknown."""

    value: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Age:
    """Time of the newest input, and the age from which it is stale."""

    as_of_ms: int | None
    stale_after_s: int


@dataclass(frozen=True, kw_only=True)
class Bullet:
    """Value and target as shares 0..1 of a bar; None where a share makes no sense."""

    fill: float | None
    mark: float | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Numerator and denominator in words, how many report, and the sources."""

    context: str
    coverage: str
    source: str


@dataclass(frozen=True, kw_only=True)
class StatedFacts(Facts):
    """Facts, and the province's own figure in words."""

    stated: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """The target, the gap to it ("" when reached or unknown), and the recent change."""

    target: str
    gap: str
    delta: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """History: ``spark`` is "x,y x,y" in a box of 100 by 28, ``band`` the normal range behind it as "top bottom".

    ``breaks`` are the reforms of territory within it as "x words|x words". ``span`` says how long it is and ``range``
    from where to where it runs, in words; "" without a course.
    """

    spark: str
    band: str
    breaks: str
    span: str
    range: str
