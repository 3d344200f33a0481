"""The ways in of the front door for files of the plan and registers of drivers: they go to the import machine."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from data_sources.plan.readers import PlanFormat
from domain.access.principal import Principal
from domain.imports.desk import FigureDesk
from domain.imports.file_import import FileImport, Preview, PrivateFileError, SamePersonError, Stage
from domain.imports.kinds.drivers import DRIVERS
from domain.imports.stages import stage_words
from domain.text import Text
from domain.waste.plan_import import Content
from intake.door.answers import Answer, RefusalAnswer, Refusing, problem
from intake.door.door import FILE_MAX_BYTES, RETRY_AFTER_S, Door
from intake.door.principal import sender_of
from intake.door.self_description import keyed_body
from intake.imports.plan_import import answers_of
from present.answers import BothLanguages
from store.valkey.raw_stream import StreamUnreachable

PROBLEMS_TOLD = 1_000
_CONTENTS = {"routes": Content.PLAN, "facilities": Content.FACILITIES, "weighbridge": Content.WEIGHBRIDGE}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
PLAN_BODY = keyed_body(
    dict.fromkeys(
        (
            "text/csv",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/geo+json",
            "text/plain",
            "application/json",
            "application/zip",
        ),
        _BINARY,
    )
)
Outcome = Literal["waits", "applied", "already", "tried"]
_WORDS: Mapping[Outcome, Text] = {
    "waits": Text(
        "Đã đọc, chưa có gì thay đổi: chờ người thứ hai duyệt tại /figures.",
        "Read; nothing changes before a second person approves it at /figures.",
    ),
    "applied": Text("Đã lưu.", "Kept."),
    "already": Text(
        "Tệp này của nguồn này đã được gửi rồi nên không đổi gì; gửi với again=true để đọc lại.",
        "This source's file was sent before, so nothing changed; send it with again=true to read it again.",
    ),
    "tried": Text("Chỉ đọc thử, không lưu gì.", "Only tried; nothing was kept."),
}
_NOTHING = Text(
    "Không có gì để lưu; hãy sửa các dòng dưới đây.", "There is nothing to keep; correct the rows listed below."
)


class PlanAsked(BaseModel):
    """How to read a file of the plan."""

    model_config = ConfigDict(populate_by_name=True)

    content: Annotated[
        Literal["routes", "facilities", "weighbridge"],
        Field(description="Tuyến và ngoại lệ; cơ sở; phiếu cân / routes and exceptions; facilities; tickets"),
    ] = "routes"
    name: Annotated[
        str,
        Field(max_length=200, description="Tên tệp; đuôi cho biết định dạng / file name; its suffix tells the format"),
    ] = ""
    said: Annotated[
        PlanFormat | None, Field(alias="format", description="Mặc định theo tên tệp / default: by the file's name")
    ] = None
    source: Annotated[
        str,
        Field(max_length=100, description="Ai làm ra tệp; mặc định: tên của khoá / who made it; default: the key's"),
    ] = ""
    plant: Annotated[
        str, Field(max_length=64, description="Nhà máy của phiếu cân, nếu bảng không ghi / plant, if no column says")
    ] = ""
    mapping: Annotated[
        str, Field(max_length=4_000, description="Ánh xạ tên của điểm dừng, JSON / names of timed stops, JSON")
    ] = ""
    dry_run: Annotated[bool, Field(description="Chỉ đọc thử / only try")] = False
    again: Annotated[bool, Field(description="Đọc lại dù đã gửi / read again although sent before")] = False


class RefusedEntry(BaseModel):
    """An entry that was refused, where it stands (row None: the whole file), and why."""

    sheet: str
    row: int | None
    reason: str
    vi: str
    en: str
    detail: str


class HandedIn(BaseModel):
    """What became of a file. ``import`` is its id at /api/v1/imports; null when nothing was kept.

    ``waits``: it counts once a person has approved it. New, changed, unchanged and refused count its entries, ``gone``
    those of the same source that stand and are not in it. The first 1,000 ``problems`` are listed.
    """

    outcome: Outcome
    vi: str
    en: str
    imported: Annotated[str | None, Field(alias="import")]
    stage: Stage
    source: str
    new: int
    changed: int
    unchanged: int
    gone: int
    refused: int
    facts: list[BothLanguages]
    problems: list[RefusedEntry]
    warnings: list[BothLanguages]


class FileProblem(RefusalAnswer):
    """Why nothing of a file was taken, entry by entry."""

    problems: list[RefusedEntry] = Field(default_factory=list)


class FileDoor:
    """Takes files one at a time, in a thread, so that trackers never wait for one."""

    def __init__(self, door: Door, desk: FigureDesk) -> None:
        self._door, self._desk = door, desk
        self._turn = asyncio.Lock()

    async def plan(self, request: Request, asked: PlanAsked) -> Answer:
        """Hand in the file in the body. Raises Refusing with the answer when it is refused."""
        by, body = await self._sent(request)
        kind, source = _CONTENTS[asked.content], asked.source.strip() or by.name
        try:
            answers = answers_of(said=asked.said or "", mapping=asked.mapping, plant=asked.plant)
        except ValueError as error:
            raise Refusing(problem(400, "bad_request", f"mapping: {error}")) from error
        async with self._turn:
            try:
                if asked.dry_run:
                    return _told("tried", await self._desk.rehearse(kind, asked.name, source, body, by, answers))
                known = None if asked.again else await self._desk.handed_in(kind, source, body, answers)
                if known is not None:
                    return await self._settled(known, by, "already")
                return await self._taken(kind, asked.name, source, body, by, answers)
            except (SQLAlchemyError, OSError) as error:
                raise Refusing(problem(503, "store_unreachable", type(error).__name__, RETRY_AFTER_S)) from error

    async def drivers(self, request: Request, name: str) -> Answer:
        """Hand in the register in the body. Raises Refusing with the answer when it is refused."""
        by, body = await self._sent(request)
        async with self._turn:
            try:
                return await self._taken(DRIVERS, name, by.name, body, by, {})
            except (SQLAlchemyError, OSError) as error:
                raise Refusing(problem(503, "store_unreachable", type(error).__name__, RETRY_AFTER_S)) from error

    async def _sent(self, request: Request) -> tuple[Principal, bytes]:
        return sender_of(request), await self._door.whole(request, FILE_MAX_BYTES)

    async def _taken(
        self, kind: str, name: str, source: str, body: bytes, by: Principal, answers: Mapping[str, str]
    ) -> Answer:
        """Hand it in; approve it where the key answers for such a file."""
        try:
            found = await self._desk.receive(kind, name, source, body, by, answers=answers)
        except PrivateFileError:
            raise Refusing(problem(400, "lists_people")) from None
        if found.stage is Stage.PREVIEWED:
            # Nobody will come to answer or to give up what a program sent.
            return _nothing(await self._desk.give_up(found.id, by), stage_words(found))
        return await self._settled(found, by, "waits")

    async def _settled(self, found: FileImport, by: Principal, otherwise: Outcome) -> Answer:
        if found.stage is not Stage.MAPPED:
            return _told(otherwise, found)
        try:
            return _told("applied", await self._desk.approve(found.id, by))
        except SamePersonError:
            return _told(otherwise, found)
        except StreamUnreachable as error:
            raise Refusing(problem(503, "stream_unreachable", type(error).__name__, RETRY_AFTER_S)) from error


def _nothing(found: FileImport, why: Text) -> Answer:
    """Nothing of it was taken, and why."""
    preview = found.preview or Preview()
    nothing = FileProblem(
        reason="nothing_usable", vi=_NOTHING.vi, en=_NOTHING.en, detail=f"{why.vi} / {why.en}",
        rejected=preview.refused, problems=_problems(preview), warnings=_both(preview.warnings),
    )  # fmt: skip
    return Answer(400, orjson.dumps(nothing.model_dump(mode="json")))


def _told(outcome: Outcome, found: FileImport) -> Answer:
    if found.refused is not None:
        return _nothing(found, found.refused)
    preview = found.preview or Preview()
    counts = {name: getattr(preview, name) for name in ("new", "changed", "unchanged", "gone", "refused")}
    words = {"vi": _WORDS[outcome].vi, "en": _WORDS[outcome].en}
    told = HandedIn.model_validate(
        {
            "outcome": outcome, "import": found.id or None, "stage": found.stage, "source": found.source, **words,
            **counts, "facts": _both(preview.facts), "problems": _problems(preview),
            "warnings": _both(preview.warnings),
        }
    )  # fmt: skip
    return Answer(202 if outcome == "waits" else 200, orjson.dumps(told.model_dump(mode="json", by_alias=True)))


def _problems(preview: Preview) -> list[RefusedEntry]:
    return [
        RefusedEntry(
            sheet=one.sheet, row=one.row or None, reason=one.code, vi=one.reason.vi, en=one.reason.en, detail=one.detail
        )
        for one in preview.problems[:PROBLEMS_TOLD]
    ]


def _both(said: tuple[Text, ...]) -> list[BothLanguages]:
    return [BothLanguages(vi=one.vi, en=one.en) for one in said]
