"""Who owes a feed its figures: the N of "n of N" comes from here, never from who happened to report."""

from dataclasses import dataclass

from domain.subject import Subject


@dataclass(frozen=True, slots=True)
class EveryCommune:
    """Each commune of the territory version in force."""


@dataclass(frozen=True, slots=True)
class Province:
    """One reporter for the whole province."""


@dataclass(frozen=True, slots=True)
class Register:
    """Whatever stands in a register under this kind: vehicles in service, routes of the plan, departments, stations."""

    kind: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Exactly these."""

    subjects: tuple[Subject, ...]


Reporters = EveryCommune | Province | Register | Listed
