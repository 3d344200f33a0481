"""What the simulated world tells between its monthly returns: figures every few minutes, and events of cases."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from simulator.monthly import Figures

SOURCE = "Mô phỏng"


@dataclass(frozen=True, slots=True)
class Beat:
    """Figures told ``every``, counted from the epoch, so that they do not depend on when the simulator began."""

    key: str
    every: timedelta
    figures: Callable[[datetime, int], Figures]

    def instants(self, since: datetime, until: datetime) -> list[datetime]:
        """Its beats in [since, until)."""
        step = int(self.every.total_seconds())
        first = -(-int(since.timestamp()) // step) * step
        beats = range(first, int(until.timestamp()) + 1, step)
        return [at for beat in beats if since <= (at := datetime.fromtimestamp(beat, UTC)) < until]


@dataclass(frozen=True, slots=True)
class Tale:
    """Events of cases in [since, until) for a seed. ``remembers`` is how far back they are told at the start."""

    key: str
    remembers: timedelta
    events: Callable[[datetime, datetime, int], Iterable["Told"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of a case."""

    case_type: str
    case: str
    event: str
    at: datetime
    place: str = PROVINCE
    attributes: tuple[tuple[str, str | float], ...] = ()


def case_item(feed: str, told: Told) -> dict[str, Any]:
    """The event in the front door's JSON format."""
    return {
        "feed": feed,
        "case_type": told.case_type,
        "case": f"{feed}-{told.case}",
        "event": told.event,
        "at": told.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "place": told.place,
        "territory": IN_FORCE,
        "kind": Kind.SIMULATED.value,
        "source": SOURCE,
        "attributes": dict(told.attributes),
    }
