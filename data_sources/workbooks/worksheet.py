"""Worksheets of an .xlsx before calamine reads them: how large they unpack, and cells whose value it would not tell.

A formula that no program has computed has no value, and one that failed has an error in its place: calamine tells
both as blank cells, and a blank is a missing figure.
"""

import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from functools import reduce
from xml.parsers import expat

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import CELLS_MAX, NOT_COMPUTED, ROWS_MAX
from data_sources.workbooks.sheet import Sheet
from data_sources.workbooks.shortened import SHEETS, UNPACKED_MAX
from domain.reason import Reason

Untold = Mapping[tuple[int, int], str]
"""What stands in cells whose value calamine does not tell, by row and column from 1."""
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# What may stand in a cell; calamine refuses others.
_CONTENT = frozenset({"v", "is", "f"})
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_WITHIN = 2**16


def examined(archive: zipfile.ZipFile) -> Mapping[str, Untold]:
    """The untold cells of each worksheet by the name of its part, where it has some.

    Refuses a file that would not fit in memory when unpacked or expanded to a full rectangle of cells: calamine expands
    a sheet up to its farthest value, so one value in the last possible cell would kill the process. When the archive
    understates a size, reading ends in BadZipFile here.
    """
    if sum(part.file_size for part in archive.infolist()) > UNPACKED_MAX:
        raise RefusalError(Reason.NOT_READABLE, "> 256 MB")
    found = {}
    for part in archive.namelist():
        if SHEETS.fullmatch(part):
            with archive.open(part) as text:
                parser = expat.ParserCreate()
                sheet = _Worksheet(parser)
                parser.StartElementHandler = sheet.start
                parser.ParseFile(text)
                sheet.end()
            if sheet.untold:
                found[part] = sheet.untold
    return found


def parts_of(archive: zipfile.ZipFile) -> Sequence[str]:
    """The part of each sheet in the order of the workbook, "" where it has none."""
    order: list[str] = []
    targets: dict[str, str] = {}

    def book(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            order.append(next((value for key, value in attributes.items() if key.endswith(":id")), ""))

    def links(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    for part, started in ((_BOOK, book), (_LINKS, links)):
        parser = expat.ParserCreate()
        parser.StartElementHandler = started
        parser.Parse(archive.read(part), True)
    return [posixpath.normpath(posixpath.join("/xl", targets.get(one, ""))).lstrip("/") for one in order]


def with_untold(sheet: Sheet, untold: Untold) -> None:
    """Write the untold cells into the rows of ``sheet``: whoever reads a figure there refuses it by its cell."""
    for (row, column), said in untold.items():
        sheet.rows.extend([] for _ in range(row - len(sheet.rows)))
        cells = sheet.rows[row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = said


class _Worksheet:
    """The rectangle from A1 to the farthest value, refused while it is read, and the untold cells.

    A row or cell that does not say where it stands comes after the one before, as calamine places it.
    """

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.untold: dict[tuple[int, int], str] = {}
        self._parser = parser
        self._row = self._column = 0
        self._in_cell = False
        self._rows = self._columns = 1
        self._numbers: dict[str, int] = {}
        self._type = ""
        self._computes = False
        self._value = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an opening tag; a worksheet has millions."""
        name, said = tag.rpartition(":")[2] if ":" in tag else tag, attributes.get("r")
        if name in _CONTENT:
            if self._in_cell:
                self._content(name)
            return
        if self._computes or self._type == "e":
            self._leave()
        self._in_cell = name == "c"
        if name == "c":
            self._type = attributes.get("t", "")
            # In its own row, as good as always: the letters alone say where it stands.
            column = self._numbers.get(said.removesuffix(str(self._row))) if said else self._column + 1
            self._column = column or self._placed(said or "")
        elif name == "row":
            self._row = int(said) if said else self._row + 1
            self._column = 0

    def end(self) -> None:
        """Take the end of the part."""
        self._leave()

    def _content(self, name: str) -> None:
        # Only a cell with something in it counts: <c r="D2" s="1"/> has a style and no value.
        if self._row > self._rows or self._column > self._columns:
            self._grow()
        if name == "f":
            self._computes = True
        elif name == "v" and (self._computes or self._type == "e"):
            self._parser.CharacterDataHandler = self._read

    def _read(self, text: str) -> None:
        self._value += text

    def _leave(self) -> None:
        """Leave a cell with a formula or an error; a formula whose value is the empty text is of the type str."""
        value = self._value.strip()
        if self._type == "e" and value:
            self.untold[self._row, self._column] = value
        elif self._computes and not value and self._type != "str":
            self.untold[self._row, self._column] = NOT_COMPUTED
        self._parser.CharacterDataHandler = None
        self._type, self._computes, self._value = "", False, ""

    def _placed(self, said: str) -> int:
        """The column that a cell says it stands in, and its row, which is kept."""
        place = _PLACE.fullmatch(said.strip().upper())
        if place is None:
            raise RefusalError(Reason.NOT_READABLE, said[:20])
        self._row = int(place[2])
        column = self._numbers[place[1]] = _column_number(place[1])
        return column

    def _grow(self) -> None:
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        if self._rows > ROWS_MAX or self._rows * self._columns > CELLS_MAX:
            raise RefusalError(
                Reason.NOT_READABLE,
                f"{self._columns} cột × {self._rows} dòng; hãy xoá các ô lạc ngoài bảng / "
                "columns × rows; clear stray cells",
            )


def _column_number(letters: str) -> int:
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0)
