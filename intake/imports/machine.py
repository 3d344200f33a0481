"""The import machine: received, read, previewed, mapped, approved, applied, withdrawn; a kill leaves no half of it."""

import asyncio
import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import orjson

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.apart import read_sheets
from data_sources.workbooks.cells import text_of
from domain.access.principal import Actor, Principal
from domain.feeds.feed import Bearer, Feed, Payload
from domain.feeds.payload import Format
from domain.feeds.scrub import unscrubbed
from domain.fleets.driver import lists_drivers
from domain.imports.file_import import FileImport, OvertakenError, PrivateFileError, SamePersonError, Stage
from domain.imports.question import Answers, Topic
from domain.instant import service_day
from domain.observation import Observation
from domain.organisation import Organisation
from domain.places.place import IN_FORCE
from domain.text import Text
from intake.imports.figures import (
    Stood,
    Understood,
    layout_of,
    preview_of,
    reader_of,
    to_apply,
    to_withdraw,
    understood,
)
from intake.imports.templates import template_of
from intake.messages.imported import imported, packed
from intake.messages.placing import Registered
from store import territories
from store.imports import Imports
from store.revisions import Says, identity
from store.rows import observation_of, observation_row
from store.valkey.raw_stream import RawStream

FIGURES = "figures"
FILE_MAX_BYTES = 32 * 2**20
_LOOKED_THROUGH_ROWS, _HEADING_CHARS = 60, 16
_OF_ONE_FILE = frozenset({Topic.PERIOD.value, Topic.REGISTER.value})
_SETTLED = timedelta(minutes=2)
_BROKEN = Text(
    "Có lỗi ngoài dự kiến khi đọc tệp; không có gì thay đổi. Hãy gửi tệp cho người quản trị.",
    "An unexpected error while reading the file; nothing changed. Send the file to the administrator.",
)
_GIVEN_UP = Text("Người nạp bỏ tệp này.", "Given up by whoever imported it.")


