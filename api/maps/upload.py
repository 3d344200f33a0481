"""Write a request's body to a file piece by piece: bounded memory, a size limit, a clear error for a full disk."""

import asyncio
import errno
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

from fastapi import Request

from api.route import RefusedError
from domain.text import Text

MAX_BYTES = (2 << 30) - 1
WRITE_BYTES = 1 << 20
LEFT_FREE_BYTES = 64 << 20

_TOO_LARGE = Text(
    "Tệp lớn hơn 2 GB. Hãy cắt lấy phần của tỉnh trước khi nạp (ví dụ bằng osmium extract).",
    "The file is larger than 2 GB. Cut out the province first (with osmium extract, for instance).",
)
_DISK_FULL = Text(
    "Máy chủ không đủ chỗ trên đĩa cho tệp này; hãy giải phóng chỗ trong IOC_DATA_DIR rồi gửi lại.",
    "The server's disk has no room for this file; free space in IOC_DATA_DIR and send it again.",
)
# A slow office line sends 1 Mbit/s; a sender that drips would keep the desk busy for everybody.
GRACE_S, LEAST_BYTES_S = 30.0, 32 * 2**10
_TOO_SLOW = Text(
    "Tệp đến quá chậm (dưới 32 KB mỗi giây) nên đã bị ngắt; hãy gửi lại qua đường truyền tốt hơn.",
    "The file came too slowly (below 32 KB a second) and was cut off; send it again over a better line.",
)
_EMPTY = Text("Tệp rỗng; hãy chọn lại tệp.", "The file is empty; choose it again.")


def check_room(request: Request, folder: Path) -> None:
    """Check the announced length before the first byte; RefusedError 413 or 507."""
    announced = request.headers.get("content-length", "")
    length = int(announced) if announced.isdecimal() else 0
    if length > MAX_BYTES:
        raise RefusedError(413, "too_large", _TOO_LARGE)
    if shutil.disk_usage(folder).free < length + LEFT_FREE_BYTES:
        raise RefusedError(507, "disk_full", _DISK_FULL)


async def receive(request: Request, path: Path) -> int:
    """Write the body to ``path``. Returns the size.

    RefusedError 413 beyond the limit, 408 for a drip, 507 when the disk is full, 422 for an empty body;
    ClientDisconnect when the sender disconnected. The caller then removes the incomplete file.
    """
    size, waiting = 0, bytearray()
    try:
        with path.open("wb") as file:
            async for piece in _steady(request.stream()):
                size += len(piece)
                if size > MAX_BYTES:
                    raise RefusedError(413, "too_large", _TOO_LARGE)
                waiting += piece
                if len(waiting) >= WRITE_BYTES:
                    await asyncio.to_thread(file.write, waiting)
                    waiting = bytearray()
            await asyncio.to_thread(file.write, waiting)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise RefusedError(507, "disk_full", _DISK_FULL) from error
        raise
    if size == 0:
        raise RefusedError(422, "empty", _EMPTY)
    return size


async def _steady(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The pieces while they come at the least rate on average, after a time of grace; else RefusedError 408."""
    loop, size = asyncio.get_running_loop(), 0
    began = loop.time()
    while True:
        try:
            async with asyncio.timeout_at(began + GRACE_S + size / LEAST_BYTES_S):
                piece = await anext(pieces, None)
        except TimeoutError:
            raise RefusedError(408, "too_slow", _TOO_SLOW) from None
        if piece is None:
            return
        size += len(piece)
        yield piece
