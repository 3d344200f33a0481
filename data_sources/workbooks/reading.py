"""A workbook as a person understands it: sheets, headers, columns, rows, period; questions where two would differ."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from data_sources.workbooks import asking
from data_sources.workbooks.bodies import RowKind, kinds_of
from data_sources.workbooks.cells import Cell, text_of
from data_sources.workbooks.days import agreed, bare, code_of, doubt_of_days, said_in, said_in_title
from data_sources.workbooks.header import Header, find_header
from data_sources.workbooks.headings import Heading, Vocabulary
from data_sources.workbooks.numbers import Column, Evidence, evidence, fractions
from data_sources.workbooks.sheet import Sheet, is_filled
from domain.feeds.feed import Measure
from domain.imports.cells import Cells, NotRead, SheetPart
from domain.imports.question import COMMA, READ, SKIP, Answers, Doubt, Topic, key_of
from domain.period import Period, Span, period_of
from domain.text import Text, folded

_UNIT = re.compile(r"(?:đơn vị tính|đơn vị|đvt)\s*[:：]?\s*(.+)")
_FACTORS = {"nghìn": 1e3, "ngàn": 1e3, "1.000": 1e3, "1000": 1e3, "triệu": 1e6, "tỷ": 1e9, "trăm": 1e2, "chục": 10.0}
_CLOSE = 0.8


@dataclass(slots=True)
class SheetRead:
    """What was understood of one sheet; ``header`` None: it holds no table that this feed knows.

    ``kinds`` has a kind for each row, ``columns`` a number style by column and measure. ``days`` says how days are
    written, ``period`` is that of the sheet. ``waiting`` are the questions that a column's cells wait for, ``all_wait``
    and ``days_wait`` those of all values. ``merged`` gives, for a value's cell, the top of its merged cells and the
    question they ask; ``copied`` are cells of keys that repeat the one above. ``zeros``: columns where a blank is zero.
    """

    index: int
    sheet: Sheet
    used: bool
    header: Header | None = None
    kinds: Sequence[RowKind] = ()
    columns: dict[tuple[int, str], Column] = field(default_factory=dict)
    days: str = ""
    period: Period | None = None
    waiting: dict[int, Doubt] = field(default_factory=dict)
    all_wait: Doubt | None = None
    days_wait: Doubt | None = None
    merged: dict[tuple[int, int], tuple[int, Doubt]] = field(default_factory=dict)
    copied: frozenset[tuple[int, int]] = frozenset()
    zeros: frozenset[int] = frozenset()
    answered: Answers = field(default_factory=dict)

    @property
    def measures(self) -> Mapping[int, Measure]:
        """The measure of each column that holds one."""
        found = self.header.measures if self.header else {}
        return {c: heading.measure for c, heading in found.items() if heading.measure is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRead:
    """What was understood of a file."""

    sheets: tuple[SheetRead, ...]
    questions: tuple[Doubt, ...]
    not_read: tuple[NotRead, ...]
    account: Cells


def read_book(sheets: Sequence[Sheet], vocabulary: Vocabulary, name: str, answers: Answers) -> BookRead:
    """Understand a workbook called ``name``; ``answers`` decide what it asks, and correct what it found."""
    read = [_understood(index, sheet, vocabulary, answers) for index, sheet in enumerate(sheets)]
    questions: list[Doubt] = []
    _choose_sheets(read, answers, questions)
    for one in read:
        if one.used and one.header is not None:
            _settle(one, vocabulary, name, answers, questions)
    not_read = [part for one in read for part in _not_read(one, vocabulary)]
    account = sum((_account(one) for one in read), Cells())
    return BookRead(sheets=tuple(read), questions=tuple(questions), not_read=tuple(not_read), account=account)


def _understood(index: int, sheet: Sheet, vocabulary: Vocabulary, answers: Answers) -> SheetRead:
    said = answers.get(key_of(Topic.HEADER, index), "")
    header = find_header(sheet, vocabulary, int(said) - 1 if said.isdecimal() and said != "0" else None)
    if header is not None:
        header = _corrected(index, header, vocabulary, answers)
    if header is None:
        return SheetRead(index, sheet, used=False)
    sheet, copied = _keys_filled(sheet, header)
    return SheetRead(index, sheet, used=True, header=header, kinds=kinds_of(sheet, header), copied=copied)


def _keys_filled(sheet: Sheet, header: Header) -> tuple[Sheet, frozenset[tuple[int, int]]]:
    """The sheet with keys that are merged over rows in each of them, and where they were copied to; values are not."""
    keys = {c for c, heading in enumerate(header.columns) if heading.role not in ("", "value")}
    spans = [one for one in sheet.merged if one[1] in keys and one[2] > one[0] > header.bottom]
    if not spans:
        return sheet, frozenset()
    rows = [list(row) for row in sheet.rows]
    copied = set()
    for top, left, bottom, _ in spans:
        for number in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[number]):
                rows[number][left] = rows[top][left]
                copied.add((number, left))
    return replace(sheet, rows=rows), frozenset(copied)


def _corrected(index: int, header: Header, vocabulary: Vocabulary, answers: Answers) -> Header | None:
    """The header with columns as people said; None when no table is left."""
    columns = list(header.columns)
    for number, heading in enumerate(columns):
        said, _, _ = answers.get(key_of(Topic.COLUMN, index, number), "").partition("*")
        if not said:
            continue
        measure = vocabulary.measures.get(said)
        role = "" if measure else vocabulary.role(said)
        columns[number] = Heading(text=heading.text, measure=measure, role=role, aside=said == SKIP and heading.aside)
    found = replace(header, columns=tuple(columns))
    return found if found.heads_a_table else None


def _choose_sheets(read: Sequence[SheetRead], answers: Answers, questions: list[Doubt]) -> None:
    """Read the sheets that people see; a hidden one only when somebody says so."""
    seen = any(one.used and not one.sheet.hidden for one in read)
    for one in read:
        said = answers.get(key_of(Topic.SHEET, one.index), "")
        if one.used and said != READ and (one.sheet.hidden or said == SKIP):
            one.used = False
            if one.sheet.hidden and not seen and not said:
                questions.append(asking.hidden(one.index, one.sheet.name, _values(one)))


def _values(one: SheetRead) -> int:
    return sum(is_filled(cell) for _, cell in _cells(one, one.measures or [_value_column(one)]))


def _value_column(one: SheetRead) -> int:
    assert one.header is not None
    return one.header.roles["value"]


def _cells(one: SheetRead, columns: Iterable[int]) -> Iterable[tuple[int, Cell]]:
    """The cells of columns in rows of figures, with their row."""
    wanted = list(columns)
    for number, (row, kind) in enumerate(zip(one.sheet.rows, one.kinds, strict=True)):
        if kind is RowKind.FIGURES:
            for column in wanted:
                if column < len(row):
                    yield number, row[column]


def _settle(one: SheetRead, vocabulary: Vocabulary, name: str, answers: Answers, questions: list[Doubt]) -> None:
    asked: list[Doubt] = []
    _settle_columns(one, answers, asked)
    _settle_numbers(one, vocabulary, answers, asked)
    _settle_days(one, answers, asked)
    _settle_period(one, name, answers, asked)
    _settle_merged(one, answers, asked)
    one.answered = answers
    one.zeros = frozenset(c for c in one.measures if answers.get(key_of(Topic.BLANK, one.index, c)) == "zero")
    questions += asked


def _settle_columns(one: SheetRead, answers: Answers, asked: list[Doubt]) -> None:
    assert one.header is not None
    for column, heading in one.header.measures.items():
        if heading.doubt is None or heading.measure is None:
            continue
        cells = sum(is_filled(cell) for _, cell in _cells(one, [column]))
        question = asking.column(one.index, column, heading, cells)
        if answers.get(question.key) is None:
            one.waiting[column] = question
            asked.append(question)


def _settle_numbers(one: SheetRead, vocabulary: Vocabulary, answers: Answers, asked: list[Doubt]) -> None:
    cells = _by_measure(one, vocabulary)
    found = {key: evidence(told, vocabulary.measures[key[1]]) for key, told in cells.items()}
    # One program wrote the sheet: what one column proves holds for its neighbours.
    proven = {style for one_of in found.values() if not one_of.mixed for style in one_of.proven}
    beside = next(iter(proven)) if len(proven) == 1 else ""
    factor = _factor(one, answers, asked)
    for (column, key), told in cells.items():
        measure = vocabulary.measures[key]
        style = _style(one, column, found[column, key], beside, answers, asked)
        share = answers.get(key_of(Topic.SHARE, one.index, column), "")
        if not share and fractions(told, measure):
            _ask(one, column, asking.share(one.index, column, _heading(one, column), _filled(one, column)), asked)
        times = answers.get(key_of(Topic.COLUMN, one.index, column), "").partition("*")[2]
        scale = float(times) if times.isdecimal() else factor if _scales(one, measure) else 1.0
        one.columns[column, key] = Column(style, share, scale)


def _by_measure(one: SheetRead, vocabulary: Vocabulary) -> dict[tuple[int, str], list[Cell]]:
    found: defaultdict[tuple[int, str], list[Cell]] = defaultdict(list)
    assert one.header is not None
    if one.measures:
        for column, measure in one.measures.items():
            found[column, measure.key] = [cell for _, cell in _cells(one, [column])]
        return found
    named, value = one.header.roles["measure"], one.header.roles["value"]
    for number, cell in _cells(one, [value]):
        row = one.sheet.rows[number]
        said = vocabulary.named.get(folded(text_of(row[named])) if named < len(row) else "")
        if said is not None:
            found[value, said.key].append(cell)
    return found


def _style(one: SheetRead, column: int, found: Evidence, beside: str, answers: Answers, asked: list[Doubt]) -> str:
    said = answers.get(key_of(Topic.NUMBERS, one.index, column), "")
    if said:
        return said
    if found.mixed:
        return ""
    if found.proven:
        return next(iter(found.proven))
    if found.open and not beside:
        question = asking.numbers(one.index, column, _heading(one, column), found.example, _filled(one, column))
        _ask(one, column, question, asked)
    return beside or COMMA


def _ask(one: SheetRead, column: int, question: Doubt, asked: list[Doubt]) -> None:
    if one.waiting.setdefault(column, question) is question:
        asked.append(question)


def _filled(one: SheetRead, column: int) -> int:
    """How many cells wait for the answer about a column: all of it does, also what has one meaning."""
    return sum(is_filled(cell) for _, cell in _cells(one, [column]))


def _heading(one: SheetRead, column: int) -> str:
    assert one.header is not None
    return one.header.columns[column].text


def _titles(one: SheetRead) -> list[str]:
    """The texts above the header."""
    assert one.header is not None
    return [text_of(cell) for row in one.sheet.rows[: one.header.top] for cell in row if isinstance(cell, str)]


def _unit_above(one: SheetRead) -> tuple[str, float]:
    """The unit that a title states for the whole table, and its factor."""
    for title in _titles(one):
        if (said := _UNIT.search(folded(title))) is not None:
            factor = next((by for word, by in _FACTORS.items() if said[1].startswith(word)), 1.0)
            return said[1].strip(" .)"), factor
    return "", 1.0


def _factor(one: SheetRead, answers: Answers, asked: list[Doubt]) -> float:
    unit, factor = _unit_above(one)
    if factor == 1.0 or not any(_scales(one, measure) for measure in one.measures.values()):
        return 1.0
    said = answers.get(key_of(Topic.SCALE, one.index), "")
    if said:
        return float(said) if said.isdecimal() else 1.0
    question = asking.scale(one.index, one.sheet.name, unit, factor, _values(one))
    one.all_wait = question
    asked.append(question)
    return 1.0


def _scales(one: SheetRead, measure: Measure) -> bool:
    """Whether the unit of the whole table may be this measure's."""
    unit, factor = _unit_above(one)
    return factor != 1.0 and (len(unit.split()) == 1 or unit.endswith(folded(measure.unit)))


