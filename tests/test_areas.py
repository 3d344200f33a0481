"""Areas: promises of their declarations, the pages of the wall, and that no general code names a feed."""

import ast
from pathlib import Path
from types import ModuleType

import pytest
from screen_figures import AREAS, FEEDS, KPIS

from domain.area import Area, feeds_for_leader, fleets, on_wall
from domain.text import Text
from layouts.parts.wall_room import PAGE_AREAS, pages
from tests.scripts.house_script import loaded

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """scripts/area-files: the files of an area, and who else names what it declares."""
    return loaded("area_files")


@pytest.mark.long
@pytest.mark.parametrize("area", AREAS.values(), ids=list(AREAS))
def test_an_area_is_its_own_files_and_no_other_names_what_it_declares(script: ModuleType, area: Area):
    assert ROOT / "areas" / f"{area.key}.py" in script.own_files(area)
    assert script.strangers(script.files(), script.words_of(area)) == {}


def test_every_feed_and_kpi_is_of_an_area_or_of_nobody(script: ModuleType):
    words = {word for area in AREAS.values() for word in script.words_of(area)}
    without = {key for key, feed in FEEDS.items() if key not in words}
    assert {key for key in without if not FEEDS[key].published} == set()
    assert set(KPIS) <= words


def test_a_file_belongs_to_the_areas_that_its_name_says(script: ModuleType):
    assert script.owners(ROOT / "layouts" / "casework" / "society_campaign.py") == {"society"}
    assert script.owners(ROOT / "queries" / "rounds" / "day.py") == {"waste"}
    assert script.owners(ROOT / "layouts" / "wall.py") == set()


@pytest.mark.parametrize(
    "code",
    [
        'vehicles = feed == "waste_trucks"',
        'ORDER = ("services",)',
        'TABLES = {"coverage": 1}',
        "from kpi import waste",
        "from areas.waste import AREA",
        "from data_sources.economy.trade import FEED",
        'read("teams")',
        'MAP_KPI = "services_on_time"',
    ],
)
def test_a_name_is_found_wherever_it_stands(script: ModuleType, code: str):
    words = {word: key for area in AREAS.values() for word, key in script.words_of(area).items()}
    assert list(script.named(ast.parse(code), words))
    assert not list(script.named(ast.parse('part("coverage", vm.coverage)'), words))


def test_a_script_of_the_pages_is_read_too(script: ModuleType, tmp_path: Path):
    (tmp_path / "one.js").write_text('if (feed === "coverage") draw();', "utf-8")
    assert {one.word for one in script.said(tmp_path / "one.js", {"coverage": "connectivity"})} == {"coverage"}


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
