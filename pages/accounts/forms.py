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
_TITLES = {
    401: Text("Cần đăng nhập", "Sign in first"),
    403: Text("Không được phép", "Not permitted"),
    404: Text("Không tìm thấy", "Not found"),
    429: Text("Thử lại sau", "Try again later"),
    503: Text("Tạm thời chưa phục vụ được", "Not available now"),
}
_FAILED = Text("Chưa thực hiện được", "Not carried out")
_PEOPLES = {
    "sign_in": Text(
        "Phiên làm việc đã kết thúc hoặc chưa đăng nhập, nên việc vừa làm chưa được lưu. Mời đăng nhập rồi làm lại.",
        "The session has ended or nobody has signed in, so nothing was saved. Sign in and do it again.",
    ),
    "too_large": Text(
        "Tệp hoặc nội dung gửi lên lớn hơn mức cho phép nên không được nhận. Hãy chia nhỏ rồi gửi lại.",
        "The file or what was sent is larger than allowed and was not taken. Send it in smaller parts.",
    ),
    "bad_parameter": Text(
        "Địa chỉ hoặc nội dung gửi lên không đúng, nên chưa có gì thay đổi. Hãy quay lại trang trước và làm lại.",
        "The address or what was sent is wrong, so nothing has changed. Go back to the page before and try again.",
    ),
}
"""What a person reads where the API's own words speak to programs."""
_NOWHERE = Text("Địa chỉ này không có ở trung tâm.", "The centre has no such address.")
_NO_WORDS = Text(
    "Trung tâm không thực hiện được yêu cầu này. Hãy quay lại trang trước và làm lại.",
    "The centre could not do this. Go back to the page before and try again.",
)


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
    given: dict[str, Any] = {"words": None, "name": "", "waits": "", "ended": False, "chosen": False} | told
    return page("sign_in", language, given.pop("status", 200), to=to, offered=offered, authority=authority, **given)


def refused_page(language: Language, status: int, reason: str, words: Text | None, here: str) -> bytes:
    """A refusal for people; ``words`` are those of the JSON answer, ``here`` is where the other language is."""
    told = page(
        "refused", language, status, title=_TITLES.get(status, _FAILED), asks_in=reason == "sign_in", here=here,
        words=_PEOPLES.get(reason) or words or (_NOWHERE if status == 404 else _NO_WORDS),
    )  # fmt: skip
    return bytes(told.body)


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
