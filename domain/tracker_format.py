"""A way trackers speak: where its messages arrive, who may send them, and how one is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.feed import Decode
from domain.text import Text

_KB = 2**10


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerFormat:
    """One wire format; the front door serves ``POST /ingest/<key>``, the MQTT listener the ``topics``.

    Its messages do not name their feed: the register knows whose each device is (intake/fleets.py). ``decode`` is
    pure and never raises. ``content`` describes the body (the map of an OpenAPI requestBody). ``name_headers`` are HTTP
    headers that together name the sender; the door joins their values by "/" into the payload's ``name``, where
    MQTT has its topic. ``reply`` is the body of the 200 that such devices expect instead of a receipt.
    """

    key: str
    names: Text
    decode: Decode = field(repr=False)
    content: Mapping[str, object] = field(repr=False)
    keyed: bool = True
    max_bytes: int = 64 * _KB
    topics: tuple[str, ...] = ()
    name_headers: tuple[str, ...] = ()
    reply: bytes | None = None
