"""The subject of a value: a place, an organisation, or an entity such as a vehicle, a route or a station."""

from enum import StrEnum
from typing import NamedTuple


class SubjectKind(StrEnum):
    """The register that the subject's code belongs to."""

    PLACE = "place"
    ORGANISATION = "organisation"
    ENTITY = "entity"


class Subject(NamedTuple):
    """One subject. ``territory`` is the version a place's code belongs to, "" for every other kind.

    ``code`` is a place's official code (or a place set's key), an organisation's code in the QĐ 766 reports ("H53.12"),
    or an entity's id in its register.
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
