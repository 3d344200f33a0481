"""What each address of the web side requires, as its routes declare it; an address without a rule is for operators."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import compile_path

from domain.access.needs import Need, need_of

OTHERWISE = Need.LOOK


class Rule(NamedTuple):
    """What requests with ``method`` for ``path`` (as routes write it) require."""

    method: str
    path: str
    need: Need


# Dash's own addresses. Its callbacks are guarded one by one (centre/page.py); all else holds no data.
DASH = tuple(
    Rule(method, path, Need.PUBLIC)
    for method, path in (
        ("GET", "/assets/{path:path}"),
        ("GET", "/_dash-component-suites/{path:path}"),
        ("GET", "/_dash-layout"),
        ("GET", "/_dash-dependencies"),
        ("POST", "/_dash-update-component"),
        ("GET", "/_favicon.ico"),
        ("GET", "/favicon.ico"),
    )
)


def rules_of(router: APIRouter) -> list[Rule]:
    """The rules that the routes of ``router`` declare; TypeError for a route that declares none."""
    found = []
    for route in router.routes:
        need = need_of(route.endpoint) if isinstance(route, APIRoute) else None
        if not isinstance(route, APIRoute) or need is None:
            raise TypeError(f"{getattr(route, 'path', route)}: declare what it requires with @needing")
        found += [Rule(method, route.path, need) for method in sorted(route.methods or ())]
    return found


class Rules:
    """Finds the rule of a request; the first that matches counts, as with routes."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.all = tuple(rules)
        self._exact: dict[tuple[str, str], Need] = {}
        self._patterns: list[tuple[str, str, re.Pattern[str], Need]] = []
        for method, path, need in self.all:
            if "{" in path:
                self._patterns.append((method, path.partition("{")[0], compile_path(path)[0], need))
            else:
                self._exact.setdefault((method, path), need)

    def need_of(self, method: str, path: str) -> Need:
        """What the request requires."""
        exact = self._exact.get((method, path))
        if exact is not None:
            return exact
        for wanted, begin, pattern, need in self._patterns:
            if method == wanted and path.startswith(begin) and pattern.match(path):
                return need
        return OTHERWISE
