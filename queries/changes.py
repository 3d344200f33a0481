"""Changes since this browser's last visit; a browser that was never here gets those of the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.instant import from_ms
from domain.kpis.change import Change
from domain.places.place import IN_FORCE, PROVINCE
from evaluation.changes import Moment, changes
from queries.ask import Ask, Question
from queries.keyed import keyed
from queries.results_in_force import RESULTS_IN_FORCE
from store import territories

FIRST_VISIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Changes:
    """``since`` is None when this browser was never here; ``found`` then covers the last day."""

    since: datetime | None
    found: Sequence[Change]


async def _read(asked: Question) -> Changes | None:
    since = visited_at(asked.query.get("since"), asked.now)
    start = since or asked.now - FIRST_VISIT
    sets = [one.key for one in territories.place_sets(IN_FORCE)]
    reading = asked.sources.reading
    then = keyed(await reading.at(start).results())
    events = await reading.at(asked.now).events(start, [PROVINCE, *sets])
    now = Moment(asked.now, await asked.get(RESULTS_IN_FORCE))
    return Changes(since, changes(asked.kpis, asked.sources.feeds, Moment(start, then), now, events, sets))


def visited_at(said: str | None, now: datetime) -> datetime | None:
    """The visit that the browser remembers (``said``: epoch ms); None when unreadable or in the future."""
    try:
        at = from_ms(int(said or ""))
    except (ValueError, OverflowError, OSError):
        return None
    return at if at <= now else None


CHANGES: Ask[Changes | None] = Ask(_read, None)