def _settle_days(one: SheetRead, answers: Answers, asked: list[Doubt]) -> None:
    assert one.header is not None
    column = one.header.roles.get("at")
    if column is None:
        return
    cells = [cell for _, cell in _cells(one, [column])]
    one.days, doubt = doubt_of_days(cells)
    said = answers.get(key_of(Topic.DAYS, one.index, column), "")
    if said:
        one.days = said
    elif one.header.columns[column].month_first:
        one.days = "month_first"
    elif doubt:
        one.days_wait = asking.days(one.index, column, _heading(one, column), doubt, _values(one))
        asked.append(one.days_wait)


def _settle_period(one: SheetRead, name: str, answers: Answers, asked: list[Doubt]) -> None:
    """The period of values whose row names none: that of title, sheet and file, when they agree."""
    assert one.header is not None
    said = answers.get(key_of(Topic.PERIOD, one.index), "")
    if said:
        try:
            one.period = code_of(said)
        except ValueError:
            said = ""
    column = one.header.roles.get("at")
    if said or (column is not None and all(is_filled(cell) for _, cell in _cells(one, [column]))):
        return
    found, others = _period_said(one, name)
    if found is None:
        words = [period.code for period in others]
        question = asking.period(one.index, one.sheet.name, words, _values(one))
        asked.append(question)
        one.all_wait = one.all_wait or (question if others else None)
    one.period = found


