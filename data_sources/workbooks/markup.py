"""Tables of web pages and of SpreadsheetML 2003, which portals name .xls; run apart, as rows.py is."""

import re
from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from xml.parsers import expat

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import CELLS_MAX, ROWS_MAX, Cell
from data_sources.workbooks.sheet import Merged, Rows, Sheet
from domain.reason import Reason

_HTML = re.compile(r"<(?:!doctype|html|head|body|table|meta|style|div)\b", re.IGNORECASE)
_WORKBOOK = re.compile(r"<(?:\w+:)?workbook\b", re.IGNORECASE)
_BEGINNING = 4_096
_SPAN_MAX = 16_384
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def is_markup(body: bytes) -> bool:
    """Whether a text is a web page or SpreadsheetML 2003, by its first characters."""
    head = body[:_BEGINNING]
    text = head.decode("utf-16", "ignore") if head.startswith(parse.UTF_16) else head.decode("utf-8-sig", "ignore")
    text = text.lstrip()
    return text.startswith("<") and bool(_HTML.search(text) or _WORKBOOK.search(text))


def markup_sheets(text: str) -> list[Sheet]:
    """The tables of a page, or the sheets of SpreadsheetML, as sheets. Raises RefusalError NOT_READABLE."""
    if _WORKBOOK.search(text[:_BEGINNING]) and not re.search(r"<html\b", text[:_BEGINNING], re.IGNORECASE):
        return _spreadsheet_ml(text)
    page = _Page()
    page.feed(text)
    page.close()
    if not page.sheets:
        raise RefusalError(
            Reason.NOT_READABLE,
            "đây là trang web không có bảng nào; hãy mở bằng Excel và lưu lại thành .xlsx / "
            "a web page without a table; open it in Excel and save it as .xlsx",
        )
    return page.sheets


class _Grid:
    """Cells placed one after the other; those that others span are left out."""

    def __init__(self) -> None:
        self.rows: Rows = []
        self.merged: list[Merged] = []
        self._taken: set[tuple[int, int]] = set()
        self._cells = 0

    def row(self, at: int | None = None) -> None:
        """Begin the next row, or that with number ``at`` (from 0)."""
        wanted = len(self.rows) if at is None else at
        if not len(self.rows) <= wanted < ROWS_MAX:
            raise RefusalError(Reason.NOT_READABLE, f"dòng / row {wanted}")
        while len(self.rows) <= wanted:
            self.rows.append([])

    def put(self, cell: Cell, down: int = 0, right: int = 0, at: int | None = None) -> None:
        """Place a cell that spans ``down`` further rows and ``right`` further columns."""
        if not self.rows:
            self.row()
        row, number = self.rows[-1], len(self.rows) - 1
        column = len(row) if at is None else max(at, len(row))
        while at is None and (number, column) in self._taken:
            column += 1
        self._cells += column + 1 - len(row) + right + down * (right + 1)
        if self._cells > CELLS_MAX or column > _SPAN_MAX:
            raise RefusalError(Reason.TOO_MANY_ITEMS, f"> {CELLS_MAX} ô / cells")
        row.extend([None] * (column - len(row)))
        row.append(cell)
        row.extend([None] * right)
        if down or right:
            self.merged.append((number, column, number + down, column + right))
            self._taken.update((number + y, column + x) for y in range(1, down + 1) for x in range(right + 1))

    def sheet(self, name: str, *, hidden: bool = False) -> Sheet:
        """What was placed, every row as wide as the widest."""
        width = max(map(len, self.rows), default=0)
        if width * len(self.rows) > CELLS_MAX:
            raise RefusalError(Reason.TOO_MANY_ITEMS, f"{width} × {len(self.rows)}")
        rows: Rows = [[*row, *[None] * (width - len(row))] for row in self.rows]
        return Sheet(name, rows, hidden=hidden, merged=tuple(self.merged))


