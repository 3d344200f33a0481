"""/api/v1/imports: hand in a file of figures, answer what it asks, approve, withdraw; templates to fill in."""

import asyncio
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse

from api.instants import Instant
from api.principal import principal_of
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.imports.desk import FigureDesk
from domain.imports.file_import import FileImport, OvertakenError, Preview, PrivateFileError, SamePersonError, Stage
from domain.subject import SubjectKind
from domain.text import Text
from present.answers import Answer, BothLanguages
from store.imports import Imports

FILE_MAX_BYTES = 32 * 2**20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FILE = {"type": "string", "format": "binary"}
_NO_IMPORT = Text("Không có lần nạp này.", "No such import.")
_NOT_KEPT = Text(
    "Không giữ bản gốc: tệp có tên người, hoặc do bản cũ nạp.",
    "No original is kept: it names people, or an older release took it.",
)
_NO_FEED = Text("Không có nguồn số liệu này, hoặc nguồn không nhận tệp.", "No such feed, or it takes no files.")
_TOO_LARGE = Text("Tệp lớn hơn 32 MB; hãy chia nhỏ.", "The file is larger than 32 MB; split it.")
_EMPTY = Text("Tệp rỗng; hãy chọn lại tệp.", "The file is empty; choose it again.")
_PRIVATE = Text(
    "Tệp có danh sách tài xế; hãy chọn loại “Sổ tài xế” rồi gửi lại. Trung tâm không lưu tệp này.",
    "The file lists drivers; choose “Drivers' register” and send it again. The centre does not keep this file.",
)
_SAME = Text(
    "Người nạp không tự duyệt; hãy nhờ người thứ hai.", "Who hands a file in does not approve it; ask a second person."
)
_OVERTAKEN = Text(
    "Người khác đã xử lý tệp này: {stage}, {who}.", "Somebody else has dealt with this file: {stage}, {who}."
)


class FileImportAnswer(Answer):
    """One file of figures and how far it has come; ``preview`` says what was understood of it.

    ``done`` is the share that was read, from 0 to 1; ``doing`` says what whoever reads it does.
    """

    id: str
    feed: str
    file_name: str
    source: str
    size: int
    sha256: str
    stage: Stage
    received_at: Instant
    received_by: str
    answers: Mapping[str, str]
    refused: BothLanguages | None
    doing: BothLanguages | None
    approved_at: Instant | None
    approved_by: str
    withdrawn_at: Instant | None
    withdrawn_by: str
    kept_back: int
    preview: Preview | None
    done: float = 1.0


class FileImports(Answer):
    """The newest files, newest first, without their previews."""

    imports: list[FileImportAnswer]


Id = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{1,16}$")]
Name = Annotated[str, Query(min_length=1, max_length=200)]


