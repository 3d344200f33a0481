"""Roles of API keys: send data only, or also read and write personal data."""

from enum import StrEnum
from typing import NamedTuple


class KeyRole(StrEnum):
    """``source`` sends data; ``dispatcher`` may also read and write personal data (the drivers)."""

    SOURCE = "source"
    DISPATCHER = "dispatcher"


class Holder(NamedTuple):
    """The holder of a key: the name it was issued to, and its role."""

    name: str
    role: KeyRole = KeyRole.SOURCE
