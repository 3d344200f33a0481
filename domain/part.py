"""Parts of a feed: its messages are spread over them by what has to stay in order."""

from typing import NamedTuple
from zlib import crc32

from domain.case import CaseEvent
from domain.observation import Fix, Observation, Rejection


class Part(NamedTuple):
    """Part ``number`` (from 0) of the ``of`` that the messages of ``feed`` are spread over: one stream, one cursor."""

    feed: str
    number: int = 0
    of: int = 1

    def __str__(self) -> str:
        return self.feed if self.of == 1 else f"{self.feed}:{self.number}.{self.of}"

    def holds(self, identity: str) -> bool:
        """Whether what has this identity is read here."""
        return self.of == 1 or number_of(identity, self.of) == self.number


def number_of(identity: str, of: int) -> int:
    """The part of ``of`` in which ``identity`` is read; the same in every process and release."""
    return crc32(identity.encode("utf-8", "surrogatepass")) % of


def ordered_by(item: Observation | Fix | CaseEvent | Rejection) -> str | None:
    """What must be read in order by one reader: a fix's device, a figure's subject, an event's case; None: nothing.

    A vehicle's roster and its tracker meet in one part when both carry its name.
    """
    if isinstance(item, Fix):
        return item.device
    if isinstance(item, Observation):
        return item.of.code
    return item.case if isinstance(item, CaseEvent) else None
