"""Which areas share a page of the wall's left column; pure, the same for the same figures."""

from collections.abc import Sequence

# At 1920×1080 the column is 1,020 px high; an area takes 240 px: heading, two cards, a row of small figures.
PAGE_AREAS = 4
# On several screens what would lie on a seam moves down, which takes up to 30 px a seam.
TILED_AREAS = 3
AREA_CARDS = 2


def pages(urgent: Sequence[bool], room: int = PAGE_AREAS) -> list[list[int]]:
    """The areas (by number, in wall order) of each page with ``room`` for some, by whether one is out of bounds.

    All on one page when they fit. Otherwise what is urgent comes first, so that the first page shows it, and each page
    keeps the wall's order within itself.
    """
    order = range(len(urgent))
    if len(urgent) > room:
        order_by_need = sorted(order, key=lambda area: (not urgent[area], area))
        return [sorted(order_by_need[i : i + room]) for i in range(0, len(urgent), room)]
    return [list(order)] if urgent else []
