"""What the web side asks of the import machine."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.access.principal import Principal
from domain.imports.file_import import FileImport


class FigureDesk(Protocol):
    """The import machine; OvertakenError when somebody else decided first, KeyError for an unknown import."""

    def takes(self) -> Sequence[str]:
        """Keys of the feeds whose files it takes."""

    def template(self, feed: str, units: Sequence[str] = ()) -> bytes:
        """A workbook to fill in, which imports without a question; ``units`` alone have rows, without them all.

        LookupError for a feed without files.
        """

    async def resume(self) -> int:
        """Bring to its end what killed processes left; returns how many imports moved."""

    async def receive(
        self, feed: str, name: str, source: str, body: bytes, by: Principal, *, wait: bool = True
    ) -> FileImport:
        """Keep a file and read it, or without ``wait`` begin to. LookupError for a feed that takes no files."""

    def share_read(self, id_: str) -> float:
        """How much of a file that this process is reading was read, from 0 to 1; 1 for every other."""

    async def answer(self, id_: str, answers: Mapping[str, str], by: Principal) -> FileImport:
        """Read it again with further answers; an empty one takes an answer back."""

    async def approve(self, id_: str, by: Principal) -> FileImport:
        """Apply it. SamePersonError for whoever handed it in."""

    async def withdraw(self, id_: str, by: Principal) -> FileImport:
        """Bring back what stood before it."""

    async def give_up(self, id_: str, by: Principal) -> FileImport:
        """End it undecided."""
