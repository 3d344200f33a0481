"""The words of a page, as a person reads them."""

import re
from html import unescape


def words_of(markup: str) -> str:
    """The text of ``markup`` without its elements, which only say how it is drawn."""
    return unescape(re.sub(r"<[^>]+>", "", markup))
