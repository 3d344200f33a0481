"""Roles of API keys: send data, read data, or also read and write personal data."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from domain.access.principal import Role


class KeyRole(StrEnum):
    """``source`` sends data; ``reader`` reads the API; ``dispatcher`` does both, with personal data (the drivers)."""

    SOURCE = "source"
    READER = "reader"
    DISPATCHER = "dispatcher"


ROLES: Mapping[KeyRole, frozenset[Role]] = {
    KeyRole.SOURCE: frozenset({Role.SENDER}),
    KeyRole.READER: frozenset({Role.LEADER}),
    KeyRole.DISPATCHER: frozenset({Role.SENDER, Role.DISPATCHER}),
}
"""What the holder of a key may do, on both sides: a reader looks as a leader does and sends nothing."""


class Holder(NamedTuple):
    """The holder of a key: the name it was issued to, and its role."""

    name: str
    role: KeyRole = KeyRole.SOURCE
