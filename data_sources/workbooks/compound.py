"""A stream of a compound file, the container of .xls [MS-CFB]."""

import struct
from collections.abc import Sequence
from typing import NamedTuple

_FIRST_FREE, _HEADER_LISTS = 0xFFFFFFFA, 109
_ENTRY_BYTES, _SMALL_BYTES = 128, 64
_ROOT = 5


class _Stream(NamedTuple):
    name: str
    kind: int
    start: int
    size: int


def stream_of(body: bytes, names: Sequence[str]) -> bytes:
    """The first stream with one of these names. Raises struct.error, ValueError for a damaged file or without one."""
    sector = 1 << struct.unpack_from("<H", body, 30)[0]
    directory, _, cutoff, small_start, _, more, _ = struct.unpack_from("<7I", body, 48)

    def read(number: int) -> bytes:
        return body[(number + 1) * sector : (number + 2) * sector]

    lists = list(struct.unpack_from(f"<{_HEADER_LISTS}I", body, 76))
    seen = 0
    while more < _FIRST_FREE and seen * sector < len(body):
        *numbers, more = _numbers(read(more))
        lists += numbers
        seen += 1
    fat = [number for one in lists if one < _FIRST_FREE for number in _numbers(read(one))]

    def whole(start: int) -> bytes:
        return b"".join(map(read, _chain(fat, start)))

    listed = whole(directory)
    entries = [_stream(listed[at : at + _ENTRY_BYTES]) for at in range(0, len(listed), _ENTRY_BYTES)]
    found = next((one for name in names for one in entries if one.name == name), None)
    root = next((one for one in entries if one.kind == _ROOT), None)
    if found is None or root is None:
        raise ValueError(names)
    if found.size >= cutoff:
        return whole(found.start)[: found.size]
    small = whole(root.start)
    chain = _chain(_numbers(whole(small_start)), found.start)
    return b"".join(small[one * _SMALL_BYTES : (one + 1) * _SMALL_BYTES] for one in chain)[: found.size]


def _numbers(sector: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])


def _chain(table: Sequence[int], start: int) -> Sequence[int]:
    """The numbers of the sectors from ``start``; a chain that returns to itself is a damaged file."""
    found: list[int] = []
    while start < _FIRST_FREE:
        if len(found) >= len(table):
            raise ValueError(start)
        found.append(start)
        start = table[start] if start < len(table) else _FIRST_FREE
    return found


def _stream(raw: bytes) -> _Stream:
    chars, kind = struct.unpack_from("<HB", raw, 64)
    start, size = struct.unpack_from("<II", raw, 116)
    return _Stream(raw[: max(0, chars - 2)].decode("utf-16-le", "replace"), kind, start, size)
