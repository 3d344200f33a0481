"""Until when the simulated world has told its trackers' past: a file, so that a restart fills the gap and no more."""

from datetime import UTC, datetime
from pathlib import Path


class Memory:
    """One instant in a file; a file that is missing or says no instant is a world that begins now."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def told_until(self) -> datetime | None:
        """The instant that was kept last, UTC."""
        try:
            kept = datetime.fromisoformat(self._file.read_text(encoding="ascii").strip())
        except (FileNotFoundError, ValueError):
            return None
        return kept.astimezone(UTC) if kept.tzinfo else None

    def keep(self, until: datetime) -> None:
        """Remember ``until``; whoever is killed meanwhile leaves the instant before."""
        draft = self._file.with_name(f"{self._file.name}.new")
        draft.write_text(until.astimezone(UTC).isoformat(), encoding="ascii")
        draft.replace(self._file)
