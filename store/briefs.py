"""The leader's briefs on disk: each morning's files, and the figures behind every printed hash."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from domain.morning import Morning

FIGURES_KEPT = 5_000
MORNINGS_KEPT = timedelta(days=366)
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-(vi|en)\.(pdf|xlsx)")
_HASH = re.compile(r"[0-9a-f]{64}")


class BriefFiles:
    """One folder; several hosts may share it, for files appear whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep_figures(self, sha256: str, canonical: str) -> None:
        """Keep what a printed hash stands for; the oldest beyond FIGURES_KEPT go. Raises OSError."""
        path = self._figures(sha256)
        if path.exists():
            return
        self._write(path, canonical.encode())
        kept = sorted(path.parent.glob("*.json"), key=_written_at)
        for old in kept[: max(0, len(kept) - FIGURES_KEPT)]:
            old.unlink(missing_ok=True)

    def figures(self, sha256: str) -> bytes | None:
        """The figures with this hash; None when no brief of this centre has it, or it is no hash."""
        if not _HASH.fullmatch(sha256):
            return None
        found = next(self._folder.glob(f"*-{sha256}.json"), self._figures(sha256))
        return found.read_bytes() if found.is_file() else None

    def keep_morning(self, day: date, figures: Mapping[str, str], made: Mapping[tuple[str, str], bytes]) -> None:
        """Keep files by (language, kind) and figures by hash; those of last year go. Raises OSError."""
        for sha256, canonical in figures.items():
            self._write(self._folder / f"{day.isoformat()}-{sha256}.json", canonical.encode())
        for (language, kind), content in made.items():
            self._write(self._folder / f"{day.isoformat()}-{language}.{kind}", content)
        oldest = (day - MORNINGS_KEPT).isoformat()
        for old in self._folder.glob("????-??-??-*"):
            if old.name < oldest:
                old.unlink(missing_ok=True)

    def mornings(self) -> list[Morning]:
        """Every morning's brief, the newest first."""
        return sorted(self._mornings(), key=lambda one: (one.day, one.language == "vi", one.kind), reverse=True)

    def morning(self, name: str) -> bytes | None:
        """One morning's file; None when there is none with this name."""
        path = self._folder / name
        return path.read_bytes() if _NAME.fullmatch(name) and path.is_file() else None

    def _mornings(self) -> Iterator[Morning]:
        for path in self._folder.glob("????-??-??-*"):
            found = _NAME.fullmatch(path.name)
            if found:
                day, language, kind = found.groups()
                yield Morning(day=date.fromisoformat(day), language=language, kind=kind, name=path.name)

    def _figures(self, sha256: str) -> Path:
        return self._folder / "figures" / f"{sha256}.json"

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(content)
        os.replace(file.name, path)


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another host removed it meanwhile
        return 0.0
