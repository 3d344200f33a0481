"""The release id depends on the shipped files only: a new version reloads the walls, a restart does not."""

import hashlib
from pathlib import Path

from centre.rooms import rooms

SHIPPED = ("*.py", "requirements.txt", "assets/**/*", "locales/**/*.po")


def release_id(root: Path) -> str:
    """Twelve hex digits of a SHA-256 over names and contents of all shipped files."""
    patterns = (*SHIPPED, *(f"{room}/**/*" for room in rooms(root)))
    files = sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file() and _is_source(path)})
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _is_source(path: Path) -> bool:
    return path.suffix != ".pyc"
