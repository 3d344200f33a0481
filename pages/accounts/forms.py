"""Pages with forms: read what was posted, write a page whose template escapes every value; no script."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.access.lockout import WITHIN_S
from domain.text import Language, Text
from pages.accounts.session import ACCOUNT, SIGN_IN, SIGN_OUT
from present.formats import clock, day

_TEMPLATES, _STYLE = Path(__file__).parent / "templates", Path(__file__).parent.parent / "templates" / "schedule.css"
_FIELD_CHARS = 1_000


async def fields_of(request: Request, *names: str) -> dict[str, str]:
    """Fields of a posted form, "" where one is missing."""
    form = await request.form()
    return {name: str(form.get(name) or "")[:_FIELD_CHARS] for name in names}


def language_of(lang: str, to: str = "") -> Language:
    """The language asked for, by the address of this page or of the page that comes next."""
    return "en" if lang == "en" or "lang=en" in to else "vi"


def page(template: str, language: Language, status: int, **given: Any) -> HTMLResponse:
    """The page of ``template``; ``given`` are its values."""

    def said(vi: str, en: str, **told: object) -> str:
        return Text(vi, en).to(language).format(**told)

    html = (
        _environment()
        .get_template(f"{template}.html")
        .render(
            language=language, t=said, style=_style(), sign_in=SIGN_IN, sign_out=SIGN_OUT, own=ACCOUNT,
            moment=lambda at: f"{clock(at)} {day(at, language)}", query="?lang=en" if language == "en" else "", **given,
        )
    )  # fmt: skip
    return HTMLResponse(html, status)


def sign_in_page(language: Language, to: str, *, offered: bool, authority: str, **told: Any) -> HTMLResponse:
    """The sign-in that leads to ``to``; ``told``: its ``status``, and what it says of the try before."""
    given: dict[str, Any] = {"words": None, "name": "", "waits": "", "ended": False} | told
    return page("sign_in", language, given.pop("status", 200), to=to, offered=offered, authority=authority, **given)


def keep(
    request: Request,
    answer: Response,
    cookie: str,
    token: str,
    age_s: int,
    site: Literal["strict", "lax"] = "strict",
) -> Response:
    """``answer`` with ``token`` in a cookie that no script reads, and no other site sends (lax: but by a link)."""
    secure = request.url.scheme == "https"
    answer.set_cookie(cookie, token, max_age=age_s, path="/", secure=secure, httponly=True, samesite=site)
    return answer


def later(answer: HTMLResponse) -> HTMLResponse:
    """``answer``, which says when to come again if it refuses to look."""
    if answer.status_code == 429:
        answer.headers["retry-after"] = str(WITHIN_S)
    return answer


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


@cache
def text_of(name: str) -> str:
    """A file beside the templates."""
    return (_TEMPLATES / name).read_text("utf-8")


@cache
def _style() -> str:
    return _STYLE.read_text("utf-8") + text_of("accounts.css")
