"""Kinds of figures in words, with the marks ✎ and ≈ that stand for them elsewhere."""

from collections.abc import Collection

from domain.observation import Kind
from domain.text import Language, Text

KINDS = {
    Kind.MEASURED: Text("đo", "measured"),
    Kind.DECLARED: Text("✎ khai báo", "✎ declared"),
    Kind.ESTIMATED: Text("≈ ước tính", "≈ estimated"),
    Kind.SIMULATED: Text("mô phỏng", "simulated"),
}


def kinds_in_words(kinds: Collection[Kind], language: Language) -> str:
    """All of ``kinds``, e.g. "đo, ✎ khai báo"."""
    return ", ".join(word.to(language) for kind, word in KINDS.items() if kind in kinds)
