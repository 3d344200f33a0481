"""Areas: promises of their declarations, the pages of the wall, and that no general code names a feed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from screen_figures import AREAS, FEEDS, KPIS

from domain.area import Area, feeds_for_leader, fleets, on_wall
from domain.text import Text
from layouts.parts.wall_room import PAGE_AREAS, pages

ROOT = Path(__file__).parent.parent
# Rooms that show whatever is declared. What belongs to one area says so in its name or lies in rounds/.
GENERAL = ("layouts", "callbacks", "live", "paint", "evaluation", "queries", "present")
DECLARATIONS = ("kpi", "areas", "data_sources")


def general_files() -> list[Path]:
    found = (path for name in GENERAL for path in sorted((ROOT / name).rglob("*.py")))
    return [path for path in found if not _of_an_area(path)]


def _of_an_area(path: Path) -> bool:
    names = {*AREAS, *FEEDS}
    return any(path.stem.strip("_").startswith(name) for name in names) or "rounds" in path.relative_to(ROOT).parts


def named(tree: ast.AST) -> Iterator[str]:
    """Feeds, KPIs and areas that a file speaks of by their key, and modules of declarations that it imports."""
    keys = {*FEEDS, *KPIS, *(area.path for area in AREAS.values())}
    # The parts of a card and the columns of a table have words of their own.
    own_words = {id(call.args[0]) for call in ast.walk(tree) if isinstance(call, ast.Call) and _is_part(call)}
    own_words |= {id(word) for told in ast.walk(tree) if _lists_parts(told) for word in ast.walk(told)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in keys and id(node) not in own_words:
            yield str(node.value)
        elif isinstance(node, ast.ImportFrom) and node.module:
            room_, _, module = node.module.partition(".")
            names = [module] if module else [alias.name for alias in node.names]
            yield from (f"{room_}.{name}" for name in names if room_ in DECLARATIONS and name[0] != "_")


def _is_part(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "part" and bool(call.args)


def _lists_parts(node: ast.AST) -> bool:
    """Such as CARD_TEXTS of present/wire.py."""
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("_TEXTS")


@pytest.mark.parametrize("path", general_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_general_code_names_no_feed_no_kpi_and_no_area(path: Path):
    assert list(named(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    [
        'vehicles = feed == "waste_trucks"',
        'ORDER = ("services",)',
        'TABLES = {"coverage": 1}',
        "from kpi import waste",
        "from areas.waste import AREA",
        'read("teams")',
        'MAP_KPI = "services_on_time"',
    ],
)
def test_a_name_is_found_wherever_it_stands(code: str):
    assert list(named(ast.parse(code)))
    assert not list(named(ast.parse('part("coverage", vm.coverage)')))


@pytest.mark.parametrize("area", AREAS.values(), ids=list(AREAS))
def test_an_area_speaks_of_what_is_declared(area: Area):
    assert area.feeds
    assert set(area.feeds) <= FEEDS.keys()
    assert area.title.vi
    assert area.title.en
    assert area.fleet in ("", *area.feeds)
    assert not area.map_kpi or KPIS[area.map_kpi].feed in area.feeds


def test_a_feed_belongs_to_one_area_at_most():
    feeds = [feed for area in AREAS.values() for feed in area.feeds]
    assert len(feeds) == len(set(feeds))


def area(key: str, order: int, **more: object) -> Area:
    return Area(key=key, title=Text(key, key), feeds=(f"{key}_feed",), order=order, **more)  # type: ignore[arg-type]


def test_order_of_the_wall_and_of_the_leader_are_apart():
    given = [area("c", 2), area("b", 2), area("a", 3), area("d", 1, leader_order=9, fleet="d_feed")]
    assert [one.key for one in on_wall(given)] == ["d", "b", "c", "a"]
    assert feeds_for_leader(given) == ("b_feed", "c_feed", "a_feed", "d_feed")
    assert fleets(given) == ("d_feed",)
    assert area("air_quality", 1).path == "/air-quality"


def test_four_areas_share_a_page_and_a_fifth_makes_a_second():
    assert pages([False] * 4) == [[0, 1, 2, 3]]
    assert pages([False] * 5) == [[0, 1, 2, 3], [4]]
    assert pages([]) == []


def test_an_area_out_of_bounds_is_on_the_first_page_wherever_it_stands():
    given = [False] * 20
    given[19] = True
    assert pages(given)[0] == [0, 1, 2, 19]


def test_every_area_is_on_one_page_and_pages_keep_the_order_of_the_wall():
    for count in range(1, 40):
        turns = pages([n % 7 == 3 for n in range(count)])
        assert sorted(area for turn in turns for area in turn) == list(range(count))
        assert all(turn == sorted(turn) and 0 < len(turn) <= PAGE_AREAS for turn in turns)
