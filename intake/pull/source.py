"""The interface of every fetched source: its identity, and one page of its data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from domain.feeds.way_in import Fetched

# Limit of a whole fetch, from the name's look-up to the last byte.
WITHIN_S = 60.0
PAGE_BYTES_MAX = 8 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A source's unchanged answer; ``position`` is how far it reaches, ``more`` that the next page is ready.

    ``name`` is the file's name when the source gives one: it may carry the day of the figures.
    """

    body: bytes
    content_type: str = ""
    name: str = ""
    position: Mapping[str, str] = field(default_factory=dict)
    more: bool = False


class Source(Protocol):
    """One address of a feed. People see ``host``; ``address`` only identifies the source and is never shown."""

    @property
    def feed(self) -> str:
        """Key of the feed it belongs to."""

    @property
    def pull(self) -> Fetched:
        """The declared way in: how and how often to fetch, and the format of its pages."""

    @property
    def host(self) -> str:
        """Its host or file, and nothing else of the address."""

    @property
    def address(self) -> str:
        """Identifies the source; it may hold keys."""

    async def fetch(self, position: Mapping[str, str]) -> Page | None:
        """The page of new data since ``position``; None when there are none. Raises PullError."""
