"""Dash's core components as elements: the first response contains the fields; stores make no element."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from paint.element import Element


def _nothing(_props: Mapping[str, Any]) -> Iterator[Element]:
    yield from ()


def _input(props: Mapping[str, Any]) -> Iterator[Element]:
    """dcc.Input for text: a box and the field inside it."""
    asked = ("id", "type", "placeholder", "maxLength", "disabled", "readOnly")
    field = {
        "className": "dash-input-element",
        "inputMode": "verbatim",
        "autoComplete": "off",
        "step": "any",
        "value": props.get("value") or "",
        **{name: props[name] for name in asked if props.get(name) is not None},
    }
    yield Element("div", {"className": _with("dash-input-container dash-input", props)}, Element("input", field))


def _with(own: str, props: Mapping[str, Any]) -> str:
    return f"{own} {props['className']}" if props.get("className") else own


FIELDS: dict[str, Callable[[Mapping[str, Any]], Iterator[Element]]] = {
    "Store": _nothing,
    "Location": _nothing,
    "Input": _input,
}
