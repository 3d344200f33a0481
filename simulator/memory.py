"""Remembers in a file until when the trackers' past was sent, so that a restart sends only the gap."""

from datetime import UTC, datetime
from pathlib import Path


class Memory:
    """One instant in a file; without a readable instant the world begins now."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def told_until(self) -> datetime | None:
        """The instant kept last, UTC; None without a readable one."""
        try:
            kept = datetime.fromisoformat(self._file.read_text(encoding="ascii").strip())
        except (FileNotFoundError, ValueError):
            return None
        return kept.astimezone(UTC) if kept.tzinfo else None

    def keep(self, until: datetime) -> None:
        """Remember ``until``; if the process is killed meanwhile, the earlier instant stays."""
        draft = self._file.with_name(f"{self._file.name}.new")
        draft.write_text(until.astimezone(UTC).isoformat(), encoding="ascii")
        draft.replace(self._file)
