"""Number formatting in Vietnamese (88,9) and English (88.9); no other module formats numbers."""

from functools import lru_cache

from babel.numbers import format_compact_decimal, format_decimal

from domain.text import Language

UNKNOWN = "—"
_COMPACT_FROM = 10_000_000


@lru_cache(maxsize=8192)
def number(value: float | None, decimals: int, language: Language) -> str:
    """88,9 · 27.200 · 12,5 triệu; None is "—", never 0. Numbers from ten million on are written in millions.

    Cached: babel parses the locale's rules for each number, which took a tenth of a web worker's time.
    """
    if value is None:
        return UNKNOWN
    if abs(value) >= _COMPACT_FROM:
        return format_compact_decimal(value, format_type="long", locale=language, fraction_digits=1)
    return format_decimal(value, format="#,##0" + ("." + "0" * decimals if decimals else ""), locale=language)


def trimmed(value: float | None, decimals: int, language: Language) -> str:
    """A `number` without decimals when it is whole: 80 · 88,9."""
    return number(value, 0 if value is not None and value % 1 == 0 else decimals, language)


def signed(value: float, decimals: int, language: Language) -> str:
    """+1,2 · −0,4 · 0: a difference, with a real minus sign."""
    text = number(abs(value), decimals, language)
    if not any(c in "123456789" for c in text):
        return text
    return ("+" if value > 0 else "\u2212") + text


def with_unit(text: str, unit: str) -> str:
    """A number's text with its unit: 88,9% · 27.200 hộ."""
    return text + (unit if unit == "%" else f" {unit}")


def percent(share: float | None, decimals: int, language: Language) -> str:
    """Share 0..1 as 88,9%; None is "—"."""
    return UNKNOWN if share is None else number(share * 100, decimals, language) + "%"
