"""Finds places by typed names: with or without marks, abbreviated, with the district appended. It never guesses."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from domain.places.place import Place
from domain.places.territory import TERRITORIES, Level
from domain.vietnamese import Word, words_of

_LONGEST_CHARS = 200
_SUGGESTIONS = 5
_LIKENESS = 0.8

# Ways to write each kind of unit, without marks and punctuation.
_KINDS = {
    "xa": ("xa", "x"),
    "phuong": ("phuong", "p", "f"),
    "thi tran": ("thi tran", "tt", "t t"),
    "huyen": ("huyen", "h"),
    "thanh pho": ("thanh pho", "tp", "t p"),
    "thi xa": ("thi xa", "tx", "t x"),
    "tinh": ("tinh", "t"),
}
# The national portal names a unit by its people's committee: "UBND xã Chợ Mới - tỉnh An Giang".
_AUTHORITIES = (("ubnd",), ("u", "b", "n", "d"), ("uy", "ban", "nhan", "dan"))
_KIND_OF = {tuple(said.split()): kind for kind, words in _KINDS.items() for said in words}
_PROVINCES = {known.version: known.province for known in TERRITORIES}
# Separators between a unit and the one above it; a hyphen within a word does not count.
_BETWEEN = re.compile(r"[,;/>|]|\s[-–—]\s")
# Mỹ and Mĩ, Lý and Lí, Quý and Quí are one name; Thúy and Thúi are not.
_FINAL_Y = re.compile(r"^(qu|[^aăâeêioôơuư]*)y$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The places a text may mean: one is found, several need a question to the user, none is unknown.

    ``suggestions`` are places with a similar name, only when nothing was found. Never accept one without asking.
    """

    places: tuple[Place, ...] = ()
    suggestions: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class _Title:
    """A unit's name without its kind, and the kind ("" when the register gives none)."""

    kind: str
    name: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A place and the titles that may follow its name: one tuple per unit above it, nearest first."""

    place: Place
    title: _Title
    above: tuple[tuple[_Title, ...], ...]


class NameIndex:
    """Index of places by name, over one or several territory versions. Build it once; a find takes about 0.1 ms.

    A name typed with any Vietnamese mark must match with its marks; one typed without marks matches every reading.
    Suggestions take a few milliseconds more.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        given = {(place.territory, place.code): place for place in places}
        self._by_code: dict[str, list[Place]] = defaultdict(list)
        self._by_name: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        self._alike: dict[str, list[Place]] = defaultdict(list)
        for place in given.values():
            entry = _entry(place, given)
            name = _bare(entry.title.name)
            self._by_code[place.code].append(place)
            self._by_name[name].append(entry)
            self._alike[" ".join(name)].append(place)
            for title in (title for titles in entry.above[:1] for title in titles):
                self._alike[" ".join(name + _bare(title.name))].append(place)
        self._longest = max(map(len, self._by_name), default=0)

    def find(self, text: str) -> Meaning:
        """The places whose name, kind and units above match all of ``text``, or whose code it is.

        Units may be written smallest first or, when separated by punctuation, largest first.
        """
        found = self.named(text)
        return Meaning(places=found) if found else Meaning(suggestions=self._similar(text))

    def named(self, text: str) -> tuple[Place, ...]:
        """The places of `find` without suggestions, which saves time."""
        if len(text) > _LONGEST_CHARS:
            return ()
        if found := self._by_code.get(text.strip()):
            return tuple(found)
        return self._read(_folded(text)) or self._read(_folded(", ".join(reversed(_BETWEEN.split(text)))))

    def _read(self, words: Sequence[Word]) -> tuple[Place, ...]:
        """The places that these words name, smallest unit first."""
        words = _governed(words)
        fits = {
            (entry.place.territory, entry.place.code): entry.place
            for kind, start in _kinds(words, 0)
            for end in range(start + 1, min(start + self._longest, len(words)) + 1)
            for entry in self._by_name.get(_bare(words[start:end]), ())
            if _agrees(entry.title, kind, words[start:end]) and _above_agree(entry.above, words, end)
        }
        return tuple(fits.values())

    def _similar(self, text: str) -> tuple[Place, ...]:
        """Places named like the whole text, or like its part before the first comma or bracket."""
        if len(text) > _LONGEST_CHARS:
            return ()
        said = {
            " ".join(_bare(words[start:]))
            for part in (text, re.split(r"[,(;]", text)[0])
            for words in (_governed(_folded(part)),)
            for start in _starts(words)
        }
        likely = [
            name
            for one in sorted(said, key=len, reverse=True)
            for name in get_close_matches(one, self._alike, n=_SUGGESTIONS, cutoff=_LIKENESS)
        ]
        found = {(p.territory, p.code): p for name in dict.fromkeys(likely) for p in self._alike[name]}
        return tuple(found.values())


