"""Reads the rows of a table; those of spreadsheets and large files in a process with limits of memory and time.

Calamine and orjson hold the interpreter's lock: in a thread of the front door, one file kept all trackers waiting.
"""

import io
import subprocess
import sys
from pathlib import Path

import orjson

from data_sources.messages.parse import RefusalError
from data_sources.workbooks import rows
from data_sources.workbooks.cells import Cell, is_missing
from data_sources.workbooks.rows import SPREADSHEET, Rows, read_cell, rows_of
from domain.reason import Reason, reason_of

_ROOT = Path(__file__).resolve().parents[2]
# A text this small is read within milliseconds; a process takes a tenth of a second to start.
IN_PLACE_MAX_BYTES = 16 * 2**10
_DEADLINE_S = 2.0 * rows.CPU_S
_TOO_MUCH = "cần quá nhiều bộ nhớ hoặc thời gian; hãy chia nhỏ tệp / takes too much memory or time; split the file"


def read_rows(body: bytes, name: str) -> list[list[Cell]]:
    """All rows of a CSV text or of the first sheet with content.

    Raises RefusalError EMPTY, NOT_READABLE, TOO_MANY_ITEMS or LEGACY_ENCODING.
    """
    if not body.strip():
        raise RefusalError(Reason.EMPTY)
    found = _read("table", body, apart=body.startswith(SPREADSHEET) or len(body) > IN_PLACE_MAX_BYTES)
    if not any(not is_missing(cell) for row in found for cell in row):
        raise RefusalError(Reason.EMPTY, name)
    return found


def read_records(body: bytes) -> list[list[Cell]]:
    """The rows of JSON records (records.py). Raises RefusalError."""
    return _read("records", body, apart=len(body) > IN_PLACE_MAX_BYTES)


def _read(how: str, body: bytes, *, apart: bool) -> Rows:
    return _read_apart(how, body) if apart else rows_of(how, body)


def _read_apart(how: str, body: bytes) -> Rows:
    command = (sys.executable, "-m", rows.__name__, how)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            command, input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT, timeout=_DEADLINE_S
        )
    except subprocess.TimeoutExpired:
        raise RefusalError(Reason.NOT_READABLE, _TOO_MUCH) from None
    if done.returncode:
        raise RefusalError(Reason.NOT_READABLE, _TOO_MUCH)
    found: Rows = []
    for line in io.BytesIO(done.stdout):
        told = orjson.loads(line)
        if isinstance(told, dict):
            raise RefusalError(reason_of(told["refused"]), told["detail"])
        found.append([read_cell(cell) for cell in told])
    return found
