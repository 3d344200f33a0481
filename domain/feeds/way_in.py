"""Ways into a feed: sent as house JSON, file, tracker format or the feed's own format, or fetched on a schedule."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.case import CaseEvent
from domain.feeds.payload import Format, Payload
from domain.imports.told import FileTold
from domain.observation import Fix, Observation, Rejection
from domain.text import Text

Decoded = Observation | Fix | CaseEvent | Rejection | FileTold
Decode = Callable[[Payload], Iterable[Decoded]]
# Types of a since column: values that only grow.
Position = int | str | datetime | date

EVERY_MIN = timedelta(seconds=5)
_MB = 2**20
_SELECT = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_SINCE = re.compile(r"(?<![:\w]):since\b")


@dataclass(frozen=True, slots=True)
class HouseJson:
    """Arrays of observations and fixes: POST /ingest/observations, MQTT ioc/<feed>/observations."""

    decode: Decode = field(repr=False)
    key: str = Format.OBSERVATIONS


@dataclass(frozen=True, slots=True)
class Files:
    """CSV and spreadsheets: POST /ingest/files/<feed>."""

    decode: Decode = field(repr=False)
    key: str = Format.FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A format of the feed's own: POST /ingest/<key>, with a key. ``content`` is the map of an OpenAPI requestBody."""

    key: str
    names: Text
    decode: Decode = field(repr=False)
    content: Mapping[str, object] = field(repr=False)
    max_bytes: int = _MB


@dataclass(frozen=True, slots=True)
class Trackers:
    """All tracker formats."""

    decoders: Mapping[str, Decode] = field(repr=False)
    key: str = "trackers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """Fetched by HTTP ``every`` interval from the addresses in the setting IOC_PULL_<FEED>_URL; none = not fetched.

    The answer is decoded as ``format``, which another way in of the feed declares. An answer is refused unread when its
    content type is not in ``content_types`` ("" = none given) or its unpacked size is over ``max_bytes``. Raises
    ValueError for a wrong declaration.
    """

    every: timedelta
    format: str = Format.FILE
    content_types: tuple[str, ...] = ("application/json", "text/csv", "text/plain")
    max_bytes: int = 8 * _MB
    key: str = field(default="pull", init=False)

    def __post_init__(self) -> None:
        _often_enough(self.every)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullSql:
    """Queried ``every`` interval from another system's database, whose SQLAlchemy URL is in IOC_PULL_<FEED>_URL.

    ``query`` is one SELECT. Its rows are decoded like a JSON array of objects in ``format``, so name its columns as
    that format does. ``since`` names a column that only grows: ``:since`` in the query is then its last kept value, at
    first ``start``; rows come in its order, at most ``rows_max`` at a time. Without ``since``, more than ``rows_max``
    rows are refused. ``formerly``: queries of an earlier release, tried in turn when the database cannot run ``query``,
    because the office has not renamed its columns yet. Raises ValueError for a wrong declaration.
    """

    every: timedelta
    query: str
    format: str = Format.FILE
    since: str = ""
    start: Position | None = None
    rows_max: int = 5_000
    formerly: tuple[str, ...] = ()
    key: str = field(default="pull-sql", init=False)

    def __post_init__(self) -> None:
        _often_enough(self.every)
        for query in (self.query, *self.formerly):
            if not _SELECT.match(query) or ";" in query:
                raise ValueError("a query is one SELECT without a semicolon")
            if not bool(self.since) == (self.start is not None) == (_SINCE.search(query) is not None):
                raise ValueError("since, start and :since in the query belong together")
        if self.rows_max < 1:
            raise ValueError("rows_max is at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A message that comes with the release. The front door takes it at its start as if somebody had sent it.

    ``made`` returns its body, which is decoded as ``format``; another way in of the feed declares that. Its items carry
    their revision: so a figure that somebody corrected later stays corrected.
    """

    made: Callable[[], bytes] = field(repr=False)
    format: str = Format.OBSERVATIONS
    key: str = field(default="shipped", init=False)


Fetched = Pull | PullSql
WayIn = HouseJson | Files | Wire | Trackers | Fetched | Shipped


def _often_enough(every: timedelta) -> None:
    if every < EVERY_MIN:
        raise ValueError(f"the shortest interval of fetching is {EVERY_MIN.total_seconds():.0f} s")


def decoders(ways: Iterable[WayIn]) -> dict[str, Decode]:
    """Decoder by format. Raises ValueError when two ways share a key, or a fetched format has no decoder."""
    ways = tuple(ways)
    fetched = [way for way in ways if isinstance(way, Fetched)]
    if len({way.key for way in fetched}) < len(fetched):
        raise ValueError("a feed has one Pull and one PullSql; a setting may hold several addresses")
    found: dict[str, Decode] = {}
    for way in ways:
        if isinstance(way, Fetched | Shipped):
            continue
        given = way.decoders if isinstance(way, Trackers) else {way.key: way.decode}
        for key, decode in given.items():
            if key in found:
                raise ValueError(f"two ways in are called {key!r}")
            found[key] = decode
    given_to_read = {way.format for way in ways if isinstance(way, Fetched | Shipped)}
    if unread := sorted(given_to_read - found.keys()):
        raise ValueError(f"fetched or shipped, but no way in decodes it: {', '.join(unread)}")
    return found
