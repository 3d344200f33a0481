"""One raw message as the stream keeps it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Format(StrEnum):
    """The house's own formats; those of trackers and of feeds name themselves."""

    OBSERVATIONS = "observations"
    FILE = "file"


# Not frozen: whose a tracker's message is turns out when it is read (intake/fleets.py), and to make another one of each
# cost the front door a twentieth of its speed.
@dataclass(slots=True, kw_only=True)
class Payload:
    """One raw message, in a `Format` or the key of a wire format. Nobody else changes one.

    ``query`` is the URL's query string; ``name`` is a file's name, an MQTT topic, or who the headers say is sending;
    ``retained`` says that an MQTT broker gave out its copy of an earlier message. ``again`` names, for one that is read
    again from the archive, that reading and the stream entry it once was ("<reading>/<entry>"); "" for what is new.
    ``apart`` are devices of a message that is kept in several feeds: a fleet's copy speaks of these alone, that of the
    devices in waiting of all but these.
    ``receipt`` names the message where its feed is spread over parts; ``parts`` are the numbers of those that have a
    copy because it concerns several: each takes its own items, the first also what belongs to none.
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
