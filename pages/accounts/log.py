"""/nhat-ky: the audit log for auditors: read, check the chain, export."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from api.route import HouseRoute
from domain.access.needs import Need, needing
from domain.access.principal import ACTORS, Actor
from domain.audit import ACTS, FAULTS, Act, AuditEntry, Broken, Whole
from domain.feeds.feed import Feed
from domain.text import Language, Text
from pages.accounts.forms import language_of, page
from pages.accounts.log_changes import changes
from pages.accounts.session import LOG
from present.audit_files import as_csv, as_json
from store.audit import AuditLog

SHOWN = 100
_KINDS = {
    "register": Text("sổ tài xế", "drivers' register"),
    "run": Text("chuyến", "run"),
    "vehicle": Text("xe", "vehicle"),
    "organisations": Text("danh mục cơ quan", "organisations"),
}
_PARTS = {"simulator": Text("bộ mô phỏng", "the simulator")}
"""Parts of the centre that act by themselves, by the name that they write."""

Lang = Annotated[str, Query(max_length=8)]
Chosen = Annotated[str, Query(max_length=32, description="An act; without it all.")]
Below = Annotated[int | None, Query(ge=1, description="Entries before this number.")]


def router(log: AuditLog, feeds: Mapping[str, Feed]) -> APIRouter:
    """The page, the check of the chain, and the two files."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    async def shown(
        lang: str, act: str = "", below: int | None = None, checked: Whole | Broken | None = None
    ) -> Response:
        acts = (Act(act),) if act in set(Act) else ()
        entries = await asyncio.to_thread(log.newest, SHOWN, acts=acts, below=below)
        language = language_of(lang)
        return page(
            "log", language, 200, here=LOG, entries=entries, act=act, broken=isinstance(checked, Broken),
            acts={one: words.to(language) for one, words in ACTS.items()},
            of_words=lambda of: _of_words(of, language),
            changes=lambda one: changes(one.before, one.after, language, feeds),
            who=lambda one: _who(one, language),
            checked=_told(checked).to(language) if checked else "",
            older=entries[-1].number if len(entries) == SHOWN else 0,
        )  # fmt: skip

    @routes.get(LOG)
    @needing(Need.LOG)
    async def read(lang: Lang = "", act: Chosen = "", below: Below = None) -> Response:
        return await shown(lang, act, below)

    @routes.post(LOG)
    @needing(Need.LOG)
    async def check(lang: Lang = "") -> Response:
        return await shown(lang, checked=await asyncio.to_thread(log.verify))

    @routes.get(LOG + ".csv")
    @needing(Need.LOG)
    async def csv() -> Response:
        return StreamingResponse(as_csv(log.between()), media_type="text/csv", headers=_named("csv"))

    @routes.get(LOG + ".json")
    @needing(Need.LOG)
    async def json() -> Response:
        return StreamingResponse(as_json(log.between()), media_type="application/json", headers=_named("json"))

    return routes


def _of_words(of: str, language: Language) -> str:
    """What an entry is of: the centre's own words for kinds of things are told in the reader's language."""
    kind, blank, which = of.partition(" ")
    return (_KINDS[kind].to(language) if kind in _KINDS else kind) + blank + which


def _who(one: AuditEntry, language: Language) -> str:
    """Who wrote an entry: the kind and the name, or the part of the centre that acted by itself."""
    if one.actor is Actor.CENTRE and one.name in _PARTS:
        return _PARTS[one.name].to(language)
    return f"{ACTORS[one.actor].to(language)} {one.name}".strip()


def _told(found: Whole | Broken) -> Text:
    if isinstance(found, Broken):
        why = FAULTS[found.fault]
        return Text(
            f"Nhật ký đã bị can thiệp từ mục {found.number}: {why.vi}.",
            f"The log is broken from entry {found.number} on: {why.en}.",
        )
    return Text(
        f"Nhật ký nguyên vẹn, {found.entries} mục. Hãy ghi dãy sau ở nơi khác để sau này đối chiếu: "
        f"{found.number}:{found.seal}",
        f"The log is whole, {found.entries} entries. Write down elsewhere: {found.number}:{found.seal}",
    )


def _named(suffix: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="nhat-ky.{suffix}"'}
