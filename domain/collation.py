"""The order of Vietnamese lists: a ă â … d đ e ê …, tones only between equal letters, numbers by their value."""

from functools import lru_cache

from domain.vietnamese import words_of

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}

Key = tuple[tuple[tuple[int, ...], ...], tuple[int, ...], str]


@lru_cache(maxsize=4096)  # a page sorts the same communes in each of its lists
def collation_key(text: str) -> Key:
    """Sort key of a name: the letters of all words, then their tones, then the text itself.

    Numbers come before letters, by value ("Phường 2" before "Phường 10"); other alphabets come after z.
    """
    words = words_of(text)
    return tuple(_letters(word.letters) for word in words), tuple(word.tone for word in words), text


def _letters(letters: str) -> tuple[int, ...]:
    if letters.isdecimal():
        # Leading zeros are gone, so a longer number is larger. Compare as text: int() is slow on a hostile length.
        return (-1, len(letters), *map(ord, letters))
    return tuple(_RANK.get(letter, len(_ALPHABET) + ord(letter)) for letter in letters)
