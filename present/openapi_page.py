"""/docs on both ports: the application's OpenAPI document as a page that loads no other file."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from domain.access.needs import Need, needing

# The descriptions are English, as the document is; the page has no other file, so letters are the reader's own.
_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; }
h2 { margin: 2rem 0 .3rem; padding-top: .8rem; border-top: 1px solid #8888; font-size: 1.1rem; }
nav ul { columns: 22rem; padding: 0; list-style: none; }
nav li { break-inside: avoid; padding: .15rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #8884; }
pre { max-height: 24rem; overflow: auto; padding: .6rem; border: 1px solid #8884; overflow-wrap: normal; }
:focus-visible { outline: 3px solid; outline-offset: 2px; }
"""
_HEAD = "<tr><th>Parameter</th><th>Required</th><th>Meaning</th></tr>"


def router(requires: Need = Need.LOOK) -> APIRouter:
    """Serves the application's OpenAPI document at /docs."""
    routes = APIRouter()

    @routes.get("/docs", include_in_schema=False)
    @needing(requires)
    async def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(page(request.app.openapi()))

    return routes


def page(schema: dict[str, Any]) -> str:
    """The OpenAPI document ``schema`` as one HTML page."""
    told = [
        (path, method, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    listed = "".join(
        f'<li><a href="#{_anchor(path, method)}"><code>{method.upper()} {escape(path)}</code></a></li>'
        for path, method, _ in told
    )
    sections = "".join(_section(*one) for one in told)
    title = escape(schema["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f'<body><h1>{title}</h1><p><a href="openapi.json">openapi.json</a></p>'
        f'<nav aria-label="Addresses"><ul>{listed}</ul></nav><main>{sections}</main></body></html>'
    )


def _section(path: str, method: str, operation: dict[str, Any]) -> str:
    about = escape(operation.get("description") or operation.get("summary", ""))
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{'yes' if p.get('required') else ''}</td>"
        f"<td>{escape(p.get('description', ''))}</td></tr>"
        for p in operation.get("parameters", ())
    )
    bodies = "".join(
        f"<p><code>{escape(kind)}</code></p>{_shown(body)}"
        for kind, body in operation.get("requestBody", {}).get("content", {}).items()
    )
    answers = "".join(
        f"<li>{escape(status)}: {escape(answer.get('description', ''))}</li>"
        for status, answer in operation["responses"].items()
    )
    table = f"<table>{_HEAD}{rows}</table>" if rows else ""
    head = f'<h2 id="{_anchor(path, method)}"><code>{method.upper()} {escape(path)}</code></h2>'
    return f"{head}<p>{about}</p>{table}{bodies}<ul>{answers}</ul>"


def _anchor(path: str, method: str) -> str:
    return escape(f"{method}{path}").replace("/", "-")


def _shown(body: Mapping[str, Any]) -> str:
    """The body's example, else its schema; OpenAPI requires neither."""
    told = next((body[name] for name in ("example", "examples", "schema") if name in body), None)
    return "" if told is None else f"<pre tabindex=0>{escape(json.dumps(told, indent=1, ensure_ascii=False))}</pre>"
