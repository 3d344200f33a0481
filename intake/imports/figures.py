"""The importer of figures: what a file says with given answers, what it would change, and its revisions."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from data_sources.registers.organisations import organisations_in
from data_sources.workbooks import asking
from data_sources.workbooks.cells import text_of
from data_sources.workbooks.reading import BookRead, SheetRead
from data_sources.workbooks.table import Progress, Read, Reader, TableRead, quietly, told_of
from domain.access.principal import Principal
from domain.feeds.feed import Decoded, Feed, Payload
from domain.feeds.payload import Format
from domain.imports.file_import import ChangeShown, ColumnShown, FileImport, Preview, ProblemShown, SheetShown
from domain.imports.question import ADD, Answers, Topic, key_of
from domain.observation import Observation, ObsStatus, Rejection
from domain.organisation import Organisation
from domain.text import Text, folded
from intake.imports.importer import Decision, KeptWithRow, Looked
from intake.imports.importer import Progress as Told
from intake.messages.decoding import judged
from intake.messages.imported import Lines, imported, lines_in, packed
from intake.messages.placing import Registered
from store.revisions import Identity, Says, identity, said_by
from store.rows import observation_of, observation_row
from store.valkey.raw_stream import RawStream

_KEY = "figures"
_DOING = Text("Đọc bảng", "Reading the tables")
_READING, _JUDGED = 0.75, 0.85
"""Share of the work that is done when a file is read, and when its items are judged."""
ROWS_SHOWN, COLUMNS_SHOWN, PROBLEMS_SHOWN, CHANGES_SHOWN = 60, 16, 200, 200

Cell = tuple[str, int, int, int]
"""What `Read` says beside the item: the measure's name, and the sheet, row and column of its cell."""
Stood = Callable[[Iterable[Identity]], Mapping[Identity, Mapping[int, Says]]]


@dataclass(frozen=True, slots=True)
class Understood:
    """A file as read, its items judged, the figures that may be applied, and the revisions that stand of each.

    ``unknown`` are the organisations that it names and the register lacks; ``asks`` whether to add them.
    """

    read: TableRead
    items: Sequence[Read]
    figures: Mapping[Identity, Observation]
    stands: Mapping[Identity, Mapping[int, Says]]
    unknown: Sequence[Organisation] = ()
    asks: bool = False

    @property
    def refusal(self) -> Text | None:
        """Why nothing of the file can be used; None when something can."""
        if self.read.refused is None:
            return None
        said = self.read.refused.reason.value
        detail = self.read.refused.detail
        return Text(f"{said.vi}: {detail}", f"{said.en}: {detail}") if detail else said


def reader_of(feed: Feed) -> Reader | None:
    """The reader of a feed's files; None when it takes none."""
    decode = feed.decoders.get(Format.FILE)
    return decode if isinstance(decode, Reader) else None


def understood(
    feed: Feed, payload: Payload, answers: Answers, registered: Registered, stood: Stood, progress: Progress = quietly
) -> Understood:
    """Read ``payload`` with ``answers`` and look up what stands. Raises LookupError for a feed without files.

    ``progress`` is told the share that is done.
    """
    reader = reader_of(feed)
    if reader is None:
        raise LookupError(feed.key)
    read = reader.read(payload, answers, lambda share: progress(_READING * share))
    used = [one.sheet for one in read.book.sheets if one.used] if read.book else []
    named = organisations_in(used, payload.source) if any(_of_organisation(one) for one in read.items) else ()
    unknown = [one for one in named if not registered(one.code) and one.code not in reader.places]
    said = answers.get(key_of(Topic.REGISTER, 0))
    joining = {one.code for one in unknown} if said == ADD else set()
    waiting, cells = [*reversed(read.items)], list[Cell]()
    read = replace(read, items=())
    told = judged(feed, payload, _handed_over(waiting, cells), lambda code: code in joining or registered(code))
    items = [Read(name, item, *where) for (name, *where), item in zip(cells, told, strict=True)]
    figures = {identity(one.item): one.item for one in items if isinstance(one.item, Observation)}
    asks = bool(unknown) and said is None
    progress(_JUDGED)
    stands = stood(figures) if figures else {}
    return Understood(read, items, figures, stands, unknown if said == ADD or asks else (), asks)


