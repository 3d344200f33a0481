"""What reaches us: an Observation (one value), a Fix (one position) or a Rejection (one refusal with its reason)."""

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
    """How a number came to be; it travels with the number to the screen."""

    MEASURED = "measured"
    DECLARED = "declared"
    ESTIMATED = "estimated"
    SIMULATED = "simulated"


AHEAD_LEFT_ALONE = timedelta(minutes=2)
HISTORY = "history"
"""The flag of a fix that its sender took out of an archive: no network delayed it."""

# A mix counts as the least factual of what is in it.
LEAST_FACTUAL_LAST = (Kind.MEASURED, Kind.DECLARED, Kind.ESTIMATED, Kind.SIMULATED)


def least_factual(kinds: Iterable[Kind]) -> Kind:
    """The kind to show for a mix: simulated before estimated before declared before measured."""
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
    """One value of one measure of one subject over one period, as one source tells it.

    The subject (`of`) is the entity or the organisation when one is named, else the place; beside an entity or an
    organisation ``place`` says where it counts. ``value`` is in the measure's unit; None only together with status
    MISSING. ``at`` is the instant the figure stands as of. Identity: (feed, measure, subject, source, period, at). Told
    again with the same value it is a repeat; with another one a revision, which the store numbers from 1;
    ``revision`` 0 = neither the sender nor the store has numbered it. Raises ValueError when the parts contradict
    each other.
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
    """What an observation says of now: a place's figure told ahead of its time stands as of its arrival, provisionally.

    Else it would look fresh until then, and hide what is said meanwhile. The history keeps the instant it was told
    for, by which repeats are recognised. Of an entity (a vehicle's duty) tomorrow's is a plan and stays tomorrow's.
    """
    if item.entity or item.at - item.received_at <= AHEAD_LEFT_ALONE:
        return item
    status = ObsStatus.PROVISIONAL if item.status is ObsStatus.NORMAL else item.status
    return replace(item, at=item.received_at, status=status)


# Frozen, it would take six times as long to make, which was a tenth of a collector's work. Nobody changes one.
@dataclass(slots=True, kw_only=True)
class Fix:
    """One position of one tracking device, WGS 84 degrees. A value like every other: never changed, only replaced.

    ``at`` is the device's fix time, ``received_at`` ours. ``flags`` name what was noticed and mended on
    the way (see intake/fix_quality.py). ``driver`` is what the tracker called whoever drove, "" when it did not say:
    personal data, written beside the fix and read back by `store/drivers.py` alone. Raises ValueError for coordinates
    outside the globe.
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
    """One refused item: counted, kept with its reason and the beginning of its raw text, never dropped."""

    feed: str
    reason: Reason
    received_at: datetime
    detail: str = ""
    source: str = ""
    raw: str = ""

    def __post_init__(self) -> None:
        require_utc(self.received_at, "received_at")