def _period_said(one: SheetRead, name: str) -> tuple[Period | None, Sequence[Period]]:
    titles = [period for title in _titles(one) for period in said_in_title(title).periods]
    tab, file = said_in(one.sheet.name), said_in(name)
    # A sheet called "Tháng 10" is the tenth month of the year that title or file names.
    years = {p.start.year for p in (*titles, *file.periods) if p.start is not None}
    if tab.month is not None and len(years) == 1:
        month = Period(Span.MONTH, date(next(iter(years)), tab.month, 1))
        named = [p for p in (*titles, *file.periods) if p.span not in (Span.YEAR, Span.QUARTER)]
        others = [p for p in named if not _within(p, month)]
        return (month, ()) if not others else (None, (month, *others))
    found, others_ = agreed([*titles, *tab.periods, *file.periods])
    words = bare(one.sheet.name)
    if found is None or found.start is None or tab.periods:
        return found, others_
    if re.search(r"(?<![a-z])nam(?![a-z])", words) and "thang" not in words:
        return period_of(Span.YEAR, found.start), ()
    if re.search(r"(?<![a-z])thang(?![a-z])", words) and found.span not in (Span.MONTH, Span.DAY):
        return None, (found,)
    return found, others_


def _within(inner: Period, outer: Period) -> bool:
    return inner.start is not None and period_of(outer.span, inner.start) == outer


