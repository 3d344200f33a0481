"""/theo-doi-phan-anh: how far an item of feedback is, by its receipt code. Nothing tells whose it is.

The code comes in the body of a form, so no log of addresses has it; it is hashed and forgotten. An address that tries
codes is told to wait.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from sqlalchemy.exc import SQLAlchemyError

from api.principal import address_of
from callbacks.pages import language_of
from domain.access.needs import Need, needing
from domain.feeds.scrub import Secrets
from domain.network import network_of
from domain.services.feedback import FIELDS
from domain.text import Language, Text
from present import formats
from store.casework.feedback import Progress
from store.reading import Reading

PATH = "/theo-doi-phan-anh"
TRIES, WITHIN = 10, timedelta(minutes=1)
_ADDRESSES_MAX = 10_000
_TEMPLATES = Path(__file__).parent / "templates"
_CODE_MAX = 100
_UNKNOWN = Text("Không tìm thấy mã này; hãy kiểm tra lại từng ký tự.", "No such code; check it letter by letter.")
_SLOWER = Text("Bạn đã tra nhiều lần; hãy thử lại sau một phút.", "Too many tries; try again in a minute.")
_SILENT = Text("Chưa tra cứu được; hãy thử lại sau ít phút.", "Not available now; try again in a few minutes.")
_STATES = {
    "answered": Text("Đã trả lời", "Answered"),
    "refused": Text("Không thuộc phạm vi tiếp nhận", "Not accepted"),
    "waiting": Text("Đang chờ bạn bổ sung thông tin", "Waiting for your supplement"),
    "overdue": Text("Đang xử lý, đã quá hạn", "Being handled, overdue"),
    "open": Text("Đang xử lý", "Being handled"),
}
_FIELD, _RECEIVED = Text("Lĩnh vực: {field}", "Field: {field}"), Text("Tiếp nhận: {when}", "Received: {when}")
_DUE, _ENDED = Text("Hạn trả lời: {when}", "To be answered by: {when}"), Text("Kết thúc: {when}", "Ended: {when}")

_NOTICE = Text("Cơ quan xử lý cho biết: {text}", "The office says: {text}")


class Tries:
    """Counts look-ups by address within a minute; keeps the newest 10,000 addresses."""

    def __init__(self) -> None:
        self._since: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def allowed(self, address: str, now: datetime) -> bool:
        """Count one more look-up; False when there were too many."""
        began, count = self._since.pop(address, (now, 0))
        if now - began >= WITHIN:
            began, count = now, 0
        self._since[address] = began, count + 1
        while len(self._since) > _ADDRESSES_MAX:
            self._since.popitem(last=False)
        return count < TRIES


def router(reading: Reading, secrets: Secrets, clock: Callable[[], datetime]) -> APIRouter:
    """The page, empty and with an answer."""
    routes, tries = APIRouter(include_in_schema=False), Tries()

    @routes.get(PATH, response_class=HTMLResponse)
    @needing(Need.PUBLIC)
    async def start(lang: Annotated[str, Query(max_length=8)] = "") -> HTMLResponse:
        return _page(language_of(lang))

    @routes.post(PATH, response_class=HTMLResponse)
    @needing(Need.PUBLIC)
    async def progress(
        request: Request,
        ma: Annotated[str, Form(max_length=_CODE_MAX)],
        lang: Annotated[str, Query(max_length=8)] = "",
    ) -> HTMLResponse:
        language, now = language_of(lang), clock()
        if not tries.allowed(network_of(address_of(request)), now):
            page = _page(language, said=_SLOWER, status=429)
            page.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
            return page
        try:
            found = await reading.feedback_progress(secrets.hashed(ma.strip()))
        except SQLAlchemyError:
            return _page(language, said=_SILENT, status=503)
        if found is None:
            return _page(language, said=_UNKNOWN, status=404)
        return _answer(language, found, now)

    return routes


def _answer(language: Language, found: Progress, now: datetime) -> HTMLResponse:
    state = _state(found, now)
    lines = [
        _FIELD.to(language).format(field=FIELDS[found.field].to(language)),
        _RECEIVED.to(language).format(when=formats.moment(found.received, now, language)),
    ]
    if found.ended is not None:
        lines.append(_ENDED.to(language).format(when=formats.moment(found.ended, now, language)))
    elif found.due is not None:
        lines.append(_DUE.to(language).format(when=formats.moment(found.due, now, language)))
    if found.notice:
        lines.append(_NOTICE.to(language).format(text=found.notice))
    return _page(language, said=_STATES[state], state=state, lines=lines, simulated=found.simulated)


def _state(found: Progress, now: datetime) -> str:
    if found.ended is not None:
        return "refused" if found.refused else "answered"
    if found.waits:
        return "waiting"
    return "overdue" if found.due is not None and now > found.due else "open"


def _page(
    language: Language, *, said: Text | None = None, state: str = "", lines: list[str] | None = None,
    simulated: bool = False, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    def t(vi: str, en: str) -> str:
        return Text(vi, en).to(language)

    home = PATH + ("?lang=en" if language == "en" else "")
    html = _template().render(
        language=language, t=t, home=home, other=PATH + ("" if language == "en" else "?lang=en"), style=_style(),
        said=said.to(language) if said else "", state=state, lines=lines or [], simulated=simulated,
    )  # fmt: skip
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


@cache
def _template() -> Template:
    made = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return made.get_template("progress.html")


@cache
def _style() -> str:
    return (_TEMPLATES / "schedule.css").read_text(encoding="utf-8")
