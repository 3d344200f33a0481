"""Route text cut into tokens: arrows, dashes, brackets, clocks and words, each with where it stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from unicodedata import normalize

from domain.vietnamese import Word, words_of


class Token(Enum):
    """What a piece of text is."""

    ARROW = auto()
    DASH = auto()
    COMMA = auto()
    SEMICOLON = auto()
    OPEN = auto()
    CLOSE = auto()
    CLOCK = auto()
    WORD = auto()


# The same few words are asked about at every place of the grammar.
_words = lru_cache(maxsize=20_000)(words_of)


@dataclass(frozen=True, slots=True)
class Piece:
    """A token with its text as written, its line and the column it begins at (both from 1)."""

    token: Token
    text: str
    row: int
    column: int

    @property
    def words(self) -> tuple[Word, ...]:
        """The Vietnamese words in it."""
        return _words(self.text)


# Tried in this order at each place; a dash only counts between blanks, for names and alleys have dashes inside.
_SHAPES = (
    (Token.ARROW, re.compile(r"[-–—=]+>|[→⇒➔➜►⟶]")),
    (Token.CLOCK, re.compile(r"\d{1,2}(?: ?giờ(?: ?\d{2})?(?: ?phút)?|[hg](?:\d{2})?p?|:\d{2})(?!\w)", re.IGNORECASE)),
    (Token.DASH, re.compile(r"[-–—](?=\s|\d{1,2}(?:[hg:]| ?giờ))", re.IGNORECASE)),
    (Token.COMMA, re.compile(r",(?!\d)")),
    (Token.SEMICOLON, re.compile(r";")),
    (Token.OPEN, re.compile(r"[(\[]")),
    (Token.CLOSE, re.compile(r"[)\]]")),
    (Token.WORD, re.compile(r"(?:(?![-–—=]+>)[^\s()\[\];→⇒➔➜►⟶,]|,(?=\d))+")),
)
_BLANK = re.compile(r"\s+")


def pieces(text: str, row: int) -> list[Piece]:
    """The tokens of one line; nothing is lost but blanks."""
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
    """Where the dash of "x-10h30" stands in a word, 0 for none: windows are often written without blanks."""
    found = re.search(r"[-–—](?=\d{1,2}[hg:]\d{0,2}$)", said, re.IGNORECASE)
    return found.start() if found else 0


def phrase(tokens: Sequence[Piece], at: int, phrases: tuple[str, ...]) -> int:
    """How many tokens from ``at`` on are one of the phrases, the longest counting; 0 = none.

    Marks count when typed ("den" is read as "đến", "đền" is a temple). A word inside a phrase is a whole token.
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
    """Whether a written word is the wanted one; without marks it may be."""
    return word == want or (not word.marked and word.bare == want.bare)


def joined(tokens: Sequence[Piece]) -> str:
    """The tokens as text again, with blanks as people set them."""
    text = ""
    for piece in tokens:
        tight = piece.token in (Token.COMMA, Token.SEMICOLON, Token.CLOSE) or text.endswith("(") or not text
        text += piece.text if tight else f" {piece.text}"
    return text.strip(" ,;.")
