"""The importer of figures: what a file says with given answers, and what it would change."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data_sources.registers.organisations import organisations_in
from data_sources.workbooks import asking
from data_sources.workbooks.cells import text_of
from data_sources.workbooks.reading import BookRead, SheetRead
from data_sources.workbooks.table import Read, Reader, TableRead, told_of
from domain.feeds.feed import Feed, Payload
from domain.feeds.payload import Format
from domain.imports.file_import import ChangeShown, ColumnShown, Preview, ProblemShown, SheetShown
from domain.imports.question import ADD, Answers, Topic, key_of
from domain.observation import Observation, ObsStatus, Rejection
from domain.organisation import Organisation
from domain.text import Text, folded
from intake.messages.decoding import judged
from intake.messages.placing import Registered
from store.revisions import Identity, Says, identity, said_by

ROWS_SHOWN, COLUMNS_SHOWN, PROBLEMS_SHOWN, CHANGES_SHOWN = 60, 16, 200, 200

Stood = Callable[[Iterable[Identity]], Mapping[Identity, Mapping[int, Says]]]


@dataclass(frozen=True, slots=True)
class Understood:
    """A file as read, its items judged, and the revision that stands of each figure.

    ``unknown`` are the organisations that it names and the register lacks; ``asks`` whether to add them.
    """

    read: TableRead
    items: Sequence[Read]
    stands: Mapping[Identity, Mapping[int, Says]]
    unknown: Sequence[Organisation] = ()
    asks: bool = False

    @property
    def figures(self) -> list[Observation]:
        """The figures that may be applied, each once."""
        found = (one.item for one in self.items if isinstance(one.item, Observation))
        return list({identity(item): item for item in found}.values())

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


def understood(feed: Feed, payload: Payload, answers: Answers, registered: Registered, stood: Stood) -> Understood:
    """Read ``payload`` with ``answers`` and look up what stands. Raises LookupError for a feed without files."""
    reader = reader_of(feed)
    if reader is None:
        raise LookupError(feed.key)
    read = reader.read(payload, answers)
    used = [one.sheet for one in read.book.sheets if one.used] if read.book else []
    named = organisations_in(used, payload.source) if any(_of_organisation(one) for one in read.items) else ()
    unknown = [one for one in named if not registered(one.code) and one.code not in reader.places]
    said = answers.get(key_of(Topic.REGISTER, 0))
    joining = {one.code for one in unknown} if said == ADD else set()
    told = judged(feed, payload, (one.item for one in read.items), lambda code: code in joining or registered(code))
    items = [one if one.item is item else one._replace(item=item) for one, item in zip(read.items, told, strict=True)]
    figures = {identity(one.item) for one in items if isinstance(one.item, Observation)}
    asks = bool(unknown) and said is None
    return Understood(read, items, stood(figures) if figures else {}, unknown if said == ADD or asks else (), asks)


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
    changes = [(item, current(done.stands.get(identity(item), {}))) for item in done.figures]
    new = [item for item, before in changes if before is None]
    changed = [(item, before) for item, before in changes if before is not None and before != said_by(item)]
    kept = sum(isinstance(one.item, Observation) for one in done.items)
    refused = [one for one in done.items if isinstance(one.item, Rejection)]
    shown = [_change(item, before) for item, before in changed] + [_change(item, None) for item in new]
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
        changes=tuple(shown[:CHANGES_SHOWN]),
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


def to_apply(done: Understood) -> tuple[list[Observation], list[Says | None]]:
    """The figures that change something, each numbered after what stands, and what each of them replaces.

    The number makes a repetition of the same decision harmless.
    """
    figures: list[Observation] = []
    replaced: list[Says | None] = []
    for item in done.figures:
        held = done.stands.get(identity(item), {})
        before = current(held)
        if before != said_by(item):
            figures.append(replace(item, revision=max(held, default=0) + 1))
            replaced.append(before)
    return figures, replaced


def to_withdraw(
    figures: Sequence[Observation],
    replaced: Sequence[Says | None],
    stands: Mapping[Identity, Mapping[int, Says]],
) -> tuple[list[Observation], int]:
    """Revisions that bring back what stood before, and how many figures were corrected since and stay.

    A figure that nobody had told before becomes missing: it is known not to be known.
    """
    back: list[Observation] = []
    kept = 0
    for item, before in zip(figures, replaced, strict=True):
        # The collector may not have stored it yet.
        held = {item.revision: said_by(item), **stands.get(identity(item), {})}
        if current(held) != said_by(item):
            kept += 1
            continue
        number = max(held) + 1
        if before is None:
            back.append(replace(item, value=None, status=ObsStatus.MISSING, revision=number))
        else:
            value, status, kind, place = before
            was = replace(item, value=value, status=ObsStatus(status), kind=type(item.kind)(kind), place=place)
            back.append(replace(was, revision=number))
    return back, kept
