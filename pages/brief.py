"""/brief.pdf and /brief.xlsx: the leader's brief as of now; the figures behind a printed hash."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typst
from fastapi import APIRouter, Path, Query, Response

from api.route import HouseRoute, RefusedError
from callbacks.pages import language_of
from callbacks.parts.load import load
from domain.access.needs import Need, needing
from domain.instant import VIETNAM
from domain.text import Language, Text
from layouts.leader import SCREEN
from layouts.parts.brief import brief_of
from present.brief.brief import Brief
from present.brief.pdf import pdf
from present.brief.xlsx import xlsx
from store.briefs import BriefFiles
from store.services import Services

log = logging.getLogger(__name__)
KINDS: Mapping[str, Callable[[Brief], bytes]] = {"pdf": pdf, "xlsx": xlsx}
MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NOT_MADE = Text(
    "Không tạo được tệp. Hãy in trang /leader, hoặc tải dạng còn lại (PDF, Excel); báo quản trị xem nhật ký.",
    "The file could not be made. Print /leader or take the other format (PDF, Excel); tell the administrator to read "
    "the log.",
)
NO_SUCH_HASH = Text(
    "Không bản tóm tắt nào của trung tâm này có mã đó; hãy so lại từng ký tự.",
    "No brief of this centre has this hash; compare it letter by letter.",
)

NO_SUCH_MORNING = Text(
    "Không có bản tóm tắt của buổi sáng đó; danh sách ở trang /leader.",
    "There is no brief of that morning; /leader lists them.",
)

Lang = Annotated[str, Query(max_length=8)]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file and the brief in it."""

    brief: Brief
    content: bytes


class Briefs:
    """Makes briefs in a thread; requests for one that is being made wait for it."""

    def __init__(self, services: Services, clock: Callable[[], datetime]) -> None:
        self._services = services
        self._files = services.briefs
        self._clock = clock
        self._making: dict[tuple[str, Language], asyncio.Task[Made]] = {}

    async def made(self, kind: str, language: Language) -> Made:
        """The brief as of now as ``kind`` (of KINDS). Raises RefusedError."""
        key = (kind, language)
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(kind, language))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(task)

    async def _make(self, kind: str, language: Language) -> Made:
        brief = await self.brief(language)
        try:
            content = await asyncio.to_thread(KINDS[kind], brief)
            await asyncio.to_thread(self._files.keep_figures, brief.sha256, brief.canonical)
        except (typst.TypstError, OSError) as error:
            log.exception("the brief could not be made as %s", kind)
            raise RefusedError(503, "brief_not_made", NOT_MADE) from error
        return Made(brief, content)

    async def figures(self, sha256: str) -> bytes | None:
        """The figures with this hash: those kept, else those of now, which are kept then. Raises RefusedError."""
        found = await asyncio.to_thread(self._files.figures, sha256)
        if found is not None:
            return found
        brief = await self.brief("vi")
        if brief.sha256 != sha256:
            return None
        await asyncio.to_thread(self._files.keep_figures, brief.sha256, brief.canonical)
        return brief.canonical.encode()

    async def brief(self, language: Language) -> Brief:
        """The brief as of now. Raises RefusedError when the store does not answer."""
        data = await load(self._services, SCREEN, language, {"lang": language}, self._clock())
        if data.problem:
            raise RefusedError(503, "unavailable", data.problem, retry_after_s=5)
        return await asyncio.to_thread(brief_of, data)


def router(briefs: Briefs, files: BriefFiles) -> APIRouter:
    """The brief's addresses."""
    routes = APIRouter(tags=["brief"], route_class=HouseRoute)

    async def now(kind: str, lang: str) -> Response:
        made = await briefs.made(kind, language_of(lang))
        at = made.brief.made_at.astimezone(VIETNAM)
        return _file(made.content, kind, f"ioc-long-an-{at:%Y-%m-%d-%H%M}.{kind}")

    @routes.get("/brief.pdf", response_class=Response, summary="The leader's brief on one page of A4")
    @needing(Need.LOOK)
    async def as_pdf(lang: Lang = "") -> Response:
        return await now("pdf", lang)

    @routes.get("/brief.xlsx", response_class=Response, summary="The leader's brief as a workbook")
    @needing(Need.LOOK)
    async def as_xlsx(lang: Lang = "") -> Response:
        return await now("xlsx", lang)

    @routes.get("/briefs/{name}", response_class=Response, summary="The brief of a morning: 2026-11-28-vi.pdf")
    @needing(Need.LOOK)
    async def morning(name: Annotated[str, Path(max_length=40)]) -> Response:
        found = await asyncio.to_thread(files.morning, name)
        if found is None:
            raise RefusedError(404, "no_such_brief", NO_SUCH_MORNING)
        return _file(found, name.rpartition(".")[2], f"ioc-long-an-{name}")

    @routes.get("/api/v1/briefs/{sha256}", response_class=Response, summary="The figures behind a printed hash")
    @needing(Need.LOOK)
    async def figures(sha256: Annotated[str, Path(max_length=64)]) -> Response:
        """The bytes whose SHA-256 stands in the foot of a brief or of a printed page: ``sha256sum`` says the same."""
        found = await briefs.figures(sha256)
        if found is None:
            raise RefusedError(404, "no_such_brief", NO_SUCH_HASH)
        return Response(found, media_type="application/json")

    return routes


def _file(content: bytes, kind: str, name: str) -> Response:
    shown = "inline" if kind == "pdf" else "attachment"
    return Response(content, media_type=MEDIA[kind], headers={"content-disposition": f'{shown}; filename="{name}"'})
