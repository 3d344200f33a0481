"""Reads the sheets of a table; those of spreadsheets and large files in a process with limits of memory and time.

Calamine and orjson hold the interpreter's lock: in a thread of the front door, one file kept all trackers waiting.
"""

import io
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import orjson

from data_sources.messages.parse import RefusalError
from data_sources.workbooks import rows
from data_sources.workbooks.cells import Cell, is_missing
from data_sources.workbooks.rows import SPREADSHEET, read_cell, sheets_of
from data_sources.workbooks.sheet import Sheet
from domain.reason import Reason, reason_of

_ROOT = Path(__file__).resolve().parents[2]
# A text this small is read within milliseconds; a process takes a tenth of a second to start.
IN_PLACE_MAX_BYTES = 16 * 2**10
_DEADLINE_S = 2.0 * rows.CPU_S
_TOO_MUCH = "cần quá nhiều bộ nhớ hoặc thời gian; hãy chia nhỏ tệp / takes too much memory or time; split the file"


def read_sheets(body: bytes, name: str) -> list[Sheet]:
    """All sheets of a spreadsheet, web page or CSV text; at least one has something in it.

    Raises RefusalError EMPTY, NOT_READABLE, TOO_MANY_ITEMS or LEGACY_ENCODING.
    """
    return _sheets("table", body, name)


def _sheets(how: str, body: bytes, name: str) -> list[Sheet]:
    if not body.strip():
        raise RefusalError(Reason.EMPTY)
    heavy = body.startswith(SPREADSHEET) or len(body) > IN_PLACE_MAX_BYTES
    found = _read(how, body, apart=heavy)
    if not any(not is_missing(cell) for sheet in found for row in sheet.rows for cell in row):
        raise RefusalError(Reason.EMPTY, name)
    return found


def read_beginnings(body: bytes, name: str) -> list[Sheet]:
    """The first rows of each sheet, where headings stand; merged cells as they are. Raises as `read_sheets` does."""
    return _sheets("beginnings", body, name)


class FirstSheet(NamedTuple):
    """The rows of a table's sheet, and the numbers (from 1) of the other sheets that something is written on."""

    rows: list[list[Cell]]
    others: tuple[int, ...] = ()


def read_rows(body: bytes, name: str) -> FirstSheet:
    """The first sheet that people see something on; merged cells stand in each of their rows.

    Raises RefusalError as `read_sheets` does, NOT_READABLE when all that is written stands on hidden sheets.
    """
    written = {number: sheet for number, sheet in enumerate(read_sheets(body, name), start=1) if sheet.cells}
    seen = [number for number, sheet in written.items() if not sheet.hidden]
    if not seen:
        hidden = ", ".join(sheet.name for sheet in written.values())
        raise RefusalError(Reason.NOT_READABLE, f"chỉ có trang tính ẩn / only hidden sheets: {hidden}")
    return FirstSheet(written[seen[0]].filled_down(), tuple(number for number in written if number != seen[0]))


def read_records(body: bytes) -> list[list[Cell]]:
    """The rows of JSON records (records.py). Raises RefusalError."""
    (records,) = _read("records", body, apart=len(body) > IN_PLACE_MAX_BYTES)
    return records.rows


def _read(how: str, body: bytes, *, apart: bool) -> list[Sheet]:
    return _read_apart(how, body) if apart else sheets_of(how, body)


def _read_apart(how: str, body: bytes) -> list[Sheet]:
    command = (sys.executable, "-m", rows.__name__, how)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            command, input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT, timeout=_DEADLINE_S
        )
    except subprocess.TimeoutExpired:
        raise RefusalError(Reason.NOT_READABLE, _TOO_MUCH) from None
    if done.returncode:
        raise RefusalError(Reason.NOT_READABLE, _TOO_MUCH)
    found: list[Sheet] = []
    # A table says the same codes, names and days again and again: each is kept once.
    texts: dict[str, str] = {}
    for line in io.BytesIO(done.stdout):
        told = orjson.loads(line)
        if isinstance(told, list):
            cells = [read_cell(c) if isinstance(c, list) else c for c in told]
            found[-1].rows.append([texts.setdefault(c, c) if isinstance(c, str) else c for c in cells])
        elif "refused" in told:
            raise RefusalError(reason_of(told["refused"]), told["detail"])
        else:
            merged = tuple((top, left, bottom, right) for top, left, bottom, right in told["merged"])
            found.append(Sheet(told["sheet"], [], hidden=told["hidden"], merged=merged))
    return found
