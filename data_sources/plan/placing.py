"""Places a plan's street names as lines on the street graph, between landmarks that are other streets. Never guesses.

It places a stretch when its street matches one name of the graph and each landmark matches one junction with another
named street. Without landmarks the street must be one line from end to end, which continues the previous entry.
Everything else is a finding for people.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.finding import Finding, Problem
from domain.text import Text
from domain.vietnamese import Word, words_of
from domain.waste.plan import Kerb, PlannedStreet, Position, Route, Unit, distance_m
from streets.graph import StreetGraph

SAME_JUNCTION_M = 60.0
"""Junctions of the same two streets within this distance count as one: a divided road has two carriageways."""

_STREET_WORDS = (("duong",), ("pho",), ("dai", "lo"))
_CROSSING_WORDS = (
    ("nga", "ba"), ("nga", "tu"), ("nga", "nam"), ("vong", "xoay"), ("giao", "voi"), ("giao", "lo"), ("giao",),
    ("giap",), ("goc",), ("nut",), ("dau",), ("voi",), *_STREET_WORDS,
)  # fmt: skip
_ABBREVIATED = {"ql": ("quoc", "lo"), "dt": ("duong", "tinh"), "tl": ("tinh", "lo"), "hl": ("huong", "lo")}
_SIMPLIFIED = {("quoc", "lo"): "ql", ("duong", "tinh"): "dt", ("tinh", "lo"): "dt", ("huong", "lo"): "hl"}

_UNKNOWN = Text("mạng đường không có đường “{said}”.", "street “{said}” is not in the street network.")
_SEVERAL = Text("“{said}” có thể là: {names}; hãy ghi đủ dấu.", "“{said}” may mean: {names}; write it with marks.")
_NO_MARK = Text("“{name}”: mạng đường không có mốc “{said}”.", "“{name}”: landmark “{said}” is not in the network.")
_MARKS = Text(
    "“{name}” cắt “{said}” ở {count} nơi; chưa rõ là nơi nào.",
    "“{name}” meets “{said}” at {count} places; it is unclear which one is meant.",
)
_BRANCHED = Text(
    "“{name}”: chưa rõ điểm đầu, điểm cuối (đường rẽ nhánh hoặc đứt đoạn, hoặc thiếu một mốc).",
    "“{name}”: start and end are unclear (branches, gaps, or a landmark is missing).",
)
_NO_DIRECTION = Text(
    "“{name}”: chưa rõ chiều đi nên chưa rõ lề thu gom; hãy ghi điểm đầu và điểm cuối.",
    "“{name}”: the direction and so the kerb are unclear; give start and end.",
)
_NO_WAY = Text(
    "“{name}”: hai mốc không nối với nhau trên đường này.", "“{name}”: the landmarks are not connected along it."
)


@dataclass(frozen=True, slots=True)
class _NotPlacedError(Exception):
    problem: Problem
    words: Text


class Streets:
    """The street graph by name."""

    def __init__(self, graph: StreetGraph) -> None:
        self._graph = graph
        self._segments: dict[int, list[int]] = defaultdict(list)
        for segment, name in enumerate(graph.name.tolist()):
            if name:
                self._segments[name].append(segment)
        self._marked: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._bare: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for name in self._segments:
            words = words_of(str(graph.names[name]))
            self._marked[_key(words, marked=True)].append(name)
            self._bare[_key(words, marked=False)].append(name)

    def place(self, route: Route) -> tuple[Route, list[Finding]]:
        """The route with every possible street placed, and findings for the others; placed streets stay."""
        streets: list[PlannedStreet] = []
        findings: list[Finding] = []
        undirected: list[int] = []
        for at, street in enumerate(route.streets):
            if street.placed or street.unit is Unit.STOP:
                streets.append(street)
                continue
            try:
                streets.append(replace(street, points=self._line(street)))
                undirected += [] if street.start else [at]
            except _NotPlacedError as why:
                streets.append(street)
                findings.append(_finding(why.problem, why.words, route, street))
        for at in undirected:
            directed = _directed(streets, at)
            if directed is None and streets[at].kerb in (Kerb.LEFT, Kerb.RIGHT):
                words = _NO_DIRECTION.filled(name=streets[at].name)
                findings.append(_finding(Problem.AMBIGUOUS, words, route, streets[at]))
            streets[at] = directed or streets[at]
        return replace(route, streets=tuple(streets)), findings

    def _line(self, street: PlannedStreet) -> tuple[Position, ...]:
        names = self._named(street.name)
        if not names:
            raise _not_placed(Problem.NOT_PLACED, _UNKNOWN, said=street.name)
        ways = _ways(self._graph, [s for name in names for s in self._segments[name]])
        ends = [node for node, out in ways.items() if len(out) == 1]
        if street.start and street.end:
            start, end = self._junction(street.name, ways, street.start), self._junction(street.name, ways, street.end)
        elif not street.start and not street.end and len(ends) == 2:
            start, end = ends
        else:
            raise _not_placed(Problem.AMBIGUOUS, _BRANCHED, name=street.name)
        edges = _shortest(ways, start, end)
        if not edges:
            raise _not_placed(Problem.NOT_PLACED, _NO_WAY, name=street.name)
        return _points(self._graph, edges)

    def _named(self, said: str, *, crossing: bool = False) -> list[int]:
        """The graph's names that match a written one; AMBIGUOUS when it has no marks and several match."""
        words = words_of(said)
        marked = _key(words, marked=True, crossing=crossing)
        if found := self._marked.get(marked):
            return found
        if any(word.marked for word in _rest(words, crossing=crossing)):
            return []
        found = self._bare.get(_key(words, marked=False, crossing=crossing), [])
        kinds = {_key(words_of(str(self._graph.names[name])), marked=True) for name in found}
        if len(kinds) > 1:
            names = ", ".join(sorted({str(self._graph.names[name]) for name in found}))
            raise _not_placed(Problem.AMBIGUOUS, _SEVERAL, said=said, names=names)
        return found

    def _junction(self, name: str, ways: "_Ways", said: str) -> int:
        """The node of a landmark: where the street meets the street that the landmark names."""
        others = {node for other in self._named(said, crossing=True) for node in self._nodes(other)}
        meets = sorted(others & ways.keys())
        if not meets:
            raise _not_placed(Problem.NOT_PLACED, _NO_MARK, name=name, said=said)
        at = [(float(self._graph.node_lon[n]), float(self._graph.node_lat[n])) for n in meets]
        if any(distance_m(at[0], other) > SAME_JUNCTION_M for other in at[1:]):
            raise _not_placed(Problem.AMBIGUOUS, _MARKS, name=name, said=said, count=len(meets))
        return meets[0]

    def _nodes(self, name: int) -> Iterable[int]:
        segments = self._segments[name]
        return np.concatenate((self._graph.start[segments], self._graph.end[segments])).tolist()  # type: ignore[no-any-return]


