"""Sums that a workbook states, beside what its figures make: a gap is told and nothing is corrected."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.bodies import RowKind
from data_sources.workbooks.cells import Cell, text_of
from data_sources.workbooks.reading import SheetRead
from domain.feeds.feed import Measure
from domain.text import Text

_SHOWN = 20
_OF_ROWS = Text(
    "dòng {row} ({name}): “{column}” ghi {said}, các dòng đã đọc cộng lại là {sum} (lệch {gap}); không sửa gì",
    "row {row} ({name}): “{column}” says {said}, the rows that were read make {sum} (a gap of {gap}); not corrected",
)
_OF_PARTS = Text(
    "dòng {row}: “{column}” ghi {said}, các phần ({parts}) cộng lại là {sum} (lệch {gap}); không sửa gì",
    "row {row}: “{column}” says {said}, its parts ({parts}) make {sum} (a gap of {gap}); not corrected",
)


def gaps(one: SheetRead) -> Iterator[Text]:
    """What is told of each sum that differs from its figures: of rows, and of the measures of one row (`sum_of`)."""
    told = 0
    for words in (*_of_rows(one), *_of_parts(one)):
        told += 1
        if told <= _SHOWN:
            yield words
    if told > _SHOWN:
        yield Text(f"… và {told - _SHOWN} chỗ lệch khác", f"… and {told - _SHOWN} more gaps")


def _of_rows(one: SheetRead) -> Iterator[Text]:
    for column, measure in one.measures.items():
        if not measure.whole:
            continue  # A percentage of all is no sum of percentages.
        total = since = Decimal(0)
        sums: list[tuple[int, Decimal]] = []
        groups: dict[int, Decimal] = {}
        for number, kind in enumerate(one.kinds):
            value = _value(one, number, column, measure)
            if kind is RowKind.FIGURES and value is not None:
                total, since = total + value, since + value
            elif kind in (RowKind.SUM, RowKind.BAND):
                if kind is RowKind.SUM and value is not None:
                    sums.append((number, value))
                    groups[number] = since
                since = Decimal(0)
        below = _groups_below(one, column, measure)
        for number, said in sums:
            if said not in (total, groups[number], below.get(number)):
                yield _told(one, number, column, said, total)


def _groups_below(one: SheetRead, column: int, measure: Measure) -> Mapping[int, Decimal]:
    """For each row of a sum that has figures below it: what they make up to the next sum or band."""
    found: dict[int, Decimal] = {}
    at: int | None = None
    for number, kind in enumerate(one.kinds):
        if kind in (RowKind.SUM, RowKind.BAND):
            at = number
        elif kind is RowKind.FIGURES and at is not None:
            found[at] = found.get(at, Decimal(0)) + (_value(one, number, column, measure) or Decimal(0))
    return found


def _told(one: SheetRead, number: int, column: int, said: Decimal, made: Decimal) -> Text:
    row = one.sheet.rows[number]
    name = next((text_of(cell) for cell in row if isinstance(cell, str) and cell.strip()), "")
    return _OF_ROWS.filled(
        row=number + 1, name=name[:40], column=_heading(one, column), said=said, sum=made, gap=abs(said - made)
    )


def _of_parts(one: SheetRead) -> Iterator[Text]:
    columns = {measure.key: column for column, measure in one.measures.items()}
    wholes = [m for m in one.measures.values() if m.sum_of and all(key in columns for key in m.sum_of)]
    for number, kind in enumerate(one.kinds) if wholes else ():
        if kind is not RowKind.FIGURES:
            continue
        for whole in wholes:
            at = columns[whole.key]
            parts = {key: _value(one, number, columns[key], one.measures[columns[key]]) for key in whole.sum_of}
            said, given = _value(one, number, at, whole), [part for part in parts.values() if part is not None]
            made = sum(given, Decimal(0))
            if said is not None and len(given) == len(parts) and said != made:
                names = ", ".join(_heading(one, columns[key]) for key in parts)
                yield _OF_PARTS.filled(
                    row=number + 1, column=_heading(one, at), parts=names, said=said, sum=made, gap=abs(said - made)
                )


def _value(one: SheetRead, number: int, column: int, measure: Measure) -> Decimal | None:
    row = one.sheet.rows[number]
    cell: Cell = row[column] if column < len(row) else None
    try:
        value = one.columns[column, measure.key].value(cell, measure)
    except RefusalError:
        return None
    # The shortest decimal that is this float, so that 0.1 + 0.2 is 0.3.
    return None if value is None else Decimal(f"{value:.15g}")


def _heading(one: SheetRead, column: int) -> str:
    assert one.header is not None
    return one.header.columns[column].text
