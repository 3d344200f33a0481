"""Words on screen: Vietnamese is the message id, English comes from locales/en/LC_MESSAGES/ioc.po."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from domain.text import Language

CATALOGUE = Path(__file__).parent.parent / "locales" / "en" / "LC_MESSAGES" / "ioc.po"

Words = Callable[[str], str]


@cache
def english() -> dict[str, str]:
    """The English catalogue as {Vietnamese: English}; read once, on first use."""
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}


def words(language: Language) -> Words:
    """The translator of ``language``; an unknown message stays Vietnamese rather than vanish."""
    if language == "vi":
        return lambda message: message
    catalogue = english()
    return lambda message: catalogue.get(message, message)