class _Page(HTMLParser):
    """Each outermost table of a page; a table within a cell is text of that cell."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self._grid: _Grid | None = None
        self._depth = 0
        self._said: list[str] | None = None
        self._spans = (0, 0)
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._grid, self._hidden = _Grid(), _HIDDEN.search(about.get("style", "")) is not None
        elif self._grid is None or self._depth != 1:
            return
        elif tag == "tr":
            self._finish()
            self._grid.row()
        elif tag in ("td", "th"):
            self._finish()
            self._said = []
            self._spans = (_span(about.get("rowspan", "")), _span(about.get("colspan", "")))
        elif tag in ("br", "p", "div") and self._said is not None:
            self._said.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr") and self._depth == 1:
            self._finish()
        elif tag == "table" and self._depth:
            self._depth -= 1
            if not self._depth and self._grid is not None:
                self._finish()
                self.sheets.append(self._grid.sheet(f"{len(self.sheets) + 1}", hidden=self._hidden))
                self._grid = None

    def handle_data(self, data: str) -> None:
        if self._said is not None:
            self._said.append(data)

    def close(self) -> None:
        """End the page; a table without an end ends here."""
        super().close()
        if self._grid is not None:
            self._depth = 1
            self.handle_endtag("table")

    def _finish(self) -> None:
        if self._said is not None and self._grid is not None:
            down, right = self._spans
            self._grid.put(" ".join("".join(self._said).split()), down, right)
        self._said = None


def _span(said: str) -> int:
    return min(int(said[:6]) - 1, _SPAN_MAX) if said.isascii() and said.isdecimal() and int(said[:6]) else 0


def _spreadsheet_ml(text: str) -> list[Sheet]:
    book = _Book()
    # A declaration of another encoding would contradict the text, which is decoded already.
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = book.start, book.end
    parser.CharacterDataHandler, parser.EntityDeclHandler = book.text, _refuse_entity
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise RefusalError(Reason.NOT_READABLE, f"SpreadsheetML: {error}") from None
    return book.sheets


def _refuse_entity(*_: object) -> None:
    raise RefusalError(Reason.NOT_READABLE, "SpreadsheetML: ENTITY")


class _Book:
    """The worksheets of SpreadsheetML 2003."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._name = ""
        self._hidden = False
        self._grid = _Grid()
        self._cell: Mapping[str, str] = {}
        self._type = ""
        self._said: list[str] = []
        self._taking = self._in_comment = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an opening tag."""
        about = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
        match tag.rpartition(" ")[2]:
            case "Worksheet":
                self._name, self._grid, self._hidden = about.get("Name", ""), _Grid(), False
            case "Row":
                self._grid.row(_number(about.get("Index")))
            case "Cell":
                self._cell, self._type, self._said = about, "", []
            case "Data":
                self._taking = not self._in_comment
                self._type = about.get("Type", "String") if self._taking else self._type
            case "Comment":
                self._in_comment = True
            case "Visible":
                self._said, self._taking = [], True

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        match tag.rpartition(" ")[2]:
            case "Data":
                self._taking = False
            case "Comment":
                self._in_comment = False
            case "Cell":
                down, right = (_number(self._cell.get(name), 0) or 0 for name in ("MergeDown", "MergeAcross"))
                self._grid.put(_typed(self._type, "".join(self._said)), down, right, _number(self._cell.get("Index")))
            case "Visible":
                self._hidden = "".join(self._said).strip() in ("SheetHidden", "SheetVeryHidden")
                self._taking = False
            case "Worksheet":
                self.sheets.append(self._grid.sheet(self._name, hidden=self._hidden))

    def text(self, data: str) -> None:
        """Take characters."""
        if self._taking:
            self._said.append(data)


def _number(said: str | None, first: int = 1) -> int | None:
    """A number counted from ``first`` as one counted from 0; None without one."""
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal()) or int(said[:8]) < first:
        raise RefusalError(Reason.NOT_READABLE, f"SpreadsheetML: {said[:20]}")
    return int(said[:8]) - first


def _typed(kind: str, said: str) -> Cell:
    try:
        match kind:
            case "Number":
                return float(said)
            case "DateTime":
                return datetime.fromisoformat(said.strip())
            case "Boolean":
                return said.strip() == "1"
            case _:
                return said or None
    except ValueError:
        return said
