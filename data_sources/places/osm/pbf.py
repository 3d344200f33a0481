"""Splits an .osm.pbf file into pieces of about 1 MB, so that a reader knows its progress and holds one piece."""

from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from data_sources.places._words import refused
from domain.places.map_layer import ImportRefusedError
from domain.text import Text

PIECE_BYTES = 1_000_000
LONGEST_HEADER, LONGEST_BLOB = 64 * 1024, 32 * 1024 * 1024
VARINT, SIZED = 0, 2

UNREADABLE = Text("Không mở được tệp {name}", "The file {name} cannot be opened")
NOT_OSM = Text("Tệp này không phải dữ liệu OpenStreetMap dạng .osm.pbf", "This file is not OpenStreetMap .osm.pbf")
TRUNCATED = Text(
    "Tệp .osm.pbf bị cụt: hết ở byte {at}, giữa một khối. Hãy tải lại tệp rồi nhập lại.",
    "The .osm.pbf file is cut off: it ends at byte {at}, within a block. Download and import it again.",
)
BROKEN = Text(
    "Tệp .osm.pbf bị hỏng ở khoảng {percent:.0f} % độ dài. Hãy tải lại tệp rồi nhập lại.",
    "The .osm.pbf file is damaged at about {percent:.0f} % of its length. Download and import it again.",
)


def pieces(path: Path) -> Generator[tuple[bytes, float], None, None]:
    """Yield (a whole .osm.pbf of some blobs of the file, the share of the file read so far, 0..1).

    Framing as in https://wiki.openstreetmap.org/wiki/PBF_Format: length, BlobHeader, Blob; every piece starts with the
    header blob. Raises ImportRefusedError when the file is not PBF or ends within a blob.
    """
    try:
        size = path.stat().st_size
        file = path.open("rb")
    except OSError as error:
        raise refused("unreadable", UNREADABLE, name=path.name) from error
    with file:
        kind, opening = _blob(file)
        if kind != b"OSMHeader":
            raise refused("not_osm", NOT_OSM)
        held, held_bytes = [opening], 0
        while file.tell() < size:
            blob = _blob(file)[1]
            held.append(blob)
            held_bytes += len(blob)
            if held_bytes >= PIECE_BYTES or file.tell() == size:
                yield b"".join(held), file.tell() / size
                held, held_bytes = [opening], 0


def broken(at: float) -> ImportRefusedError:
    """The refusal of a file that is damaged at about the fraction ``at`` of its length."""
    return refused("broken", BROKEN, percent=100 * at)


def _blob(file: BinaryIO) -> tuple[bytes, bytes]:
    """The next blob's type and all its bytes, including length and header."""
    length = _exactly(file, 4)
    header_bytes = int.from_bytes(length, "big")
    if header_bytes > LONGEST_HEADER:
        raise refused("not_osm", NOT_OSM)
    header = _exactly(file, header_bytes)
    kind, size = _type_and_size(header)
    if not 0 < size <= LONGEST_BLOB:
        raise refused("not_osm", NOT_OSM)
    return kind, length + header + _exactly(file, size)


def _exactly(file: BinaryIO, size: int) -> bytes:
    found = file.read(size)
    if len(found) < size:
        raise refused("truncated", TRUNCATED, at=file.tell())
    return found


def _type_and_size(header: bytes) -> tuple[bytes, int]:
    """Fields 1 (type) and 3 (datasize) of a BlobHeader message."""
    kind, size, at = b"", 0, 0
    try:
        while at < len(header):
            key, at = _varint(header, at)
            value, at = _varint(header, at)
            if key & 7 == SIZED:
                if key >> 3 == 1:
                    kind = header[at : at + value]
                at += value
            elif key & 7 != VARINT:
                raise refused("not_osm", NOT_OSM)
            elif key >> 3 == 3:
                size = value
    except IndexError as error:
        raise refused("not_osm", NOT_OSM) from error
    return kind, size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A protobuf varint and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
