"""The API's answers about territory versions, places, their names, and how one version's units became another's."""

from datetime import date
from typing import Literal

from pydantic import Field

from domain.places.territory import Level
from present.answers import Answer, BothLanguages

_PUBLISHED = "Fraction 0..1 of its 2019 census; null where the division of a commune's people was never published."


class TerritoryAnswer(Answer):
    """A version of the administrative map; ``valid_from`` and ``valid_to`` are its first and last day."""

    version: str
    name: BothLanguages
    valid_from: date | None
    valid_to: date | None
    districts: int
    communes: int
    province: str
    legal_basis: str


class Territories(Answer):
    """Every version, oldest first."""

    in_force: str
    territories: list[TerritoryAnswer]


class PlaceAnswer(Answer):
    """A place of one territory version; people and households are the census of 1/4/2019."""

    territory: str
    code: str
    name: str
    level: Level
    parent: str | None = Field(description="Code of the unit above.")
    latitude: float | None
    longitude: float | None
    area_km2: float | None
    population: int | None
    households: int | None


class PlaceSetAnswer(Answer):
    """Communes that people treat as one place; routes with `place` accept its key like a code."""

    key: str
    name: BothLanguages
    codes: list[str]


class Places(Answer):
    """The places of one territory version by code, the province and its districts included."""

    territory: str
    places: list[PlaceAnswer]
    sets: list[PlaceSetAnswer]


class ShareAnswer(Answer):
    """A commune of another version that a place became or was formed from."""

    territory: str
    code: str
    name: str
    people: float | None = Field(description=_PUBLISHED)
    households: float | None = Field(description=_PUBLISHED)
    whole: bool = Field(description="False for a part: numbers carried through it are estimated.")


class PlaceVersion(Answer):
    """A code as one territory version uses it.

    Predecessors and successors are communes, with fractions of the earlier one's people; a district or the province
    has successors only in the version that ended it.
    """

    place: PlaceAnswer
    valid_from: date | None
    valid_to: date | None
    label: BothLanguages = Field(description="Name, units above and days in force; distinguishes it from namesakes.")
    predecessors: list[ShareAnswer]
    successors: list[ShareAnswer]


class PlaceHistory(Answer):
    """The places that a code named, oldest first: after a reform the same code may name another place."""

    code: str
    versions: list[PlaceVersion]


class Candidate(Answer):
    """A place that a text may mean, in the newest version that has it."""

    place: PlaceAnswer
    valid_from: date | None
    valid_to: date | None
    label: BothLanguages = Field(description="Name, units above and days in force; distinguishes the candidates.")
    today: list[ShareAnswer] = Field(description="Where it lies today; empty for a unit in force.")
    divided: bool = Field(description="True for a commune whose land went to several communes of today.")


class PlaceSearch(Answer):
    """One candidate: found; several: ask which. ``suggestions`` are similar names, never taken without asking."""

    outcome: Literal["found", "ask", "unknown"]
    words: BothLanguages
    candidates: list[Candidate]
    suggestions: list[Candidate]


class CrosswalkShare(Answer):
    """The share of a commune that lies in a commune of the other version, and the share that the centre uses."""

    origin: str
    target: str
    people: float | None = Field(description=_PUBLISHED)
    households: float | None = Field(description=_PUBLISHED)
    counted_people: float = Field(description="Fraction used for counts; if unpublished, all go to the main successor.")
    counted_households: float
    whole: bool


class CrosswalkAnswer(Answer):
    """Every commune of ``origin`` with where it lies in ``target``; an origin's counted fractions sum to 1."""

    origin: str
    target: str
    divided: list[str]
    shares: list[CrosswalkShare]
