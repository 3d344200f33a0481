"""A photo without what it tells beside its picture: place, time, telephone, thumbnail. The phone removes it first."""

from collections.abc import Iterator

PHOTO_MAX_BYTES = 500_000
_START, _END, _SCAN = b"\xff\xd8", 0xD9, 0xDA
# Tables and frames that a decoder needs; all else (APPn with EXIF, XMP, ICC; comments) goes.
_NEEDED = frozenset({0xC4, 0xDB, 0xDD, *(0xC0 + n for n in (0, 1, 2, 3))})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def bare(jpeg: bytes) -> bytes:
    """``jpeg`` with nothing but its picture. Raises ValueError for what is no JPEG, or more than PHOTO_MAX_BYTES."""
    if len(jpeg) > PHOTO_MAX_BYTES or not jpeg.startswith(_START):
        raise ValueError("not a JPEG")
    kept = b"".join(_parts(jpeg))
    if b"\xff\xda" not in kept:
        raise ValueError("a JPEG without a picture")
    return _START + kept + b"\xff\xd9"


def _parts(jpeg: bytes) -> Iterator[bytes]:
    """The segments that the picture needs, each with its scan; ends at the picture's end, whatever follows."""
    at = len(_START)
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            raise ValueError("no marker where one must be")
        kind = jpeg[at + 1]
        if kind == 0xFF:  # padding
            at += 1
            continue
        if kind == _END:
            return
        if kind in _ALONE:
            at += 2
            continue
        length = int.from_bytes(jpeg[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(jpeg):
            raise ValueError("a segment longer than the file")
        if kind == _SCAN:
            end = _end_of_scan(jpeg, end)
        if kind in _NEEDED or kind == _SCAN:
            yield jpeg[at:end]
        at = end


def _end_of_scan(jpeg: bytes, at: int) -> int:
    """Where the next marker begins that is neither a stuffed byte nor a restart."""
    while True:
        at = jpeg.find(b"\xff", at)
        if at < 0 or at + 1 >= len(jpeg):
            return len(jpeg)
        if jpeg[at + 1] != 0x00 and not 0xD0 <= jpeg[at + 1] <= 0xD7 and jpeg[at + 1] != 0xFF:
            return at
        at += 2 if jpeg[at + 1] != 0xFF else 1
