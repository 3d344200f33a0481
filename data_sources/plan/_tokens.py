"""Splits route text into tokens with positions: arrows, dashes, brackets, times and words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from unicodedata import normalize

from domain.vietnamese import Word, words_of


class Token(Enum):
    """Kinds of tokens."""

    ARROW = auto()
    DASH = auto()
    COMMA = auto()
    SEMICOLON = auto()
    OPEN = auto()
    CLOSE = auto()
    CLOCK = auto()
    WORD = auto()


# Cached: the grammar looks the same few words up at every position.
_words = lru_cache(maxsize=20_000)(words_of)


@dataclass(frozen=True, slots=True)
class Piece:
    """A token with its original text, its line and its start column (both from 1)."""

    token: Token
    text: str
    row: int
    column: int

    @property
    def words(self) -> tuple[Word, ...]:
        """The Vietnamese words in it."""
        return _words(self.text)


# Tried in this order at each position. A dash counts only between blanks, because names and alleys contain dashes.
_SHAPES = (
    (Token.ARROW, re.compile(r"[-–—=]{1,20}>|[→⇒➔➜►⟶]")),
    (Token.CLOCK, re.compile(r"\d{1,2}(?: ?giờ(?: ?\d{2})?(?: ?phút)?|[hg](?:\d{2})?p?|:\d{2})(?!\w)", re.IGNORECASE)),
    (Token.DASH, re.compile(r"[-–—](?=\s|\d{1,2}(?:[hg:]| ?giờ))", re.IGNORECASE)),
    (Token.COMMA, re.compile(r",(?!\d)")),
    (Token.SEMICOLON, re.compile(r";")),
    (Token.OPEN, re.compile(r"[(\[]")),
    (Token.CLOSE, re.compile(r"[)\]]")),
    (Token.WORD, re.compile(r"(?:(?![-–—=]{1,20}>)[^\s()\[\];→⇒➔➜►⟶,]|,(?=\d))+")),
)
_BLANK = re.compile(r"\s+")


def pieces(text: str, row: int) -> list[Piece]:
    """The tokens of one line; only blanks are lost."""
    return list(_pieces(normalize("NFC", text), row))


def _pieces(text: str, row: int) -> Iterator[Piece]:
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        token, found = next((t, m) for t, shape in _SHAPES if (m := shape.match(text, at)))
        said = found.group()
        if token is Token.WORD and (clock := _clock_after_dash(said)):
            said = said[:clock]
        yield Piece(token, said, row, at + 1)
        at += len(said)


def _clock_after_dash(said: str) -> int:
    """The index of the dash in a word like "x-10h30", 0 for none: people often write windows without blanks."""
    found = re.search(r"[-–—](?=\d{1,2}[hg:]\d{0,2}$)", said, re.IGNORECASE)
    return found.start() if found else 0


def phrase(tokens: Sequence[Piece], at: int, phrases: tuple[str, ...]) -> int:
    """The length in tokens of the longest of ``phrases`` at ``at``; 0 = none.

    Typed marks must match ("den" is read as "đến", "đền" is a temple). Each word of a phrase is a whole token.
    """
    words = tokens[at].words if at < len(tokens) else ()
    if not words:
        return 0
    return max((_fits(tokens, at, wanted) for wanted in _by_first_word(phrases).get(words[0].bare, ())), default=0)


@lru_cache(maxsize=64)
def _by_first_word(phrases: tuple[str, ...]) -> dict[str, list[tuple[Word, ...]]]:
    found: dict[str, list[tuple[Word, ...]]] = {}
    for said in phrases:
        wanted = words_of(said)
        found.setdefault(wanted[0].bare, []).append(wanted)
    return found


def _fits(tokens: Sequence[Piece], at: int, wanted: Sequence[Word]) -> int:
    used = 0
    for token in tokens[at:]:
        if not wanted:
            break
        words = token.words
        if token.token is not Token.WORD or not words or len(words) > len(wanted):
            return 0
        if not all(same(word, want) for word, want in zip(words, wanted, strict=False)):
            return 0
        wanted = wanted[len(words) :]
        used += 1
    return 0 if wanted else used


def same(word: Word, want: Word) -> bool:
    """Whether a written word matches the wanted one; a word without marks matches any marks."""
    return word == want or (not word.marked and word.bare == want.bare)


def joined(tokens: Sequence[Piece]) -> str:
    """The tokens as text again, with natural blanks."""
    text = ""
    for piece in tokens:
        tight = piece.token in (Token.COMMA, Token.SEMICOLON, Token.CLOSE) or text.endswith("(") or not text
        text += piece.text if tight else f" {piece.text}"
    return text.strip(" ,;.")
