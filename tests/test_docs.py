"""The generated pages match the declarations; every page's links have a target."""

import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from looking_back import SCORE, WEEK

from centre.rooms import rooms
from tests.scripts.house_script import loaded

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    return loaded("docs")


def test_pages_are_up_to_date(docs: ModuleType):
    assert docs.outdated(ROOT) == [], "run scripts/docs"
    assert docs.main(["--check"]) == 0


def test_an_old_or_missing_page_is_noticed(docs: ModuleType, tmp_path: Path):
    for name, build in docs.PAGES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(build(), "utf-8")
    assert docs.outdated(tmp_path) == []
    (tmp_path / "docs/feeds.md").unlink()
    (tmp_path / "assets/scripts/05-contract.js").write_text(docs.contract_script().replace("600", "601"), "utf-8")
    assert docs.outdated(tmp_path) == ["docs/feeds.md", "assets/scripts/05-contract.js"]


@pytest.mark.parametrize(
    "text",
    ["# 0002 · Told\n\nWithout a status.\n\n", "# 0002: Told\n\n**Status.** Accepted 2026-11-22.\n\n", ""],
)
def test_a_decision_has_a_number_a_title_a_status_and_a_date(docs: ModuleType, text: str):
    with pytest.raises(ValueError, match=r"0002-told\.md"):
        docs.head_of("0002-told.md", text)
    good = "# 0002 · Told\n\n**Status.** Accepted 2026-11-22. Extended by\n[0031](x.md).\n\nWhy.\n"
    assert docs.head_of("0002-told.md", good) == ("0002", "Told", "Accepted. Extended by [0031](x.md).", "2026-11-22")
    with pytest.raises(ValueError, match="0003"):
        docs.head_of("0003-told.md", good)


def test_a_kpi_tells_its_window_and_a_composite_its_components(docs: ModuleType):
    week, score = docs.kpi_section(WEEK), docs.kpi_section(SCORE)
    assert "| Window | the last 7 complete days |" in week
    assert "| Tiến độ (Progress) |  | 50 |  |  |" in score
    assert "|  | `care_month` | 30 | 0 | 80 |" in score
    assert "| Window |" not in docs.kpi_section(next(iter(docs.discover(docs.kpi_room, "KPIS", docs.Kpi).values())))


def test_every_setting_feed_and_kpi_is_described(docs: ModuleType):
    assert all(f"`{s.name}`" in docs.settings_page() for s in docs.SETTINGS)
    kpis = docs.discover(docs.kpi_room, "KPIS", docs.Kpi)
    page = docs.kpis_page()
    assert all(f"### `{key}`" in page for key in kpis)
    feeds = docs.discover(docs.data_sources, "FEED", docs.Feed)
    assert all(f"## `{key}`" in docs.feeds_page() for key in feeds)


def test_both_published_readings_of_the_app_are_cited(docs: ModuleType):
    page = docs.kpis_page()
    assert "300.000" in page
    assert "413.500" in page


def links(page: Path) -> list[str]:
    """Relative targets of the page's links and pictures, without their anchors."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(<?([^)\s>]+)>?\)", text)
    return [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=lambda p: p.name)
def test_every_link_leads_to_a_file(page: Path):
    lost = [target for target in links(page) if not (page.parent / target).exists()]
    assert not lost, f"{page.name} points to {lost}"


def test_each_finding_of_the_security_review_has_a_test():
    page = (ROOT / "docs" / "security-findings.md").read_text("utf-8")
    rows = {row.group(1): row.group(2) for row in re.finditer(r"^\| (S\d+) \|(.*)$", page, re.MULTILINE)}
    assert list(rows) == [f"S{number}" for number in range(1, 27)]
    assert all("::" in told for told in rows.values())
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(named) == page.count("::")
    lost = [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text("utf-8")]
    assert lost == []


ROOM_PAGES = sorted((ROOT / "docs" / "rooms").glob("*.md"))


def test_each_room_has_a_page_of_at_most_sixty_lines():
    told = {page.stem for page in ROOM_PAGES}
    assert {*rooms(ROOT), "assets"} - {"areas", "bench"} <= told, "areas stand beside kpi, bench needs none"
    assert not {page.name for page in ROOM_PAGES if len(page.read_text("utf-8").splitlines()) > 60}


@pytest.mark.parametrize("page", [ROOT / "docs" / "overview.md", *ROOM_PAGES], ids=lambda page: page.name)
def test_files_that_a_page_names_are_there(page: Path):
    named = re.findall(r"`([\w/]+\.py)", page.read_text("utf-8"))
    assert not {name for name in named if not any(file.endswith("/" + name) for file in sources())}


@cache
def sources() -> list[str]:
    """Every Python file of the tree, without installed ones."""
    beside = (path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [path.as_posix() for room in beside for path in room.rglob("*.py")] + [
        path.as_posix() for path in ROOT.glob("*.py")
    ]


def test_the_walks_enter_each_room_once_and_eight_at_most():
    """Rooms of the first column of a walk, in order; an empty cell stays in the room above."""
    told = (ROOT / "docs" / "overview.md").read_text("utf-8")
    walks = re.findall(r"## The walk of .*?\n\n\|.*?\n\|---.*?\n(.*?)\n\n", told, re.DOTALL)
    assert len(walks) == 2
    for walk in walks:
        entered = [line.split("|")[1].strip() for line in walk.splitlines()]
        named = [room for room in entered if room]
        assert len(named) == len(set(named)) <= 8
        assert all((ROOT / room).is_dir() for room in named)


def test_guides_quote_screens_word_for_word():
    shown = "\n".join(path.read_text("utf-8") for room in rooms(ROOT) for path in (ROOT / room).rglob("*.py"))
    guides = [ROOT / "README.md", *(ROOT / "docs").glob("co*.md")]
    quoted = {
        " ".join(words.split())
        for guide in guides
        for words in re.findall(r"\*\*([^*]+)\*\*", guide.read_text("utf-8"))
        if not words.isascii()
    }
    assert "Dữ liệu trung tâm tự lấy" in quoted
    assert {words for words in quoted if words not in shown} == set()
