"""Place sets: several communes that people speak of as one, such as Tân An after its city ended."""

from dataclasses import dataclass

from domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSet:
    """A named set of communes of one territory version; a ``key`` means about the same area in each."""

    key: str
    names: Text
    territory: str
    codes: tuple[str, ...]
