"""An HTML element with properties by React's names; a component of Dash's core consists of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Element:
    """Tag, properties, and children: text, numbers, components, elements or lists of these."""

    tag: str
    props: Mapping[str, Any] = field(default_factory=dict)
    children: object = None
