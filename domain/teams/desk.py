"""The desk of registers as pages use it; intake/teams/register.py is behind it."""

from collections.abc import Sequence
from typing import Protocol

from domain.access.principal import Principal
from domain.imports.file_import import FileImport


class TeamDesk(Protocol):
    """Takes registers of teams; each raises what the importer's own function says."""

    async def receive(self, name: str, body: bytes, communes: Sequence[str], by: Principal) -> FileImport:
        """Read a file and show what it would change."""

    async def open_files(self) -> list[FileImport]:
        """The files on which nobody has decided, and those that can be taken back."""

    async def approve(self, id_: str, by: Principal) -> FileImport:
        """Apply the rows that were right."""

    async def withdraw(self, id_: str, by: Principal) -> FileImport:
        """Put back what stood before the file."""
