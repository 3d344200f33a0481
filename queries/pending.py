"""Devices that send but stand for no vehicle, listed as "chờ gắn xe"; the page's ``device`` searches among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.fleets.identifier import CHARS_MAX
from queries.ask import Ask, Question

SEARCH = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDevice:
    """A device that waits for its vehicle, as one ``sender`` (`Payload.sender`) sends it.

    ``claims`` is the vehicle that its id is bound to from another sender.
    """

    device: str
    sender: str
    first_seen: datetime
    last_seen: datetime
    fixes: int
    claims: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The newest waiting devices, and how many wait in all."""

    devices: Sequence[PendingDevice] = ()
    total: int = 0


async def _read(asked: Question) -> Pending:
    search = asked.query.get(SEARCH, "").strip()[:CHARS_MAX]
    found = [
        PendingDevice(
            device=device.device,
            sender=device.sender,
            claims=device.claims,
            first_seen=device.first_seen_at,
            last_seen=device.last_seen_at,
            fixes=device.fixes,
        )
        for device in await asked.sources.reading.pending_devices(search=search)
    ]
    return Pending(found, await asked.sources.reading.count_pending(search))


PENDING: Ask[Pending] = Ask(_read, Pending())