def _settle_merged(one: SheetRead, answers: Answers, asked: list[Doubt]) -> None:
    """One value merged over the rows of several units is not the value of each, nor of the first."""
    columns = set(one.measures) or {_value_column(one)}
    spans: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for top, left, bottom, _ in one.sheet.merged:
        figures = [n for n in range(top, min(bottom + 1, len(one.kinds))) if one.kinds[n] is RowKind.FIGURES]
        if left in columns and len(figures) > 1 and is_filled(one.sheet.rows[top][left]):
            spans[left].append((top, bottom))
    for column, found in spans.items():
        rows = sum(bottom - top + 1 for top, bottom in found)
        question = asking.merged(one.index, column, _heading(one, column), len(found), rows)
        if question.key not in answers:
            asked.append(question)
        for top, bottom in found:
            one.merged.update({(row, column): (top, question) for row in range(top, bottom + 1)})


def _not_read(one: SheetRead, vocabulary: Vocabulary) -> Iterable[NotRead]:
    sheet = one.sheet
    if not one.used or one.header is None:
        if cells := sheet.cells:
            words = asking.HIDDEN if sheet.hidden else asking.NO_TABLE if one.header is None else asking.LEFT_OUT
            yield NotRead(part=SheetPart.SHEET, words=words, cells=cells, sheet=sheet.name)
        return
    roles = one.header.roles
    for column, heading in enumerate(one.header.columns):
        other = roles.get(heading.role, column)
        if heading.known and other == column:
            continue
        cells = sum(is_filled(cell) for _, cell in _cells(one, [column]))
        if cells:
            words = asking.ASIDE if heading.aside else _suggested(heading, vocabulary)
            words = words if other == column else asking.TWICE.filled(other=other + 1)
            yield NotRead(
                part=SheetPart.COLUMN, words=words, cells=cells, sheet=sheet.name, column=column + 1, name=heading.text,
                aside=heading.aside,
            )  # fmt: skip
    width = len(one.header.columns)
    beyond = Counter[int]()
    for row, kind in zip(sheet.rows, one.kinds, strict=True):
        if kind is RowKind.FIGURES and len(row) > width:
            beyond.update(c for c in range(width, len(row)) if is_filled(row[c]))
    for column, cells in sorted(beyond.items()):
        yield NotRead(part=SheetPart.COLUMN, words=asking.NO_HEADING, cells=cells, sheet=sheet.name, column=column + 1)
    for number, kind in enumerate(one.kinds):
        if kind in (RowKind.SUM, RowKind.NOTE):
            row = sheet.rows[number]
            said = next((text_of(cell) for cell in row if is_filled(cell)), "")
            words = asking.A_SUM if kind is RowKind.SUM else asking.A_NOTE
            cells = sum(map(is_filled, row))
            yield NotRead(
                part=SheetPart.ROW,
                words=words,
                cells=cells,
                sheet=sheet.name,
                row=number + 1,
                name=said[:60],
                aside=True,
            )


