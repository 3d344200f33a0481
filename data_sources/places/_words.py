"""Fills values into the import's messages, and shortens lists of names."""

from collections.abc import Iterable

from domain.places.map_layer import ImportRefusedError
from domain.reason import Reason
from domain.text import Text

_NAMED = 5
_CHARS = 80


def filled(words: Text, **told: object) -> Text:
    """Both languages of ``words`` with each ``{name}`` replaced by its value in ``told``."""
    return Text(words.vi.format(**told), words.en.format(**told))


def refused(reason: str, words: Text, *also: Text, **told: object) -> ImportRefusedError:
    """The refusal with these words filled in, followed by ``also``."""
    said = (filled(words, **told), *also)
    return ImportRefusedError(reason, Text(" ".join(t.vi for t in said), " ".join(t.en for t in said)))


def legacy_encoding(example: str = "") -> ImportRefusedError:
    """The refusal of names in TCVN3, VNI or misread UTF-8, with one example."""
    reason, shown = Reason.LEGACY_ENCODING, f": “{example[:_CHARS]}”" if example else ""
    words = Text(f"Tên trong tệp dùng {reason.value.vi}{shown}.", f"Names in the file: {reason.value.en}{shown}.")
    return ImportRefusedError(reason.code, words)


def listed(names: Iterable[str]) -> str:
    """The first five names and the number of others, for either language."""
    shown = [name[:_CHARS] for name in names]
    more = f" (+{len(shown) - _NAMED})" if len(shown) > _NAMED else ""
    return ", ".join(shown[:_NAMED]) + more
