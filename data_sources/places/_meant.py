"""Detects the units that a refused file probably has: another level, or another territory version."""

from collections import defaultdict
from collections.abc import Sequence

from data_sources.places._placed import PlacedLayer
from data_sources.places._words import filled, refused
from domain.places.map_layer import ImportRefusedError
from domain.places.place import Place
from domain.places.place_names import NameIndex
from domain.places.territory import Level
from domain.text import Text

_MOST = 0.9
# A file of the whole country has tens of thousands of names; the province has hundreds.
_NAMES_MAX = 2_000
_NAME_CHARS_MAX = 120

_MEANT = {
    Level.DISTRICT: Text(
        "Tệp có tên {named}/{expected} huyện của phiên bản {versions}: hãy chọn cấp huyện và phiên bản đó rồi nạp lại.",
        "The file names {named} of {expected} districts of version {versions}: choose level and version, import again.",
    ),
    Level.COMMUNE: Text(
        "Tệp có tên {named}/{expected} xã của phiên bản {versions}: hãy chọn cấp xã và phiên bản đó rồi nạp lại.",
        "The file names {named} of {expected} communes of version {versions}: choose level and version, import again.",
    ),
}


def with_meant(
    refusal: ImportRefusedError, layers: Sequence[PlacedLayer], places: Sequence[Place], asked: tuple[str, Level]
) -> ImportRefusedError:
    """The refusal, preceded by the level and versions that the file names best, when these differ from ``asked``.

    ``places`` covers all candidate versions; the file must name at least nine tenths of their units.
    """
    names = {
        column[row] for placed in layers for column in placed.layer.columns.values() for row in placed.here
    }  # fmt: skip
    shares = _shares([name for name in names if len(name) <= _NAME_CHARS_MAX][:_NAMES_MAX], places)
    best = max(shares.values(), default=(0, 1), key=_share)
    if _share(best) < _MOST or _share(shares.get(asked, (0, 1))) >= _share(best):
        return refusal
    level = next(level for (_, level), found in shares.items() if found == best)
    versions = ", ".join(version for (version, its), found in shares.items() if (its, found) == (level, best))
    hint = filled(_MEANT[level], named=best[0], expected=best[1], versions=versions)
    return refused(refusal.reason, hint, *([] if refusal.reason == "no_names" else [refusal.words]))


def _shares(names: Sequence[str], places: Sequence[Place]) -> dict[tuple[str, Level], tuple[int, int]]:
    """Per version and level: how many units the names match, and how many units it has."""
    of: dict[tuple[str, Level], int] = defaultdict(int)
    for place in places:
        of[place.territory, place.level] += 1
    shares = {}
    for version in sorted({place.territory for place in places}):
        index = NameIndex(place for place in places if place.territory == version)
        found = {place.code: place.level for name in names for place in index.named(name)}
        for level in _MEANT:
            if of[version, level]:
                shares[version, level] = sum(its is level for its in found.values()), of[version, level]
    return shares


def _share(found: tuple[int, int]) -> float:
    return found[0] / found[1]
