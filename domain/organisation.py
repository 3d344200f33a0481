"""Organisations that report or are reported on: departments, one-stop desks, commune and province offices."""

import re
from dataclasses import dataclass
from enum import StrEnum

CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9.\-]{0,62}[A-Z0-9])?")
"""Codes as the QĐ 766 reports write them: "H53", "H53.12"."""

PROVINCE_OFFICE = "H53"
"""The office of the centre's own province; offices of other provinces stand in reports beside it."""


class OrganisationKind(StrEnum):
    """Kind of office; LOAI_COQUAN in the reports is 1 province, 2 department, 3 commune."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    ONE_STOP = "one_stop"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An office of the register.

    ``parent`` is the code of the organisation above it. ``place`` (a code of ``territory``) is the commune or province
    it serves; "" for an office that serves no single place.
    """

    code: str
    name: str
    kind: OrganisationKind
    parent: str = ""
    territory: str = ""
    place: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise ValueError(f"not an organisation code: {self.code[:80]!r}")
        if not self.name.strip():
            raise ValueError(f"{self.code} has no name")
        if bool(self.place) != bool(self.territory):
            raise ValueError("a place is a code of a territory version")
