"""Finds the rows of a sheet that head its table: one to three, below titles, with cells merged over and under."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data_sources.workbooks.cells import Cell, is_missing, text_of
from data_sources.workbooks.headings import WHOSE, Heading, Vocabulary
from data_sources.workbooks.sheet import Merged, Sheet, is_filled

WITHIN_ROWS = 40
DEPTH_MAX = 3
_NUMBER = re.compile(r"[+-]?\d[\d.,\s]*%?")
_INDEX_CELL = re.compile(r"\(?\s*(?:\d{1,2}|[a-zđ])\s*\)?(?:\s*=\s*[\d\s()+\-x*/:%.]+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """Rows ``top`` to ``bottom`` (from 0) and the meaning of each column."""

    top: int
    bottom: int
    columns: tuple[Heading, ...]

    @property
    def roles(self) -> dict[str, int]:
        """The first column of each role."""
        return {h.role: c for c, h in reversed(list(enumerate(self.columns))) if h.role}

    @property
    def measures(self) -> dict[int, Heading]:
        """The columns that hold a measure; none in a long table, whose rows name theirs."""
        return {} if "measure" in self.roles else {c: h for c, h in enumerate(self.columns) if h.measure is not None}

    @property
    def heads_a_table(self) -> bool:
        """Whether it says whose its values are and of what."""
        roles = self.roles.keys()
        return bool(roles & WHOSE) and (bool(self.measures) or {"measure", "value"} <= roles)


def find_header(sheet: Sheet, vocabulary: Vocabulary, at: int | None = None) -> Header | None:
    """The header that explains most columns, or the one that begins in row ``at``; None when there is none."""
    rows = sheet.rows[: WITHIN_ROWS + DEPTH_MAX]
    spread = _spread(rows, sheet.merged)
    best: tuple[int, Header] | None = None
    for top in range(min(len(rows), WITHIN_ROWS)) if at is None else [at]:
        for depth in range(1, DEPTH_MAX + 1):
            bottom = top + depth - 1
            if bottom >= len(rows) or (depth > 1 and not _goes_on(sheet, spread, top, bottom, vocabulary)):
                break
            if depth > 1 and _is_title(sheet, spread, top):
                break
            header = _header(spread, top, bottom, vocabulary)
            score = sum(column.known for column in header.columns)
            # Of two that explain as much, the deeper one knows the groups above and the units below.
            if header.heads_a_table and (best is None or (score, depth) > (best[0], best[1].bottom - best[1].top + 1)):
                best = score, header
    return best and best[1]


def is_index_row(row: Sequence[Cell]) -> bool:
    """Whether a row under a header numbers its columns: "(1) (2) (3=1+2)", "A B 1 2"."""
    said = [text_of(cell) for cell in row if is_filled(cell)]
    bracketed = all(one.startswith("(") for one in said)
    if len(said) < (2 if bracketed else 3) or not all(_INDEX_CELL.fullmatch(one) for one in said):
        return False
    numbers = [int(found[0]) for one in said if (found := re.search(r"\d+", one.partition("=")[0]))]
    return len(numbers) >= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 3


def _header(spread: Sequence[Sequence[str]], top: int, bottom: int, vocabulary: Vocabulary) -> Header:
    width = max(map(len, spread[top : bottom + 1]), default=0)
    columns = []
    for column in range(width):
        told = [row[column] if column < len(row) else "" for row in spread[top : bottom + 1]]
        columns.append(vocabulary.meaning([said for said in dict.fromkeys(told) if said]))
    return Header(top, bottom, tuple(columns))


def _spread(rows: Sequence[Sequence[Cell]], merged: Sequence[Merged]) -> list[list[str]]:
    """The texts of the rows; merged cells stand in each of theirs, and a group also above the columns it leaves blank.

    A CSV text knows no merged cells: a group's heading has blanks to its right, above headings of their own.
    """
    said = [[text_of(cell) for cell in row] for row in rows]
    alone = {(y, x) for y, row in enumerate(said) for x, text in enumerate(row) if text}
    for top, left, bottom, right in merged:
        if top < len(said) and left < len(said[top]):
            for row in said[top : bottom + 1]:
                row[left : right + 1] = [said[top][left]] * (min(right + 1, len(row)) - left)
    for y, row in enumerate(said[:-1]):
        below = rows[y + 1]
        for x in range(1, len(row)):
            if not row[x] and row[x - 1] and _both_alone(alone, y + 1, x, below):
                row[x] = row[x - 1]
    return said


def _both_alone(alone: set[tuple[int, int]], y: int, x: int, below: Sequence[Cell]) -> bool:
    """Whether two neighbours of a row have headings of their own, so that a blank above belongs to the group."""
    texts = x < len(below) and isinstance(below[x], str) and isinstance(below[x - 1], str)
    return texts and (y, x) in alone and (y, x - 1) in alone


def _goes_on(sheet: Sheet, spread: Sequence[Sequence[str]], top: int, bottom: int, vocabulary: Vocabulary) -> bool:
    """Whether row ``bottom`` continues a header: no number, something written, and no key of its own."""
    row = sheet.rows[bottom]
    written = [cell for cell in row if is_filled(cell)]
    if not written or any(not isinstance(cell, str) or _NUMBER.fullmatch(cell.strip()) for cell in written):
        return False
    if is_index_row(row) or all(is_missing(cell) for cell in row):
        return False
    keys = [c for c, h in enumerate(_header(spread, top, bottom - 1, vocabulary).columns) if h.role in WHOSE]
    given = [text_of(row[c]) for c in keys if c < len(row) and is_filled(row[c])]
    return all(vocabulary.meaning([said]).known for said in given)


def _is_title(sheet: Sheet, spread: Sequence[Sequence[str]], top: int) -> bool:
    """Whether a row says one thing over the whole table or beside it, and so is no group of columns."""
    filled = [c for c, cell in enumerate(sheet.rows[top]) if is_filled(cell)]
    if len(filled) != 1:
        return not filled
    left = filled[0]
    wide = next((right - left for y, x, _, right in sheet.merged if (y, x) == (top, left)), 0)
    blank_right = sum(1 for text in spread[top][left + 1 :] if text == spread[top][left])
    return left == 0 or (wide == 0 and blank_right == 0)
