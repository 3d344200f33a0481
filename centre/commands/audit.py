"""The audit log by hand: check its chain, export it."""

import csv
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TextIO

import orjson

from centre.commands.parts import prepared
from domain.audit import ACTS, FAULTS, Anchor, AuditEntry, Broken
from present.cell import cell
from settings import Settings
from store.audit import AuditLog

BROKEN = 1
FORMATS = ("json", "csv")


def run_verify(settings: Settings, known: Anchor | None) -> int:
    """Check the chain; print the newest entry's number and seal, or the first broken entry (BROKEN)."""
    found = AuditLog(prepared(settings)).verify(known)
    if isinstance(found, Broken):
        why = FAULTS[found.fault]
        print(f"Nhật ký đã bị can thiệp từ mục {found.number}: {why.vi} / broken at entry {found.number}: {why.en}")
        return BROKEN
    print(f"Nhật ký nguyên vẹn: {found.entries} mục / whole: {found.entries} entries")
    if found.number:
        print(f"{found.number}:{found.seal}")
    return 0


def run_export(settings: Settings, form: str, since: datetime | None, until: datetime | None) -> int:
    """Print the entries of since <= at < until."""
    entries = AuditLog(prepared(settings)).between(since, until)
    if form == "csv":
        _print_csv(entries, sys.stdout)
    else:
        _print_json(entries, sys.stdout)
    return 0


def anchor_of(text: str) -> Anchor:
    """NUMBER:SEAL as `verify` prints it; ValueError for anything else."""
    number, _, seal = text.partition(":")
    if len(bytes.fromhex(seal)) != 32:
        raise ValueError(text)
    return int(number), seal


def _print_json(entries: Iterator[AuditEntry], out: TextIO) -> None:
    """One JSON array, an entry a line."""
    begin = "["
    for entry in entries:
        out.write(f"{begin}\n{orjson.dumps(_told(entry)).decode()}")
        begin = ","
    out.write("[]\n" if begin == "[" else "\n]\n")


def _print_csv(entries: Iterator[AuditEntry], out: TextIO) -> None:
    rows = csv.writer(out)
    rows.writerow(AuditEntry.__dataclass_fields__)
    for entry in entries:
        rows.writerow([cell(str(said)) for said in (asdict(entry) | {"at": entry.at.isoformat()}).values()])


def _told(entry: AuditEntry) -> dict[str, object]:
    words = ACTS[entry.act]
    documents = {
        name: orjson.loads(text) if text else None for name, text in (("before", entry.before), ("after", entry.after))
    }
    return asdict(entry) | documents | {"vi": words.vi, "en": words.en}
