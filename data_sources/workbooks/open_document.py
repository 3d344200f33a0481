"""Cells of an .ods whose value calamine does not tell: formulas that failed, and those that no program computed."""

import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import CELLS_MAX, NOT_COMPUTED
from data_sources.workbooks.worksheet import Untold
from domain.reason import Reason

CONTENT = "content.xml"
_ERROR_CHARS = 40
_NO_NAME = "Err"


def untold_cells(archive: zipfile.ZipFile) -> Mapping[int, Untold]:
    """The untold cells of each sheet by its number from 0, where it has some. Raises RefusalError, ExpatError."""
    parser = expat.ParserCreate()
    found = _Content(parser)
    with archive.open(CONTENT) as text:
        parser.ParseFile(text)
    return {number: cells for number, cells in enumerate(found.sheets) if cells}


class _Content:
    """Walks the tables; a row or cell that stands for several says how many."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.sheets: list[dict[tuple[int, int], str]] = []
        self._parser = parser
        self._tables = self._notes = 0
        self._row = self._rows = self._column = self._columns = 0
        self._failed = False
        self._text = ""
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._stop

    def _start(self, tag: str, said: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "annotation":
            self._notes += 1
        elif name == "table":
            self._tables += 1
            if self._tables == 1:
                self.sheets.append({})
                self._row = self._rows = 0
        elif self._tables != 1:
            return
        elif name == "table-row":
            self._row, self._rows = self._row + self._rows, _times(said, "rows")
            self._column = self._columns = 0
        elif name in ("table-cell", "covered-table-cell"):
            self._column, self._columns = self._column + self._columns, _times(said, "columns")
            self._cell(said)

    def _cell(self, said: dict[str, str]) -> None:
        types = {value for key, value in said.items() if key.endswith(":value-type")}
        self._failed, self._text = "error" in types, ""
        if self._failed:
            self._parser.CharacterDataHandler = self._read
        elif not types and any(key.endswith(":formula") for key in said):
            self._keep(NOT_COMPUTED)

    def _read(self, text: str) -> None:
        if not self._notes:
            self._text += text

    def _stop(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "annotation":
            self._notes -= 1
        elif name == "table":
            self._tables -= 1
        elif self._failed and name == "table-cell" and self._tables == 1:
            self._failed, self._parser.CharacterDataHandler = False, None
            self._keep(self._text.strip()[:_ERROR_CHARS] or _NO_NAME)

    def _keep(self, told: str) -> None:
        cells = self.sheets[-1]
        if len(cells) + self._rows * self._columns > CELLS_MAX:
            raise RefusalError(Reason.NOT_READABLE, told)
        for row in range(self._row + 1, self._row + self._rows + 1):
            for column in range(self._column + 1, self._column + self._columns + 1):
                cells[row, column] = told


def _times(said: Mapping[str, str], what: str) -> int:
    return int(next((value for key, value in said.items() if key.endswith(f":number-{what}-repeated")), 1))
