"""Street names become lines only where one meaning is left: junctions, ends, marks, and no guesses."""

from dataclasses import replace

import numpy as np
import pytest
from plan_fixtures import ROUTE

from data_sources.plan.placing import Streets
from domain.finding import Problem
from domain.waste.plan import Kerb, PlannedStreet, Unit
from streets.graph import E7, StreetGraph

# A grid of nodes ten metres-ish apart would be one junction; these are about 1,100 m apart.
STEP = 0.01
X, Y = 106.40, 10.50


def graph(*segments: tuple[tuple[int, int], tuple[int, int], str]) -> StreetGraph:
    """Straight segments between grid nodes, each with a street name."""
    nodes = sorted({node for a, b, _ in segments for node in (a, b)})
    names = ["", *sorted({name for *_, name in segments})]
    number = {node: n for n, node in enumerate(nodes)}
    lon, lat = (np.array([base + STEP * node[axis] for node in nodes]) for axis, base in ((0, X), (1, Y)))
    start, end = (np.array([number[pair[side]] for pair in segments]) for side in (0, 1))
    points = np.array([[round(lon[n] * E7), round(lat[n] * E7)] for pair in zip(start, end, strict=True) for n in pair])
    count = len(segments)
    return StreetGraph(
        node_lon=lon,
        node_lat=lat,
        node_part=np.zeros(len(nodes), int),
        start=start,
        end=end,
        length_m=np.full(count, 1100.0),
        one_way=np.zeros(count, bool),
        way=np.arange(count),
        name=np.array([names.index(name) for *_, name in segments]),
        kind=np.zeros(count, int),
        offset=np.arange(count + 1) * 2,
        points=points,
        names=np.array(names),
        kinds=np.array(["residential"]),
    )


HV, NH, LL = "Đường Hùng Vương", "Nguyễn Huệ", "Lê Lợi"
TOWN = graph(
    ((0, 0), (1, 0), HV), ((1, 0), (2, 0), HV), ((2, 0), (3, 0), HV),
    ((1, 0), (1, 1), NH), ((1, 1), (1, 2), NH),
    ((2, 0), (2, 1), LL), ((2, 1), (1, 1), LL),
    ((0, 5), (1, 5), "Quốc lộ 1A"), ((0, 6), (1, 6), "Trần Phú"), ((0, 7), (1, 7), "Trân Phu"),
    ((5, 0), (6, 0), "Ngã Rẽ"), ((6, 0), (7, 0), "Ngã Rẽ"), ((6, 0), (6, 1), "Ngã Rẽ"),
    ((8, 0), (9, 0), "Vòng"), ((8, 0), (8, 1), "Vành"), ((8, 1), (9, 1), "Vành"), ((9, 1), (9, 0), "Vành"),
)  # fmt: skip


def place(name: str, start: str = "", end: str = "", **said: object) -> tuple[list[tuple[int, int]], list[Problem]]:
    """Grid nodes of the line a street was given, and what was found."""
    street = PlannedStreet(order=1, name=name, start=start, end=end, **said)  # type: ignore[arg-type]
    placed, findings = Streets(TOWN).place(replace(ROUTE, streets=(street,)))
    line = [(round((lon - X) / STEP), round((lat - Y) / STEP)) for lon, lat in placed.streets[0].points]
    return line, [finding.problem for finding in findings]


def test_a_stretch_between_two_crossings_runs_from_the_first_to_the_second():
    assert place("đường Hùng Vương", "đường Nguyễn Huệ", "ngã ba Lê Lợi") == ([(1, 0), (2, 0)], [])
    assert place("đường Hùng Vương", "Lê Lợi", "giao Nguyễn Huệ") == ([(2, 0), (1, 0)], [])


def test_a_street_without_landmarks_is_placed_whole_when_it_is_one_line():
    assert place("Nguyễn Huệ") == ([(1, 0), (1, 1), (1, 2)], [])
    assert place("Ngã Rẽ") == ([], [Problem.AMBIGUOUS])