class Machine:
    """Takes files of figures to their end. Each stage is one transaction; what is decided survives a kill.

    An approval writes the numbered figures into an outbox with the decision itself, and only then into the stream.
    `resume` sends what a killed process left there. Raises OvertakenError when somebody else decided first, KeyError
    for an unknown import, StreamUnreachable when the decision could not be passed on yet (it will be).
    """

    def __init__(
        self,
        imports: Imports,
        stream: RawStream,
        feeds: Mapping[str, Feed],
        *,
        stood: Stood,
        gone: Callable[[Sequence[Observation]], int],
        registered: Registered,
        enrol: Callable[[Sequence[Organisation], datetime, Principal], object],
        clock: Callable[[], datetime],
    ) -> None:
        """``stood`` reads stored revisions, ``gone`` counts figures that stand and are not among those it is given,
        ``registered`` knows the organisations and ``enrol`` adds some (all blocking).
        """
        self._imports, self._stream, self._feeds = imports, stream, feeds
        self._stood, self._gone, self._registered, self._clock = stood, gone, registered, clock
        self._enrol = enrol

    def takes(self) -> list[str]:
        """Keys of the feeds whose files it takes."""
        return [key for key, one in self._feeds.items() if reader_of(one) is not None and one.scrub is unscrubbed]

    def template(self, feed: str) -> bytes:
        """A workbook to fill in for today's figures of places. LookupError for a feed that has none."""
        if feed not in self.takes() or not any(one.bearer is Bearer.PLACE for one in self._feeds[feed].measures):
            raise LookupError(feed)
        return template_of(self._feeds[feed], territories.places(IN_FORCE), service_day(self._clock()))

    async def receive(self, feed: str, name: str, source: str, body: bytes, by: Principal) -> FileImport:
        """Keep a file, read it, and show what it would change; answers of the sender's earlier files are used again.

        Raises LookupError for a feed that takes no files, PrivateFileError for a register of people.
        """
        if feed not in self.takes():
            raise LookupError(feed)
        if await asyncio.to_thread(_lists_people, body, name):
            raise PrivateFileError
        digest = hashlib.sha256(body).hexdigest()
        kept = await asyncio.to_thread(
            self._imports.receive, FIGURES, feed, name, source, body, digest, by, self._clock()
        )
        return await self._read(kept, by)

    async def answer(self, id_: str, answers: Answers, by: Principal) -> FileImport:
        """Read the file again with further answers; an empty answer takes one back."""
        found = await self._open(id_)
        merged = {**found.answers, **answers}
        return await asyncio.to_thread(self._preview, found, {k: v for k, v in merged.items() if v}, by)

    async def give_up(self, id_: str, by: Principal) -> FileImport:
        """End an import on which nobody has decided."""
        return await asyncio.to_thread(self._imports.refuse, id_, _GIVEN_UP, by, self._clock())

    async def approve(self, id_: str, by: Principal) -> FileImport:
        """Apply a mapped import: its figures become revisions in one transaction. Raises SamePersonError."""
        found = await self._open(id_)
        if found.stage is not Stage.MAPPED:
            raise OvertakenError(found)
        if by.actor is Actor.PERSON and str(by) == found.received_by:
            raise SamePersonError
        await asyncio.to_thread(self._decide, found, by)
        return await self._sent(id_)

    async def withdraw(self, id_: str, by: Principal) -> FileImport:
        """Bring back what stood before an applied import, but for figures that were corrected since."""
        await asyncio.to_thread(self._take_back, id_, by)
        return await self._sent(id_)

    async def resume(self) -> int:
        """Send what killed processes decided, read what they had received; returns how many imports moved."""
        unsent = await asyncio.to_thread(self._imports.unsent)
        for id_ in unsent:
            await self._sent(id_)
        before = self._clock() - _SETTLED
        waiting = [one for one in await asyncio.to_thread(self._imports.newest, 100) if _left(one, before)]
        for one in waiting:
            await self._read(one, Principal(actor=Actor.CENTRE))
        return len(unsent) + len(waiting)

    async def _open(self, id_: str) -> FileImport:
        found = await asyncio.to_thread(self._imports.one, id_)
        if found is None:
            raise KeyError(id_)
        return found

    async def _sent(self, id_: str) -> FileImport:
        found = await self._open(id_)
        body = await asyncio.to_thread(self._imports.outbox, id_)
        if body is not None:
            await self._stream.append(imported(found.feed, body, found.file_name, self._clock()))
        await asyncio.to_thread(self._imports.sent, id_)
        return await self._open(id_)

    async def _read(self, found: FileImport, by: Principal) -> FileImport:
        return await asyncio.to_thread(self._first_look, found, by)

    def _first_look(self, found: FileImport, by: Principal) -> FileImport:
        try:
            done = self._understood(found, {})
            layout = layout_of(done.read.book)
            remembered = _lasting(self._imports.remembered(found.feed, found.source, layout)) if layout else {}
            if found.stage is Stage.RECEIVED:
                found = self._imports.begun(found.id)
            return self._preview(found, remembered, by, done=None if remembered else done)
        except OvertakenError as overtaken:
            return overtaken.now
        except Exception:
            self._imports.refuse(found.id, _BROKEN, by, self._clock())
            raise

    def _preview(
        self, found: FileImport, answers: Answers, by: Principal, *, done: Understood | None = None
    ) -> FileImport:
        done = self._understood(found, answers) if done is None else done
        if done.read.book is None:
            assert done.refusal is not None
            return self._imports.refuse(found.id, done.refusal, by, self._clock())
        preview = preview_of(done, self._payload(found), self._gone(done.figures))
        return self._imports.read(found.id, preview, answers, layout_of(done.read.book))

    def _understood(self, found: FileImport, answers: Answers) -> Understood:
        return understood(self._feeds[found.feed], self._payload(found), answers, self._registered, self._stood)

    def _payload(self, found: FileImport) -> Payload:
        return Payload(
            feed=found.feed,
            format=Format.FILE,
            body=self._imports.body(found.id),
            received_at=found.received_at,
            source=found.source,
            name=found.file_name,
        )

    def _decide(self, found: FileImport, by: Principal) -> None:
        done = self._understood(found, found.answers)
        if done.unknown and not done.asks:
            self._enrol(done.unknown, self._clock(), by)
        figures, replaced = to_apply(done)
        kept = zlib.compress(orjson.dumps([[observation_row(item) for item in figures], replaced]), 6)
        self._imports.approve(found.id, kept, packed(figures) if figures else None, by, self._clock())

    def _take_back(self, id_: str, by: Principal) -> None:
        found = self._imports.one(id_)
        if found is None:
            raise KeyError(id_)
        if found.stage is not Stage.APPLIED:
            raise OvertakenError(found)
        figures, replaced = _kept(self._imports.applied(id_))
        back, kept = to_withdraw(figures, replaced, self._stood(map(identity, figures)))
        self._imports.withdraw(id_, packed(back) if back else None, kept, by, self._clock())


def _lists_people(body: bytes, name: str) -> bool:
    """Whether a file begins as a register of drivers does; the original is kept, so no such file may be taken."""
    try:
        sheets = read_sheets(body, name)
    except RefusalError:
        return False
    rows = (row for sheet in sheets for row in sheet.rows[:_LOOKED_THROUGH_ROWS])
    # A heading is short; "(Ký, ghi rõ họ tên)" stands under every report.
    return any(len(said) <= _HEADING_CHARS and lists_drivers(said) for row in rows for said in map(text_of, row))


def _lasting(answers: Answers) -> Answers:
    """The answers that hold for the next file of a layout: its period and its new organisations are its own."""
    return {key: code for key, code in answers.items() if key.partition("/")[0] not in _OF_ONE_FILE}


def _kept(applied: bytes) -> tuple[list[Observation], Sequence[Says | None]]:
    rows, replaced = orjson.loads(zlib.decompress(applied))
    return [observation_of(row) for row in rows], [None if one is None else tuple(one) for one in replaced]


def _left(one: FileImport, before: datetime) -> bool:
    """Whether nobody can still be reading it: the reader of a file has two minutes at most."""
    return one.stage in (Stage.RECEIVED, Stage.READ) and one.received_at < before
