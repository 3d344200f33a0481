"""Finds the street a resident means: exact, without marks, beginning, part of a name, similar. Asks, never guesses."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from rapidfuzz import fuzz

from domain.vietnamese import words_of
from rounds.lookup.street_directory import Street
from rounds.lookup.street_names import Name, agrees, bare, is_alley, is_number, readings, without_house_number

LONGEST_CHARS = 100
LIKENESS = 85
"""Least rapidfuzz ratio (0..100) for suggesting a similar name (WASTE.md, section 5)."""
SUGGESTED = 8
_LONGEST_WARD_WORDS = 7
# Where a ward may begin in the typed text: after a comma, or at the word for a unit.
_WARD_BEGINS = re.compile(
    r"[,;]|(?<=\s)(?=(?:phường|phuong|p|f|xã|xa|x|thị trấn|thi tran|tt|tp|thành phố|thanh pho)"
    r"[\s.\d])",
    re.IGNORECASE,
)


class Fit(IntEnum):
    """How well a typed name fits a street's name, best first."""

    EXACT = 0
    FOLDED = 1
    BEGUN = 2
    PART = 3
    ALIKE = 4


class Outcome(StrEnum):
    """``one``: that street; ``several``: ask which; ``none``: no street, at most similar names."""

    ONE = "one"
    SEVERAL = "several"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward or commune as typed: its name, and the codes in force of its land today."""

    name: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Result of a look-up. ``wards`` are the typed ones; ``elsewhere``: the name exists, but not in these wards.

    With outcome ``none``, ``streets`` are suggestions only. ``marked``: the text was typed with diacritics.
    ``house``: a leading number was read as an alley off the street.
    """

    outcome: Outcome
    streets: tuple[Street, ...] = ()
    fit: Fit | None = None
    wards: tuple[Ward, ...] = ()
    elsewhere: bool = False
    house: bool = False
    marked: bool = False


def search(streets: Sequence[Street], wards: Callable[[str], Sequence[Ward]], text: str) -> Answer:
    """The streets that ``text`` may mean; ``wards`` finds a commune's land today from its old or new name."""
    text = " ".join(text[:LONGEST_CHARS].split())
    marked = any(word.marked for word in words_of(text))
    answer = _search(streets, wards, text)
    return replace(answer, marked=marked)


def _search(streets: Sequence[Street], wards: Callable[[str], Sequence[Ward]], text: str) -> Answer:
    for name, there in _with_ward(wards, text):
        if (found := _named(streets, name)).streets and found.outcome is not Outcome.NONE:
            return _within(found, there)
    whole = _named(streets, text)
    if whole.fit is not None and whole.fit <= Fit.FOLDED:
        return whole
    for name, there in _with_ward_bare(wards, text):
        found = _named(streets, name)
        if found.fit is not None and found.fit <= Fit.FOLDED:
            return _within(found, there)
    return whole if whole.outcome is not Outcome.NONE else _of_ward(streets, tuple(wards(text))) or whole


def _of_ward(streets: Sequence[Street], wards: tuple[Ward, ...]) -> Answer | None:
    """Of who typed a ward and no street: its streets, to choose from."""
    codes = frozenset[str]().union(*(ward.codes for ward in wards))
    there = tuple(street for street in streets if street.wards & codes)
    return Answer(outcome=Outcome.SEVERAL, streets=there, wards=wards) if there else None


def _with_ward(wards: Callable[[str], Sequence[Ward]], text: str) -> Iterator[tuple[str, tuple[Ward, ...]]]:
    for begin in _WARD_BEGINS.finditer(text):
        name, rest = text[: begin.start()].strip(" ,;"), text[begin.end() :].strip(" ,;")
        if name and rest and (found := tuple(wards(rest))):
            yield name, found