def _handed_over(waiting: list[Read], cells: list[Cell]) -> Iterator[Decoded]:
    """Each item, from the end of ``waiting``; its cell goes into ``cells``. Nobody keeps the item.

    The same comes back with its place, and both at once were 30 MB more for a file of 100,000 rows.
    """
    while waiting:
        name, item, sheet, row, column = waiting.pop()
        cells.append((name, sheet, row, column))
        yield item


def _of_organisation(one: Read) -> bool:
    return isinstance(one.item, Observation) and bool(one.item.organisation)


def layout_of(book: BookRead | None) -> str:
    """What identifies a layout: the headings of each sheet that holds a table."""
    sheets = book.sheets if book else ()
    said = [[one.index, *(folded(h.text) for h in one.header.columns)] for one in sheets if one.header is not None]
    return hashlib.sha256(repr(said).encode()).hexdigest() if said else ""


def current(held: Mapping[int, Says]) -> Says | None:
    """The content of the newest revision; None without one."""
    return held[max(held)] if held else None


def preview_of(done: Understood, payload: Payload, gone: int) -> Preview:
    """What people are shown of a file before they decide; ``gone`` figures stand and are not in it."""
    book = done.read.book
    if book is None:
        return Preview()
    told = told_of(payload, book)
    new, changed = [], []
    for key, item in done.figures.items():
        before = current(done.stands.get(key, {}))
        if before is None:
            new.append(item)
        elif before != said_by(item):
            changed.append((item, before))
    kept = sum(isinstance(one.item, Observation) for one in done.items)
    refused = [one for one in done.items if isinstance(one.item, Rejection)]
    shown = [_change(item, before) for item, before in changed[:CHANGES_SHOWN]]
    shown += [_change(item, None) for item in new[: CHANGES_SHOWN - len(shown)]]
    return Preview(
        sheets=tuple(_sheet(one) for one in book.sheets),
        questions=(*told.questions, *([asking.register([o.code for o in done.unknown])] if done.asks else [])),
        not_read=told.not_read,
        warnings=told.warnings,
        account=told.account,
        new=len(new),
        changed=len(changed),
        unchanged=kept - len(new) - len(changed),
        refused=len(refused),
        gone=gone,
        problems=tuple(_problem(book, one) for one in refused[:PROBLEMS_SHOWN]),
        changes=tuple(shown),
    )


def _sheet(one: SheetRead) -> SheetShown:
    sheet = SheetShown(
        index=one.index,
        name=one.sheet.name,
        hidden=one.sheet.hidden,
        used=one.used,
        rows=len(one.sheet.rows),
        grid=tuple(tuple(text_of(cell)[:60] for cell in row[:COLUMNS_SHOWN]) for row in one.sheet.rows[:ROWS_SHOWN]),
        kinds=tuple(kind.value for kind in one.kinds[:ROWS_SHOWN]),
        period=one.period.code if one.period else "",
    )
    if one.header is None:
        return sheet
    columns = tuple(
        ColumnShown(
            number=number,
            heading=heading.text,
            meaning=heading.measure.key if heading.measure else heading.role,
            aside=heading.aside,
        )
        for number, heading in enumerate(one.header.columns)
    )
    return replace(sheet, header=(one.header.top, one.header.bottom), columns=columns)


def _problem(book: BookRead, one: Read) -> ProblemShown:
    assert isinstance(one.item, Rejection)
    return ProblemShown(
        sheet=book.sheets[one.sheet].sheet.name,
        row=one.row + 1,
        column=one.column + 1,
        reason=one.item.reason.value,
        detail=one.item.detail,
    )


def _change(item: Observation, before: Says | None) -> ChangeShown:
    return ChangeShown(
        subject=item.of.code,
        measure=item.measure,
        period=item.period.code or item.at.isoformat(),
        before=None if before is None else before[0],
        after=item.value,
        new=before is None,
    )


def to_apply(done: Understood) -> Iterator[tuple[Observation, int, Says | None]]:
    """The figures that change something, each with its number after what stands, and what each of them replaces.

    The number makes a repetition of the same decision harmless.
    """
    for key, item in done.figures.items():
        held = done.stands.get(key, {})
        before = current(held)
        if before != said_by(item):
            yield item, max(held, default=0) + 1, before


