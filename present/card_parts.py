"""What a card consists of: each part is what one piece of the page shows, and all its piece is given."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Marked:
    """By what the live channel finds a card; ``simulated`` is True when any contributor is simulated."""

    key: str
    simulated: bool


@dataclass(frozen=True, kw_only=True)
class Signal:
    """How it stands; ``since`` says in words since when it is out of bounds, "" when it is not."""

    status: str
    word: str
    glyph: str
    since: str
    since_ms: int | None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The value as people read it; "—" when unknown."""

    value: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Age:
    """When the newest input was told, and after how long it is too old."""

    as_of_ms: int | None
    stale_after_s: int


@dataclass(frozen=True, kw_only=True)
class Bullet:
    """The value and its target as 0..1 of a bar; None where a share makes no sense."""

    fill: float | None
    mark: float | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Of what it is the share, how many report, who says so."""

    context: str
    coverage: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Told(Facts):
    """Besides, what the province says of itself."""

    stated: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """Where it should be, what is missing ("" when reached or unknown), and how it moved."""

    target: str
    gap: str
    delta: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """Its history: ``spark`` is "x,y x,y" in 100 by 28, ``band`` what is normal behind it as "top bottom".

    ``breaks`` are the reforms of territory within it as "x words|x words".
    """

    spark: str
    band: str
    breaks: str
