"""The import machine: received, read, previewed, mapped, approved, applied, withdrawn; a kill leaves no half of it."""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.apart import read_beginnings
from data_sources.workbooks.cells import text_of
from domain.access.needs import Need
from domain.access.principal import CENTRE, Actor, Principal
from domain.feeds.feed import Feed
from domain.feeds.scrub import Secrets
from domain.fleets.driver import lists_drivers
from domain.imports.file_import import (
    FileImport,
    OvertakenError,
    Preview,
    PrivateFileError,
    SamePersonError,
    Stage,
)
from domain.imports.kinds.maps import KIND as OF_MAPS
from domain.imports.own_units import not_own
from domain.imports.question import Answers, Topic
from domain.imports.stages import turned_down
from domain.instant import service_day
from domain.subject import SubjectKind
from domain.text import Text
from intake.imports.driver_importer import DriverImporter
from intake.imports.figures import FigureImporter
from intake.imports.importer import Body, Importer, Looked, Progress, is_limited
from intake.imports.map_importer import MapImporter, read_map
from intake.imports.plan_importer import PlanImporter
from intake.imports.team_importer import TeamImporter
from intake.imports.templates import NO_TEMPLATES, Templates
from intake.imports.told_progress import Telling
from store.casework.teams import Teams
from store.drivers import Drivers
from store.imports import Imports
from store.maps.map_files import MapFiles, fingerprint
from store.maps.map_layers import MapLayers
from store.registry import Registry
from store.revisions import Corrections
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan
from store.territories import unit_named
from store.valkey.raw_stream import RawStream

