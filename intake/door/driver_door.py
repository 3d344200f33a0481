"""The way in for the drivers' register: a dispatcher's key answers for its file; the answer names rows, not people."""

import orjson
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from domain.imports.desk import FigureDesk
from domain.imports.file_import import DRIVERS, FileImport, Preview, Stage
from domain.text import Text
from intake.door.answers import Answer, RefusalAnswer, Refusing, problem
from intake.door.door import FILE_MAX_BYTES, RETRY_AFTER_S, Door
from intake.door.principal import sender_of
from present.answers import BothLanguages

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
    """Result of taking a file: kept drivers, new or corrected ones among them, refused rows (the first 1,000).

    ``remarks`` are columns that were not read, or may be meant otherwise.
    """

    accepted: int
    changed: int
    rejected: int
    rejections: list[RefusedRow]
    remarks: list[BothLanguages]


class DriversProblem(RefusalAnswer):
    """Why nothing was taken, row by row."""

    rows: list[RefusedRow] = Field(default_factory=list)


class DriverDoor:
    """Hands files of drivers to the import machine and approves them: the key's holder answers for them."""

    def __init__(self, door: Door, desk: FigureDesk) -> None:
        self._door, self._desk = door, desk

    async def take(self, request: Request, name: str) -> Answer:
        """Read and keep the file in the body. Raises Refusing with the answer when it is refused."""
        by = sender_of(request)
        body = await self._door.whole(request, FILE_MAX_BYTES)
        try:
            found = await self._desk.receive(DRIVERS, name, by.name, body, by)
            ready = found.stage is Stage.MAPPED
            done = await (self._desk.approve(found.id, by) if ready else self._desk.give_up(found.id, by))
        except (SQLAlchemyError, OSError) as error:
            raise Refusing(problem(503, "store_unreachable", type(error).__name__, RETRY_AFTER_S)) from error
        return _answer(done) if ready else _nothing(done)


def _answer(done: FileImport) -> Answer:
    preview = done.preview or Preview()
    taken = DriversTaken(
        accepted=preview.usable,
        changed=preview.new + preview.changed,
        rejected=preview.refused,
        rejections=_refused(preview),
        remarks=[BothLanguages(vi=one.vi, en=one.en) for one in preview.warnings],
    )
    return Answer(200, orjson.dumps(taken.model_dump(mode="json")))


def _nothing(done: FileImport) -> Answer:
    preview = done.preview or Preview()
    nothing = DriversProblem(
        reason="nothing_usable", vi=_NOTHING.vi, en=_NOTHING.en, rejected=preview.refused, rows=_refused(preview)
    )
    return Answer(400, orjson.dumps(nothing.model_dump(mode="json")))


def _refused(preview: Preview) -> list[RefusedRow]:
    return [
        RefusedRow(row=one.row or None, reason=one.code, vi=one.reason.vi, en=one.reason.en) for one in preview.problems
    ]
