"""Street names as residents type them: without kinds, road numbers in one form, marks compared only when typed."""

from collections.abc import Sequence

from domain.vietnamese import Word, words_of

# Words for the kind of way, dropped before a name and after a number ("số 12 đường Hùng Vương").
_KINDS = ("đường", "phố", "số", "hẻm", "ngõ", "kiệt", "ngách")
_KIND_WORDS = tuple(words_of(kind)[0] for kind in _KINDS)
_KIND_BARE = frozenset(word.bare for word in _KIND_WORDS)
_ALLEYS = frozenset(word.bare for word in _KIND_WORDS[3:])
# National, provincial and district roads have a number and two spellings.
_ROADS = {
    ("quoc", "lo"): "ql",
    ("duong", "tinh"): "dt",
    ("tinh", "lo"): "dt",
    ("huong", "lo"): "hl",
    ("duong", "huyen"): "dh",
}
_ROAD_CODES = {"tl": "dt"}

Name = tuple[Word, ...]


def name_of(text: str) -> Name:
    """The words of a street's name without kinds: "đường số 3/2", "3 tháng 2" and "3/2" are one name."""
    return _without_kinds(_dates(_roads(words_of(text))))


def readings(text: str) -> tuple[Name, ...]:
    """Possible names for a typed text, likeliest first: without marks, "duong ba trac" may also be Dương Bá Trạc.

    () when only kinds were typed ("đường").
    """
    whole = _dates(_roads(words_of(text)))
    if all(map(_is_kind, whole)):
        return ()
    return tuple(dict.fromkeys(name for name in (_without_kinds(whole), whole) if name))


def is_alley(text: str) -> bool:
    """Whether a name begins with the word for a side lane: "hẻm 12" is not "đường 12"."""
    return any(word.bare in _ALLEYS and _is_kind(word) for word in words_of(text)[:1])


def without_house_number(name: Name) -> Name:
    """The name after a house number ("12/3A Hùng Vương"); () without a number in front or a name behind."""
    start = 0
    while start < len(name) and (is_number(name[start]) or (start and len(name[start].letters) == 1)):
        start += 1
    return _without_kinds(name[start:]) if start else ()


def agrees(typed: Sequence[Word], name: Sequence[Word]) -> bool:
    """Whether words are equal; a word typed without marks matches any marks."""
    return len(typed) == len(name) and all(
        (one[:2] == other[:2]) if one.marked else one.bare == other.bare for one, other in zip(typed, name, strict=True)
    )


def bare(name: Sequence[Word]) -> tuple[str, ...]:
    """The words without Vietnamese marks."""
    return tuple(word.bare for word in name)


def is_number(word: Word) -> bool:
    """Whether a word is a number: a number never matches a similar number."""
    return word.bare.isdecimal()


def _is_kind(word: Word) -> bool:
    return any(word[:2] == kind[:2] for kind in _KIND_WORDS) if word.marked else word.bare in _KIND_BARE


def _without_kinds(words: Sequence[Word]) -> Name:
    kept: list[Word] = []
    for at, word in enumerate(words):
        behind = not kept or is_number(kept[-1])
        if not (behind and _is_kind(word) and at + 1 < len(words)):
            kept.append(word)
    return tuple(kept)


def _roads(words: Sequence[Word]) -> Name:
    """Road numbers in their short form: "Quốc lộ 1A" as "QL1A", "tỉnh lộ 833" and "TL 833" as "ĐT 833"."""
    if len(words) > 2 and (code := _ROADS.get((words[0].bare, words[1].bare))) and is_number(words[2]):
        return (Word(code, 0, code), *words[2:])
    if len(words) > 1 and is_number(words[1]) and words[0].bare in {*_ROADS.values(), *_ROAD_CODES}:
        code = _ROAD_CODES.get(words[0].bare, words[0].bare)
        return (Word(code, 0, code), *words[1:])
    return tuple(words)


def _dates(words: Sequence[Word]) -> Name:
    """Days as street names: the word "tháng" between two numbers falls away ("2 Tháng 9" is "2/9")."""
    return tuple(
        word
        for at, word in enumerate(words)
        if not (
            word.bare == "thang" and 0 < at < len(words) - 1 and is_number(words[at - 1]) and is_number(words[at + 1])
        )
    )
