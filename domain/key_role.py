"""What a key's holder may do: send data, or also read and write what names people."""

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """``source`` sends data; ``dispatcher`` may also read and write what names people (the drivers)."""

    SOURCE = "source"
    DISPATCHER = "dispatcher"


class Holder(NamedTuple):
    """Who holds a key: the name it was made under, and what it allows."""

    name: str
    role: Role = Role.SOURCE
