"""The map as SVG from the server: for screens without WebGL, for telephones, and small beside the live map."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import chain, combinations, groupby, pairwise
from math import cos, radians
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, linestrings
from shapely.geometry import box as rectangle
from shapely.geometry import shape

from domain.places.map_layer import Box
from domain.places.signal_map import SignalMap
from domain.text import Language
from present.map.ground import MAJOR, GeoJson, Ground, Named
from present.wire import MARKERS

Point = tuple[float, float]

WIDTH = 1000.0
MARGIN = 0.02
LETTER, LINE = 0.58, 1.2
"""A letter's mean width and a line's height, in font sizes."""
APART = 0.5
"""The least gap between two names side by side, in font sizes: closer ones are read as one."""
NAME_SIZES = (17.0, 24.0, 34.0, 48.0)
"""Sizes of names in thousandths of the picture's width; styles/40-map.css shows those that can be read at its width."""
DESK = 2.6
"""How many times wider than high a desk shows streets: a drawing that is less wide stands small in its middle."""
AT_DESKS = 2
"""How many of the sizes of names are a desk's; a telephone shows the others, and a map as wide as high."""
LINE_LETTERS = 11
"""Longer names take two lines, as on the live map."""
CELL_SIZE, CELL_HIGH = 19.0, 1.05
"""Names of cells have this size, the largest at which each has room, and so many lines as are that many cells high."""
STEPS = 16
"""How far a name moves off the streets, in halves of its letters' size."""
MARK = "M0-16L16 0L0 16L-16 0Z"
ORDER = ("due", "unknown", "served", "passed", "missed")
"""States of streets as they are drawn: what needs somebody lies on top."""
HATCH = (
    '<pattern id="ioc-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0V8" class="ioc-hatch"/></pattern>'
)
_OUTLINES = "".join(f'<path id="ioc-marker-{name}" class="ioc-marker" d="{d}"/>' for name, d in MARKERS.items())
DEFINED = f"<defs>{HATCH}{_OUTLINES}</defs>"
"""What shapes of a drawing name by id."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A vehicle: where it is, its shape by name, how far that is turned clockwise, how alive (live, ageing, silent)."""

    at: Point
    shape: str
    turned_deg: float
    state: str


@dataclass(frozen=True, slots=True)
class Moving:
    """What lies above the ground, in degrees: vehicles, and open alarms with their tone."""

    vehicles: Sequence["Marker"] = ()
    marks: Sequence[tuple[Point, str]] = ()


