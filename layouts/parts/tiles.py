"""A wall of several screens: how many there are across and down, so that no letter lies on the seam between two."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.text import Text

MOST = 5
"""More screens across would be narrower than the wall's columns."""
ASKED = "tiles"
REFUSED = Text(
    "Lưới màn hình ghép “{given}” không dùng được. Hãy ghi số cột x số hàng, từ 1x1 đến {most}x{most}, ví dụ 3x2.",
    "The grid of screens “{given}” cannot be used. Write columns x rows, from 1x1 to {most}x{most}, for example 3x2.",
)
_GRID = re.compile(r"(\d{1,2})[x×](\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tiles:
    """Equal screens that show one page together."""

    across: int
    down: int

    @property
    def attributes(self) -> dict[str, str]:
        """What style sheet and script read of it."""
        return {"data-across": str(self.across), "data-down": str(self.down)}


ONE = Tiles(1, 1)


def tiles_of(query: Mapping[str, str]) -> Tiles | Text:
    """The grid that an address asks for (``?tiles=5x4``), one screen when it asks for none; else why not."""
    given = query.get(ASKED, "").strip()
    if not given:
        return ONE
    found = _GRID.fullmatch(given)
    if found is None or not all(1 <= int(side) <= MOST for side in found.groups()):
        return REFUSED.filled(given=given[:20], most=MOST)
    return Tiles(*(int(side) for side in found.groups()))
