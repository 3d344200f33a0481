"""Typed rows that the store returns and takes, without a meaning in the domain."""

from dataclasses import dataclass
from datetime import datetime

from domain.key_role import KeyRole
from domain.observation import Fix, Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestFix:
    """A device's newest accepted fix, the held jump candidate after it, and its newest latencies in seconds."""

    fix: Fix
    suspect: Fix | None = None
    latencies_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedItem:
    """A rejection and its origin: stream entry, index of the item in it (from 0), and the device when known.

    The store assigns ``id``, the newest is the largest; 0 before it is stored.
    """

    rejection: Rejection
    stream_id: str
    item: int = 0
    device: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCounts:
    """A feed's counters since the start and its newest times (of arrival, of the data)."""

    feed: str
    accepted: int
    duplicates: int
    rejected: int
    late: int
    corrected: int
    last_received_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A tracker that has sent something: fixes offered (repeats included), and its suspected clock offset."""

    device: str
    source: str
    first_seen_at: datetime
    last_seen_at: datetime
    fixes: int
    clock_offset_min: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDevice:
    """A tracker that stands for no vehicle, as one ``sender`` (`Payload.sender`) sends it.

    ``claims`` is the vehicle that its id is bound to from another sender, "" for none.
    """

    device: str
    sender: str
    source: str
    first_seen_at: datetime
    last_seen_at: datetime
    fixes: int
    claims: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredVehicle:
    """A vehicle of the register, its fleet's feed, and the ward it works for (place code, "" unknown)."""

    id: str
    feed: str
    place: str
    in_service: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A device was on a vehicle of fleet ``feed`` from ``since`` to ``until`` (None: still); ``by`` reported it."""

    device: str
    vehicle: str
    feed: str
    since: datetime
    until: datetime | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKey:
    """The visible part of a source's key; the secret is not stored."""

    name: str
    role: KeyRole
    created_at: datetime
    revoked_at: datetime | None
