"""Reads vector tiles from one PMTiles file, mapped into memory; directories are cached."""

import mmap
from functools import lru_cache
from pathlib import Path

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

HEADER_BYTES = 127
DEEPEST = 4
DIRECTORIES_KEPT = 256


class TileArchive:
    """One PMTiles file; thread-safe."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when the file cannot be read and ValueError when it is not a PMTiles file."""
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            self._header = deserialize_header(self._bytes[:HEADER_BYTES])
        except (MagicNumberNotFound, SpecVersionUnsupported, IndexError) as error:
            raise ValueError(f"not a PMTiles file: {path.name}") from error
        self._directory = lru_cache(DIRECTORIES_KEPT)(self._read_directory)

    @property
    def max_zoom(self) -> int:
        """The highest zoom with tiles."""
        return self._header["max_zoom"]

    @property
    def gzipped(self) -> bool:
        """Whether `get` returns gzip."""
        return self._header["tile_compression"] is Compression.GZIP

    def get(self, z: int, x: int, y: int) -> bytes | None:
        """The tile's bytes as stored, None when there is none; ValueError for a tile outside the world."""
        if not (0 <= x < 1 << z and 0 <= y < 1 << z):
            raise ValueError(f"no such tile: {z}/{x}/{y}")
        wanted = zxy_to_tileid(z, x, y)
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(DEEPEST):
            entry = find_tile(self._directory(offset, length), wanted)
            if entry is None:
                return None
            if entry.run_length > 0:
                start = self._header["tile_data_offset"] + entry.offset
                return self._bytes[start : start + entry.length]
            offset, length = self._header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _read_directory(self, offset: int, length: int) -> list[Entry]:
        return deserialize_directory(self._bytes[offset : offset + length])
