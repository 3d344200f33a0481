"""/docs on both ports: the application's OpenAPI document as a page that loads no other file."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from domain.access.needs import Need, needing


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
    sections = [
        _section(path, method, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    title = escape(schema["info"]["title"])
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="dark light"></head>'
        f'<body><h1>{title}</h1><p><a href="openapi.json">openapi.json</a></p>{"".join(sections)}</body></html>'
    )


def _section(path: str, method: str, operation: dict[str, Any]) -> str:
    about = escape(operation.get("description") or operation.get("summary", ""))
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{'*' if p.get('required') else ''}</td>"
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
    table = f"<table>{rows}</table>" if rows else ""
    return f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{about}</p>{table}{bodies}<ul>{answers}</ul>"


def _shown(body: Mapping[str, Any]) -> str:
    """The body's example, else its schema; OpenAPI requires neither."""
    told = next((body[name] for name in ("example", "examples", "schema") if name in body), None)
    return "" if told is None else f"<pre>{escape(json.dumps(told, indent=1, ensure_ascii=False))}</pre>"
