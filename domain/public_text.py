"""Free text that people wrote, without the number plates, telephone and identity numbers in it."""

import re
from typing import NewType

PublicText = NewType("PublicText", str)
"""Text that the public may see. Only `public` makes it."""

_BLOT = "…"
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# One character for one, so that what is found in the folded text lies at the same place in the written one.
_FOLDED = str.maketrans(
    {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-")
    | dict.fromkeys("\u00b7\u2022\u2024\u2027\u3002\u30fb", ".")
    | dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000\t\n\r", " ")
)
# 62C-012.34, 62C1 2345, 51LD-123.45, 62-C 01234.
_PLATE = re.compile(
    r"(?<!\w)\d{2}[ .-]{0,3}[A-ZĐ]{1,2}\d?[ .-]{0,3}(?:\d{3}[ .-]?\d{2}|\d{2}[ .-]\d{3}|\d{4})(?!\w)", re.IGNORECASE
)
# 0272 3826 666, (0912) 345 678, +84 (0)912 345 678, 84 912 345 678; identity numbers have 12 digits from 0 on.
_NUMBER = re.compile(r"(?<![\d+])(?:\(?\+?\(?84\)?(?:[\s.()-]{0,2}\d){9,10}|\(?0(?:[\s.()-]{0,2}\d){9,11})(?!\d)")


def public(text: str) -> PublicText:
    """``text`` with each plate and number of a person as "…"."""
    return PublicText(_blotted(_blotted(_UNSEEN.sub("", text), _PLATE), _NUMBER))


def is_public(text: str) -> bool:
    """Whether `public` leaves ``text`` as it is, but for marks that nobody sees."""
    return public(text) == _UNSEEN.sub("", text)


def _blotted(text: str, wanted: re.Pattern[str]) -> str:
    """``text`` with what ``wanted`` finds in its folded form replaced."""
    kept, end = [], 0
    for found in wanted.finditer(text.translate(_FOLDED)):
        kept += [text[end : found.start()], _BLOT]
        end = found.end()
    return "".join([*kept, text[end:]])