FILE_MAX_BYTES = 32 * 2**20
_HEADING_CHARS = 16
_OF_ONE_FILE = frozenset({Topic.PERIOD.value, Topic.REGISTER.value})
_SETTLED = timedelta(minutes=2)
_UNREAD = (Stage.RECEIVED, Stage.READ)
_NONE: Answers = {}
_READING = Text("Đọc tệp", "Reading the file")
_INTERRUPTED = Text(
    "Việc đọc tệp bị ngắt giữa chừng; không có gì thay đổi. Hãy gửi lại tệp.",
    "Reading the file was interrupted; nothing changed. Send the file again.",
)
_BROKEN = Text(
    "Có lỗi ngoài dự kiến khi đọc tệp; không có gì thay đổi. Hãy gửi tệp cho người quản trị.",
    "An unexpected error while reading the file; nothing changed. Send the file to the administrator.",
)
_TOO_LATE = Text(
    "Quá hạn duyệt nên nội dung đã xoá; hãy gửi lại tệp.",
    "Nobody decided in time and its content is gone; send it again.",
)


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
        clock: Callable[[], datetime],
        templates: Templates = NO_TEMPLATES,
        apart: Callable[[str, Answers], Awaitable[object]] | None = None,
        listen: Progress = lambda *_: None,
        second: Callable[[Need, Principal, datetime], bool] = lambda *_: True,
    ) -> None:
        """``apart`` reads a heavy import in a process of its own, until it ends; None: this process is such a one.

        ``listen`` is told what this process reads, beside the row of the import. ``second`` says whether somebody else
        could approve: a map waits for a second person only where there is one.
        """
        self._imports, self._clock, self._templates = imports, clock, templates
        self._apart, self._listen, self._second = apart, listen, second
        self._of_kind = {kind: one for one in importers for kind in one.kinds}
        self._of_key = {one.key: one for one in importers}
        self._readings: set[asyncio.Task[FileImport]] = set()

    def takes(self) -> list[str]:
        """What a file may be of: keys of feeds, and contents of the plan."""
        return list(self._of_kind)

    def template(self, feed: str, units: Sequence[str] = (), of: SubjectKind | None = None) -> bytes:
        """A workbook to fill in for today's figures; see `Templates.workbook`. LookupError: it has none."""
        return self._templates.workbook(feed, units, of, service_day(self._clock()))

    async def receive(
        self, feed: str, name: str, source: str, body: Body, by: Principal, *,
        answers: Answers = _NONE, wait: bool = True,
    ) -> FileImport:  # fmt: skip
        """Keep a file, read it, and show what it would change; answers of the sender's earlier files are used again.

        ``answers`` are what the sender says of it. Without ``wait`` it is read after the return. Raises LookupError for
        a feed that takes no files, PrivateFileError for a register of people that is sent as something else.
        """
        importer = self._of_kind.get(feed)
        if importer is None or (importer.is_heavy and is_limited(by)):
            raise LookupError(feed)
        if importer.keeps_file and isinstance(body, bytes) and await asyncio.to_thread(_lists_people, body, name):
            raise PrivateFileError
        kept = await asyncio.to_thread(self._keep, importer, feed, name, source, body, answers, by)
        if wait:
            return await self._read(kept, by)
        self._begin(kept, by)
        return kept

    async def handed_in(self, feed: str, source: str, body: bytes, answers: Answers) -> FileImport | None:
        """The newest import of this very file of ``source``, unless it was refused; None when there is none."""
        digest = hashlib.sha256(body).hexdigest()
        return await asyncio.to_thread(self._imports.of_file, feed, source, digest, answers)

    async def rehearse(
        self, feed: str, name: str, source: str, body: bytes, by: Principal, answers: Answers
    ) -> FileImport:
        """What would be understood of a file that is kept with its row; nothing is kept. LookupError as `receive`."""
        importer, now = self._of_kind[feed], self._clock()
        tried = FileImport(
            id="", importer=importer.key, feed=feed, file_name=name, source=source, size=len(body),
            sha256=hashlib.sha256(body).hexdigest(), stage=Stage.READ, received_at=now, received_by=str(by),
            answers=answers,
        )  # fmt: skip
        looked = await asyncio.to_thread(importer.look, tried, body, answers, self._listen)
        return replace(tried, preview=looked.preview, refused=looked.refused)

    async def read(self, id_: str) -> FileImport:
        """Read a file that was received, in this process; see ``apart``."""
        return await asyncio.to_thread(self._first_look, await self._open(id_), CENTRE)

    def original(self, id_: str) -> Body:
        """The file of an import as it came; KeyError when it is not kept."""
        found = self._imports.one(id_)
        if found is None or not found.is_kept:
            raise KeyError(id_)
        return self._of_key[found.importer].original(found, self._imports.body(id_))

    async def answer(self, id_: str, answers: Answers, by: Principal) -> FileImport:
        """Read the file again with further answers; an empty answer takes one back."""
        found = await self._open(id_, by)
        if self._apart is not None and self._of_key[found.importer].is_heavy:
            await self._apart(id_, answers)
            return await self._open(id_)
        merged = {**found.answers, **answers}
        return await asyncio.to_thread(self._again, found, {k: v for k, v in merged.items() if v}, by)

    async def give_up(self, id_: str, by: Principal) -> FileImport:
        """End an import on which nobody has decided: who handed it in takes it back, somebody else refuses it."""
        return await asyncio.to_thread(self._end, await self._open(id_, by), by)

    async def approve(self, id_: str, by: Principal) -> FileImport:
        """Apply a mapped import, whatever it brings, in one transaction. Raises SamePersonError."""
        found = await self._open(id_)
        if found.stage is not Stage.MAPPED:
            raise OvertakenError(found)
        if not await asyncio.to_thread(self._may_decide, found, by):
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
        now = self._clock()
        found = await asyncio.to_thread(self._imports.undecided)
        undecided = [one for one in found if one.importer in self._of_key]
        waiting = [one for one in undecided if _left(one, now - _SETTLED)]
        for one in waiting:
            if self._apart is not None and self._of_key[one.importer].is_heavy:
                # Told now, so that the next call does not begin it again.
                await asyncio.to_thread(self._imports.tell, one.id, _READING, 0.0, now)
                self._begin(one, CENTRE)
            else:
                await self._read(one, CENTRE)
        late = [one for one in undecided if self._is_late(one, now)]
        for one in late:
            # Another process may have ended it a moment ago.
            with suppress(OvertakenError):
                await asyncio.to_thread(self._refused, one, _TOO_LATE, CENTRE)
        return len(unsent) + len(waiting) + len(late)

    def _keep(
        self, importer: Importer, feed: str, name: str, source: str, body: Body, answers: Answers, by: Principal
    ) -> FileImport:
        id_, now = secrets.token_hex(6), self._clock()
        digest, size = fingerprint(body) if isinstance(body, Path) else (hashlib.sha256(body).hexdigest(), len(body))
        kept = importer.put_away(id_, name, body, by, now)
        return self._imports.receive(
            id_, importer.key, feed, name, source, size, kept, digest, by, now, answers=answers
        )

    def _begin(self, found: FileImport, by: Principal) -> None:
        reading = asyncio.create_task(self._read(found, by))
        # The loop itself holds tasks weakly.
        self._readings.add(reading)
        reading.add_done_callback(self._readings.discard)

    def _is_late(self, one: FileImport, now: datetime) -> bool:
        waits = self._of_key[one.importer].waits
        return waits is not None and one.received_at < now - waits

    def _refused(self, found: FileImport, words: Text, by: Principal, preview: Preview | None = None) -> FileImport:
        ended = self._imports.refuse(found.id, words, by, self._clock(), preview)
        self._of_key[found.importer].clear(found)
        return ended

    def _end(self, found: FileImport, by: Principal) -> FileImport:
        if found.received_by != str(by):
            return self._refused(found, turned_down(str(by)), by)
        ended = self._imports.give_up(found.id, by, self._clock())
        self._of_key[found.importer].clear(found)
        return ended

    async def _open(self, id_: str, by: Principal = CENTRE) -> FileImport:
        """The import, if ``by`` may open it: reporters their own files only."""
        found = await asyncio.to_thread(self._imports.one, id_)
        if found is None or (is_limited(by) and found.received_by != str(by)):
            raise KeyError(id_)
        return found

    async def _sent(self, id_: str) -> FileImport:
        found = await self._open(id_)
        outbox = await asyncio.to_thread(self._imports.outbox, id_)
        if outbox is not None:
            original = await asyncio.to_thread(self._imports.body, id_)
            await self._of_key[found.importer].pass_on(found, original, outbox, self._clock())
        await asyncio.to_thread(self._imports.sent, id_)
        return await self._open(id_)

    async def _read(self, found: FileImport, by: Principal) -> FileImport:
        if self._apart is None or not self._of_key[found.importer].is_heavy:
            return await asyncio.to_thread(self._first_look, found, by)
        await self._apart(found.id, _NONE)
        done = await asyncio.to_thread(self._ended, found.id, by)
        if done.stage is not Stage.MAPPED or not await asyncio.to_thread(self._is_alone, done, by):
            return done
        await asyncio.to_thread(self._decide, done, by)
        return await self._sent(done.id)

    def _may_decide(self, found: FileImport, by: Principal) -> bool:
        """Whether ``by`` may approve: of people a second one; a key or a command only where it answers for the file."""
        if by.actor in (Actor.CENTRE, Actor.SOURCE):
            return not self._of_key[found.importer].needs_person(found.feed)
        same = by.actor is Actor.PERSON and str(by) == found.received_by
        return not same or self._is_alone(found, by)

    def _is_alone(self, found: FileImport, by: Principal) -> bool:
        """Whether a map waits for nobody, since nobody else could approve it."""
        return found.importer == OF_MAPS.key and not self._second(Need.APPROVE, by, self._clock())

    def _ended(self, id_: str, by: Principal) -> FileImport:
        """The import whose reading process has ended, whatever became of it."""
        found = self._imports.one(id_)
        if found is None:
            raise KeyError(id_)
        try:
            return self._refused(found, _INTERRUPTED, by) if found.stage in _UNREAD else found
        except OvertakenError as other:
            return other.now

    def _first_look(self, found: FileImport, by: Principal) -> FileImport:
        try:
            said = found.answers
            looked = self._look(found, said)
            remembered = self._remembered(found, looked.layout)
            if found.stage is Stage.RECEIVED:
                found = self._imports.begun(found.id)
            answers = {**remembered, **said}
            return self._shown(found, self._look(found, answers) if remembered else looked, answers, by)
        except OvertakenError as overtaken:
            return overtaken.now
        except Exception:
            self._refused(found, _BROKEN, by)
            raise

    def _remembered(self, found: FileImport, layout: str) -> Answers:
        return _lasting(self._imports.remembered(found.feed, found.source, layout)) if layout else {}

    def _look(self, found: FileImport, answers: Answers) -> Looked:
        def told(doing: Text, share: float) -> None:
            self._listen(doing, share)
            self._imports.tell(found.id, doing, share, self._clock())

        with Telling(told, _READING) as telling:
            return self._of_key[found.importer].look(found, self._imports.body(found.id), answers, telling.progress)

    def _again(self, found: FileImport, answers: Answers, by: Principal) -> FileImport:
        return self._shown(found, self._look(found, answers), answers, by)

    def _shown(self, found: FileImport, looked: Looked, answers: Answers, by: Principal) -> FileImport:
        if looked.preview is None or looked.refused is not None:
            return self._refused(found, looked.refused or _BROKEN, by, looked.preview)
        foreign = not_own(looked.figures, by.units, unit_named) if is_limited(by) else None
        if foreign is not None:
            return self._refused(found, foreign, by)
        return self._imports.read(found.id, looked.preview, answers, looked.layout)

    def _decide(self, found: FileImport, by: Principal) -> None:
        done = self._of_key[found.importer].decide(found, self._imports.body(found.id), by, self._clock())
        self._imports.approve(found.id, done.applied, done.outbox, by, self._clock())

    def _take_back(self, id_: str, by: Principal) -> None:
        found = self._imports.one(id_)
        if found is None:
            raise KeyError(id_)
        if found.stage is not Stage.APPLIED:
            raise OvertakenError(found)
        done = self._of_key[found.importer].take_back(found, self._imports.applied(id_))
        self._imports.withdraw(id_, done.outbox, done.kept_back, by, self._clock())


