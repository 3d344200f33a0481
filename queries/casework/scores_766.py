"""The newest QĐ 766 scores: of provinces, and of the province's own communes and offices, by year and by month."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from domain.feeds.precedence import precedence
from domain.observation import Kind, Observation
from domain.organisation import PROVINCE_OFFICE, Organisation
from domain.period import Period, Span
from domain.places.place import PROVINCE
from domain.services.qd766 import QD766
from domain.services.scoring import Score, ranked
from queries.ask import Ask, Question

FEED = "scores_766"
_OF_PROVINCE = re.compile(r"(?:0+\.)*H\d{2}")
_TOTAL, _RANK = "score", "score_rank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Ranked scores of one span: ``provinces`` with ours among them, ``units`` of ours; best first.

    ``as_of`` is the instant that the newest report describes, ``kind`` the least factual of its figures.
    """

    provinces: Sequence[Score] = ()
    units: Sequence[Score] = ()
    as_of: datetime | None = None
    kind: Kind = Kind.DECLARED

    @property
    def ours(self) -> Score | None:
        """The province's own score; None before any."""
        return next((one for one in self.provinces if one.unit == PROVINCE), None)


@dataclass(frozen=True, slots=True)
class ScoreBoard:
    """Year to date and month; ``names`` of offices by code."""

    year: Scores = field(default_factory=Scores)
    month: Scores = field(default_factory=Scores)
    names: Mapping[str, str] = field(default_factory=dict)


async def _read(asked: Question) -> ScoreBoard:
    reading = asked.sources.reading
    told = await reading.newest_observations(FEED)
    offices = await reading.organisations() if any(one.organisation for one in told) else {}
    names = {code: one.name for code, one in offices.items()}
    # What counts comes last, as in the KPIs.
    told = sorted(told, key=lambda one: precedence(one, asked.sources.feeds[FEED].cadence_of(one.measure)))
    year, month = (
        _scores([one for one in told if one.period.span is span], names, offices) for span in (Span.YEAR, Span.MONTH)
    )
    return ScoreBoard(year, month, names)


def _scores(told: Sequence[Observation], names: Mapping[str, str], offices: Mapping[str, Organisation]) -> Scores:
    """The scores of ``told``, whose figures stand in the order of their precedence."""
    if not told:
        return Scores()
    newest = max(one.at for one in told)
    period = max((one.period for one in told), key=lambda period: period.code)
    by_unit: dict[str, dict[str, Observation]] = defaultdict(dict)
    for one in told:
        if one.period == period:
            by_unit[one.of.code][one.measure] = one
    scores = [_score(unit, said, period, names) for unit, said in by_unit.items()]
    provinces = [one for one in scores if _is_province(one.unit, offices)]
    kinds = [one.kind for said in by_unit.values() for one in said.values()]
    return Scores(
        provinces=ranked(QD766, provinces),
        units=ranked(QD766, [one for one in scores if one not in provinces]),
        as_of=newest,
        kind=Kind.SIMULATED if Kind.SIMULATED in kinds else kinds[0],
    )


def _is_province(unit: str, offices: Mapping[str, Organisation]) -> bool:
    """Whether it stands below no other: H05, or 000.00.00.H37 in full; or is the province itself."""
    return unit == PROVINCE or (unit in offices and unit != PROVINCE_OFFICE and bool(_OF_PROVINCE.fullmatch(unit)))


def _score(unit: str, said: Mapping[str, Observation], period: Period, names: Mapping[str, str]) -> Score:
    def number(key: str) -> Decimal | None:
        value = said[key].value if key in said else None
        return None if value is None else Decimal(str(value))

    rank = number(_RANK)
    return Score(
        unit=unit,
        name=names.get(unit, ""),
        period=period,
        points={group.key: number(group.key) for group in QD766.groups},
        stated=number(_TOTAL),
        stated_rank=None if rank is None else int(rank),
        source=next(iter(said.values())).source,
    )


SCORES: Ask[ScoreBoard] = Ask(_read, ScoreBoard(), lambda feed: feed.key == FEED)
