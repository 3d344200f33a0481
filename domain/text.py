"""Text for people, in both languages of the product."""

from typing import Literal, NamedTuple
from unicodedata import normalize

Language = Literal["vi", "en"]


class Text(NamedTuple):
    """One message in Vietnamese and English."""

    vi: str
    en: str

    def to(self, language: Language) -> str:
        """The message in ``language``."""
        return self.vi if language == "vi" else self.en

    def filled(self, **told: object) -> "Text":
        """Both languages with each ``{name}`` replaced by its value in ``told``."""
        return Text(self.vi.format(**told), self.en.format(**told))


def folded(name: str) -> str:
    """A name as headings are compared: composed letters, lower case, single blanks."""
    return " ".join(normalize("NFC", name).casefold().split())
