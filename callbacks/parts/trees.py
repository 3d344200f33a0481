"""Elements that no callback names, as one component for Dash (decision 0078)."""

from collections.abc import Iterator, Sequence
from copy import copy
from functools import cached_property
from typing import Any, ClassVar

from dash import Dash
from dash.development.base_component import Component

from paint.markup import TAGS, UNSAID
from paint.said import HTML, said
from paint.whole import parted, whole


class Tree(Component):  # type: ignore[misc]
    """An element with everything in it, which assets/scripts/13-trees.js draws.

    ``tree``: [tag, properties as React names them, child, …]; a child is such a list, text, a number or None.
    """

    _namespace = "ioc"
    _type = "Tree"
    _prop_names: ClassVar[list[str]] = ["tree"]
    _children_props: ClassVar[list[str]] = []
    _base_nodes: ClassVar[list[str]] = []
    _valid_wildcard_attributes: ClassVar[list[str]] = []
    available_properties: ClassVar[list[str]] = ["tree"]
    available_wildcard_properties: ClassVar[list[str]] = []

    def __init__(self, tree: list[Any]) -> None:
        super().__init__(tree=tree)


class Trees:
    """Knows which ids the callbacks of ``app`` name, once all of them are registered."""

    def __init__(self, app: Dash) -> None:
        self._app = app

    def of(self, node: Any) -> Any:
        """``node`` (components, text, numbers, None, lists of these) with a `Tree` for each element Dash need not know.

        It must know what a callback names, what is more than an element, and whatever holds such a part.
        """
        if isinstance(node, Sequence) and not isinstance(node, str):
            return [_alone(*self._told(one)) for one in _flat(node)]
        return _alone(*self._told(node))

    @cached_property
    def _named(self) -> frozenset[str]:
        found: set[object] = set()
        for one in self._app.callback_map.values():
            outputs = one["output"] if isinstance(one["output"], list | tuple) else [one["output"]]
            found.update(output.component_id for output in outputs if isinstance(output.component_id, str))
            found.update(asked["id"] for asked in (*one["inputs"], *one["state"]))
        return frozenset(map(str, found))

    def _told(self, node: Any) -> tuple[Any, bool]:
        """What the page is told of a node, and whether Dash need not know any part of it."""
        if not isinstance(node, Component):
            return node, True
        namespace, kind, props = said(node)
        if namespace != HTML:
            return node, False
        children, id_ = props.get("children"), props.get("id", "")
        texts = map(_whole, _flat(children)) if parted(kind, props) else _flat(children)
        inside = [self._told(one) for one in texts]
        # An id that is no text belongs to a pattern.
        if isinstance(id_, str) and id_ not in self._named and all(is_tree for _, is_tree in inside):
            told = {name: value for name, value in props.items() if name not in UNSAID and value is not None}
            return [TAGS.get(kind, kind.lower()), told, *(one for one, _ in inside)], True
        kept = copy(node)
        kept.children = [_alone(*one) for one in inside] if isinstance(children, list | tuple) else _alone(*inside[0])
        return kept, False


def _alone(told: Any, is_tree: bool) -> Any:
    return Tree(told) if is_tree and isinstance(told, list) else told


def _whole(node: Any) -> Any:
    return whole(node) if isinstance(node, str) else node


def _flat(children: Any) -> Iterator[Any]:
    """Children one by one: Dash takes one, or lists of lists."""
    if isinstance(children, Sequence) and not isinstance(children, str):
        for one in children:
            yield from _flat(one)
    else:
        yield children
