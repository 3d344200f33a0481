"""The folders beside the layers: originals as they came, uploads on their way, and the work of who reads one."""

import fcntl
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK_BYTES = 1 << 20
_DAY_S = 86_400
_UPLOADS_KEPT_S, _ORIGINALS_KEPT_S = _DAY_S, 400 * _DAY_S
_SUFFIX_LETTERS = 10
_COMPANIONS = (".dbf", ".shx", ".prj", ".cpg")


class MapFiles:
    """Files of imports under ``folder``, on the file system of the layers. Blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def arriving(self, name: str) -> Path:
        """A folder for an upload; the caller removes it. Uploads older than a day were left by killed processes."""
        _sweep(self._folder / "arriving", _UPLOADS_KEPT_S)
        return _made(self._folder / "arriving" / name)

    def keep(self, id_: str, given: Path | bytes, name: str) -> None:
        """Keep the original of an import, with the companions of a Shapefile; what lies under the folder is moved."""
        _sweep(self._folder / "originals", _ORIGINALS_KEPT_S)
        into = _made(self._folder / "originals" / id_)
        if isinstance(given, bytes):
            (into / f"original{_suffix(name)}").write_bytes(given)
            return
        move = shutil.move if given.is_relative_to(self._folder) else shutil.copyfile
        for part in _parts(given):
            own = _suffix(name) if part == given else part.suffix.lower()
            move(part, into / f"original{own}")

    def original(self, id_: str) -> Path:
        """The file itself; FileNotFoundError when it is not kept."""
        found = sorted((self._folder / "originals" / id_).glob("original*")) if id_.isalnum() else []
        parts = [path for path in found if path.suffix not in _COMPANIONS]
        if not parts:
            raise FileNotFoundError(id_)
        return parts[0]

    def forget(self, id_: str) -> None:
        """Remove the original of an import that was not taken."""
        shutil.rmtree(self._folder / "originals" / id_, ignore_errors=True)

    @contextmanager
    def reading(self, id_: str, waiting: Callable[[], None]) -> Iterator[Path]:
        """A work folder for the one who reads; others wait, since two readers would fight for memory.

        ``waiting`` is called when somebody else reads. The lock ends with its process; leftovers go first.
        """
        _made(self._folder)
        with (self._folder / "reading.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(lock, fcntl.LOCK_EX)
            shutil.rmtree(self._folder / "work", ignore_errors=True)
            try:
                yield _made(self._folder / "work" / id_)
            finally:
                shutil.rmtree(self._folder / "work", ignore_errors=True)


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 in hex and size in bytes of a file; of a Shapefile with its companions. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    for part in _parts(path):
        with part.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
    return digest.hexdigest(), size


def _parts(path: Path) -> list[Path]:
    companions = [path.with_suffix(suffix) for suffix in _COMPANIONS] if path.suffix.lower() == ".shp" else []
    return [path, *(one for one in companions if one.is_file())]


def _suffix(name: str) -> str:
    """The end of a name by which readers decide; "" when it is no plain one."""
    if name.lower().endswith((".osm.pbf", ".pbf")):
        return ".osm.pbf"
    suffix = Path(name).suffix.lower()
    plain = suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= _SUFFIX_LETTERS
    return suffix if plain else ""


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sweep(folder: Path, older_than_s: float) -> None:
    if folder.is_dir():
        for one in folder.iterdir():
            # The system's clock dates files, so it says how old they are.
            if time.time() - one.stat().st_mtime > older_than_s:
                shutil.rmtree(one, ignore_errors=True)
