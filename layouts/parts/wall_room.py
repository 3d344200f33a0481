"""Which lines of which areas find room in the wall's left column; pure, the same for the same figures."""

from collections.abc import Sequence

# Measured at 1920×1080, where the column is 1,020 px high, in heights of a line: 55.7 px; a heading and the least gap
# below a section take 30 px. Larger walls scale everything.
ROOM = 18.0
HEADING = 0.5

Place = tuple[int, int]


def room(sections: Sequence[Sequence[bool]]) -> frozenset[Place]:
    """The (area, line) that are shown, from whether each line of each area is out of bounds; areas in wall order.

    Lines out of bounds come first, then the first line of each area, then the second of each, until the column is
    full. Areas beyond the room of one line each are left out, those with a line out of bounds last.
    """
    most = int(ROOM / (1 + HEADING))
    by_need = sorted(range(len(sections)), key=lambda area: (not any(sections[area]), area))
    # The line that counts the areas left out takes a heading's place.
    kept = by_need if len(by_need) <= most else by_need[: most - 1]
    lines = int(ROOM - HEADING * (len(kept) + (len(kept) < len(by_need))))
    wanted = [(not urgent, line, area) for area in kept for line, urgent in enumerate(sections[area])]
    return frozenset((area, line) for _, line, area in sorted(wanted)[:lines])
