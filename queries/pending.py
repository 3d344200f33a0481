"""Devices that send but are bound to no vehicle: kept, listed as "chờ gắn xe", never dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from queries.ask import Ask, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDevice:
    """A device that waits for its vehicle."""

    device: str
    source: str
    first_seen: datetime
    last_seen: datetime
    fixes: int


@dataclass(frozen=True, slots=True)
class Pending:
    """The newest waiting devices, and how many wait in all."""

    devices: Sequence[PendingDevice] = ()
    total: int = 0


async def _read(asked: Question) -> Pending:
    found = [
        PendingDevice(
            device=device.device,
            source=device.source,
            first_seen=device.first_seen_at,
            last_seen=device.last_seen_at,
            fixes=device.fixes,
        )
        for device in await asked.sources.reading.pending_devices()
    ]
    return Pending(found, await asked.sources.reading.count_pending())


PENDING: Ask[Pending] = Ask(_read, Pending())
