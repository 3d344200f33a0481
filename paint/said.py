"""What a component of Dash says: its kind and the properties that somebody gave it."""

from typing import Any, NamedTuple

from dash import html
from dash.development.base_component import Component

HTML = "dash_html_components"
"""The library of plain elements."""
# What Dash keeps on every component beside its properties.
_NO_PROPERTIES = frozenset(vars(html.Div())) - {"children"}


class Said(NamedTuple):
    """``namespace`` is the library that draws it."""

    namespace: str
    kind: str
    props: dict[str, Any]


def said(component: Component) -> Said:
    """The same as Dash's ``to_plotly_json`` says, which takes four times as long; properties by name."""
    props = {name: value for name, value in sorted(vars(component).items()) if name not in _NO_PROPERTIES}
    return Said(component._namespace, component._type, props)


def as_json(component: Component) -> dict[str, Any]:
    """As a browser is told of it."""
    namespace, kind, props = said(component)
    return {"props": props, "type": kind, "namespace": namespace}
