"""Writes the pages of teams: templates that escape every value, in the frame and the style of the accounts' pages."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.text import Language, Text
from present.formats import clock, day
from present.wire import ACCOUNT

_HERE, _PAGES = Path(__file__).parent / "templates", Path(__file__).parent.parent
_FRAMES = _PAGES / "accounts" / "templates"


def filled(template: str, language: Language, status: int = 200, **given: Any) -> HTMLResponse:
    """The page of ``template``; ``given`` are its values."""

    def said(vi: str, en: str, **told: object) -> str:
        return Text(vi, en).to(language).format(**told)

    html = _environment().get_template(f"{template}.html").render(
        language=language, t=said, style=_style(), own=ACCOUNT, query="?lang=en" if language == "en" else "",
        moment=lambda at: f"{clock(at)} {day(at, language)}", **given,
    )  # fmt: skip
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader([_HERE, _FRAMES]), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


@cache
def _style() -> str:
    files = (_PAGES / "templates" / "schedule.css", _FRAMES / "accounts.css", _HERE / "teams.css")
    return "".join(file.read_text("utf-8") for file in files)
