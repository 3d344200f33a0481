"""Chooses the lines of each area that fit in the wall's left column."""

from collections.abc import Sequence

# In heights of a line. Measured at 1920×1080: column 1,020 px, line 55.7 px, heading with the least gap below a section
# 30 px. Larger walls scale all of them.
ROOM = 18.0
HEADING = 0.5

Place = tuple[int, int]


def room(sections: Sequence[Sequence[bool]]) -> frozenset[Place]:
    """The (area, line) pairs to show. ``sections``: for each area in wall order, whether each line is out of bounds.

    Lines out of bounds come first, then the first line of each area, then the second of each, until the column is
    full. When not even one line per area fits, areas without a line out of bounds are left out first.
    """
    most = int(ROOM / (1 + HEADING))
    by_need = sorted(range(len(sections)), key=lambda area: (not any(sections[area]), area))
    # The line that names the omitted areas needs the height of a heading.
    kept = by_need if len(by_need) <= most else by_need[: most - 1]
    lines = int(ROOM - HEADING * (len(kept) + (len(kept) < len(by_need))))
    wanted = [(not urgent, line, area) for area in kept for line, urgent in enumerate(sections[area])]
    return frozenset((area, line) for _, line, area in sorted(wanted)[:lines])
