"""Numbers of one column: which mark stands before decimals, by the evidence of all its cells; else a question."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import Cell, is_missing, text_of
from domain.feeds.feed import Measure
from domain.imports.question import COMMA, FRACTION, POINT
from domain.reason import Reason

_PLAIN = re.compile(r"[+-]?\d+")
_BLANKS = re.compile(r"[\s\u00a0\u202f]")
# Blanks group thousands; "1 2" is no number.
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?")
_WRITTEN = {
    POINT: re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"),
    COMMA: re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?"),
}
_MIXED = "cột lẫn dấu phẩy và dấu chấm thập phân / decimal comma and point mixed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the cells of a column say of their style: ``proven`` styles, and cells that have two values.

    ``open`` counts the cells with two possible values ("11.000"); ``example`` is the first of them.
    """

    proven: frozenset[str] = frozenset()
    open: int = 0
    example: str = ""

    @property
    def mixed(self) -> bool:
        """Whether the cells prove both styles."""
        return len(self.proven) > 1


def evidence(cells: Iterable[Cell], measure: Measure) -> Evidence:
    """What text cells prove: a mark that only one style has, or a value that only one style makes possible.

    A count of hộ cannot be 12.345 hộ, and 18.5 of at most 20 points cannot be 185.
    """
    proven: set[str] = set()
    undecided, example = 0, ""
    for cell in cells:
        text = _bare(cell) if isinstance(cell, str) and not is_missing(cell) else ""
        styles = [style for style, pattern in _WRITTEN.items() if pattern.fullmatch(text)]
        if not styles or _PLAIN.fullmatch(text):
            continue
        if len(styles) == 2:
            values = {style: _value(text, style) for style in styles}
            if values[POINT] == values[COMMA]:
                continue
            styles = [style for style in styles if _possible(values[style], measure)]
        if len(styles) == 1:
            proven.add(styles[0])
        elif styles:
            undecided, example = undecided + 1, example or text
    return Evidence(frozenset(proven), undecided, example)


def fractions(cells: Sequence[Cell], measure: Measure) -> int:
    """How many cells of a percentage may be fractions of one (0.93 for 93%): all number cells are in [0, 1]."""
    if measure.unit != "%":
        return 0
    numbers = [cell for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
    between = all(0 <= cell <= 1 for cell in numbers) and any(cell > 0 for cell in numbers)
    return len(numbers) if between else 0


@dataclass(frozen=True, slots=True)
class Column:
    """How the numbers of a column are read: ``style`` is COMMA or POINT, "" when the cells do not agree.

    ``share`` is FRACTION when number cells of a percentage are fractions of one; ``scale`` multiplies (nghìn = 1000).
    """

    style: str
    share: str = ""
    scale: float = 1.0

    def value(self, cell: Cell, measure: Measure) -> float | None:
        """The cell's number in the measure's unit, None when missing. Raises RefusalError BAD_NUMBER."""
        if is_missing(cell):
            return None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            number = parse.json_number(cell)
            if number is not None:
                # Rounded: 0.07 * 100 is 7.000000000000001.
                return self._scaled(round(number * 100, 10) if self.share == FRACTION else number)
        said = text_of(cell)
        if not isinstance(cell, str) or (said.endswith("%") and measure.unit != "%"):
            raise RefusalError(Reason.BAD_NUMBER, said)
        bare = _bare(cell)
        if not self.style and not _PLAIN.fullmatch(bare):
            raise RefusalError(Reason.BAD_NUMBER, f"{said}: {_MIXED}")
        if not bare.isascii() or not _WRITTEN[self.style or COMMA].fullmatch(bare):
            raise RefusalError(Reason.BAD_NUMBER, said)
        found = _value(bare, self.style or COMMA)
        if found is None:
            raise RefusalError(Reason.BAD_NUMBER, said)
        return self._scaled(found)

    def _scaled(self, number: float) -> float:
        return number if self.scale == 1 else round(number * self.scale, 6)


def column_of(cells: Sequence[Cell], measure: Measure) -> Column:
    """The column's style by its own evidence; without any, "12.345" in a Vietnamese file is twelve thousand."""
    found = evidence(cells, measure)
    return Column("" if found.mixed else next(iter(found.proven), COMMA))


def _bare(cell: str) -> str:
    text = cell.strip().removesuffix("%").strip()
    return _BLANKS.sub("", text) if _GROUPED.fullmatch(text) else text


def _value(bare: str, style: str) -> float | None:
    plain = bare.replace(",", "") if style == POINT else bare.replace(".", "").replace(",", ".")
    return parse.number(plain)


def _possible(value: float | None, measure: Measure) -> bool:
    if value is None or not measure.low <= value <= measure.high:
        return False
    return not measure.whole or value == round(value)
