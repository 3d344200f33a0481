"""What a feed declares about itself: its measures, rhythm, owner, and how to read its payloads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.crosswalk import Weight
from domain.observation import Fix, Observation, Rejection
from domain.text import Text

Decoded = Observation | Fix | Rejection


class Format(StrEnum):
    """The house's own formats; those of trackers name themselves (domain/tracker_format.py)."""

    OBSERVATIONS = "observations"
    FILE = "file"


class Level(StrEnum):
    """What one value of a measure belongs to."""

    PLACE = "place"
    ENTITY = "entity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An observed property (OGC SensorThings): key, unit, legal range, and the names people read.

    ``weight`` is the census that spreads its count over the parts of a divided commune; None = not a count, so that
    values of several communes cannot be added.
    """

    key: str
    names: Text
    unit: str
    level: Level = Level.PLACE
    low: float = 0.0
    high: float = 1e12
    weight: Weight | None = "population"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One raw message as the stream keeps it, in a `Format` or a tracker format's key.

    ``query`` is the URL's query string; ``name`` is a file's name, an MQTT topic, or who the headers say is sending;
    ``retained`` says that an MQTT broker gave out its copy of an earlier message.
    """

    feed: str
    format: str
    body: bytes
    received_at: datetime
    source: str = ""
    query: str = ""
    content_type: str = ""
    name: str = ""
    retained: bool = False


Decode = Callable[[Payload], Iterable[Decoded]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The contract of data_sources: one file, one FEED. ``decode`` is pure and never raises.

    ``cadence`` is how often news is expected, ``stale_after`` the age from which its numbers leave the
    aggregates (measured on the data's own time, not on arrival).
    """

    key: str
    names: Text
    owner: Text
    cadence: timedelta
    stale_after: timedelta
    measures: tuple[Measure, ...]
    decoders: Mapping[str, Decode] = field(repr=False)
    legal_basis: str = ""

    def measure(self, key: str) -> Measure | None:
        """The measure with this key, or None."""
        return next((m for m in self.measures if m.key == key), None)

    def decode(self, payload: Payload) -> Iterable[Decoded]:
        """Read one payload by its format; KeyError when the feed does not speak that format."""
        return self.decoders[payload.format](payload)
