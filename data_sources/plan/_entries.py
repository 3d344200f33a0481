"""The grammar of one route: "đường X lề phải từ A đến B (10h10) → chợ Y (10h30) → hẻm 12/3 …".

route    = entry { separator entry }            separator = "→" | ";" | dash or comma before the head of an entry
entry    = [ head ] name { clause }             head      = đường, hẻm, QL, ĐT … (a street) or chợ, điểm … (a stop)
clause   = kerb | "từ" landmark | "đến" landmark | "(" clock [ dash clock ] ")" | "(" kerb ")" | "lúc" clock
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from data_sources.plan._tokens import Piece, Token, joined, phrase
from domain.waste.plan import Kerb, Unit

STREET_HEADS = (
    "đường", "phố", "hẻm", "ngõ", "kiệt", "ngách", "quốc lộ", "tỉnh lộ", "hương lộ", "đại lộ", "lộ", "QL", "ĐT", "TL",
    "HL", "ĐH", "đường tỉnh",
)  # fmt: skip
STOP_HEADS = (
    "chợ", "điểm", "bô rác", "bô", "thùng rác", "thùng", "trạm", "bãi", "trường", "bệnh viện", "công ty", "siêu thị",
    "chung cư", "khu dân cư", "KDC", "UBND", "nhà máy",
)  # fmt: skip
_KERBS = (
    (Kerb.BOTH, ("hai bên", "2 bên", "cả hai bên", "cả 2 bên", "hai lề", "2 lề", "cả hai lề", "cả 2 lề", "hai bên lề")),
    (Kerb.RIGHT, ("lề phải", "bên phải", "phía phải", "lề bên phải")),
    (Kerb.LEFT, ("lề trái", "bên trái", "phía trái", "lề bên trái")),
)
_ANY_KERB = tuple(name for _, names in _KERBS for name in names)
_ONE_SIDE = tuple(name for kerb, names in _KERBS if kerb is not Kerb.BOTH for name in names)

TOKENS_MAX = 300
"""People write no longer entries, so a file with one is something else."""

_CAPITALS_WITHIN = 30
_FROM, _TO, _AT = ("từ",), ("đến", "tới"), ("lúc", "khoảng")


@dataclass(slots=True)
class Entry:
    """One entry as written; ``unit`` None = the text does not tell street from stop."""

    row: int
    column: int
    unit: Unit | None = None
    name: str = ""
    kerb: Kerb | None = None
    start: str = ""
    end: str = ""
    begins: str = ""
    ends: str = ""
    left: list[str] = field(default_factory=list)
    """Pieces that fit nowhere, for people to check."""


def entries(tokens: Sequence[Piece]) -> list[Entry]:
    """The entries of a route in order; never raises."""
    return [_entry(part) for part in _parts(tokens) if part]


def _entry(tokens: Sequence[Piece]) -> Entry:
    if len(tokens) > TOKENS_MAX:
        return Entry(row=tokens[0].row, column=tokens[0].column, left=[joined(tokens[:20]) + " …"])
    return _Reading(tokens).entry()


def begins_entry(tokens: Sequence[Piece], at: int = 0) -> bool:
    """Whether an entry with a head begins at ``at``."""
    return _head(tokens, at) is not None


def _head(tokens: Sequence[Piece], at: int) -> Unit | None:
    if _compact(tokens, at) or phrase(tokens, at, STREET_HEADS):
        return Unit.STREET
    return Unit.STOP if phrase(tokens, at, STOP_HEADS) else None


def _compact(tokens: Sequence[Piece], at: int) -> bool:
    """Head and number in one word: "QL1A", "ĐT833", "ĐT.833B"."""
    words = tokens[at].words if at < len(tokens) and tokens[at].token is Token.WORD else ()
    return len(words) > 1 and words[0].bare in ("ql", "dt", "tl", "hl", "dh") and words[1].bare.isdecimal()


def _parts(tokens: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    begin, depth = 0, 0
    waits_for_end = False
    for at, piece in enumerate(tokens):
        depth += (piece.token is Token.OPEN) - (piece.token is Token.CLOSE)
        depth = max(depth, 0)
        if depth:
            if piece.token is not Token.ARROW:
                continue
            depth = 0  # an unclosed bracket ends with its entry
        if _is_keyword(tokens, at, begin, _FROM):
            waits_for_end = True
        elif _is_keyword(tokens, at, begin, _TO):
            waits_for_end = False
        if _separates(tokens, at, waits_for_end=waits_for_end):
            yield tokens[begin:at]
            begin, waits_for_end = at + 1, False
    yield tokens[begin:]


def _separates(tokens: Sequence[Piece], at: int, *, waits_for_end: bool) -> bool:
    kind = tokens[at].token
    if kind in (Token.ARROW, Token.SEMICOLON):
        return True
    # "từ cầu A – chợ B": this dash separates two landmarks, not two entries.
    return kind in (Token.DASH, Token.COMMA) and not waits_for_end and begins_entry(tokens, at + 1)


def _is_keyword(tokens: Sequence[Piece], at: int, begin: int, phrases: tuple[str, ...]) -> bool:
    """Whether a word opens a clause: in lower case, or in a text all in capitals ("đường Từ Dũ" is a name)."""
    if at <= begin or not phrase(tokens, at, phrases):
        return False
    small = tokens[at].text.islower()
    return small or (at > begin + 1 and _in_capitals(tokens[begin : begin + _CAPITALS_WITHIN]))


def _in_capitals(tokens: Sequence[Piece]) -> bool:
    return all(piece.text.isupper() or not piece.text.isalpha() for piece in tokens)


class _Reading:
    """Reads the tokens of one entry from left to right."""

    def __init__(self, tokens: Sequence[Piece]) -> None:
        self._tokens = tokens
        self._at = 0
        self._bucket = "name"
        self._texts: dict[str, list[Piece]] = {"name": [], "start": [], "end": []}
        self._entry = Entry(row=tokens[0].row, column=tokens[0].column, unit=_head(tokens, 0))
        self._named_from = 1 if self._entry.unit and not _compact(tokens, 0) else 0

    def entry(self) -> Entry:
        """The entry of all tokens."""
        while self._at < len(self._tokens):
            if not (self._bracket() or self._clock() or self._kerb() or self._landmark()):
                self._take()
        said = self._entry
        said.name, said.start, said.end = (joined(self._texts[bucket]) for bucket in ("name", "start", "end"))
        if said.unit is None and (said.kerb or said.start or said.end):
            said.unit = Unit.STREET
        return said

    def _take(self) -> None:
        piece = self._tokens[self._at]
        dash_between = piece.token is Token.DASH and self._bucket == "start" and self._texts["start"]
        if dash_between:
            self._bucket = "end"
        elif piece.token in (Token.CLOSE, Token.OPEN):
            self._entry.left.append(piece.text)
        else:
            self._texts[self._bucket].append(piece)
        self._at += 1

    def _bracket(self) -> bool:
        if self._tokens[self._at].token is not Token.OPEN:
            return False
        inner = range(self._at + 1, len(self._tokens))
        close = next((i for i in inner if self._tokens[i].token is Token.CLOSE), None)
        if close is None:
            return False
        inside = self._tokens[self._at + 1 : close]
        kerb = next((k for k, names in _KERBS if phrase(inside, 0, names) == len(inside)), None) if inside else None
        if kerb is None and phrase(inside, 0, (*_ANY_KERB, *_FROM)):
            # "(lề phải từ A đến B)": read clauses in brackets as if without brackets.
            self._tokens = [*self._tokens[: self._at], *inside, *self._tokens[close + 1 :]]
            return True
        if kerb is not None:
            self._set_kerb(kerb, joined(inside))
        elif any(piece.token is Token.CLOCK for piece in inside):
            self._clocks(inside)
        else:
            self._texts[self._bucket] += self._tokens[self._at : close + 1]
        self._at = close + 1
        return True

    def _clock(self) -> bool:
        """Read a time outside brackets with its keywords: lúc 10h10, từ 10h10 đến 10h40, 10h10 - 10h40."""
        length = phrase(self._tokens, self._at, (*_AT, *_FROM, *_TO))
        end = self._at + length
        begin = end
        while end < len(self._tokens) and self._of_clock(end, begin):
            end += 1
        if end == begin or self._tokens[begin].token is not Token.CLOCK:
            return False
        self._clocks(self._tokens[self._at : end])
        self._at = end
        return True

    def _of_clock(self, at: int, begin: int) -> bool:
        piece = self._tokens[at]
        if piece.token is Token.CLOCK:
            return True
        joins = piece.token is Token.DASH or phrase(self._tokens, at, _TO)
        following = at + 1 < len(self._tokens) and self._tokens[at + 1].token is Token.CLOCK
        return bool(at > begin and joins and following)

    def _clocks(self, tokens: Sequence[Piece]) -> None:
        found = [piece.text for piece in tokens if piece.token is Token.CLOCK]
        until = phrase(tokens, 0, _TO) and len(found) == 1
        if len(found) > 2 or self._entry.begins or (until and self._entry.ends):
            self._entry.left.append(joined(tokens))
        elif until:
            self._entry.ends = found[0]
        else:
            self._entry.begins, self._entry.ends = found[0], found[1] if len(found) == 2 else self._entry.ends
        rest = [p for p in tokens if p.token is Token.WORD and not phrase([p], 0, (*_AT, *_FROM, *_TO))]
        if rest:
            self._entry.left.append(joined(rest))

    def _kerb(self) -> bool:
        if self._at < self._named_from:
            return False
        for kerb, names in _KERBS:
            length = phrase(self._tokens, self._at, names)
            if length > 1 and kerb is Kerb.BOTH and phrase(self._tokens, self._at + length - 1, _ONE_SIDE):
                continue  # "đường Hoàng Diệu 2 lề phải": the number belongs to the name
            if length:
                self._set_kerb(kerb, joined(self._tokens[self._at : self._at + length]))
                self._at += length
                return True
        return False

    def _set_kerb(self, kerb: Kerb, said: str) -> None:
        if self._entry.kerb not in (None, kerb):
            self._entry.left.append(said)
        else:
            self._entry.kerb = kerb

    def _landmark(self) -> bool:
        if self._at <= self._named_from - 1 or not self._texts["name"]:
            return False
        for bucket, words in (("start", _FROM), ("end", _TO)):
            if not self._texts[bucket] and self._bucket != bucket and _is_keyword(self._tokens, self._at, 0, words):
                self._bucket = bucket
                self._at += 1
                return True
        return False
