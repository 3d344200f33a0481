"""The web side's import desk: receives one file at a time, then imports it in a process of its own."""

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from fastapi import Request
from starlette.requests import ClientDisconnect

from api.maps.upload import check_room, receive
from api.route import RefusedError
from domain.places.map_import import INTERRUPTED, ImportState, MapImport, MapOrder
from domain.places.map_layer import LayerKind
from domain.text import Text
from store.maps.map_imports import BusyError, MapImports
from store.maps.map_layers import MapLayers

Run = Callable[[MapOrder, str], Awaitable[int]]
"""Carries out an order under an import's id; returns when the import has ended, well or not."""

TELL_EVERY_S = 1.0
_SUFFIX_LETTERS = 10
_log = logging.getLogger(__name__)
_RECEIVING = Text("Đang nhận tệp", "Receiving the file")
_RECEIVED = Text("Đã nhận tệp", "The file has arrived")
_BUSY = Text(
    "Đang nạp tệp {name}; mỗi lúc chỉ nạp một tệp. Hãy đợi xong rồi gửi lại.",
    "{name} is being imported; only one file at a time. Send yours again when it is done.",
)


class Desk:
    """Receives files for the importer; an incomplete file leaves nothing behind."""

    def __init__(self, maps: MapLayers, jobs: MapImports, clock: Callable[[], datetime], run: Run) -> None:
        self._maps, self._jobs, self._clock, self._run = maps, jobs, clock, run
        self._running: set[asyncio.Task[None]] = set()

    async def take(self, request: Request, order: MapOrder) -> MapImport:
        """Receive the body of ``request``, start its import, return the started import.

        RefusedError 409 while another import is running, otherwise as in api/maps/upload.py.
        """
        job = await asyncio.to_thread(self._begin, order)
        path = self._maps.work(job.id) / _safe_name(order)
        try:
            check_room(request, path.parent)
            await receive(request, path, self._teller(job.id, request))
        except RefusedError as refused:
            self._give_up(job.id, ImportState.REFUSED, refused.words, refused.reason)
            raise
        except BaseException as error:
            self._give_up(job.id, ImportState.INTERRUPTED, INTERRUPTED)
            if isinstance(error, ClientDisconnect):
                raise RefusedError(400, "cut_off", INTERRUPTED) from error
            raise
        await asyncio.to_thread(self._jobs.speak, job.id, _RECEIVED, 0.0, self._clock(), state=ImportState.RUNNING)
        task = asyncio.create_task(self._carry_out(replace(order, path=path.resolve()), job.id))
        self._running.add(task)  # the event loop holds its tasks only weakly
        task.add_done_callback(self._running.discard)
        return replace(job, state=ImportState.RUNNING, stage=_RECEIVED)

    def _begin(self, order: MapOrder) -> MapImport:
        now = self._clock()
        try:
            job = self._jobs.begin(order.kind, order.file_name, by=order.by, now=now, state=ImportState.RECEIVING)
        except BusyError as busy:
            name = busy.job.file_name
            raise RefusedError(409, "busy", Text(*(words.format(name=name) for words in _BUSY))) from busy
        self._maps.sweep_work()  # files of a killed import
        return job

    def _teller(self, job_id: str, request: Request) -> Callable[[int], Awaitable[None]]:
        announced = request.headers.get("content-length", "")
        whole, told_at = int(announced) if announced.isdecimal() else 0, time.monotonic()

        async def tell(size: int) -> None:
            nonlocal told_at
            if time.monotonic() - told_at > TELL_EVERY_S:
                told_at = time.monotonic()
                share = min(1.0, size / whole) if whole else 0.0
                await asyncio.to_thread(self._jobs.speak, job_id, _RECEIVING, share, self._clock())

        return tell

    async def _carry_out(self, order: MapOrder, job_id: str) -> None:
        """Run the import and record its end, however the process ends; an end recorded earlier stands.

        When the web side itself ends (cancelled here), the import continues and records its own end.
        """
        try:
            await self._run(order, job_id)
        except Exception:
            _log.exception("an import could not be started")
        self._give_up(job_id, ImportState.INTERRUPTED, INTERRUPTED)

    def _give_up(self, job_id: str, state: ImportState, words: Text, reason: str = "") -> None:
        # On the loop's own thread: a request that is being cancelled cannot wait for another thread.
        shutil.rmtree(self._maps.work(job_id), ignore_errors=True)
        self._jobs.finish(job_id, state, words, self._clock(), reason=reason)


def _safe_name(order: MapOrder) -> str:
    """A safe file name that keeps the suffix, because readers decide by the suffix alone."""
    if order.kind is LayerKind.STREETS:
        return "upload.osm.pbf"
    suffix = Path(order.file_name).suffix.lower()
    plain = suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= _SUFFIX_LETTERS
    return f"upload{suffix if plain else ''}"
