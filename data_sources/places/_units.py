"""The units that a boundary file must contain, found by name."""

from collections.abc import Sequence

from domain.places.place import Place
from domain.places.place_names import Meaning, NameIndex
from domain.places.territory import Level

_NAME_CHARS_MAX = 120


class Units:
    """Every unit of one level in one territory version, by code and name; ``places`` may include other levels."""

    def __init__(self, places: Sequence[Place], *, territory: str, level: Level) -> None:
        here = [place for place in places if place.territory == territory]
        self.by_code = {place.code: place for place in here if place.level is level}
        self._parents = {place.parent for place in self.by_code.values()}
        self._index = NameIndex(here)
        self._found: dict[str, Meaning] = {}

    def called(self, name: str) -> tuple[Place, ...]:
        """The units with this name."""
        return tuple(place for place in self._find(name).places if place.code in self.by_code)

    def near(self, name: str) -> tuple[Place, ...]:
        """The units with similar names."""
        return tuple(place for place in self._find(name).suggestions if place.code in self.by_code)

    def parents(self, name: str) -> frozenset[str]:
        """Codes of the units' parents with this name."""
        return frozenset(place.code for place in self._find(name).places if place.code in self._parents)

    def _find(self, name: str) -> Meaning:
        if not (any(sign.isalpha() for sign in name) and len(name) <= _NAME_CHARS_MAX):
            return Meaning((), ())
        if name not in self._found:
            self._found[name] = self._index.find(name)
        return self._found[name]
