"""What a value is told of: a place, an organisation, or an entity such as a vehicle, a route or a station."""

from enum import StrEnum
from typing import NamedTuple


class SubjectKind(StrEnum):
    """Which register knows the subject's code."""

    PLACE = "place"
    ORGANISATION = "organisation"
    ENTITY = "entity"


class Subject(NamedTuple):
    """One subject. ``territory`` is the version a place's code belongs to, "" for every other kind.

    Codes: of a place the unit's official code (or a place set's key), of an organisation the code of the
    QĐ 766 reports ("H53.12"), of an entity the id under which its register knows it.
    """

    kind: SubjectKind
    code: str
    territory: str = ""


def place(code: str, territory: str) -> Subject:
    """The subject of a place of one territory version."""
    return Subject(SubjectKind.PLACE, code, territory)


def organisation(code: str) -> Subject:
    """The subject of an organisation."""
    return Subject(SubjectKind.ORGANISATION, code)