class Drawing:
    """A box of degrees on a canvas 1000 wide: x is longitude × cos(middle latitude), y is −latitude, both × scale.

    ``cell_deg`` is the distance of one cell to the next: each has room for its own name.
    """

    def __init__(self, box: Box, cell_deg: float = 0.0) -> None:
        west, south, east, north = box
        self.latitude = (south + north) / 2
        self._across = cos(radians(self.latitude))
        self.scale = WIDTH / ((east - west) * self._across)
        self._cell = cell_deg * self._across * self.scale
        left, top = self.at((west, north))
        right, bottom = self.at((east, south))
        margin = MARGIN * WIDTH
        self.view = (left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin)

    def at(self, point: Sequence[float]) -> Point:
        """Degrees (longitude, latitude) → x, y."""
        return point[0] * self._across * self.scale, -point[1] * self.scale

    def placed(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same of many: an array (n, 2)."""
        return points * (self._across * self.scale, -self.scale)

    def lines(self, label: Named, size: float) -> list[str]:
        """The name in as few lines as have room, each of about equal length; beside vehicles it stands in one."""
        name = label.short
        if not self._cell or label.aside:
            return _wrapped(name, 1 if len(name) <= LINE_LETTERS else 2)
        letters = (self._cell - APART * size) / (LETTER * size)
        most = max(2, int(CELL_HIGH * self._cell / (LINE * size)))
        tried = [_wrapped(name, count) for count in range(1, most + 1)]
        return next((lines for lines in tried if max(map(len, lines)) <= letters), tried[-1])

    def path(self, lines: Iterable[Sequence[Sequence[float]]], end: str) -> str:
        """Lines of degrees as path data; ``end`` "Z" closes each."""
        return "".join("M" + "L".join("{:.1f},{:.1f}".format(*self.at(p)) for p in line) + end for line in lines)


@dataclass(frozen=True, slots=True)
class _Still:
    """What stays the same in a province's picture: places by code (before and after their colour), lines, names."""

    drawing: Drawing
    places: Mapping[str, tuple[str, str]]
    lines: Sequence[str]
    names: Sequence[str]


@lru_cache(maxsize=8)
def _still(ground: Ground, sizes: tuple[float, ...], *, moving: bool) -> _Still:
    """``moving``: vehicles are drawn above, and the names of cells stand beside their way."""
    drawing = Drawing(ground.province, 0.0 if ground.units else ground.cell_deg)
    names = {label.code: f"<title>{escape(label.name)}</title>" for label in ground.labels}
    lines = [
        f'<path class="ioc-district" d="{drawing.path(_rings(geometry), "Z")}"/>'
        for geometry in ground.district_shapes.values()
    ]
    return _Still(
        drawing,
        {code: _place(code, geometry, drawing, names.get(code, "")) for code, geometry in ground.shapes.items()},
        lines,
        list(_names(ground.labels if moving else ground.middles, drawing, sizes)),
    )


def province_svg(
    ground: Ground,
    language: Language,
    title: str,
    *,
    sizes: Sequence[float] = NAME_SIZES,
    classes: Mapping[str, int] | None = None,
    moving: Moving | None = None,
    signal: SignalMap | None = None,
) -> str:
    """Every commune as a group `data-place`, with its name where there is room; credits in `data-credits`.

    ``classes`` colours places by code and hatches the others; None leaves colouring to the page. ``moving`` is drawn
    above them; None for a drawing of figures only. ``signal`` is a carrier's area, drawn over borders alone: hexagons
    do not lie where it does.
    """
    if sizes and moving is None and not ground.units:
        sizes = (CELL_SIZE, *sizes[1:])
    still = _still(ground, tuple(sizes), moving=moving is not None)
    told = {code: "" if classes is None else f' data-class="{classes.get(code, "none")}"' for code in still.places}
    places = [f"{head}{told[code]}{rest}" for code, (head, rest) in still.places.items()]
    # Where vehicles move, a picture of their streets stands beside this one.
    credits = ground.credits(language, streets=moving is not None)
    moved = [] if moving is None else [_moving(still.drawing, moving)]
    area = [] if signal is None or not ground.units else [_signal(signal, still.drawing)]
    # Names come after all that would cover them: neighbours, marks of alarms.
    shapes = [*places, *area, *still.lines, *moved, *still.names]
    kind = "province" if ground.units else "province ioc-svg--cells"
    return _svg(still.drawing, kind, title, (credits, ground.gap(language)), shapes)


def streets_svg(
    ground: Ground,
    language: Language,
    title: str,
    *,
    sizes: Sequence[float] = NAME_SIZES,
    moving: Moving | None = None,
    judged: Sequence[tuple[str, Sequence[Point]]] = (),
    box: Box | None = None,
) -> str:
    """The vehicle map: borders, streets (imported, or the demonstration's), names, vehicles.

    ``judged`` are the day's streets, each with what became of it. ``box`` is in degrees, None where vehicles are; the
    drawing tells it, so that scripts ask for the same one again. `NAME_SIZES` are larger where a desk's map is too low.
    """
    told = "" if box is None else f'data-box="{",".join(f"{at:.5f}" for at in box)}" '
    box = box or ground.fleet
    drawing = Drawing(box)
    if sizes == NAME_SIZES:
        grown = max(1.0, DESK * drawing.view[3] / drawing.view[2])
        sizes = [size * grown for size in NAME_SIZES[:AT_DESKS]] + list(NAME_SIZES[AT_DESKS:])
        told += f'style="--grown:{grown:.2f}" '
    # Hexagons stand beside their places: under streets they would tell something untrue.
    places = ground.shapes if ground.units else {}
    shapes = [
        "".join(_place(code, geometry, drawing, ""))
        for code, geometry in places.items()
        if _overlap(shape(geometry).bounds, box)
    ]
    lines = [feature["geometry"]["coordinates"] for feature in ground.demo["features"]] if ground.demo else []
    shapes += [f'<path class="ioc-street" d="{drawing.path([line], "")}"/>' for line in lines]
    # One path a class, small streets first so that main streets lie on top.
    for kind, group in groupby(reversed(ground.lines), key=attrgetter("kind")):
        look = "ioc-street ioc-street--major" if kind in MAJOR else "ioc-street"
        shapes.append(f'<path class="{look}" d="{drawing.path([line.points.tolist() for line in group], "")}"/>')
    inside = [label for label in ground.seats or ground.labels if _inside(label.at, box)]
    shapes += [f'<g data-collection="">{_judged(drawing, judged)}</g>', _moving(drawing, moving or Moving())]
    shapes += _names(inside, drawing, sizes, [*lines, *(points for _state, points in judged)])
    return _svg(drawing, "streets", title, (ground.credits(language, close=True), ""), shapes, told)


def _place(code: str, geometry: GeoJson, drawing: Drawing, name: str) -> tuple[str, str]:
    """A place's group, before and after the attribute that colours it."""
    path = drawing.path(_rings(geometry), "Z")
    return f'<g class="ioc-place" data-place="{escape(code)}"', f'>{name}<path d="{path}"/></g>'


def _signal(signal: SignalMap, drawing: Drawing) -> str:
    paths = (
        f'<path class="ioc-signal ioc-signal--{name}" fill-rule="evenodd" d="{drawing.path(_rings(geometry), "Z")}"/>'
        for name, geometry in (("covered", signal.covered), ("gap", signal.gap))
    )
    return f'<g data-signal="{escape(signal.key)}">{"".join(paths)}</g>'


def _moving(drawing: Drawing, moving: Moving) -> str:
    """The groups of vehicles and of alarm marks; assets/scripts/map/55-map-svg.js fills them by the same arithmetic.

    It reads `data-lat0` and `data-scale`.
    """
    vehicles = "".join(_vehicle(one, drawing) for one in moving.vehicles)
    rings = "".join(_mark(at, tone, drawing) for at, tone in moving.marks)
    measures = f'data-lat0="{drawing.latitude:.6f}" data-scale="{drawing.scale:.3f}"'
    return f'<g data-vehicles="" {measures}>{vehicles}</g><g data-marks="" {measures}>{rings}</g>'


def _judged(drawing: Drawing, judged: Iterable[tuple[str, Sequence[Point]]]) -> str:
    """A path a state. Of a street that several runs serve the state shows that lies on top; a unit is enough detail."""
    shown: dict[str, str] = {}
    for state, line in judged:
        if len(line) > 1:
            path = "M" + "L".join("{:.0f},{:.0f}".format(*drawing.at(point)) for point in line)
            shown[path] = max(state, shown.get(path, state), key=ORDER.index)
    lines = {state: "".join(path for path, top in shown.items() if top == state) for state in ORDER}
    return "".join(
        f'<path class="ioc-judged ioc-judged--{state}" d="{lines[state]}"/>' for state in ORDER if lines[state]
    )


def _mark(at: Point, tone: str, drawing: Drawing) -> str:
    x, y = drawing.at(at)
    return f'<path d="{MARK}" transform="translate({x:.1f} {y:.1f})" data-tone="{escape(tone)}"/>'


def _vehicle(one: Marker, drawing: Drawing) -> str:
    x, y = drawing.at(one.at)
    turned = f" rotate({one.turned_deg:.0f})" if one.turned_deg else ""
    placed = f'transform="translate({x:.1f} {y:.1f}){turned}"'
    return f'<use href="#ioc-marker-{one.shape}" {placed} data-state="{one.state}"/>'


def _rings(geometry: GeoJson) -> Iterator[Sequence[Sequence[float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield from polygon


def _names(
    labels: Sequence[Named], drawing: Drawing, sizes: Sequence[float], lines: Sequence[Sequence[Point]] = ()
) -> Iterator[str]:
    """A group of names for each size: the larger the letters, the fewer have room. The first is shown without CSS."""
    tree = _tree([line for line in lines if len(line) > 1], drawing)
    for number, size in enumerate(sizes):
        named = _off(_with_room(labels, drawing, size), drawing, size, tree)
        texts = "".join(_label(label, drawing, size) for label in named)
        others = ' display="none"' if number else ""
        look = f"ioc-names ioc-names--{number}" if len(sizes) > 1 else "ioc-names"
        if named:
            yield f'<g class="{look}" dominant-baseline="central" font-size="{size:.0f}"{others}>{texts}</g>'


def _tree(lines: Sequence[Sequence[Point]], drawing: Drawing) -> STRtree:
    """The lines on the canvas, made in one call: a day's streets are thousands."""
    if not lines:
        return STRtree([])
    points = np.array(list(chain.from_iterable(lines)), np.float64)
    of_line = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    return STRtree(linestrings(drawing.placed(points), indices=of_line))


def _with_room(labels: Iterable[Named], drawing: Drawing, size: float) -> list[Named]:
    """The labels that are apart from every earlier label."""
    kept: list[Named] = []
    taken: list[Box] = []
    for label in labels:
        left, top, right, bottom = _room(label, drawing, size)
        if not any(_overlap((left - APART * size, top, right + APART * size, bottom), other) for other in taken):
            kept.append(label)
            taken.append((left, top, right, bottom))
    return kept


def _off(labels: Sequence[Named], drawing: Drawing, size: float, tree: STRtree) -> list[Named]:
    """The labels moved up or down until they cover no line of ``tree``; one that finds no room nearby is left out.

    Close up a town fills the picture: its name would lie on what became of its streets.
    """
    _, top, _, high = drawing.view
    moved: list[Named] = []
    for label in labels:
        taken = [_room(other, drawing, size) for other in moved]
        for step in sorted(range(-STEPS, STEPS + 1), key=abs):
            lon, lat = label.at
            tried = replace(label, at=(lon, lat + step * size / 2 / drawing.scale))
            room = _room(tried, drawing, size)
            free = room[1] >= top and room[3] <= top + high and not any(_overlap(room, other) for other in taken)
            if free and not len(tree.query(rectangle(*room), predicate="intersects")):
                moved.append(tried)
                break
        else:
            moved += [] if len(tree) else [label]
    return moved


def _room(label: Named, drawing: Drawing, size: float) -> Box:
    """The box that the name covers, moved inwards where it would leave the drawing."""
    x, y = drawing.at(label.at)
    lines = drawing.lines(label, size)
    wide = max(map(len, lines)) * LETTER * size / 2
    high = len(lines) * LINE * size / 2
    left, _, across, _ = drawing.view
    x = min(max(x, left + wide), left + across - wide)
    return x - wide, y - high, x + wide, y + high


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _inside(point: Point, box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _wrapped(name: str, count: int) -> list[str]:
    """The name in ``count`` lines, or in one for each word, so that the longest line is as short as can be."""
    words = name.split()
    cuts = combinations(range(1, len(words)), min(count, len(words)) - 1)
    every = [[" ".join(words[a:b]) for a, b in pairwise((0, *cut, len(words)))] for cut in cuts]
    return min(every, key=lambda lines: max(map(len, lines)))


def _label(label: Named, drawing: Drawing, size: float) -> str:
    left, top, right, bottom = _room(label, drawing, size)
    x, y = (left + right) / 2, (top + bottom) / 2
    lines = drawing.lines(label, size)
    first = y - LINE * size / 2 * (len(lines) - 1)
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{first + LINE * size * i:.1f}">{escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    return f"<text>{spans}</text>"


def _svg(
    drawing: Drawing, kind: str, title: str, said: tuple[Sequence[str], str], shapes: Iterable[str], more: str = ""
) -> str:
    numbers = " ".join(f"{n:.1f}" for n in drawing.view)
    told = f'{more}data-credits="{escape(" · ".join(said[0]))}" data-gap="{escape(said[1])}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ioc-svg ioc-svg--{kind}" viewBox="{numbers}" role="img" '
        f"{told}><title>{escape(title)}</title>{DEFINED}{''.join(shapes)}</svg>"
    )
