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


def _radio_items(props: Mapping[str, Any]) -> Iterator[Element]:
    """dcc.RadioItems: a list of labels, the chosen one selected."""
    options = [
        _option(str(props["id"]), i, option["label"], option["value"], chosen=option["value"] == props.get("value"))
        for i, option in enumerate(props["options"])
    ]
    named = {"className": _with("dash-options-list dash-radioitems", props), "role": "listbox", "id": props["id"]}
    yield Element("div", named, options)


def _option(name: str, index: int, label: object, value: object, *, chosen: bool) -> Element:
    own = "dash-options-list-option"
    field = {"type": "radio", "name": name, "readOnly": True, "className": f"{own}-checkbox", "value": value}
    box = Element("span", {"className": f"{own}-wrapper"}, Element("input", {**field, "checked": chosen}))
    text = Element("span", {"className": f"{own}-text"}, Element("span", {}, label))
    said = {"role": "option", "aria-selected": chosen, "data-option-index": index}
    return Element("label", {"className": f"{own} selected" if chosen else own, **said}, [box, text])


def _with(own: str, props: Mapping[str, Any]) -> str:
    return f"{own} {props['className']}" if props.get("className") else own


FIELDS: dict[str, Callable[[Mapping[str, Any]], Iterator[Element]]] = {
    "Store": _nothing,
    "Location": _nothing,
    "Input": _input,
    "RadioItems": _radio_items,
}