@pytest.mark.parametrize("said", ["QL1A", "QL 1A", "quốc lộ 1A", "ql.1a", "quoc lo 1A"])
def test_numbered_roads_have_many_spellings(said: str):
    assert place(said) == ([(0, 5), (1, 5)], [])


def test_text_without_marks_is_placed_when_one_street_fits_and_asked_about_when_two_do():
    assert place("nguyen hue")[0] == [(1, 0), (1, 1), (1, 2)]
    assert place("tran phu") == ([], [Problem.AMBIGUOUS])
    assert place("Trần Phú") == ([(0, 6), (1, 6)], [])
    assert place("Trấn Phủ") == ([], [Problem.NOT_PLACED])


@pytest.mark.parametrize(
    ("name", "start", "end", "problem"),
    [
        ("đường Không Có", "", "", Problem.NOT_PLACED),
        ("Hùng Vương", "chợ Tân An", "Lê Lợi", Problem.NOT_PLACED),
        ("Hùng Vương", "Nguyễn Huệ", "", Problem.AMBIGUOUS),
        ("Hùng Vương", "Nguyễn Huệ", "Nguyễn Huệ", Problem.NOT_PLACED),
        ("Hùng Vương", "Nguyễn Huệ", "Trần Phú", Problem.NOT_PLACED),
        ("Vòng", "Vành", "Vành", Problem.AMBIGUOUS),
    ],
)
def test_what_has_no_single_meaning_is_a_finding_and_not_a_guess(name: str, start: str, end: str, problem: Problem):
    assert place(name, start, end) == ([], [problem])


def test_a_landmark_that_names_the_street_itself_is_no_crossing():
    assert place("Hùng Vương", "Hùng Vương", "Lê Lợi") == ([], [Problem.AMBIGUOUS])


def lines(*streets: PlannedStreet) -> tuple[list[list[tuple[int, int]]], list[Problem]]:
    ordered = tuple(replace(street, order=n) for n, street in enumerate(streets, start=1))
    placed, findings = Streets(TOWN).place(replace(ROUTE, streets=ordered))
    grid = [[(round((x - X) / STEP), round((y - Y) / STEP)) for x, y in street.points] for street in placed.streets]
    return grid, [finding.problem for finding in findings]


def test_a_street_placed_whole_goes_on_from_the_one_before_or_towards_the_one_after():
    whole = PlannedStreet(order=1, name="Nguyễn Huệ", kerb=Kerb.RIGHT)
    to, back = ("Nguyễn Huệ", "Lê Lợi"), ("Lê Lợi", "Nguyễn Huệ")
    first, other = (PlannedStreet(order=1, name="Hùng Vương", start=s, end=e) for s, e in (back, to))
    assert lines(first, whole)[0][1] == [(1, 0), (1, 1), (1, 2)]
    assert lines(whole, other)[0][0] == [(1, 2), (1, 1), (1, 0)]


def test_a_kerb_without_a_direction_is_asked_about():
    whole = PlannedStreet(order=1, name="Nguyễn Huệ", kerb=Kerb.RIGHT)
    assert lines(whole)[1] == [Problem.AMBIGUOUS]
    assert lines(replace(whole, kerb=Kerb.BOTH))[1] == []


def test_stops_and_placed_streets_are_left_alone():
    assert place("Nguyễn Huệ", unit=Unit.STOP) == ([], [])
    line = ((X, Y), (X + STEP, Y))
    assert place("Nguyễn Huệ", points=line) == ([(0, 0), (1, 0)], [])


def test_an_empty_graph_places_nothing():
    empty = replace(TOWN, name=np.zeros(TOWN.segments, int))
    _, findings = Streets(empty).place(replace(ROUTE, streets=(PlannedStreet(order=1, name="Nguyễn Huệ"),)))
    assert [finding.problem for finding in findings] == [Problem.NOT_PLACED]
