"""Mends the embedded server's append-only file: keeps a copy, cuts at the first fault, says what is lost.

The server heals a cut tail by itself, and refuses to start on a fault in the middle; valkey-check-aof is not shipped.
"""

import mmap
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.instant import from_ms

_FOLDER = "appendonlydir"
_MANIFEST = re.compile(r"^file (\S+) seq \d+ type i\b", re.MULTILINE)
_NUMBER = re.compile(rb"(\d{1,9})\r\n")
# XADD <stream> <milliseconds>-<number>, as the server writes it.
_APPENDED = re.compile(rb"\$4\r\nxadd\r\n\$\d+\r\n[^\r\n]+\r\n\$\d+\r\n(\d{13})-\d+\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A file that was cut: its copy, where, and how many raw messages are lost at most, with their times.

    The command at the fault cannot be read: it counts as one message.
    """

    copy: Path
    at: int
    lost_bytes: int
    entries: int
    first: datetime | None
    last: datetime | None


def mend(data_dir: Path, now: datetime) -> list[Cut]:
    """Cut each damaged part of the file in ``data_dir``; a whole one stays. Run it only while no server does."""
    folder = data_dir / _FOLDER
    manifests = sorted(folder.glob("*.manifest"))
    names = [name for manifest in manifests for name in _MANIFEST.findall(manifest.read_text())]
    kept = data_dir / f"damaged-{now:%Y%m%dT%H%M%SZ}"
    return [cut for name in names if (cut := _cut(folder / name, kept)) is not None]


def _cut(path: Path, kept: Path) -> Cut | None:
    if not path.stat().st_size:
        return None
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        size, at = len(data), whole_until(data)
        if at == size:
            return None
        times = [int(found[1]) for found in _APPENDED.finditer(data, at)]
    kept.mkdir(mode=0o700, exist_ok=True)
    copy = Path(shutil.copy2(path, kept))
    with path.open("r+b") as file:
        file.truncate(at)
    return Cut(
        copy=copy,
        at=at,
        lost_bytes=size - at,
        entries=len(times) + 1,
        first=from_ms(min(times)) if times else None,
        last=from_ms(max(times)) if times else None,
    )


def whole_until(data: bytes | mmap.mmap) -> int:
    """The end of the last command that can be read, outside an open transaction; the length of a whole file."""
    whole = at = 0
    together = False
    while at < len(data):
        name, at = _command(data, at)
        if not at:
            break
        together = (together or name == b"MULTI") and name != b"EXEC"
        whole = whole if together else at
    return whole


def _command(data: bytes | mmap.mmap, at: int) -> tuple[bytes, int]:
    """The name of the command at ``at`` and its end, 0 when it cannot be read; a remark has no name."""
    if data[at : at + 1] == b"#":
        return b"", data.find(b"\n", at) + 1
    parts = _NUMBER.match(data, at + 1) if data[at : at + 1] == b"*" else None
    if parts is None or not int(parts[1]):
        return b"", 0
    name, at = b"", parts.end()
    for number in range(int(parts[1])):
        length = _NUMBER.match(data, at + 1) if data[at : at + 1] == b"$" else None
        if length is None:
            return b"", 0
        end = length.end() + int(length[1])
        if data[end : end + 2] != b"\r\n":
            return b"", 0
        name = data[length.end() : end].upper() if not number else name
        at = end + 2
    return name, at
