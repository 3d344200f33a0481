"""Who must report to a feed. The N of "n of N" comes from here, never from who happened to report."""

from dataclasses import dataclass

from domain.organisation import OrganisationKind
from domain.subject import Subject

_KEPT = ("vehicle", "route", *OrganisationKind)


@dataclass(frozen=True, slots=True)
class EveryCommune:
    """Each commune of the territory version in force."""


@dataclass(frozen=True, slots=True)
class Province:
    """One reporter for the whole province."""


@dataclass(frozen=True, slots=True)
class Register:
    """Every entry of a register of this kind: "vehicle", "route", or a kind of organisation.

    Raises ValueError for a kind that no register keeps: its N would always be zero.
    """

    kind: str

    def __post_init__(self) -> None:
        if self.kind not in _KEPT:
            raise ValueError(f"no register keeps {self.kind!r}, only {', '.join(_KEPT)}")


@dataclass(frozen=True, slots=True)
class Listed:
    """Exactly these subjects."""

    subjects: tuple[Subject, ...]


Reporters = EveryCommune | Province | Register | Listed
