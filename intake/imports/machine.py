"""The import machine: received, read, previewed, mapped, approved, applied, withdrawn; a kill leaves no half of it."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.apart import read_beginnings
from data_sources.workbooks.cells import text_of
from domain.access.needs import Need, permits
from domain.access.principal import CENTRE, Actor, Principal
from domain.feeds.feed import Bearer, Feed
from domain.fleets.driver import lists_drivers
from domain.imports.file_import import FileImport, OvertakenError, PrivateFileError, SamePersonError, Stage
from domain.imports.own_units import not_own
from domain.imports.question import Answers, Topic
from domain.instant import service_day
from domain.places.place import IN_FORCE
from domain.text import Text
from intake.imports.figures import FigureImporter
from intake.imports.importer import Importer, Looked
from intake.imports.plan_desk import PlanDesk
from intake.imports.plan_importer import PlanImporter
from intake.imports.templates import template_of
from store import territories
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.registry import Registry
from store.revisions import Corrections
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from store.valkey.raw_stream import RawStream

FILE_MAX_BYTES = 32 * 2**20
_HEADING_CHARS = 16
_OF_ONE_FILE = frozenset({Topic.PERIOD.value, Topic.REGISTER.value})
_SETTLED = timedelta(minutes=2)
_BROKEN = Text(
    "Có lỗi ngoài dự kiến khi đọc tệp; không có gì thay đổi. Hãy gửi tệp cho người quản trị.",
    "An unexpected error while reading the file; nothing changed. Send the file to the administrator.",
)
_GIVEN_UP = Text("Người nạp bỏ tệp này.", "Given up by whoever imported it.")


class Machine:
    """Takes files to their end, each by its importer. Each stage is one transaction; what is decided survives a kill.

    An approval writes what has to be passed on into an outbox with the decision itself, and only then passes it on.
    `resume` does so for what a killed process left there. Raises OvertakenError when somebody else decided first,
    KeyError for an unknown import, StreamUnreachable when the decision could not be passed on yet (it will be).
    """

    def __init__(
        self,
        imports: Imports,
        importers: Sequence[Importer],
        feeds: Mapping[str, Feed],
        clock: Callable[[], datetime],
    ) -> None:
        self._imports, self._feeds, self._clock = imports, feeds, clock
        self._of_kind = {kind: one for one in importers for kind in one.kinds}
        self._shares: dict[str, float] = {}
        self._readings: set[asyncio.Task[FileImport]] = set()

    def takes(self) -> list[str]:
        """What a file may be of: keys of feeds, and contents of the plan."""
        return list(self._of_kind)

    def template(self, feed: str, units: Sequence[str] = ()) -> bytes:
        """A workbook to fill in for today's figures of places, or of those of ``units``. LookupError: it has none."""
        found = self._feeds.get(feed) if feed in self._of_kind else None
        if found is None or not any(one.bearer is Bearer.PLACE for one in found.measures):
            raise LookupError(feed)
        rows = [place for place in territories.places(IN_FORCE) if not units or place.code in units]
        return template_of(found, rows, service_day(self._clock()))

    async def receive(
        self, feed: str, name: str, source: str, body: bytes, by: Principal, *, wait: bool = True
    ) -> FileImport:
        """Keep a file, read it, and show what it would change; answers of the sender's earlier files are used again.

        Without ``wait`` it is read after the return; `share_read` says how far that has come. Raises LookupError for a
        feed that takes no files, PrivateFileError for a register of people.
        """
        importer = self._of_kind.get(feed)
        if importer is None:
            raise LookupError(feed)
        if await asyncio.to_thread(_lists_people, body, name):
            raise PrivateFileError
        digest = hashlib.sha256(body).hexdigest()
        kept = await asyncio.to_thread(
            self._imports.receive, importer.key, feed, name, source, body, digest, by, self._clock()
        )
        if wait:
            return await self._read(kept, by)
        self._shares[kept.id] = 0.0
        reading = asyncio.create_task(self._read(kept, by))
        # The loop itself holds tasks weakly.
        self._readings.add(reading)
        reading.add_done_callback(self._readings.discard)
        return kept

    def share_read(self, id_: str) -> float:
        """How much of a file that this process is reading was read, from 0 to 1; 1 for every other."""
        return self._shares.get(id_, 1.0)

    async def answer(self, id_: str, answers: Answers, by: Principal) -> FileImport:
        """Read the file again with further answers; an empty answer takes one back."""
        found = await self._open(id_, by)
        merged = {**found.answers, **answers}
        return await asyncio.to_thread(self._again, found, {k: v for k, v in merged.items() if v}, by)

    async def give_up(self, id_: str, by: Principal) -> FileImport:
        """End an import on which nobody has decided."""
        await self._open(id_, by)
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
            await self._read(one, CENTRE)
        return len(unsent) + len(waiting)

    async def _open(self, id_: str, by: Principal = CENTRE) -> FileImport:
        """The import, if ``by`` may open it: reporters their own files only."""
        found = await asyncio.to_thread(self._imports.one, id_)
        if found is None or (_is_limited(by) and found.received_by != str(by)):
            raise KeyError(id_)
        return found

    async def _sent(self, id_: str) -> FileImport:
        found = await self._open(id_)
        outbox = await asyncio.to_thread(self._imports.outbox, id_)
        if outbox is not None:
            original = await asyncio.to_thread(self._imports.body, id_)
            await self._of_kind[found.feed].pass_on(found, original, outbox, self._clock())
        await asyncio.to_thread(self._imports.sent, id_)
        return await self._open(id_)

    async def _read(self, found: FileImport, by: Principal) -> FileImport:
        return await asyncio.to_thread(self._first_look, found, by)

    def _first_look(self, found: FileImport, by: Principal) -> FileImport:
        try:
            looked = self._look(found, {})
            remembered = self._remembered(found, looked.layout)
            if found.stage is Stage.RECEIVED:
                found = self._imports.begun(found.id)
            return self._shown(found, self._look(found, remembered) if remembered else looked, remembered, by)
        except OvertakenError as overtaken:
            return overtaken.now
        except Exception:
            self._imports.refuse(found.id, _BROKEN, by, self._clock())
            raise
        finally:
            self._shares.pop(found.id, None)

    def _remembered(self, found: FileImport, layout: str) -> Answers:
        return _lasting(self._imports.remembered(found.feed, found.source, layout)) if layout else {}

    def _look(self, found: FileImport, answers: Answers) -> Looked:
        def told(share: float) -> None:
            if found.id in self._shares:
                self._shares[found.id] = share

        return self._of_kind[found.feed].look(found, self._imports.body(found.id), answers, told)

    def _again(self, found: FileImport, answers: Answers, by: Principal) -> FileImport:
        return self._shown(found, self._look(found, answers), answers, by)

    def _shown(self, found: FileImport, looked: Looked, answers: Answers, by: Principal) -> FileImport:
        if looked.preview is None:
            return self._imports.refuse(found.id, looked.refused or _BROKEN, by, self._clock())
        foreign = not_own(looked.figures, by.units) if _is_limited(by) else None
        if foreign is not None:
            return self._imports.refuse(found.id, foreign, by, self._clock())
        return self._imports.read(found.id, looked.preview, answers, looked.layout)

    def _decide(self, found: FileImport, by: Principal) -> None:
        done = self._of_kind[found.feed].decide(found, self._imports.body(found.id), by, self._clock())
        self._imports.approve(found.id, done.applied, done.outbox, by, self._clock())

    def _take_back(self, id_: str, by: Principal) -> None:
        found = self._imports.one(id_)
        if found is None:
            raise KeyError(id_)
        if found.stage is not Stage.APPLIED:
            raise OvertakenError(found)
        done = self._of_kind[found.feed].take_back(found, self._imports.applied(id_))
        self._imports.withdraw(id_, done.outbox, done.kept_back, by, self._clock())


