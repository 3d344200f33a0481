"""What is read as one and never broken across lines: a plate, a number with its unit, hours from and to.

Scripts part what they write by the same pattern: scripts/docs writes it into assets/scripts/05-contract.js.
"""

import re
from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

_PLAIN = frozenset(("Bdi", "Option", "Textarea", "Time", "Title"))
_UNITS = (
    "km/h|km|m|kg|tấn|t|giây|phút|giờ|ngày|tháng|năm|điểm|xã|xe|người|hộ|đường|thay đổi|"
    "seconds?|minutes?|hours?|days?|months?|years?|points?|communes?|vehicles?|people|households?|streets?|changes?"
)
_HOUR = r"\d{1,2}:\d\d"
# In a syntax that Python and JavaScript share; JavaScript's \b takes a letter with a mark for the end of a word.
WHOLE = rf"\b[A-Z\d]{{2,4}}-\d[\d.]*\d|{_HOUR}–{_HOUR}|\d[\d.,]* (?:{_UNITS})(?![A-Za-zÀ-ỹ\d])"
_ONE = re.compile(WHOLE)


def parted(kind: str, props: Iterable[str]) -> bool:
    """Whether text in an element may be parted: not in one that scripts write into, which carries data for them."""
    return kind not in _PLAIN and not any(name.startswith("data-") and name != "data-head" for name in props)


def whole(text: str) -> str | Component:
    """``text``, with elements around what is one where lines could break it; no element parts its letters otherwise.

    A browser breaks a line after a hyphen, a dash and a space, whatever they join.
    """
    found = list(_ONE.finditer(text))
    if not found:
        return text
    parts: list[str | Component] = []
    end = 0
    for one in found:
        parts += [text[end : one.start()], html.Bdi(one[0], className="ioc-whole")]
        end = one.end()
    parts.append(text[end:])
    kept = [part for part in parts if part != ""]
    return kept[0] if len(kept) == 1 else html.Bdi(kept)
