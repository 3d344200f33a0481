"""/to-cong-nghe/nap: a commune hands in its register of teams; a second person approves it or takes it back."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.datastructures import UploadFile

from api.principal import principal_of
from api.route import HouseRoute, RefusedError
from domain.access.needs import Need, needing, permits
from domain.imports.file_import import FileImport, OvertakenError, SamePersonError
from domain.places.place import Place
from domain.teams.desk import TeamDesk
from domain.text import Text
from pages.accounts.forms import language_of
from pages.accounts.session import TEAMS as CODES
from pages.teams.codes import may_serve
from pages.teams.pages import filled

HAND_IN = f"{CODES}/nap"
_NO_FILE = Text("Hãy chọn tệp.", "Choose a file.")
_GONE = Text("Tệp này không còn chờ duyệt.", "This file no longer waits for approval.")
_NOT_APPLIED = Text("Tệp này không còn để rút.", "This file can no longer be taken back.")
_SAME = Text("Người nạp tệp không tự duyệt.", "Who hands a file in does not approve it.")
Lang = Annotated[str, Query(max_length=8)]


def router(registers: TeamDesk, communes: Callable[[], Mapping[str, Place]]) -> APIRouter:
    """The page; it waits for the approval as figures do."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    async def shown(request: Request, lang: str, told: FileImport | None = None, words: Text | None = None) -> Response:
        by = principal_of(request)
        waiting = await registers.open_files()
        mine = [one for one in waiting if permits(by, Need.APPROVE) or one.received_by == str(by)]
        return filled(
            "register", language_of(lang), here=HAND_IN, back=CODES, told=told, words=words, waiting=mine,
            approves=permits(by, Need.APPROVE), hands_in=permits(by, Need.TEAMS),
        )  # fmt: skip

    @routes.get(HAND_IN)
    @needing(Need.TEAMS)
    async def form(request: Request, lang: Lang = "") -> Response:
        return await shown(request, lang)

    @routes.post(HAND_IN)
    @needing(Need.TEAMS)
    async def hand_in(request: Request, lang: Lang = "") -> Response:
        by, file = principal_of(request), (await request.form()).get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return await shown(request, lang, words=_NO_FILE)
        own = [code for code in communes() if may_serve(by, code)]
        return await shown(request, lang, await registers.receive(file.filename, await file.read(), own, by))

    @routes.get(f"{CODES}/duyet")
    @needing(Need.APPROVE)
    async def waiting(request: Request, lang: Lang = "") -> Response:
        return await shown(request, lang)

    @routes.post(CODES + "/duyet/{id}")
    @needing(Need.APPROVE)
    async def approve(
        request: Request, id: Annotated[str, Path(pattern="^[0-9a-f]{12}$")], lang: Lang = ""
    ) -> Response:
        try:
            return await shown(request, lang, await registers.approve(id, principal_of(request)))
        except SamePersonError:
            raise RefusedError(403, "same_person", _SAME) from None
        except (KeyError, OvertakenError):
            raise RefusedError(409, "overtaken", _GONE) from None

    @routes.post(CODES + "/rut/{id}")
    @needing(Need.APPROVE)
    async def withdraw(
        request: Request, id: Annotated[str, Path(pattern="^[0-9a-f]{12}$")], lang: Lang = ""
    ) -> Response:
        try:
            return await shown(request, lang, await registers.withdraw(id, principal_of(request)))
        except (KeyError, OvertakenError):
            raise RefusedError(409, "overtaken", _NOT_APPLIED) from None

    return routes
