"""Splits Vietnamese words into letters with their own marks (ă â đ ê ô ơ ư) and the tone of the word."""

import re
from typing import NamedTuple
from unicodedata import category, normalize

TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Huyền, hỏi, ngã, sắc, nặng: dictionary order; a word without tone comes first."""

_PIECE = re.compile(r"\d+|[^\W\d_]+")
# Many old files use the Icelandic eth for đ: in capitals, Ð and Đ look the same.
_LOOKALIKES = str.maketrans({"ð": "đ"})
_LETTER_MARKS = str.maketrans({"đ": "d", "\u0302": None, "\u0306": None, "\u031b": None})


class Word(NamedTuple):
    """A syllable or a number: ``letters`` in lower case without tone, ``tone`` 0..5 in dictionary order.

    ``bare`` is the plain ASCII spelling; a number has no leading zeros.
    """

    letters: str
    tone: int
    bare: str

    @property
    def marked(self) -> bool:
        """Whether it has a tone or a letter with a mark."""
        return self.tone > 0 or self.letters != self.bare


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text, regardless of Unicode form, case, punctuation or the position of the tone mark."""
    visible = "".join(char for char in normalize("NFKC", text) if category(char) != "Cf")
    return tuple(_word(piece) for piece in _PIECE.findall(visible.casefold().translate(_LOOKALIKES)))


def _word(piece: str) -> Word:
    if piece[0].isdecimal():
        number = piece.lstrip("0") or "0"
        return Word(number, 0, number)
    apart = normalize("NFD", piece)
    tone = next((TONES.index(char) + 1 for char in apart if char in TONES), 0)
    toneless = "".join(char for char in apart if char not in TONES)
    return Word(normalize("NFC", toneless), tone, toneless.translate(_LETTER_MARKS))
