"""What the import machine asks of each kind of file: read it, decide about it, pass the decision on."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from domain.access.needs import Need, permits
from domain.access.principal import Actor, Principal
from domain.imports.file_import import FileImport, Preview
from domain.imports.question import Answers
from domain.observation import Observation
from domain.text import Text

Body = bytes | Path
"""A file as it was handed in: its content, or where it lies."""
Progress = Callable[[Text, float], None]
"""Is told what is done in words, and the share that is done, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was understood of a file, with what identifies its layout ("" = none); or why nothing of it can be used.

    ``figures`` are those it brings; None where it brings something else. What is ``refused`` may have a preview too: it
    says what was wrong where.
    """

    preview: Preview | None = None
    figures: Sequence[Observation] | None = None
    layout: str = ""
    refused: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is kept with a decision: ``applied`` says what it changes, ``outbox`` what has to be passed on.

    ``outbox`` None = nothing. ``kept_back`` entries were corrected since, and a withdrawal leaves them.
    """

    applied: bytes = b""
    outbox: bytes | None = None
    kept_back: int = 0


class Importer(Protocol):
    """One kind of file; everything but `pass_on` blocks."""

    @property
    def key(self) -> str:
        """Its stable name, kept with each file."""

    @property
    def kinds(self) -> Collection[str]:
        """What a sender may say a file is of: keys of feeds, or of contents of the plan."""

    @property
    def waits(self) -> timedelta | None:
        """How long a file may stay undecided; None = as long as its row is kept."""

    @property
    def is_heavy(self) -> bool:
        """Whether the web side reads its files in a process of their own."""

    @property
    def keeps_file(self) -> bool:
        """Whether the file itself is kept: a register of people is not."""

    def needs_person(self, kind: str) -> bool:
        """Whether only a person approves files of ``kind``: neither a source's key nor a command answers for them."""

    def put_away(self, id_: str, name: str, body: Body, by: Principal, now: datetime) -> bytes:
        """What is kept of a file with its row: itself, unless it may not be kept. Called before the row exists."""

    def original(self, found: FileImport, body: bytes) -> Body:
        """The file as it came; KeyError when it is gone."""

    def look(self, found: FileImport, body: bytes, answers: Answers, progress: Progress) -> Looked:
        """Understand a file with these answers; changes nothing."""

    def decide(self, found: FileImport, body: bytes, by: Principal, now: datetime) -> Decision:
        """What approving the file changes, read again with its answers."""

    def take_back(self, found: FileImport, applied: bytes) -> Decision:
        """What withdrawing it changes."""

    async def pass_on(self, found: FileImport, body: bytes, outbox: bytes, now: datetime) -> None:
        """Carry out what a decision left in the outbox; the second time it changes nothing."""

    def clear(self, found: FileImport) -> None:
        """Remove what was put away beside the row of a file that was not taken."""


class Usual:
    """What an importer answers unless it says otherwise."""

    @property
    def waits(self) -> timedelta | None:
        """See `Importer`."""
        return None

    @property
    def is_heavy(self) -> bool:
        """See `Importer`."""
        return False

    @property
    def keeps_file(self) -> bool:
        """See `Importer`."""
        return True

    def needs_person(self, kind: str) -> bool:
        """Whoever sends by a key or types a command answers for the file."""
        return False


class KeptWithRow(Usual):
    """What importers of files share that fit in their row: they stay there, and wait as long as it does."""

    def put_away(self, id_: str, name: str, body: Body, by: Principal, now: datetime) -> bytes:
        """The file itself."""
        return content_of(body)

    def original(self, found: FileImport, body: bytes) -> Body:
        """What is kept with the row."""
        return body

    def clear(self, found: FileImport) -> None:
        """Nothing lies beside the row."""


def content_of(body: Body) -> bytes:
    """The content of a file that fits in memory."""
    return body if isinstance(body, bytes) else body.read_bytes()


def is_limited(by: Principal) -> bool:
    """Whether ``by`` hands in files of the own units only."""
    return permits(by, Need.REPORT) and not permits(by, Need.HAND_IN)


def principal_of(said: str) -> Principal:
    """Who an import says decided."""
    actor, _, name = said.partition(":")
    return Principal(actor=Actor(actor or Actor.CENTRE), name=name)
