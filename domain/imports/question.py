"""What a reader asks about a file instead of guessing, and how an answer is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.text import Text

Answers = Mapping[str, str]
"""Codes of choices by `key_of`; also says what people correct unasked."""


class Topic(StrEnum):
    """What is asked, or said unasked: a closed list of stable codes."""

    SHEET = "sheet"
    HEADER = "header"
    COLUMN = "column"
    PERIOD = "period"
    NUMBERS = "numbers"
    SHARE = "share"
    SCALE = "scale"
    DAYS = "days"
    MERGED = "merged"
    BLANK = "blank"
    REGISTER = "register"


READ, SKIP = "read", "skip"
"""Answers to SHEET; SKIP also to COLUMN and MERGED: it is not read, and the account says so."""
COMMA, POINT = "comma", "point"
"""Answers to NUMBERS: the mark before decimals."""
DAY_FIRST, MONTH_FIRST = "day_first", "month_first"
FRACTION, PERCENT = "fraction", "percent"
SWAPPED, AS_IS = "swapped", "as_is"
"""Answers to DAYS where a spreadsheet set to English may have taken days for months in its date cells."""
ZERO, MISSING = "zero", "missing"
ADD = "add"
"""Answer to REGISTER: the organisations that the file names join the register."""
EACH = "each"
"""Answer to MERGED: the value is that of each row it is merged over."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer."""

    code: str
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A writing with more than one meaning; its ``cells`` wait for the answer.

    ``sheet`` and ``column`` count from 0; ``column`` None asks about the whole sheet. ``name`` is the heading or the
    sheet's name. Without ``choices`` any text is an answer (a period).
    """

    ask: Topic
    sheet: int
    column: int | None = None
    name: str = ""
    words: Text
    choices: tuple[Choice, ...] = ()
    cells: int = 0

    @property
    def key(self) -> str:
        """The key of its answer."""
        return key_of(self.ask, self.sheet, self.column)


def key_of(ask: Topic, sheet: int, column: int | None = None) -> str:
    """The key of an answer: "numbers/0/4"."""
    return "/".join([ask, str(sheet), *([] if column is None else [str(column)])])
