"""A tracker wire format: where its messages arrive, who may send them, and how to decode them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.feeds.feed import Decode
from domain.text import Text

_KB = 2**10


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerFormat:
    """One wire format: HTTP ``POST /ingest/<key>`` and the MQTT ``topics``.

    Messages do not name their feed; the register assigns each device (intake/messages/fleets.py). ``decode`` is pure
    and never raises. ``content`` describes the body (the map of an OpenAPI requestBody). ``name_headers`` are HTTP
    headers that together identify the sender; the front door joins their values by "/" into the payload's ``name``,
    which holds the topic for MQTT. ``reply`` is the body of the 200 response that devices expect; None = the usual
    receipt.
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
