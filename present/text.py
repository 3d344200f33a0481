"""Words on screen: Vietnamese is the message id, English comes from locales/en/LC_MESSAGES/ioc.po."""

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.text import Language

CATALOGUE = Path(__file__).parent.parent / "locales" / "en" / "LC_MESSAGES" / "ioc.po"


@dataclass(frozen=True, slots=True)
class Words:
    """The translator of one language; an unknown message stays Vietnamese rather than vanish."""

    told: NullTranslations

    def __call__(self, message: str) -> str:
        """The message in this language."""
        return self.told.gettext(message)

    def ngettext(self, message: str, n: int) -> str:
        """The message in the form for ``n`` things; Vietnamese nouns have one form."""
        return self.told.ngettext(message, message, n)


@cache
def english() -> Catalog:
    """The English catalogue; read once, on first use."""
    with CATALOGUE.open("rb") as file:
        return read_po(file)


@cache
def words(language: Language) -> Words:
    """The translator of ``language``."""
    if language == "vi":
        return Words(NullTranslations())
    compiled = BytesIO()
    write_mo(compiled, english())
    compiled.seek(0)
    return Words(GNUTranslations(compiled))
