"""What the web side asks of the import machine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from domain.access.principal import Principal
from domain.imports.file_import import FileImport
from domain.subject import SubjectKind


class FigureDesk(Protocol):
    """The import machine; OvertakenError when somebody else decided first, KeyError for an unknown import."""

    def takes(self) -> Sequence[str]:
        """Keys of the feeds whose files it takes."""

    def template(self, feed: str, units: Sequence[str] = (), of: SubjectKind | None = None) -> bytes:
        """A workbook to fill in, which imports without a question; ``units`` alone have rows, without them all.

        ``of`` what it has rows of; None = what the feed's figures describe.

        LookupError for a feed without files.
        """

    async def resume(self) -> int:
        """Bring to its end what killed processes left; returns how many imports moved."""

    async def receive(
        self, feed: str, name: str, source: str, body: bytes | Path, by: Principal, *,
        answers: Mapping[str, str] = ..., wait: bool = True,
    ) -> FileImport:  # fmt: skip
        """Keep a file and read it, or without ``wait`` begin to. LookupError for a feed that takes no files.

        ``answers`` are what its sender says of it.
        """

    async def handed_in(self, feed: str, source: str, body: bytes, answers: Mapping[str, str]) -> FileImport | None:
        """The newest import of this very file, unless it was refused; None when there is none."""

    async def rehearse(
        self, feed: str, name: str, source: str, body: bytes, by: Principal, answers: Mapping[str, str]
    ) -> FileImport:
        """What would be understood of it; nothing is kept."""

    async def read(self, id_: str) -> FileImport:
        """Read a file that was received and not read."""

    def original(self, id_: str) -> bytes | Path:
        """The file as it came, or where it lies; KeyError when it is not kept. Blocks."""

    async def answer(self, id_: str, answers: Mapping[str, str], by: Principal) -> FileImport:
        """Read it again with further answers; an empty one takes an answer back."""

    async def approve(self, id_: str, by: Principal) -> FileImport:
        """Apply it. SamePersonError for whoever handed it in."""

    async def withdraw(self, id_: str, by: Principal) -> FileImport:
        """Bring back what stood before it."""

    async def give_up(self, id_: str, by: Principal) -> FileImport:
        """End it undecided."""
