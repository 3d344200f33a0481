"""Tables in CSV, spreadsheets, web pages or JSON records, with one value per row (long) or one column per measure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from data_sources.messages import parse
from data_sources.messages.covered import covered
from data_sources.messages.parse import RefusalError
from data_sources.messages.two_values import two_values
from data_sources.workbooks.apart import read_records, read_sheets
from data_sources.workbooks.bodies import RowKind
from data_sources.workbooks.cells import Cell, is_missing, text_of
from data_sources.workbooks.days import moment
from data_sources.workbooks.headings import HAMLETS, Vocabulary
from data_sources.workbooks.legacy import is_garbled
from data_sources.workbooks.reading import BookRead, SheetRead, read_book
from data_sources.workbooks.records import is_json
from data_sources.workbooks.sheet import Sheet, is_filled
from data_sources.workbooks.sums import gaps
from domain.feeds.feed import Bearer, Decoded, Measure, Payload
from domain.imports.question import AS_IS, DAY_FIRST, EACH, Answers, Doubt, Topic
from domain.imports.told import FileTold
from domain.observation import Kind, Observation, ObsStatus, Rejection
from domain.period import Period, Span
from domain.places.place import IN_FORCE, said_twice
from domain.reason import Reason
from domain.text import folded

Progress = Callable[[float], None]
"""Is told the share of a file that was read."""
_CELLS_READ = 0.4
_TOLD_EVERY_ROWS = 1_000
_VALUES_MAX = 200_000
_NO_ANSWERS: Answers = {}
_OF_HAMLET = "số của ấp, khu phố, không phải của cả xã / of a hamlet, not of the commune"
_SAID = (*("place", "place_name", "district", "territory", "organisation", "entity", "kind", "source", "revision"),)


def quietly(_share: float) -> None:
    """Ignore progress."""


class Read(NamedTuple):
    """A decoded value, the name its sender gave the measure, and the sheet, row and column (from 0) of its cell."""

    name: str
    item: Decoded
    sheet: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class TableRead:
    """The items of a file with their cells, and what was understood; ``refused`` when nothing could be read."""

    items: Sequence[Read] = field(repr=False, default=())
    book: BookRead | None = None
    refused: Rejection | None = None


class Reader:
    """Reads files of a feed with these measures; ``called`` maps a sender's own names to ours.

    {"maDonVi": "place", "tiepNhan": "dossiers_received"}.
    """

    def __init__(
        self,
        measures: tuple[Measure, ...],
        called: Mapping[str, str] | None = None,
        places: Mapping[str, str] | None = None,
    ) -> None:
        """``places``: codes of organisations whose figures are those of a place, with its code."""
        self.words = Vocabulary(measures, called)
        self.places = places or {}

    def __call__(self, payload: Payload) -> Iterable[Decoded]:
        """Decode a file without answers: its items, then what it said beside them."""
        found = self.read(payload)
        if found.refused is not None:
            yield found.refused
        for one in found.items:
            yield one.item
        if found.book is not None:
            yield told_of(payload, found.book)

    def read(self, payload: Payload, answers: Answers = _NO_ANSWERS, progress: Progress = quietly) -> TableRead:
        """Read a file; values that wait for an answer are refused as UNCLEAR. Never raises."""
        book: BookRead | None = None
        try:
            json = is_json(payload.body)
            sheets = [Sheet("", read_records(payload.body))] if json else read_sheets(payload.body, payload.name)
            progress(_CELLS_READ)
            book = read_book(sheets, self.words, payload.name, answers)
            used = [one for one in book.sheets if one.used]
            if not used and not book.questions:
                raise RefusalError(
                    Reason.WRONG_SHAPE,
                    "cần dòng tiêu đề có cột place và cột chỉ tiêu / a header row with place and measure columns is "
                    "needed",
                )
            for one in used:
                _require_readable(one)
        except RefusalError as refused:
            return TableRead(book=book, refused=parse.rejection(payload, refused.reason, refused.detail, payload.body))
        if not used:
            words = book.questions[0].words
            said = f"{words.vi} / {words.en}"
            return TableRead(book=book, refused=parse.rejection(payload, Reason.UNCLEAR, said, payload.body))
        rows = sum(len(one.sheet.rows) for one in used)
        items = [item for one in used for item in _Rows(payload, one, self, lambda read: progress(_share(read, rows)))]
        if not items:
            nothing = parse.rejection(payload, Reason.EMPTY, "không có dòng số liệu / no data rows", payload.body)
            return TableRead(book=book, refused=nothing)
        return TableRead(_once(payload, items, book), book)


def tables(measures: tuple[Measure, ...], called: Mapping[str, str] | None = None) -> Reader:
    """A decoder of CSV, spreadsheet, web page and JSON files for a feed with these measures.

    Long layout: columns measure, place (or entity), at, value and optionally territory, kind, source, revision. Wide
    layout: place (or entity), optionally at, and one column per measure, headed by its key, name or former name; where
    two columns are of one measure, a blank gives way. A place is given by code, or by name with the district in the
    next column or after a comma. Without an ``at`` column title, sheet or file name must contain the day (2026-11-30),
    month (2026-11, T11/2026), quarter or year; its figures describe its last day, or the day of arrival while it still
    runs. Days and times without a zone are in Việt Nam's. A blank or "đang cập nhật" is a missing value, never zero.
    What has two meanings is refused as UNCLEAR with the question; a `FileTold` says at the end what was not read.
    Never raises.

    JSON is an array of flat objects; their names are the columns (data_sources/workbooks/records.py). ``called`` maps a
    sender's own names to ours: {"maDonVi": "place", "tiepNhan": "dossiers_received"}.
    """
    return Reader(measures, called)


def told_of(payload: Payload, book: BookRead) -> FileTold:
    """What a file said beside its figures."""
    return FileTold(
        feed=payload.feed,
        received_at=payload.received_at,
        source=payload.source,
        account=book.account,
        not_read=book.not_read,
        questions=book.questions,
        warnings=tuple(words for one in book.sheets if one.used for words in gaps(one)),
    )


def _require_readable(one: SheetRead) -> None:
    """Refuse a sheet with too many values, or whose names and headings are of an old character set."""
    assert one.header is not None
    figures = [row for row, kind in zip(one.sheet.rows, one.kinds, strict=True) if kind is RowKind.FIGURES]
    if len(figures) * max(1, len(one.measures)) > _VALUES_MAX:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"> {_VALUES_MAX}")
    names = [c for role, c in one.header.roles.items() if role in ("place_name", "district")]
    texts = [h.text for h in one.header.columns]
    for column in names:
        texts += map(text_of, dict.fromkeys(row[column] for row in figures if column < len(row)))
    if (bad := next((text for text in texts if is_garbled(text)), None)) is not None:
        raise RefusalError(Reason.LEGACY_ENCODING, bad[:60])


class _Rows:
    """The values of one sheet in order."""

    def __init__(self, payload: Payload, one: SheetRead, reader: Reader, told: Callable[[int], None]) -> None:
        assert one.header is not None
        self._told = told
        self._payload, self._one, self._words, self._places = payload, one, reader.words, reader.places
        self._roles, self._measures = one.header.roles, one.measures
        self._names = {c: folded(h.text) for c, h in enumerate(one.header.columns)}
        keys = [measure.key for measure in self._measures.values()]
        # Two columns are of one measure, for example under its former and its present name.
        self._doubled = len(set(keys)) < len(keys)
        self._said = {role: self._roles[role] for role in _SAID if role in self._roles}
        unknown = (c for c, heading in enumerate(one.header.columns) if not heading.known)
        self._hamlet = next((c for c in unknown if self._names[c] in HAMLETS), None)
        # Rows share few days: what a cell says of one is found out once, and kept once.
        self._days: dict[tuple[Span, type, object], tuple[datetime, Period]] = {}
        self._all = [(column, self._names[column], one) for column, one in self._measures.items()]

    def __iter__(self) -> Iterator[Read]:
        for number, (row, kind) in enumerate(zip(self._one.sheet.rows, self._one.kinds, strict=True)):
            if number % _TOLD_EVERY_ROWS == 0:
                self._told(number)
            if kind is RowKind.FIGURES:
                said = {role: text_of(row[c]) for role, c in self._said.items() if c < len(row)}
                for column, name, measure in self._targets(row):
                    item = self._item(number, row, said, column, measure)
                    yield Read(name, item, self._one.index, number, column)

    def _targets(self, row: Sequence[Cell]) -> Iterable[tuple[int, str, Measure | None]]:
        """The columns of a row that hold values, each with its name and measure; a long row names its measure."""
        if not self._measures:
            said = folded(text_of(self._cell(row, "measure")))
            return [(self._roles["value"], said, self._words.named.get(said))]
        if not self._doubled:
            return self._all
        told = {column for column in self._measures if column < len(row) and not is_missing(row[column])}
        elsewhere = {self._measures[column].key for column in told}
        # The column number tells apart two columns with the same heading.
        return [
            (column, f"{name} ({column + 1})", one)
            for column, name, one in self._all
            if column in told or one.key not in elsewhere
        ]

    def _cell(self, row: Sequence[Cell], role: str) -> Cell:
        column = self._roles.get(role)
        return row[column] if column is not None and column < len(row) else None

    def _item(
        self, number: int, row: Sequence[Cell], said: Mapping[str, str], column: int, measure: Measure | None
    ) -> Decoded:
        """The value of a cell, of what the row's texts ``said`` by role."""
        try:
            if measure is None or measure.key == "position":
                raise RefusalError(Reason.UNKNOWN_MEASURE, text_of(self._cell(row, "measure")) or "position")
            place = said_twice(said.get("place", ""), _named(said))
            # Ignore a vehicle column for figures of a place.
            entity = said.get("entity", "") if measure.bearer is Bearer.ENTITY else ""
            organisation = "" if entity else said.get("organisation", "")
            if organisation in self._places:
                place, organisation = self._places[organisation], ""
            value = self._value(number, row, column, measure)
            if place and self._hamlet is not None and (hamlet := _name_in(row, self._hamlet)):
                raise RefusalError(Reason.UNKNOWN_PLACE, f"{hamlet}: {_OF_HAMLET}")
            if not (entity if measure.bearer is Bearer.ENTITY else place or organisation):
                raise RefusalError(Reason.MISSING_FIELD, str(measure.bearer))
            at, period = self._covered(row, measure)
            return Observation(
                feed=self._payload.feed,
                measure=measure.key,
                at=at,
                period=period,
                received_at=self._payload.received_at,
                value=value,
                kind=_kind(said.get("kind", "")),
                source=said.get("source") or self._payload.source or "Tệp",
                place=place,
                territory=(said.get("territory") or IN_FORCE) if place else "",
                entity=entity,
                organisation=organisation,
                status=ObsStatus.MISSING if value is None else ObsStatus.NORMAL,
                revision=_revision(said.get("revision", "")),
            )
        except RefusalError as refused:
            detail = f"{_where(self._one, number, column)}: {refused.detail}"
            return parse.rejection(self._payload, refused.reason, detail, " | ".join(text_of(cell) for cell in row))

    def _covered(self, row: Sequence[Cell], measure: Measure) -> tuple[datetime, Period]:
        """The instant and the period of a row's figure."""
        said = self._cell(row, "at")
        key = measure.span, type(said), said
        found = self._days.get(key)
        if found is None:
            found = self._days[key] = covered(measure, *self._when(said), self._payload.received_at)
        return found

    def _value(self, number: int, row: Sequence[Cell], column: int, measure: Measure) -> float | None:
        """The value of a cell in the measure's unit. Raises RefusalError, UNCLEAR while a question is open."""
        one = self._one
        cell = row[column] if column < len(row) else None
        if one.merged and (within := one.merged.get((number, column))) is not None:
            cell = self._merged(within[0], column, within[1])
        if (question := one.waiting.get(column) or one.all_wait or one.days_wait) is not None and is_filled(cell):
            # Whatever the answer, words are no number.
            worded = isinstance(cell, str) and not is_missing(cell) and not any(map(str.isdigit, cell))
            if worded and question.ask is Topic.NUMBERS:
                raise RefusalError(Reason.BAD_NUMBER, text_of(cell))
            raise _unclear(question)
        value = one.columns[column, measure.key].value(cell, measure)
        if value is None and column in one.zeros and not is_filled(cell):
            value = 0.0
        if value is not None and not measure.low <= value <= measure.high:
            raise RefusalError(Reason.OUT_OF_RANGE, f"{value:g} ({measure.low:g}..{measure.high:g} {measure.unit})")
        if value is not None:
            parse.whole(value, measure)
        return value

    def _merged(self, top: int, column: int, question: Doubt) -> Cell:
        if self._one.answered.get(question.key) != EACH:
            raise _unclear(question)
        return self._one.sheet.rows[top][column]

    def _when(self, said: Cell) -> tuple[datetime | None, Period | None]:
        """The instant or period in a row's cell, else that of its sheet."""
        if is_missing(said):
            period = self._one.period
            if period is None:
                raise RefusalError(
                    Reason.MISSING_FIELD,
                    "at: thêm cột at, hoặc ngày trong tên tệp / add an at column, or a day in the file name",
                )
            at, period = (period.as_of(self._payload.received_at), None) if period.span is Span.DAY else (None, period)
        else:
            order = self._one.days
            at, period = moment(said, DAY_FIRST if order in ("", AS_IS) else order)
        if at is not None and at < parse.EARLIEST:
            raise RefusalError(Reason.BAD_TIME, text_of(said))
        if at is not None and at > self._payload.received_at + parse.MAX_FUTURE:
            raise RefusalError(Reason.FUTURE_TIME, text_of(said))
        return at, period