def _suggested(heading: Heading, vocabulary: Vocabulary) -> Text:
    if not heading.text:
        return asking.NO_HEADING
    close = get_close_matches(folded(heading.text), vocabulary.named, n=1, cutoff=_CLOSE)
    return asking.CLOSE_TO.filled(name=vocabulary.named[close[0]].names.vi) if close else asking.NOT_KNOWN


def _account(one: SheetRead) -> Cells:
    sheet = one.sheet
    if not one.used or one.header is None:
        return Cells(cells=sheet.cells, not_read=sheet.cells)
    values = frozenset(one.measures) or frozenset({_value_column(one)})
    labels = frozenset(one.header.roles.values()) - values
    counted = dict.fromkeys(("labels", "values", "not_read", "blanks"), 0)
    for number, (row, kind) in enumerate(zip(sheet.rows, one.kinds, strict=True)):
        filled = [column for column, cell in enumerate(row) if cell is not None and is_filled(cell)]
        if one.copied:
            filled = [column for column in filled if (number, column) not in one.copied]
        if kind is not RowKind.FIGURES:
            counted["not_read" if kind in (RowKind.SUM, RowKind.NOTE) else "labels"] += len(filled)
            continue
        said, named = len(values.intersection(filled)), len(labels.intersection(filled))
        counted["values"] += said
        counted["labels"] += named
        counted["not_read"] += len(filled) - said - named
        copied = sum((number, column) in one.copied for column in values) if one.copied else 0
        counted["blanks"] += len(values) - said - copied
    return Cells(cells=sheet.cells - len(one.copied), **counted)
