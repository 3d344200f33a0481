"""The way in for the drivers' register: dispatchers only; the answer names rows, and nothing is kept as evidence."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import orjson
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from data_sources.plan.drivers import DriverDraft, read_drivers
from domain.text import Text
from intake.door.answers import Answer, RefusalAnswer, Refusing, problem
from intake.door.door import FILE_MAX_BYTES, RETRY_AFTER_S, Door
from intake.door.principal import sender_of
from store.drivers import Drivers

ROWS_TOLD = 1_000
_NOTHING = Text(
    "Không có tài xế nào để lưu; hãy sửa các dòng dưới đây.", "No driver could be kept; correct the rows listed below."
)


class RefusedRow(BaseModel):
    """One refused row, numbered as in the file (None: the whole file), and why."""

    row: int | None
    reason: str
    vi: str
    en: str


class DriversTaken(BaseModel):
    """Result of taking a file: kept drivers, new or corrected ones among them, refused rows (the first 1,000)."""

    accepted: int
    changed: int
    rejected: int
    rejections: list[RefusedRow]


class DriversProblem(RefusalAnswer):
    """Why nothing was taken, row by row."""

    rows: list[RefusedRow] = Field(default_factory=list)


class DriverDoor:
    """Takes files of drivers. Reads and writes them in a thread, so that trackers never wait."""

    def __init__(self, door: Door, drivers: Drivers, clock: Callable[[], datetime]) -> None:
        self._door, self._drivers, self._clock = door, drivers, clock

    async def take(self, request: Request, name: str) -> Answer:
        """Read and keep the file in the body. Raises Refusing with the answer when it is refused."""
        by = sender_of(request)
        body = await self._door.whole(request, FILE_MAX_BYTES)
        draft = await asyncio.to_thread(read_drivers, body, name)
        rows = _refused(draft)
        if not draft.drivers:
            nothing = DriversProblem(
                reason="nothing_usable", vi=_NOTHING.vi, en=_NOTHING.en, rejected=len(draft.findings), rows=rows
            )
            return Answer(400, orjson.dumps(nothing.model_dump(mode="json")))
        try:
            changed = await asyncio.to_thread(self._drivers.put, draft.drivers, by, self._clock())
        except (SQLAlchemyError, OSError) as error:
            raise Refusing(problem(503, "store_unreachable", type(error).__name__, RETRY_AFTER_S)) from error
        taken = DriversTaken(
            accepted=len(draft.drivers), changed=changed, rejected=len(draft.findings), rejections=rows
        )
        return Answer(200, orjson.dumps(taken.model_dump(mode="json")))


def _refused(draft: DriverDraft) -> list[RefusedRow]:
    return [
        RefusedRow(row=found.row, reason=found.problem, vi=found.words.vi, en=found.words.en)
        for found in draft.findings[:ROWS_TOLD]
    ]