def _once(payload: Payload, items: list[Read], book: BookRead) -> Sequence[Read]:
    """The items, without figures that have two values."""
    named = {(one.item.measure, one.name) for one in items if isinstance(one.item, Observation)}
    if len({measure for measure, _ in named}) == len(named):
        return items
    refused = two_values([(one.name, one.item) for one in items])
    if not refused:
        return items
    found = list(items)
    for at, said in refused.items():
        one = items[at]
        row = book.sheets[one.sheet].sheet.rows[one.row]
        where = f"{_where(book.sheets[one.sheet], one.row, one.column)}: {said}"
        raw = " | ".join(text_of(cell) for cell in row)
        found[at] = one._replace(item=parse.rejection(payload, Reason.TWO_VALUES, where, raw))
    return found


def _share(read: int, rows: int) -> float:
    return _CELLS_READ + (1 - _CELLS_READ) * read / max(1, rows)


def _unclear(question: Doubt) -> RefusalError:
    return RefusalError(Reason.UNCLEAR, f"{question.words.vi} / {question.words.en}")


def _where(one: SheetRead, row: int, column: int) -> str:
    sheet = f"{one.sheet.name}: " if one.index or one.sheet.name not in ("", "Sheet", "Sheet1") else ""
    return f"{sheet}dòng {row + 1}, cột {column + 1} / row {row + 1}, column {column + 1}"


def _named(said: Mapping[str, str]) -> str:
    """A place's name, followed by its district when the file gives one; the intake looks it up."""
    name, district = said.get("place_name", ""), said.get("district", "")
    return ", ".join(filter(None, (name, district))) if name else ""


def _name_in(row: Sequence[Cell], column: int) -> str:
    """The name in a cell, "" for none and for a number, which counts hamlets."""
    said = text_of(row[column]) if column < len(row) and not is_missing(row[column]) else ""
    return "" if said.isdecimal() else said


def _kind(said: str) -> Kind:
    if not said:
        return Kind.DECLARED
    if said not in tuple(Kind):
        raise RefusalError(Reason.BAD_CODE, f"kind: {said}")
    return Kind(said)


def _revision(said: str) -> int:
    if not said:
        return 0
    if not said.isdecimal() or not said.isascii() or not 1 <= int(said[:9]) <= 1_000_000:
        raise RefusalError(Reason.BAD_NUMBER, f"revision: {said}")
    return int(said)
