"""Files that bring something else than a feed's figures: whose importer takes them, and what a sender calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from domain.discovery import discover
from domain.imports import kinds
from domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """One importer's files, declared in `domain/imports/kinds/`.

    ``key`` is the importer's stable name, ``of`` what a sender may say a file is of. ``keeps_file`` False: the file
    itself is kept nowhere, for it names people. ``of_units``: a reporter hands it in for the own units.
    """

    key: str
    of: Mapping[str, Text]
    keeps_file: bool = True
    of_units: bool = False


@cache
def file_kinds() -> Mapping[str, FileKind]:
    """Every kind by its importer's name."""
    return discover(kinds, "KIND", FileKind)


@cache
def kinds_said() -> Mapping[str, FileKind]:
    """The kind of each thing that a sender may say a file is of, in the order of the desk's list."""
    return {said: one for one in file_kinds().values() for said in one.of}
