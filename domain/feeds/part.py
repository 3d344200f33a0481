"""Parts (partitions) of a feed: messages that must stay in order go to the same part."""

from typing import NamedTuple
from zlib import crc32

from domain.case import CaseEvent
from domain.imports.told import FileTold
from domain.observation import Fix, Observation, Rejection


class Part(NamedTuple):
    """Part ``number`` (from 0) of the ``of`` parts of ``feed``; each part has one stream and one cursor."""

    feed: str
    number: int = 0
    of: int = 1

    def __str__(self) -> str:
        return self.feed if self.of == 1 else f"{self.feed}:{self.number}.{self.of}"

    def holds(self, identity: str) -> bool:
        """Whether this part reads items with this identity."""
        return self.of == 1 or number_of(identity, self.of) == self.number


def number_of(identity: str, of: int) -> int:
    """The number of the part, out of ``of``, that reads ``identity``; the same in every process and release."""
    return crc32(identity.encode("utf-8", "surrogatepass")) % of


def ordered_by(item: Observation | Fix | CaseEvent | Rejection | FileTold) -> str | None:
    """The identity whose items one reader must read in order: device, subject or case; None when order does not matter.

    A vehicle's roster and its tracker share a part when both use the vehicle's id.
    """
    if isinstance(item, Fix):
        return item.device
    if isinstance(item, Observation):
        return item.of.code
    return item.case if isinstance(item, CaseEvent) else None
