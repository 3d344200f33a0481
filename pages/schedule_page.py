"""The residents' pages as HTML: the template engine escapes every value, styles are inline, no script."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.observation import Kind
from domain.public_text import public
from domain.text import Language, Text
from pages.timetable import PlanInUse, ward_names
from present import formats

_TEMPLATES = Path(__file__).parent / "templates"
PATH = "/lich-thu-gom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: language, the typed text, and the page's address; ``host`` with its port and what `own_host` adds."""

    language: Language
    text: str
    path: str
    host: str
    scheme: str

    def link(self, path: str, **said: str) -> str:
        """Link to ``path`` in the request's language; ``said`` becomes the query."""
        wanted = {name: value for name, value in said.items() if value}
        if self.language == "en":
            wanted = {"lang": "en", **wanted}
        return path + ("?" + urlencode(wanted) if wanted else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Facts about the plan that every page shows."""

    empty: bool
    streets: int = 0
    simulated: bool = False
    sources: str = ""
    imported: str = ""
    read: str = ""
    read_iso: str = ""


def answer(template: str, asked: Asked, known: PlanInUse, status: int = 200, **given: Any) -> HTMLResponse:
    """A page about the known plan."""
    return _page(template, asked, _plan(known, asked.language), status, **given)


def unknown(asked: Asked, known: PlanInUse) -> HTMLResponse:
    """404: no street has this address; the page offers the search box."""
    return answer("unknown", asked, known, 404)


def unavailable(asked: Asked) -> HTMLResponse:
    """503: the store does not answer; the page says when to try again."""
    page = _page("unavailable", asked, None, 503)
    page.headers["Retry-After"] = "30"
    return page


def _page(template: str, asked: Asked, plan: _Plan | None, status: int, **given: Any) -> HTMLResponse:
    def said(vi: str, en: str, **told: object) -> str:
        return Text(vi, en).to(asked.language).format(**told)

    other = {"lang": "en"} if asked.language == "vi" else {}
    query = urlencode({**other, **({"q": asked.text} if asked.text else {})})
    html = (
        _environment()
        .get_template(f"{template}.html")
        .render(
            asked=asked, plan=plan, t=said, home=PATH, other=asked.path + ("?" + query if query else ""),
            ward_names=lambda codes: ", ".join(ward_names(codes)), public=public, style=_style(), **given,
        )
    )  # fmt: skip
    return HTMLResponse(html, status)


def _plan(known: PlanInUse, language: Language) -> _Plan:
    return _Plan(
        empty=not known.directory.streets,
        streets=len(known.directory.streets),
        simulated=any(route.kind is Kind.SIMULATED for route in known.routes),
        sources=public(", ".join(known.sources)),
        imported=_at(known.imported_at, known.read_at, language) if known.imported_at else "",
        read=_at(known.read_at, known.read_at, language),
        read_iso=known.read_at.isoformat(timespec="seconds"),
    )


def _at(at: datetime, now: datetime, language: Language) -> str:
    return formats.moment(at, now, language)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


@cache
def _style() -> str:
    return (_TEMPLATES / "schedule.css").read_text(encoding="utf-8")
