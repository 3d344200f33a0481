"""Writes a tree of Dash components as HTML, with the elements and attributes that React would create."""

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from dash.development.base_component import Component

from paint.attributes import attribute
from paint.element import Element
from paint.fields import FIELDS
from paint.said import HTML, said
from paint.whole import parted, whole

Draw = Callable[[str, Mapping[str, str], str], str | None]
"""(tag, attributes, inner HTML) → new inner HTML of the element; None keeps it."""

VOID = frozenset(("area", "br", "col", "hr", "img", "input", "param", "source", "track", "wbr"))
# A parser would run these, or build other nodes than React does. No screen uses them.
REFUSED = frozenset((
    "base", "embed", "frame", "frameset", "iframe", "link", "meta", "noembed", "noscript", "object", "plaintext",
    "script", "style", "template", "title", "xmp",
))  # fmt: skip
# A parser swallows a line feed that directly follows these.
FIRST_LINE = frozenset(("pre", "textarea", "listing"))
# Properties for Dash only: no element carries them.
UNSAID = frozenset(
    ("children", "key", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "loading_state", "setProps")
)
DRAWING = "data-drawing"
"""Holds finished markup of the server's own making (present/charts/svg.py): it goes inside its element as it is."""
TAGS = {"ObjectEl": "object", "MapEl": "map"}


def as_is(_tag: str, _attributes: Mapping[str, str], _inner: str) -> None:
    """A `Draw` that keeps every element as it is."""


def markup(node: object, draw: Draw = as_is) -> str:
    """HTML of ``node``: a component, text, a number, None, or lists of these.

    ``draw`` may replace an element's inner HTML; an empty element that it fills is marked ``data-drawn``. Raises
    TypeError for a component without a painter and ValueError for an element that is unsafe as HTML text.
    """
    out: list[str] = []
    _write(node, draw, out)
    return "".join(out)


def _write(node: object, draw: Draw, out: list[str], *, plain: bool = False) -> None:
    if node is None or isinstance(node, bool):
        return  # React draws neither
    if isinstance(node, str):
        told = node if plain else whole(node)
        if isinstance(told, str):
            out.append(_text(told))
        else:
            _component(told, draw, out)
    elif isinstance(node, int | float):
        out.append(str(node))
    elif isinstance(node, Sequence):
        for one in node:
            _write(one, draw, out, plain=plain)
    elif isinstance(node, Element):
        _element(node.tag, _attributes(node.tag, node.props), node.children, draw, out)
    elif isinstance(node, Component):
        _component(node, draw, out)
    else:
        raise TypeError(f"no painter for {type(node).__name__}")


def _component(node: Component, draw: Draw, out: list[str]) -> None:
    namespace, kind, props = said(node)
    if namespace == HTML:
        tag = TAGS.get(kind, kind.lower())
        if tag in REFUSED:
            raise ValueError(f"<{tag}> is never painted")
        _element(tag, _attributes(tag, props), props.get("children"), draw, out, plain=not parted(kind, props))
        return
    if kind not in FIELDS:
        raise TypeError(f"no painter for {namespace}.{kind}")
    for element in FIELDS[kind](props):
        _write(element, draw, out)


def _element(
    tag: str, attributes: dict[str, str], children: object, draw: Draw, out: list[str], *, plain: bool = False
) -> None:
    inside: list[str] = []
    _write(children, draw, inside, plain=plain)
    inner = "".join(inside)
    drawing = attributes.pop(DRAWING, None)
    drawn = draw(tag, attributes, inner) if drawing is None else drawing
    if drawn is not None:
        if not inner:
            attributes = {**attributes, "data-drawn": ""}
        inner = drawn
    told = "".join(f' {name}="{escape(value)}"' if value else f" {name}" for name, value in attributes.items())
    out.append(f"<{tag}{told}>")
    if tag in VOID:
        return
    if tag in FIRST_LINE and inner.startswith("\n"):
        out.append("\n")
    out.append(f"{inner}</{tag}>")


def _attributes(tag: str, props: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in props.items():
        if name in UNSAID or value is None:
            continue
        written = attribute(tag, name, element_id(value) if name == "id" else value)
        if written is not None:
            found[written[0]] = written[1]
    return found


def element_id(value: object) -> object:
    """An id as the page shows it: pattern-matching ids become JSON with sorted keys."""
    if isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return value


def _text(text: str) -> str:
    # A parser drops NUL and turns a carriage return into a line feed; React's text node keeps the carriage return.
    return escape(text.replace("\0", ""), quote=False).replace("\r", "&#13;")
