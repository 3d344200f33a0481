"""One raw message as the stream keeps it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

BY_KEY, BY_ADDRESS = "key:", "address:"


class Format(StrEnum):
    """The product's own formats; trackers and feeds declare theirs by key.

    REFUSED is a note of a refused file, IMPORTED the figures of an approved one.
    """

    OBSERVATIONS = "observations"
    FILE = "file"
    REFUSED = "refused"
    IMPORTED = "imported"


# Not frozen: a tracker's message gets its feed only when it is read (intake/messages/fleets.py), and copying each
# message cost the front door a twentieth of its speed.
@dataclass(slots=True, kw_only=True)
class Payload:
    """One raw message. ``format`` is a `Format` or the key of a wire format. Only intake/messages/fleets.py may change
    it.

    ``query`` is the URL's query string; ``name`` is a file name, an MQTT topic, or the sender from the headers;
    ``retained``: an MQTT broker sent its copy of an earlier message. ``again`` marks a message read again from the
    archive as "<reading>/<stream entry>"; "" for a new message. ``apart`` lists devices of a message copied to several
    feeds: a fleet's copy counts only these devices, the copy for waiting devices all others. ``receipt`` is the id of a
    message of a feed with several parts. ``parts`` are the parts that hold a copy: each takes its own items, the first
    also the items that belong to no part. ``address`` is the sender's network address, kept when there is no key.
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
    apart: tuple[str, ...] = ()
    receipt: str = ""
    parts: tuple[int, ...] = ()
    address: str = ""

    @property
    def sender(self) -> str:
        """Who sent it: the holder of a key, else an address; "" when neither is known."""
        if self.source:
            return f"{BY_KEY}{self.source}"
        return f"{BY_ADDRESS}{self.address}" if self.address else ""