def importers_on(
    engine: Engine, stream: RawStream, feeds: Mapping[str, Feed], maps: MapLayers, secrets: Secrets
) -> Sequence[Importer]:
    """Figures and teams, which go through the ``stream``; the plan on the streets of ``maps``; maps; drivers."""
    corrections, registry = Corrections(engine), Registry(engine)
    register = registry.organisations
    figures = FigureImporter(
        stream,
        feeds,
        stood=corrections.stood,
        gone=corrections.beside,
        registered=register.known,
        enrol=register.put,
    )
    plan = PlanImporter(Plan(engine), maps, Facilities(engine))
    teams = TeamImporter(stream, Teams(engine), secrets)
    of_maps = MapImporter(maps, MapFiles(maps.maps_dir), registry.places, read_map)
    return figures, plan, of_maps, DriverImporter(Drivers(engine)), teams


def templates_on(engine: Engine, feeds: Mapping[str, Feed]) -> Templates:
    """Forms whose rows are the registers of ``engine``."""
    registry, plan = Registry(engine), Plan(engine)

    def entities(feed: Feed) -> Sequence[str]:
        if feed.is_routed:
            return [kept.route.id for kept in plan.routes()]
        return [one.id for one in registry.vehicles_of(feed.key).values() if one.in_service]

    return Templates(feeds, registry.organisations.all, entities)


def _lists_people(body: bytes, name: str) -> bool:
    """Whether a file begins as a register of drivers does; the files of all other kinds are kept."""
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
    """Whether nobody is reading it: who reads tells that every few seconds."""
    return one.stage in _UNREAD and max(one.received_at, one.told_at or one.received_at) < before