def to_withdraw(
    applied: Iterable[tuple[Observation, Says | None]], stands: Mapping[Identity, Mapping[int, Says]]
) -> Iterator[Observation | None]:
    """The revision that brings back what stood before each figure; None for one that was corrected since and stays.

    A figure that nobody had told before becomes missing: it is known not to be known.
    """
    for item, before in applied:
        # The collector may not have stored it yet.
        held = {item.revision: said_by(item), **stands.get(identity(item), {})}
        number = max(held) + 1
        if current(held) != said_by(item):
            yield None
        elif before is None:
            yield replace(item, value=None, status=ObsStatus.MISSING, revision=number)
        else:
            value, status, kind, place = before
            was = replace(item, value=value, status=ObsStatus(status), kind=type(item.kind)(kind), place=place)
            yield replace(was, revision=number)


class FigureImporter(KeptWithRow):
    """Takes files of every feed that reads tables and keeps their rows as they are. Raises StreamUnreachable."""

    def __init__(
        self,
        stream: RawStream,
        feeds: Mapping[str, Feed],
        *,
        stood: Stood,
        gone: Callable[[Collection[Identity]], int],
        registered: Registered,
        enrol: Callable[[Sequence[Organisation], datetime, Principal], object],
    ) -> None:
        """``stood`` reads stored revisions, ``gone`` counts figures that stand and are not among those it is given,
        ``registered`` knows the organisations and ``enrol`` adds some (all blocking).
        """
        self._stream, self._feeds = stream, feeds
        self._stood, self._gone, self._registered, self._enrol = stood, gone, registered, enrol

    @property
    def key(self) -> str:
        """See `Importer`."""
        return _KEY

    @property
    def kinds(self) -> Collection[str]:
        """Keys of the feeds whose files it takes."""
        return [key for key, one in self._feeds.items() if reader_of(one) is not None]

    def look(self, found: FileImport, body: bytes, answers: Answers, progress: Told) -> Looked:
        """Read a file and compare it with what stands."""
        payload = _payload(found, body)
        feed = self._feeds[found.feed]
        done = understood(feed, payload, answers, self._registered, self._stood, lambda share: progress(_DOING, share))
        if done.read.book is None:
            return Looked(refused=done.refusal)
        preview = preview_of(done, payload, self._gone(done.figures.keys()))
        return Looked(preview=preview, figures=list(done.figures.values()), layout=layout_of(done.read.book))

    def decide(self, found: FileImport, body: bytes, by: Principal, now: datetime) -> Decision:
        """The figures that change something, as revisions after those that stand."""
        feed, payload = self._feeds[found.feed], _payload(found, body)
        done = understood(feed, payload, found.answers, self._registered, self._stood)
        if done.unknown and not done.asks:
            self._enrol(done.unknown, now, by)
        changes, kept, any_ = Lines(), Lines(), False
        for figure, number, before in to_apply(done):
            row = orjson.dumps({**observation_row(figure), "revision": number})
            changes.add(row)
            kept.add(b"[%b,%b]" % (row, orjson.dumps(before)))
            any_ = True
        return Decision(applied=kept.whole(), outbox=changes.whole() if any_ else None)

    def take_back(self, found: FileImport, applied: bytes) -> Decision:
        """The revisions that bring back what stood before."""
        stands = self._stood(identity(figure) for figure, _ in _kept(applied))
        back = list(to_withdraw(_kept(applied), stands))
        return Decision(outbox=packed(filter(None, back)), kept_back=back.count(None))

    async def pass_on(self, found: FileImport, body: bytes, outbox: bytes, now: datetime) -> None:
        """Send the figures; numbered revisions that come twice are repeats."""
        await self._stream.append(imported(found.feed, outbox, found.file_name, now))


def _payload(found: FileImport, body: bytes) -> Payload:
    return Payload(
        feed=found.feed,
        format=Format.FILE,
        body=body,
        received_at=found.received_at,
        source=found.source,
        name=found.file_name,
    )


def _kept(applied: bytes) -> Iterator[tuple[Observation, Says | None]]:
    """The figures that an approval wrote, each with what it replaced."""
    for row, before in map(orjson.loads, lines_in(applied)):
        yield observation_of(row), None if before is None else tuple(before)