def _with_ward_bare(wards: Callable[[str], Sequence[Ward]], text: str) -> Iterator[tuple[str, tuple[Ward, ...]]]:
    """Split off a ward that is typed without the word for it: "hung vuong long an"."""
    words = text.split()
    for at in range(max(1, len(words) - _LONGEST_WARD_WORDS), len(words)):
        if found := tuple(wards(" ".join(words[at:]))):
            yield " ".join(words[:at]), found


def _within(found: Answer, wards: tuple[Ward, ...]) -> Answer:
    codes = frozenset().union(*(ward.codes for ward in wards))
    there = tuple(street for street in found.streets if street.wards & codes)
    if there:
        return replace(found, outcome=_outcome(there, found), streets=there, wards=wards)
    # Show streets of other wards as choices, not as the answer.
    return replace(found, outcome=Outcome.SEVERAL, wards=wards, elsewhere=True)


def _outcome(streets: Sequence[Street], found: Answer) -> Outcome:
    return Outcome.ONE if len(streets) == 1 and not found.house else found.outcome


def _named(streets: Sequence[Street], text: str) -> Answer:
    names = readings(text)
    alley = is_alley(text)
    for fit in (Fit.EXACT, Fit.FOLDED, Fit.BEGUN):
        if found := _fitting(streets, names, fit, alley):
            return _answer(found, fit)
    for name in filter(None, map(without_house_number, names)):
        for fit in (Fit.EXACT, Fit.FOLDED):
            if found := _fitting(streets, (name,), fit, alley=False):
                # The alley itself is not in the plan: offer its street, do not choose it.
                return (
                    replace(_answer(found, fit), house=True, outcome=Outcome.SEVERAL) if alley else _answer(found, fit)
                )
    if found := _fitting(streets, names, Fit.PART, alley):
        return _answer(found, Fit.PART)
    alike = _alike(streets, names)
    return Answer(outcome=Outcome.NONE, streets=alike, fit=Fit.ALIKE if alike else None)


def _answer(found: Sequence[Street], fit: Fit) -> Answer:
    return Answer(outcome=Outcome.ONE if len(found) == 1 else Outcome.SEVERAL, streets=tuple(found), fit=fit)


def _fitting(streets: Sequence[Street], names: Sequence[Name], fit: Fit, alley: bool) -> list[Street]:
    found = [street for street in streets if any(_FITS[fit](name, street.words) for name in names)]
    return [street for street in found if street.alley] or found if alley else found


def _exact(typed: Name, name: Name) -> bool:
    return any(word.marked for word in typed) and agrees(typed, name)


def _folded(typed: Name, name: Name) -> bool:
    return bare(typed) == bare(name)


def _begun(typed: Name, name: Name) -> bool:
    return _runs(typed, name[: len(typed)])


def _part(typed: Name, name: Name) -> bool:
    return any(_runs(typed, name[at : at + len(typed)]) for at in range(1, len(name) - len(typed) + 1))


def _runs(typed: Name, name: Name) -> bool:
    """Whether words are equal, where the last may still be incomplete; numbers must be complete."""
    if len(typed) != len(name):
        return False
    last, whole = typed[-1], name[-1]
    same = last.bare == whole.bare if is_number(last) else whole.bare.startswith(last.bare)
    return same and bare(typed[:-1]) == bare(name[:-1])


_FITS: dict[Fit, Callable[[Name, Name], bool]] = {
    Fit.EXACT: _exact,
    Fit.FOLDED: _folded,
    Fit.BEGUN: _begun,
    Fit.PART: _part,
}


def _alike(streets: Sequence[Street], names: Sequence[Name]) -> tuple[Street, ...]:
    scored = [(-max(_likeness(name, street.words) for name in names), at) for at, street in enumerate(streets) if names]
    return tuple(streets[at] for score, at in sorted(scored)[:SUGGESTED] if -score >= LIKENESS)


def _likeness(typed: Name, name: Name) -> float:
    if [w.bare for w in typed if is_number(w)] != [w.bare for w in name if is_number(w)]:
        return 0.0
    return fuzz.ratio(" ".join(bare(typed)), " ".join(bare(name)), score_cutoff=LIKENESS)