_Ways = Mapping[int, Sequence[tuple[int, int, float]]]
"""Node → (edge, next node, metres) on one street, in both directions."""


def _rest(words: Sequence[Word], *, crossing: bool) -> Sequence[Word]:
    """A name without its type words ("đường", "ngã tư"), unless nothing would be left."""
    heads = _CROSSING_WORDS if crossing else _STREET_WORDS
    while True:
        head = next((h for h in heads if tuple(w.bare for w in words[: len(h)]) == h and len(words) > len(h)), None)
        if head is None or tuple(w.bare for w in words[:2]) in _SIMPLIFIED:
            return words
        words = words[len(head) :]


def _key(words: Sequence[Word], *, marked: bool, crossing: bool = False) -> tuple[str, ...]:
    """A common key for the spellings of a street; "Quốc lộ 1A", "QL1A" and "ql 1a" have the same."""
    words = _rest(words, crossing=crossing)
    bare = tuple(word.bare for word in words)
    if bare[:2] in _SIMPLIFIED:
        return (_SIMPLIFIED[bare[0], bare[1]], *bare[2:])
    if bare and bare[0] in _ABBREVIATED:
        return (_SIMPLIFIED[_ABBREVIATED[bare[0]]], *bare[1:])
    return tuple(f"{word.letters}{word.tone}" for word in words) if marked else bare


def _ways(graph: StreetGraph, segments: Sequence[int]) -> _Ways:
    found: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for segment in segments:
        start, end, metres = int(graph.start[segment]), int(graph.end[segment]), float(graph.length_m[segment])
        found[start].append((2 * segment, end, metres))
        found[end].append((2 * segment + 1, start, metres))
    return found


def _shortest(ways: _Ways, start: int, end: int) -> list[int]:
    """The edges of the shortest path along the street (Dijkstra); [] when there is none or its length is 0."""
    best: dict[int, tuple[float, int, int]] = {start: (0.0, -1, -1)}
    queue = [(0.0, start)]
    while queue:
        metres, node = heapq.heappop(queue)
        if node == end or metres > best[node][0]:
            continue
        for edge, target, length in ways[node]:
            if target not in best or metres + length < best[target][0]:
                best[target] = (metres + length, node, edge)
                heapq.heappush(queue, (metres + length, target))
    edges: list[int] = []
    at = end if end in best else start
    while at != start:
        _, at, edge = best[at]
        edges.append(edge)
    return edges[::-1]


def _points(graph: StreetGraph, edges: Sequence[int]) -> tuple[Position, ...]:
    points = np.concatenate([graph.edge_points(edge) for edge in edges])
    line: list[Position] = []
    for lon, lat in points.tolist():
        if not line or line[-1] != (lon, lat):
            line.append((lon, lat))
    return tuple(line)


def _directed(streets: Sequence[PlannedStreet], at: int) -> PlannedStreet | None:
    """A whole street, oriented to continue the previous entry or to reach the next one; None when neither decides."""
    street = streets[at]
    before = streets[at - 1].points[-1:] if at else ()
    after = streets[at + 1].points[:1] if at + 1 < len(streets) else ()
    if before:
        ahead, back = (distance_m(before[0], street.points[end]) for end in (0, -1))
    elif after:
        ahead, back = (distance_m(after[0], street.points[end]) for end in (-1, 0))
    else:
        return None
    return street if ahead <= back else replace(street, points=street.points[::-1])


def _finding(problem: Problem, words: Text, route: Route, street: PlannedStreet) -> Finding:
    return Finding(problem=problem, words=words, route=route.id, order=street.order)


def _not_placed(problem: Problem, words: Text, **told: object) -> _NotPlacedError:
    return _NotPlacedError(problem, words.filled(**told))
