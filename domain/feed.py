"""What a feed declares about itself: its measures, rhythm, owner, and how to read its payloads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.case import CaseEvent, CaseType
from domain.crosswalk import Weight
from domain.observation import Fix, Observation, Rejection
from domain.period import Span
from domain.text import Text

Decoded = Observation | Fix | CaseEvent | Rejection


# Of these there are parts; whatever else a unit names (hộ, hồ sơ, xe, 0/1) is counted.
_MEASURED_UNITS = frozenset({"%", "s", "giờ", "m", "km", "kg", "t", "điểm", "đồng"})


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

    ``span`` is what a value covers when its sender names only an instant: a month to date, a day. ``cadence`` and
    ``stale_after`` stand in for the feed's where this measure has another rhythm.
    ``weight`` is the census that spreads its count over the parts of a divided commune; None = not a count, so that
    values of several communes cannot be added. ``amount``: each value is an amount of its own (a weighing), not how
    things stand: a history without some of them would be wrong, so none is rolled up (store/retention.py).
    """

    key: str
    names: Text
    unit: str
    level: Level = Level.PLACE
    low: float = 0.0
    high: float = 1e12
    weight: Weight | None = "population"
    amount: bool = False
    span: Span = Span.INSTANT
    cadence: timedelta | None = None
    stale_after: timedelta | None = None

    @property
    def whole(self) -> bool:
        """Whether it counts things, so that 88.9 of them is a slip: a share sent for a count."""
        return self.unit not in _MEASURED_UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One raw message as the stream keeps it, in a `Format` or a tracker format's key.

    ``query`` is the URL's query string; ``name`` is a file's name, an MQTT topic, or who the headers say is sending;
    ``retained`` says that an MQTT broker gave out its copy of an earlier message. ``again`` names, for one that is read
    again from the archive, that reading and the stream entry it once was ("<reading>/<entry>"); "" for what is new.
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
    again: str = ""


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
    cases: tuple[CaseType, ...] = ()

    def measure(self, key: str) -> Measure | None:
        """The measure with this key, or None."""
        return next((m for m in self.measures if m.key == key), None)

    def stale_after_of(self, measure: str) -> timedelta:
        """The age from which figures of this measure no longer count."""
        found = self.measure(measure)
        return (found.stale_after if found else None) or self.stale_after

    def cadence_of(self, measure: str) -> timedelta:
        """How often news of this measure is expected."""
        found = self.measure(measure)
        return (found.cadence if found else None) or self.cadence

    def decode(self, payload: Payload) -> Iterable[Decoded]:
        """Read one payload by its format; KeyError when the feed does not speak that format."""
        return self.decoders[payload.format](payload)
