"""The audit log as files: JSON for programs, CSV for spreadsheets; made entry by entry."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import orjson

from domain.audit import ACTS, AuditEntry
from present.cell import cell


def as_json(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """One JSON array, an entry a line; times in UTC."""
    begin = "["
    for entry in entries:
        yield f"{begin}\n{orjson.dumps(_told(entry)).decode()}"
        begin = ","
    yield "[]\n" if begin == "[" else "\n]\n"


def as_csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """A head and a line for each entry; no cell begins a formula."""
    yield _line(AuditEntry.__dataclass_fields__)
    for entry in entries:
        yield _line(cell(str(said)) for said in (asdict(entry) | {"at": entry.at.isoformat()}).values())


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _told(entry: AuditEntry) -> dict[str, object]:
    words = ACTS[entry.act]
    documents = {
        name: orjson.loads(text) if text else None for name, text in (("before", entry.before), ("after", entry.after))
    }
    return asdict(entry) | documents | {"vi": words.vi, "en": words.en}
