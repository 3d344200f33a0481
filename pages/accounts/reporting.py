"""/gui-so-lieu: a commune's reporter hands in files of the own units, answers what they ask, sees what comes of it."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from api.principal import principal_of
from api.route import HouseRoute
from domain.access.needs import Need, needing
from domain.access.principal import Principal
from domain.feeds.feed import Feed
from domain.imports.desk import FigureDesk
from domain.imports.file_import import (
    OPEN,
    ChangeShown,
    FileImport,
    OvertakenError,
    PrivateFileError,
    ProblemShown,
)
from domain.imports.kind import kinds_said
from domain.imports.stages import changes_words, stage_words
from domain.text import Language, Text
from pages.accounts.forms import language_of, page
from pages.accounts.session import REPORT
from present.formats import period_or_instant, trimmed
from store import territories
from store.imports import Imports

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIELDS, _ANSWER_CHARS = 200, 200
_NO_FILE = Text("Hãy chọn tệp và loại số liệu.", "Choose a file and its figures.")
_PRIVATE = Text("Tệp có danh sách người; không nhận và không lưu.", "The file lists people; it is not taken or kept.")
_GONE = Text("Không có tệp này trong các tệp anh/chị đã gửi.", "This is none of your files.")
_OVERTAKEN = Text("Người khác đã xử lý tệp này.", "Somebody else has dealt with this file.")

Lang = Annotated[str, Query(max_length=8)]
Id = Annotated[str, Path(pattern=r"^[0-9a-z]{1,16}$")]


def router(desk: FigureDesk, imports: Imports, feeds: Mapping[str, Feed]) -> APIRouter:
    """The page and its files; forms post to their own address and need no script."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)
    kinds = {key: feeds[key].names for key in desk.takes() if key in feeds}
    kinds |= {said: other.of[said] for said, other in kinds_said().items() if other.of_units}

    async def listed(by: Principal, lang: str, words: Text | None = None, status: int = 200) -> Response:
        language = language_of(lang)
        files = await asyncio.to_thread(imports.newest, received_by=str(by))
        return page(
            "report", language, status, here=REPORT, words=words, files=files,
            units=[territories.unit_named(unit) for unit in by.units],
            stage_of=lambda one: stage_words(one).to(language),
            feeds={key: named.to(language) for key, named in kinds.items()},
            forms=[key for key in kinds if key in feeds],
        )  # fmt: skip

    async def shown(found: FileImport, lang: str, words: Text | None = None, status: int = 200) -> Response:
        language = language_of(lang)
        return page(
            "report_file", language, status, here=f"{REPORT}/{found.id}", list=REPORT, one=found, words=words,
            stage=stage_words(found).to(language), open=found.stage in OPEN,
            changes=_changes(found, language), changes_said=changes_words(found.stage).to(language),
            detail=lambda wrong: _detail(wrong, language), period_named=lambda code: period_or_instant(code, language),
            feed=kinds[found.feed].to(language) if found.feed in kinds else found.feed,
        )  # fmt: skip

    def _changes(found: FileImport, language: Language) -> list[tuple[str, str, str, str]]:
        measures = feeds[found.feed].measures if found.feed in feeds else ()
        named = {measure.key: measure.names.to(language) for measure in measures}
        told = found.preview.changes if found.preview else ()
        return [
            (
                territories.unit_named(one.subject),
                named.get(one.measure, one.measure),
                one.period,
                _arrow(one, language),
            )
            for one in told
        ]

    async def own(id_: str, by: Principal) -> FileImport | None:
        found = await asyncio.to_thread(imports.one, id_)
        return found if found is not None and found.received_by == str(by) else None

    @routes.get(REPORT)
    @needing(Need.REPORT)
    async def files(request: Request, lang: Lang = "") -> Response:
        return await listed(principal_of(request), lang)

    @routes.post(REPORT)
    @needing(Need.REPORT)
    async def send(request: Request, lang: Lang = "") -> Response:
        by, form = principal_of(request), await request.form(max_files=1, max_fields=4)
        sent, feed = form.get("file"), str(form.get("feed") or "")
        body = await sent.read() if isinstance(sent, UploadFile) else b""
        if feed not in kinds:
            return await listed(by, lang, _NO_FILE, 404)
        if not body or not isinstance(sent, UploadFile) or not by.units:
            return await listed(by, lang, _NO_FILE, 400)
        source = ", ".join(territories.unit_named(unit) for unit in by.units)[:100]
        try:
            found = await desk.receive(feed, (sent.filename or "")[:200], source, body, by)
        except LookupError:
            return await listed(by, lang, _NO_FILE, 404)
        except PrivateFileError:
            return await listed(by, lang, _PRIVATE, 422)
        return RedirectResponse(f"{REPORT}/{found.id}{_query(lang)}", 303)

    @routes.get(REPORT + "/mau/{feed}.xlsx")
    @needing(Need.REPORT)
    async def template(request: Request, feed: Annotated[str, Path(max_length=64)]) -> Response:
        by = principal_of(request)
        try:
            body = await asyncio.to_thread(desk.template, feed, by.units)
        except LookupError:
            return await listed(by, "", _NO_FILE, 404)
        return Response(body, media_type=XLSX, headers={"content-disposition": f'attachment; filename="{feed}.xlsx"'})

    @routes.get(REPORT + "/{id}")
    @needing(Need.REPORT)
    async def opened(request: Request, id: Id, lang: Lang = "") -> Response:
        found = await own(id, by := principal_of(request))
        return await listed(by, lang, _GONE, 404) if found is None else await shown(found, lang)

    @routes.post(REPORT + "/{id}")
    @needing(Need.REPORT)
    async def answer(request: Request, id: Id, lang: Lang = "") -> Response:
        by, form = principal_of(request), await request.form(max_fields=_FIELDS)
        given = {key: str(said).strip()[:_ANSWER_CHARS] for key, said in form.items() if key != "give_up"}
        try:
            await (desk.give_up(id, by) if "give_up" in form else desk.answer(id, given, by))
        except KeyError:
            return await listed(by, lang, _GONE, 404)
        except OvertakenError as other:
            return await shown(other.now, lang, _OVERTAKEN, 409)
        return RedirectResponse(f"{REPORT}/{id}{_query(lang)}", 303)

    return routes


def _detail(wrong: ProblemShown, language: Language) -> str:
    """What stands in a cell, without its row and column and in one language: both stand before it."""
    at = f"row {wrong.row}, column {wrong.column}: "
    said = wrong.detail.partition(at)[2] or wrong.detail
    vi, both, en = said.partition(" / ")
    return en if both and language == "en" else vi


def _arrow(one: ChangeShown, language: Language) -> str:
    before, after = ("–" if value is None else trimmed(value, 2, language) for value in (one.before, one.after))
    return f"{before} → {after}"


def _query(lang: str) -> str:
    return "?lang=en" if lang == "en" else ""
