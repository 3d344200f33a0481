"""Place sets: communes that people still treat as one unit, such as the former city of Tân An."""

from dataclasses import dataclass

from domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSet:
    """A named set of communes of one territory version; a ``key`` covers about the same area in every version."""

    key: str
    names: Text
    territory: str
    codes: tuple[str, ...]
