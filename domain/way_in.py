"""How a feed's figures come in: the house's JSON, files, trackers, or a format of the feed's own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from domain.case import CaseEvent
from domain.observation import Fix, Observation, Rejection
from domain.payload import Format, Payload
from domain.text import Text

Decoded = Observation | Fix | CaseEvent | Rejection
Decode = Callable[[Payload], Iterable[Decoded]]

_KB, _MB = 2**10, 2**20


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
    """Every format of trackers: the device's entry in the register chooses this feed, not the format."""

    decoders: Mapping[str, Decode] = field(repr=False)
    key: str = "trackers"


WayIn = HouseJson | Files | Wire | Trackers


def decoders(ways: Iterable[WayIn]) -> dict[str, Decode]:
    """Decoder by format. Raises ValueError when two ways share a key."""
    found: dict[str, Decode] = {}
    for way in ways:
        given = way.decoders if isinstance(way, Trackers) else {way.key: way.decode}
        for key, decode in given.items():
            if key in found:
                raise ValueError(f"two ways in are called {key!r}")
            found[key] = decode
    return found
