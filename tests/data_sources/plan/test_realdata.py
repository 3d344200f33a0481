"""The plan on real data: Tainan's 382 routes with exactly their faults, and names of a real street network."""

import gzip
import io
import tarfile
from collections import Counter, defaultdict
from itertools import permutations
from pathlib import Path
from unicodedata import normalize

import orjson
import pytest

from data_sources.messages.parse import clean
from data_sources.places.streets import read_streets
from data_sources.plan.placing import Streets
from data_sources.plan.route_text import read_route_text
from data_sources.plan.stops import Mapped
from domain.finding import Problem
from domain.waste.plan import PlannedStreet, Position, Route, distance_m
from domain.waste.plan_check import inside_box
from intake.imports.plan_import import CheckedPlan, PlanOrder, read_order
from streets.graph import StreetGraph

pytestmark = pytest.mark.realdata
MAPPING = Path(__file__).parents[2] / "samples" / "plan" / "tainan-mapping.json"
TAINAN = (119.9, 22.8, 120.8, 23.5)


@pytest.fixture(scope="module")
def archive(realdata: Path) -> bytes:
    return (realdata / "waste" / "tainan_routes_2020" / "raw_json.tar.gz").read_bytes()


@pytest.fixture(scope="module")
def checked(archive: bytes) -> CheckedPlan:
    order = PlanOrder(
        body=archive,
        file_name="raw_json.tar.gz",
        source="Tainan",
        by="test",
        inside=inside_box(TAINAN),
        mapped=Mapped.of_json(MAPPING.read_bytes()),
    )
    return read_order(order, None)


def test_tainan_imports_whole_with_its_faults_listed(checked: CheckedPlan) -> None:
    counts = Counter(finding.problem for finding in checked.draft.findings)
    print(f"\ntainan: {len(checked.draft.routes)} routes, {checked.draft.streets:,} stops, {dict(counts)}")
    assert (len(checked.draft.routes), checked.draft.streets) == (382, 16_967)
    assert counts == {
        Problem.BACKWARD_TIME: 24,
        Problem.BAD_COORDINATES: 3,  # one number in both columns
        Problem.OUTSIDE_AREA: 3,  # beside the three of WASTE.md: two near latitude 3, one north of the city
        Problem.DUPLICATE: 4,  # one file numbers four stops twice
    }
    assert all(finding.file and finding.row for finding in checked.draft.findings)


def test_nothing_of_tainan_is_lost(checked: CheckedPlan, archive: bytes) -> None:
    """Every stop of the files, in their order, with its name, clock and place; only three are without a place."""
    expected = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as files:
        for part in files:
            content = files.extractfile(part)
            if content is None or "/Route_" not in part.name:
                continue
            (block,) = orjson.loads(content.read())
            expected[str(block["RouteId"])] = [
                (clean(s["StopName"], 200), s["ScheduleTime"]) for s in block["StopData"]
            ]
    found = {
        route.id: [
            (s.name, f"{(s.begins_s or 0) // 3600:02d}:{(s.begins_s or 0) % 3600 // 60:02d}") for s in route.streets
        ]
        for route in checked.draft.routes
    }
    assert found == expected
    assert sum(not s.placed for route in checked.draft.routes for s in route.streets) == 3
    assert all(route.weekdays for route in checked.draft.routes)
    assert sum(checked.valid.values()) == 382 - len({f.route for f in checked.draft.findings if f.severity == "error"})


def test_vietnamese_street_names_of_a_real_city_pass_through_the_grammar(realdata: Path) -> None:
    """Street names written as route text come back as they were, every one as a single street."""
    lines = gzip.decompress((realdata / "waste" / "hcmc_bus_network" / "stops.json.gz").read_bytes()).splitlines()
    stops = [stop for line in lines for stop in orjson.loads(line)["Stops"]]
    names = sorted({" ".join(clean(normalize("NFC", stop["Street"] or ""), 200).split()) for stop in stops} - {""})
    assert len(names) > 300
    lost = []
    for name in names:
        draft = read_route_text(f"Tuyến 1\nđường {name} lề phải (10h10)".encode(), "x.txt", "")
        read = [(street.name, street.begins_s) for route in draft.routes for street in route.streets]
        if read != [(f"đường {name}", 36_600)]:
            lost.append((name, [said for said, _ in read]))
    print(f"\nhcmc: {len(names)} street names, {len(names) - len(lost)} read back as one street; not: {lost}")
    assert len(lost) <= 1  # an address typed as a street, whose comma gains a blank


def test_stretches_between_crossings_of_a_real_city_are_placed_or_asked_about(realdata: Path, tmp_path: Path) -> None:
    """Every street of a real extract between every two that cross it: what is placed runs from one to the other."""
    extract = realdata / "geo" / "osm_hcmc_centre" / "hcmc_centre.osm.pbf"
    graph = StreetGraph.load(read_streets(extract, box=None, work=tmp_path, progress=lambda *_: None).graph)
    nodes: dict[str, set[Position]] = defaultdict(set)
    for segment, name in enumerate(graph.names[graph.name]):
        for node in (graph.start[segment], graph.end[segment]) if name else ():
            nodes[str(name)].add((float(graph.node_lon[node]), float(graph.node_lat[node])))
    streets, counts = Streets(graph), Counter[str]()
    for name, own in nodes.items():
        crossing = [other for other in nodes if other != name and nodes[other] & own]
        for start, end in permutations(crossing, 2):
            entry = PlannedStreet(order=1, name=f"đường {name}", start=start, end=end)
            route, findings = streets.place(Route(id="1", name="", streets=(entry,)))
            line = route.streets[0].points
            counts["placed" if line else findings[0].problem.value] += 1
            assert bool(line) != bool(findings)
            if line:
                assert any(distance_m(line[0], at) < 1 for at in nodes[start] & own)
                assert any(distance_m(line[-1], at) < 1 for at in nodes[end] & own)
    print(f"\nhcmc centre: {counts.total():,} stretches between two crossings: {dict(counts)}")
    assert counts["placed"] >= 0.88 * counts.total()
