"""Receives a map file into a folder and hands it to the import machine; an incomplete file leaves nothing behind."""

import asyncio
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from fastapi import Request
from starlette.requests import ClientDisconnect

from api.maps.upload import check_room, receive
from api.principal import principal_of
from api.route import RefusedError
from domain.imports.desk import FigureDesk
from domain.imports.file_import import FileImport
from domain.places.map_order import MapOrder
from domain.text import Text

Arriving = Callable[[str], Path]
"""A folder for an upload of that name; blocks."""

_CUT_OFF = Text(
    "Việc gửi bị ngắt giữa chừng; bản đồ không thay đổi. Hãy gửi lại tệp.",
    "The file was cut off on its way; the map is unchanged. Send it again.",
)


async def take(request: Request, name: str, order: MapOrder, desk: FigureDesk, arriving: Arriving) -> FileImport:
    """Receive the body of ``request``, have the machine begin to read it, return the import.

    RefusedError as in api/maps/upload.py.
    """
    folder = await asyncio.to_thread(arriving, secrets.token_hex(6))
    try:
        check_room(request, folder)
        await receive(request, folder / "upload")
        kind, source, by = order.kind.value, order.provenance.source, principal_of(request)
        return await desk.receive(kind, name, source, folder / "upload", by, answers=order.answers, wait=False)
    except ClientDisconnect as error:
        raise RefusedError(400, "cut_off", _CUT_OFF) from error
    finally:
        # On the loop's own thread: a request that is being cancelled cannot wait for another thread.
        shutil.rmtree(folder, ignore_errors=True)
