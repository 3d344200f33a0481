"""The brief as plain values and sentences in one language, and the hash by which its figures can be checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from domain.kpis.kpi import Kpi, KpiResult
from domain.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefPlace:
    """A commune short of a goal: figure and move of its rank in words."""

    name: str
    value: str
    move: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefGoal:
    """A goal of the province in words; ``number`` is the value itself, None where nobody knows it.

    ``standing`` as in domain.kpis.goals.Standing. ``as_of`` is in words.
    """

    name: str
    standing: str
    glyph: str
    value: str
    number: float | None
    unit: str
    target: str
    gap: str
    owner: str
    set_by: str
    coverage: str
    as_of: str
    source: str
    worst_words: str
    worst: tuple[BriefPlace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One page for a meeting, as of ``made_at``; ``as_of`` says it in words.

    ``canonical`` is the JSON of the figures that it stands on (see `canonical`); the same figures give the same text,
    whatever the language and the hour.
    """

    language: Language
    made_at: datetime
    as_of: str
    headline: str
    lead: str
    since: str
    changes: tuple[str, ...]
    goals: tuple[BriefGoal, ...]
    sources: tuple[str, ...]
    simulated: bool
    canonical: str

    @property
    def sha256(self) -> str:
        """Hash of ``canonical`` in UTF-8, hexadecimal."""
        return sha256(self.canonical.encode()).hexdigest()

    @property
    def known(self) -> bool:
        """Whether any goal has a figure."""
        return any(goal.number is not None for goal in self.goals)

    def plain(self) -> dict[str, object]:
        """Everything that is printed, as JSON-ready values."""
        return {**asdict(self), "made_at": self.made_at.isoformat(), "sha256": self.sha256}


def canonical(results: Sequence[KpiResult], kpis: Mapping[str, Kpi]) -> str:
    """JSON of ``results`` with sorted keys and no blanks, by KPI and place; times in UTC, targets beside values."""
    figures = [_figure(kpis[r.key], r) for r in sorted(results, key=lambda r: (r.key, r.place))]
    return json.dumps({"figures": figures}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _figure(kpi: Kpi, result: KpiResult) -> dict[str, object]:
    return {
        "kpi": result.key,
        "place": result.place,
        "territory": result.territory,
        "value": result.value,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "reporting": result.reporting,
        "expected": result.expected,
        "as_of": result.as_of.isoformat() if result.as_of else None,
        "kinds": {kind.value: count for kind, count in result.kinds.items()},
        "sources": list(result.sources),
        "target": kpi.target.value if kpi.target else None,
    }
