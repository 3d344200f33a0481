"""Removes number plates and telephone numbers from the plan's free text before the public sees it."""

import re

_BLOT = "…"
# 62C-012.34, 62C1 2345, 51LD-123.45; 0272 3826 666, +84 912 345 678.
_PLATE = re.compile(
    r"(?<!\w)\d{2} ?-?[A-ZĐ]{1,2}\d?[ .-]{0,3}(?:\d{3}[. ]?\d{2}|\d{2}[. ]\d{3}|\d{4})(?!\w)", re.IGNORECASE
)
_PHONE = re.compile(r"(?<!\d)(?:\+84|0)(?:[\s.-]?\d){9,10}(?!\d)")


def public(text: str) -> str:
    """``text`` without number plates and telephone numbers."""
    return _PHONE.sub(_BLOT, _PLATE.sub(_BLOT, text))
