"""Decoded items: an Observation (one value), a Fix (one position) or a Rejection (one refused item and its reason)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.instant import require_utc
from domain.period import INSTANT, Period
from domain.reason import Reason
from domain.subject import Subject, SubjectKind


class Kind(StrEnum):
    """How a number was obtained; the number carries it to the screen."""

    MEASURED = "measured"
    DECLARED = "declared"
    ESTIMATED = "estimated"
    SIMULATED = "simulated"


AHEAD_LEFT_ALONE = timedelta(minutes=2)
HISTORY = "history"
"""Flag of a fix that its sender read from an archive: its age is no network delay."""

RECEIVED_TIME = "received_time"
"""Flag of a fix whose message has no instant that can be read: it stands at the time when it arrived."""

# A mix has the kind of its least factual part.
LEAST_FACTUAL_LAST = (Kind.MEASURED, Kind.DECLARED, Kind.ESTIMATED, Kind.SIMULATED)


def least_factual(kinds: Iterable[Kind]) -> Kind:
    """The kind of a mix: simulated wins over estimated, estimated over declared, declared over measured."""
    return max(kinds, key=LEAST_FACTUAL_LAST.index)


class ObsStatus(StrEnum):
    """SDMX observation status (code list CL_OBS_STATUS), the part we use."""

    NORMAL = "A"
    PROVISIONAL = "P"
    ESTIMATED = "E"
    MISSING = "M"
    BREAK = "B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One value of one measure for one subject and one period, reported by one source.

    The subject (`of`) is the entity or organisation when one is named, else the place; ``place`` then says where the
    entity or organisation counts. ``value`` is in the measure's unit, None exactly when status is MISSING. ``at`` is
    the instant the figure describes. Identity: (feed, measure, subject, source, period, at). The same identity with the
    same value is a repeat, with another value a revision, which the store numbers from 1; ``revision`` 0 = not yet
    numbered. Raises ValueError when fields contradict each other.
    """

    feed: str
    measure: str
    at: datetime
    received_at: datetime
    value: float | None
    kind: Kind
    source: str
    place: str = ""
    territory: str = ""
    entity: str = ""
    organisation: str = ""
    period: Period = INSTANT
    status: ObsStatus = ObsStatus.NORMAL
    revision: int = 0
    author: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is not UTC or self.received_at.tzinfo is not UTC:
            require_utc(self.at, "at")
            require_utc(self.received_at, "received_at")
        if (self.value is None) != (self.status is ObsStatus.MISSING):
            raise ValueError("value is None exactly when status is M (missing)")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError("value must be finite")
        if not (self.place or self.entity or self.organisation):
            raise ValueError("an observation belongs to a place, an organisation or an entity")
        if self.entity and self.organisation:
            raise ValueError("an observation is of an entity or of an organisation, not of both")

    @property
    def of(self) -> Subject:
        """Its subject."""
        if self.entity:
            return Subject(SubjectKind.ENTITY, self.entity)
        if self.organisation:
            return Subject(SubjectKind.ORGANISATION, self.organisation)
        return Subject(SubjectKind.PLACE, self.place, self.territory)


def standing(item: Observation) -> Observation:
    """The observation as it counts now: a place's figure dated in the future counts from its arrival, as provisional.

    Otherwise it would look fresh until then and hide newer figures. The history keeps the original instant, which
    identifies repeats. An entity's future figure (a vehicle's duty) is a plan and keeps its date.
    """
    if item.entity or item.at - item.received_at <= AHEAD_LEFT_ALONE:
        return item
    status = ObsStatus.PROVISIONAL if item.status is ObsStatus.NORMAL else item.status
    return replace(item, at=item.received_at, status=status)


# Not frozen: a frozen one takes six times as long to create, a tenth of a collector's work. Never change one.
@dataclass(slots=True, kw_only=True)
class Fix:
    """One position of one tracking device, WGS 84 degrees. Treat it as immutable: replace it, never change it.

    ``at`` is the device's fix time, ``received_at`` our arrival time. ``flags`` name problems found and repaired (see
    intake/messages/fix_quality.py). ``driver`` is the driver code the tracker sent, "" for none: personal data that
    only `store/drivers.py` reads back. Raises ValueError for impossible coordinates.
    """

    feed: str
    device: str
    at: datetime
    received_at: datetime
    latitude: float
    longitude: float
    kind: Kind
    source: str
    speed_kmh: float | None = None
    course_deg: float | None = None
    altitude_m: float | None = None
    accuracy_m: float | None = None
    valid: bool = True
    flags: tuple[str, ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    driver: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is not UTC or self.received_at.tzinfo is not UTC:
            require_utc(self.at, "at")
            require_utc(self.received_at, "received_at")
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"no such place on earth: {self.latitude}, {self.longitude}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One rejected item: counted and kept with its reason and the beginning of its raw text, never dropped."""

    feed: str
    reason: Reason
    received_at: datetime
    detail: str = ""
    source: str = ""
    raw: str = ""

    def __post_init__(self) -> None:
        require_utc(self.received_at, "received_at")
