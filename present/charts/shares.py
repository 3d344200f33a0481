"""Parts of a whole as one stacked bar: lengths of streets by state, files by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.numbers import with_unit
from domain.text import Language
from present import formats
from present.text import words


@dataclass(frozen=True, slots=True)
class Amount:
    """One part: its kind (its class in the style sheet), its words, its amount."""

    kind: str
    words: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of a whole: ``begin`` and ``share`` are 0..1 of the bar, ``value`` its amount in words."""

    kind: str
    words: str
    amount: float
    value: str
    percent: str
    begin: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Parts that make a whole; ``why`` says why there are none."""

    title: str
    said: str
    total: str
    why: str
    parts: tuple[Slice, ...]
    simulated: bool

    @property
    def drawn(self) -> str:
        """The bar as ``data-shares`` says it."""
        return "|".join(f"{one.kind} {one.share:.5f}" for one in self.parts)


def shares(
    title: str, parts: Sequence[Amount], unit: str, decimals: int, language: Language, *, simulated: bool = False
) -> Shares:
    """``parts`` in their order, those of nothing left out. Raises ValueError for an amount below zero."""
    _ = words(language)
    if any(part.amount < 0 for part in parts):
        raise ValueError(f"a part is less than nothing: {parts}")
    whole = sum(part.amount for part in parts)
    if not whole:
        why = _("Không có gì để chia phần.")
        return Shares(title=title, said=f"{title}: {why}", total="", why=why, parts=(), simulated=simulated)
    found, begin = [], 0.0
    for part in parts:
        if not part.amount:
            continue
        share = part.amount / whole
        value = with_unit(formats.number(part.amount, decimals, language), unit)
        percent = _percent(share, language)
        found.append(
            Slice(
                kind=part.kind,
                words=part.words,
                amount=part.amount,
                value=value,
                percent=percent,
                begin=begin,
                share=share,
            )
        )
        begin += share
    total = with_unit(formats.number(whole, decimals, language), unit)
    each = ", ".join(f"{one.words} {one.value} ({one.percent})" for one in found)
    said = _("{title}, tổng {total}: {each}").format(title=title, total=total, each=each)
    return Shares(title=title, said=said + ".", total=total, why="", parts=tuple(found), simulated=simulated)


def _percent(share: float, language: Language) -> str:
    """A share of something is never said to be none or all."""
    if share < 0.0005:
        return "<" + formats.percent(0.001, 1, language)
    if 0.9995 <= share < 1:
        return ">" + formats.percent(0.999, 1, language)
    return formats.percent(share, 1, language)
