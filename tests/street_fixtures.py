"""Street graphs made for tests: straight segments given in metres east and north of 0° N, 0° E."""

import numpy as np

from streets.graph import E7, EARTH_M, StreetGraph

Place = tuple[float, float]
DEGREE_M = np.radians(EARTH_M)
BLOCK_M = 100.0
SIZE = 6


def places(*metres: Place) -> np.ndarray:
    """Longitude and latitude of places in metres east and north of 0, 0."""
    return np.array(metres, float).reshape(-1, 2) / DEGREE_M


def graph(
    streets: list[tuple[Place, Place]], one_way: frozenset[int] = frozenset(), kind: tuple[int, ...] = ()
) -> StreetGraph:
    """Straight segments between places in metres; ``kind`` 0 is primary, 1 residential."""
    nodes = sorted({end for street in streets for end in street})
    at = {node: i for i, node in enumerate(nodes)}
    lon, lat = places(*nodes).T
    count = len(streets)
    return StreetGraph(
        node_lon=lon,
        node_lat=lat,
        node_part=np.zeros(len(nodes), np.int64),
        start=np.array([at[a] for a, _ in streets]),
        end=np.array([at[b] for _, b in streets]),
        length_m=np.array([np.hypot(b[0] - a[0], b[1] - a[1]) for a, b in streets]),
        one_way=np.array([i in one_way for i in range(count)]),
        way=np.arange(count),
        name=np.zeros(count, np.int64),
        kind=np.array(kind or (0,) * count, np.int64),
        offset=np.arange(0, 2 * count + 1, 2),
        points=np.rint(places(*[end for street in streets for end in street]) * E7).astype(np.int32),
        names=np.array([""]),
        kinds=np.array(["primary", "residential"]),
    )


def town() -> StreetGraph:
    """A grid of 6 × 6 junctions, 100 m apart: segments 0–29 run east, row by row, 30–59 north, column by column."""
    lines, steps = [i * BLOCK_M for i in range(SIZE)], [i * BLOCK_M for i in range(SIZE - 1)]
    east = [((x, y), (x + BLOCK_M, y)) for y in lines for x in steps]
    north = [((x, y), (x, y + BLOCK_M)) for x in lines for y in steps]
    return graph(east + north)
