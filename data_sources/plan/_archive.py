"""Unpacks a file that may be an archive (.zip, .tar.gz), with a limit on the unpacked size."""

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from pathlib import PurePosixPath

UNPACKED_MAX = 256 * 2**20
PARTS_MAX = 10_000
_CHUNK_BYTES = 2**20

_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError)


def parts(body: bytes, name: str) -> dict[str, bytes]:
    """Content by file name without folder; a plain file is its only part. ValueError when damaged or too large."""
    try:
        if body.startswith(b"PK\x03\x04"):
            return _zip(body)
        if body.startswith(b"\x1f\x8b"):
            return _tar(body)
    except (*_BROKEN, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise ValueError(type(error).__name__) from error
    return {PurePosixPath(name).name: body}


def _zip(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = [part for part in archive.infolist() if not part.is_dir()]
        _within(sum(part.file_size for part in files), len(files))
        found: dict[str, bytes] = {}
        for part in files:
            _add(found, part.filename, archive.read(part))
        return found


def _tar(body: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    size = 0
    with tarfile.open(fileobj=_inflated(body), mode="r:") as archive:
        for part in archive:
            size += part.size
            _within(size, len(found))
            content = archive.extractfile(part) if part.isfile() else None
            if content is not None:
                _add(found, part.name, content.read())
    return found


def _add(found: dict[str, bytes], path: str, content: bytes) -> None:
    name = PurePosixPath(path).name
    if name in found:
        raise ValueError(f"hai tệp cùng tên / two files are named {name}")
    found[name] = content


def _inflated(body: bytes) -> io.BytesIO:
    """The content of a gzip; the sizes in a tar's own headers are read whole, so they are bounded with it."""
    content = io.BytesIO()
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
        while chunk := packed.read(_CHUNK_BYTES):
            _within(content.tell() + len(chunk), 0)
            content.write(chunk)
    content.seek(0)
    return content


def _within(size: int, parts: int) -> None:
    if size > UNPACKED_MAX or parts > PARTS_MAX:
        raise ValueError(f"> {UNPACKED_MAX >> 20} MB")