def importers_on(engine: Engine, stream: RawStream, feeds: Mapping[str, Feed], maps: MapLayers) -> Sequence[Importer]:
    """Figures, which go through the ``stream``, and the plan, whose streets are those of ``maps``."""
    corrections, register = Corrections(engine), Registry(engine).organisations
    figures = FigureImporter(
        stream,
        feeds,
        stood=corrections.stood,
        gone=corrections.beside,
        registered=register.known,
        enrol=register.put,
    )
    return figures, PlanImporter(PlanDesk(Plan(engine), maps, Facilities(engine)))


def _is_limited(by: Principal) -> bool:
    """Whether ``by`` hands in figures of the own units only."""
    return permits(by, Need.REPORT) and not permits(by, Need.HAND_IN)


def _lists_people(body: bytes, name: str) -> bool:
    """Whether a file begins as a register of drivers does; the original is kept, so no such file may be taken."""
    try:
        sheets = read_beginnings(body, name)
    except RefusalError:
        return False
    rows = (row for sheet in sheets for row in sheet.rows)
    # A heading is short; "(Ký, ghi rõ họ tên)" stands under every report.
    return any(len(said) <= _HEADING_CHARS and lists_drivers(said) for row in rows for said in map(text_of, row))


def _lasting(answers: Answers) -> Answers:
    """The answers that hold for the next file of a layout: its period and its new organisations are its own."""
    return {key: code for key, code in answers.items() if key.partition("/")[0] not in _OF_ONE_FILE}


def _left(one: FileImport, before: datetime) -> bool:
    """Whether nobody can still be reading it: the reader of a file has two minutes at most."""
    return one.stage in (Stage.RECEIVED, Stage.READ) and one.received_at < before
