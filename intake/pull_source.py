"""What every kind of source that is fetched has: who it is, and one page of what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from domain.way_in import Fetched

# A whole fetch, from the name's look-up to the last byte.
WITHIN_S = 60.0
PAGE_BYTES_MAX = 8 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a source said, as it came; ``position`` is how far it reaches, ``more`` that there is more right away.

    ``name`` is the file's name when the source says one: it may carry the day of the figures.
    """

    body: bytes
    content_type: str = ""
    name: str = ""
    position: Mapping[str, str] = field(default_factory=dict)
    more: bool = False


class Source(Protocol):
    """One address of a feed. ``host`` names it to people; ``address`` is told to nobody and only tells it apart."""

    @property
    def feed(self) -> str:
        """Key of the feed it belongs to."""

    @property
    def pull(self) -> Fetched:
        """The way in that declares how it is asked, how often, and what its pages are read as."""

    @property
    def host(self) -> str:
        """Its host or file, and nothing else of the address."""

    @property
    def address(self) -> str:
        """What tells it from every other; it may hold keys."""

    async def fetch(self, position: Mapping[str, str]) -> Page | None:
        """What is new since ``position``; None when nothing is. Raises PullError."""
