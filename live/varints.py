"""Columns of small whole numbers as few bytes: zigzag varints, as Protocol Buffers write sint32.

https://protobuf.dev/programming-guides/encoding/#signed-ints
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
LONGEST = 5  # bytes of a number of 32 bits


def packed(values: Ints) -> bytes:
    """Numbers of 32 bits, signed: one byte from -64 to 63, two to ±8,191, at most five."""
    zigzag = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    if zigzag.max(initial=0) < 0x80:
        return zigzag.astype(np.uint8).tobytes()
    sizes = np.ones(len(zigzag), np.intp)
    for more in range(1, LONGEST):
        sizes += zigzag >= 1 << 7 * more
    starts = np.cumsum(sizes) - sizes
    out = np.empty(int(np.add.reduce(sizes)), np.uint8)
    for byte in range(int(sizes.max(initial=0))):
        here = sizes > byte
        goes_on = (sizes[here] > byte + 1).astype(np.uint64) << np.uint64(7)
        out[starts[here] + byte] = ((zigzag[here] >> np.uint64(7 * byte)) & np.uint64(0x7F)) | goes_on
    return out.tobytes()


def unpacked(data: bytes, at: int, count: int) -> tuple[Ints, int]:
    """``count`` numbers from byte ``at`` on, and the byte behind them; ValueError when there are not so many."""
    raw = np.frombuffer(data, np.uint8, offset=at).astype(np.int64)
    ends = np.flatnonzero(raw < 0x80)[:count]
    if len(ends) < count:
        raise ValueError(f"a frame ends within a column: {len(ends)} of {count} numbers")
    starts = np.concatenate(([0], ends[:-1] + 1)) if count else ends
    sizes = ends - starts + 1
    if count and sizes.max() > LONGEST:
        raise ValueError("a number in a frame has more than 32 bits")
    zigzag = np.zeros(count, np.int64)
    for byte in range(int(sizes.max(initial=0))):
        here = sizes > byte
        zigzag[here] |= (raw[starts[here] + byte] & 0x7F) << 7 * byte
    return (zigzag >> 1) ^ -(zigzag & 1), at + int(sizes.sum())
