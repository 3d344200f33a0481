"""Assembles water surfaces from rings of ways, whole or in parts, and cuts them at the edge of the box."""

from collections.abc import Collection, Iterator, Sequence

import shapely

from data_sources.places.osm.cut import EVERYWHERE, Point, degrees, known, window
from data_sources.places.osm.ways import Group, OsmFile, Told
from domain.places.map_layer import Box


def surfaces(
    file: OsmFile, groups: Collection[Group], box: Box, told: Told
) -> Iterator[tuple[Group, list[shapely.Polygon]]]:
    """Each multipolygon that reaches into the box, and its part inside; call it after ``file.ways``.

    Two passes: the first finds the groups with a way in the box, so that memory holds only their points.
    """
    members = {way for group in groups for way in group.ways}
    near = {line.id for line in file.ways_of(members, window(box), lambda share: told(share / 2))}
    wanted = [group for group in groups if near.intersection(group.ways)]
    needed = {way for group in wanted for way in group.ways}
    lines = {line.id: line.points for line in file.ways_of(needed, EVERYWHERE, lambda share: told((1 + share) / 2))}
    for group in wanted:
        yield group, surface([lines[way] for way in group.ways if way in lines], box)


def surface(lines: Sequence[Sequence[Point]], box: Box) -> list[shapely.Polygon]:
    """The polygons that these lines enclose, inner rings as holes, within the box; none when no ring closes.

    Rings nest by position (shapely.build_area), not by the roles in the file, which are often wrong; a self-crossing
    line encloses both sides of the crossing.
    """
    whole = [degrees(line) for line in lines if len(line) > 1 and all(map(known, line))]
    crossed = shapely.unary_union(shapely.MultiLineString(whole))
    area = shapely.build_area(crossed)
    within = shapely.clip_by_rect(area, *box)
    return [part for part in shapely.get_parts(within) if isinstance(part, shapely.Polygon) and not part.is_empty]