def router(desk: FigureDesk, imports: Imports) -> APIRouter:
    """Routes of files of figures."""
    routes = APIRouter(prefix="/api/v1/imports", tags=["imports"], route_class=HouseRoute)

    @routes.post(
        "",
        status_code=201,
        responses=refusals(not_found="No such feed."),
        summary="Hand in a file of figures; nothing counts before somebody approves it",
        openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": _FILE}}}},
    )
    @needing(Need.HAND_IN)
    async def send(
        request: Request, response: Response, feed: Name, name: Name, source: Name, wait: bool = True
    ) -> FileImportAnswer:
        """``wait=false`` answers 202 once the file is kept; ask for it again until its stage is past `read`."""
        body = await _body(request)
        response.status_code = 201 if wait else 202
        try:
            return file_import_answer(await desk.receive(feed, name, source, body, principal_of(request), wait=wait))
        except LookupError:
            raise RefusedError(404, "unknown_feed", _NO_FEED) from None
        except PrivateFileError:
            raise RefusedError(422, "private", _PRIVATE) from None

    @routes.get("", responses=refusals(), summary="The newest files of figures")
    @needing(Need.LOOK)
    async def newest() -> FileImports:
        found = await asyncio.to_thread(imports.newest)
        return FileImports(imports=[file_import_answer(one).model_copy(update={"preview": None}) for one in found])

    @routes.get("/templates/{feed}", responses=refusals(not_found="No such feed."), summary="A workbook to fill in")
    @needing(Need.LOOK)
    async def template(feed: str, of: SubjectKind | None = None) -> Response:
        """Rows are the units of the feed's figures, or those of ``of``: places, organisations, vehicles or routes."""
        try:
            body = await asyncio.to_thread(desk.template, feed, (), of)
        except LookupError:
            raise RefusedError(404, "unknown_feed", _NO_FEED) from None
        return Response(body, media_type=XLSX, headers=_saved_as(f"{feed}-{of}.xlsx" if of else f"{feed}.xlsx"))

    @routes.get("/{id}", responses=refusals(not_found="No such import."), summary="A file and its preview")
    @needing(Need.LOOK)
    async def one(id: Id) -> FileImportAnswer:
        found = await asyncio.to_thread(imports.one, id)
        if found is None:
            raise RefusedError(404, "unknown_import", _NO_IMPORT)
        return file_import_answer(found)

    @routes.get("/{id}/file", responses=refusals(not_found="No such import."), summary="The file as it came")
    @needing(Need.LOOK)
    async def original(id: Id) -> Response:
        if await asyncio.to_thread(imports.one, id) is None:
            raise RefusedError(404, "unknown_import", _NO_IMPORT)
        try:
            body = await asyncio.to_thread(desk.original, id)
        except KeyError:
            raise RefusedError(404, "not_kept", _NOT_KEPT) from None
        headers, binary = _saved_as(f"{id}.bin"), "application/octet-stream"
        if isinstance(body, Path):
            return FileResponse(body, media_type=binary, headers=headers)
        return Response(body, media_type=binary, headers=headers)

    @routes.post("/{id}/answers", responses=refusals(not_found="No such import."), summary="Answer what a file asks")
    @needing(Need.HAND_IN)
    async def answers(request: Request, id: Id, given: Mapping[str, str]) -> FileImportAnswer:
        return await _decided(desk.answer(id, dict(given), principal_of(request)))

    @routes.post("/{id}/refuse", responses=refusals(not_found="No such import."), summary="Give a file up")
    @needing(Need.HAND_IN)
    async def refuse(request: Request, id: Id) -> FileImportAnswer:
        return await _decided(desk.give_up(id, principal_of(request)))

    @routes.post("/{id}/{act}", responses=refusals(not_found="No such import."), summary="Decide about a file")
    @needing(Need.APPROVE)
    async def decide(request: Request, id: Id, act: Literal["approve", "withdraw"]) -> FileImportAnswer:
        done = {"approve": desk.approve, "withdraw": desk.withdraw}[act]
        return await _decided(done(id, principal_of(request)))

    return routes


async def _decided(doing: Awaitable[FileImport]) -> FileImportAnswer:
    try:
        return file_import_answer(await doing)
    except KeyError:
        raise RefusedError(404, "unknown_import", _NO_IMPORT) from None
    except SamePersonError:
        raise RefusedError(403, "same_person", _SAME) from None
    except OvertakenError as other:
        now = other.now
        who = now.withdrawn_by or now.approved_by or "—"
        raise RefusedError(409, "overtaken", _OVERTAKEN.filled(stage=now.stage.value, who=who)) from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > FILE_MAX_BYTES:
            raise RefusedError(413, "too_large", _TOO_LARGE)
    if not body:
        raise RefusedError(422, "empty", _EMPTY)
    return bytes(body)


def _saved_as(name: str) -> dict[str, str]:
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name)
    return {"Content-Disposition": f'attachment; filename="{safe}"'}


def file_import_answer(one: FileImport) -> FileImportAnswer:
    """The import as programs read it."""
    names = FileImportAnswer.model_fields.keys() - {"refused", "doing"}
    same = {name: getattr(one, name) for name in names}
    return FileImportAnswer(refused=_both(one.refused), doing=_both(one.doing), **same)


def _both(words: Text | None) -> BothLanguages | None:
    return None if words is None else BothLanguages(vi=words.vi, en=words.en)