def _entry(place: Place, given: Mapping[tuple[str, str], Place]) -> _Entry:
    above = []
    parent = given.get((place.territory, place.parent))
    while parent is not None:
        above.append(_titles(parent))
        parent = given.get((parent.territory, parent.parent))
    return _Entry(place, _title(place), tuple(above))


def _titles(place: Place) -> tuple[_Title, ...]:
    """Titles of a unit above; the province also has its legal name, which a reform may have changed."""
    own = _title(place)
    if place.level is not Level.PROVINCE or place.territory not in _PROVINCES:
        return (own,)
    return tuple({own, _Title("tinh", _folded(_PROVINCES[place.territory]))})


@lru_cache(maxsize=2048)
def _title(place: Place) -> _Title:
    """The same places stand in one index after another, and above each other."""
    words = _folded(place.name)
    for kind, start in _kinds(words, 0):
        if start and start < len(words) and kind in _KINDS:
            return _Title(kind, words[start:])
    return _Title("tinh" if place.level is Level.PROVINCE else "", words)


def _folded(text: str) -> tuple[Word, ...]:
    return tuple(
        word._replace(letters=_FINAL_Y.sub(r"\1i", word.letters), bare=_FINAL_Y.sub(r"\1i", word.bare))
        for word in words_of(text)
    )


def _bare(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.bare for word in words)


def _kinds(words: Sequence[Word], start: int) -> Iterator[tuple[str, int]]:
    """Every way to read a kind of unit at ``start``, none included: the kind and where the name begins."""
    yield "", start
    for length in (1, 2):
        if kind := _KIND_OF.get(_bare(words[start : start + length])):
            yield kind, start + length


def _governed(words: Sequence[Word]) -> Sequence[Word]:
    """The words without a leading authority such as "UBND"."""
    bare = _bare(words)
    return next((words[len(said) :] for said in _AUTHORITIES if bare[: len(said)] == said), words)


def _starts(words: Sequence[Word]) -> Iterator[int]:
    """Where a name may begin: at the first word, or behind a kind of unit, as in "ấp 3 xã Lương Hòa"."""
    yield 0
    for at in range(len(words)):
        yield from (start for kind, start in _kinds(words, at) if kind)


def _agrees(title: _Title, kind: str, name: Sequence[Word]) -> bool:
    if kind not in ("", title.kind):
        return False
    if any(word.marked for word in name):
        return title.name == tuple(name)
    return _bare(title.name) == _bare(name)


def _above_agree(above: Sequence[Sequence[_Title]], words: Sequence[Word], start: int) -> bool:
    """Whether the words from ``start`` on name units above, nearest first; any unit may be left out."""
    if start == len(words):
        return True
    return any(
        _agrees(title, kind, words[begin : begin + len(title.name)])
        and _above_agree(above[rank + 1 :], words, begin + len(title.name))
        for rank, titles in enumerate(above)
        for title in titles
        for kind, begin in _kinds(words, start)
    )
