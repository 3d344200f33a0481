"""The command of the register of organisations: import a table, list the register."""

from datetime import datetime
from pathlib import Path

from data_sources.registers.organisations import read_organisations
from domain.access.principal import CENTRE
from domain.finding import errors
from intake.imports.command_line import OK, REFUSED, say
from intake.imports.map_report import both
from store.organisations import Organisations

_SHOWN = 50


def import_file(register: Organisations, file: Path, source: str, now: datetime) -> int:
    """Register the file's organisations and print refused rows; REFUSED when no row is usable."""
    try:
        body = file.read_bytes()
    except OSError as error:
        say(f"Không mở được {file} / cannot open: {error.strerror}")
        return REFUSED
    draft = read_organisations(body, file.name, source)
    changed = register.put(draft.organisations, now, CENTRE)
    print(
        f"nhận / accepted: {len(draft.organisations)}; mới hoặc đổi / new or changed: {changed}; "
        f"từ chối / rejected: {len(errors(draft.findings))}"
    )
    for found in draft.findings[:_SHOWN]:
        where = f"dòng / row {found.row}: " if found.row else ""
        print(f"  {where}{both(found.words)}")
    return OK if draft.organisations else REFUSED


def list_all(register: Organisations) -> int:
    """One line an organisation."""
    for one in register.all().values():
        print(f"{one.code}\t{one.kind}\t{one.name}\t{one.parent or '-'}\t{one.place or '-'}\t{one.source}")
    return OK
