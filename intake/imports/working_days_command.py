"""The command of working days: import a centre's own days, list the days that differ from their weekday."""

from datetime import datetime
from pathlib import Path

from domain.access.principal import CENTRE
from intake.imports.command_line import OK, REFUSED, say
from store.working_calendar import WorkingDays, days_of


def import_file(register: WorkingDays, file: Path, source: str, now: datetime) -> int:
    """Take the file's days in place of the release's; REFUSED, with the line, when anything in it is wrong."""
    try:
        days = days_of(file.read_text("utf-8"), source)
    except (OSError, UnicodeDecodeError) as error:
        say(f"Không mở được {file} / cannot open: {type(error).__name__}")
        return REFUSED
    except ValueError as wrong:
        say(f"{file.name}: {wrong}")
        return REFUSED
    print(f"nhận / accepted: {register.put(days, now, CENTRE)}")
    return OK


def list_all(register: WorkingDays) -> int:
    """One line a day."""
    for day, one in sorted(register.calendar().marked.items()):
        print(f"{day}\t{'works' if one.works else 'off'}\t{one.name}\t{one.source}")
    return OK
