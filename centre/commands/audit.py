"""The audit log by hand: check its chain, export it."""

import sys
from datetime import datetime

from centre.commands.parts import prepared
from domain.audit import FAULTS, Anchor, Broken
from present.audit_files import as_csv, as_json
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
    for line in as_csv(entries) if form == "csv" else as_json(entries):
        sys.stdout.write(line)
    return 0


def anchor_of(text: str) -> Anchor:
    """NUMBER:SEAL as `verify` prints it; ValueError for anything else."""
    number, _, seal = text.partition(":")
    if len(bytes.fromhex(seal)) != 32:
        raise ValueError(text)
    return int(number), seal
