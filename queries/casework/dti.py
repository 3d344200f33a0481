"""The province's DTI: ranks by year, the newest year's pillars, and the weights of that year when they are known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.feeds.precedence import precedence
from domain.observation import Kind, Observation
from domain.places.place import PROVINCE
from domain.services.dti import PILLARS, DtiSet
from queries.ask import Ask, Question
from store.dti_sets import dti_sets

FEED = "dti"
_EARLIEST = datetime(2018, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DtiBoard:
    """``ranks`` are (year, rank), oldest first. ``values`` and ``published`` are of ``year``, "" before any.

    ``weights``: None when no file has the set of that year.
    """

    ranks: Sequence[tuple[int, int]] = ()
    year: str = ""
    values: Mapping[str, Decimal] = field(default_factory=dict)
    published: Decimal | None = None
    weights: DtiSet | None = None
    simulated: bool = False
    source: str = ""


async def _read(asked: Question) -> DtiBoard:
    reading, feed = asked.sources.reading, asked.sources.feeds[FEED]

    def counting_last(found: Iterable[Observation]) -> list[Observation]:
        return sorted(found, key=lambda one: precedence(one, feed.cadence_of(one.measure)))

    newest = counting_last(await reading.newest_observations(FEED))
    told = [one for one in newest if one.of.code == PROVINCE and one.value is not None]
    if not told:
        return DtiBoard()
    past = counting_last(await reading.observations(FEED, "dti_rank", _EARLIEST, asked.now + timedelta(days=1)))
    year = max(one.period.code for one in told)
    chosen = {one.measure: one for one in told if one.period.code == year}
    said = {key.removeprefix("dti_"): Decimal(str(one.value)) for key, one in chosen.items()}
    return DtiBoard(
        ranks=sorted({int(one.period.code): int(one.value) for one in past if one.value is not None}.items()),
        year=year,
        values={key: said[key] for key in PILLARS if key in said},
        published=said.get("score"),
        weights=dti_sets().get(year),
        simulated=any(one.kind is Kind.SIMULATED for one in chosen.values()),
        source=next(iter(chosen.values())).source,
    )


DTI: Ask[DtiBoard] = Ask(_read, DtiBoard(), lambda feed: feed.key == FEED)
