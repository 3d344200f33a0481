"""The release id follows the shipped files and nothing else."""

import shutil
from pathlib import Path

import pytest

from centre.release import release_id
from centre.rooms import OUTSIDE, rooms

ROOT = Path(__file__).parents[2]


def tree(root: Path) -> Path:
    for name in (
        "app.py",
        "live/__init__.py",
        "tests/__init__.py",
        "live/hub.py",
        "assets/scripts/10-live.js",
        "var/ioc.sqlite3",
        "tests/test_x.py",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def test_the_same_files_make_the_same_release(tmp_path: Path) -> None:
    assert release_id(tree(tmp_path / "one")) == release_id(tree(tmp_path / "two"))


def test_a_changed_or_renamed_file_makes_a_new_release(tmp_path: Path) -> None:
    before = release_id(tree(tmp_path))
    (tmp_path / "assets/scripts/10-live.js").write_text("newer")
    changed = release_id(tmp_path)
    (tmp_path / "assets/scripts/10-live.js").rename(tmp_path / "assets/11-live.js")
    assert len({before, changed, release_id(tmp_path)}) == 3


def test_data_and_tests_are_not_part_of_it(tmp_path: Path) -> None:
    before = release_id(tree(tmp_path))
    (tmp_path / "var/ioc.sqlite3").write_text("more rows")
    (tmp_path / "tests/test_x.py").write_text("more tests")
    assert release_id(tmp_path) == before


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real tree, copied."""
    root = tmp_path_factory.mktemp("shipped")
    for path in ROOT.glob("*.py"):
        shutil.copy(path, root)
    for name in (*rooms(ROOT), *OUTSIDE, "assets", "locales"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture(scope="module")
def release(shipped: Path) -> str:
    """Of the real tree."""
    return release_id(shipped)


def test_the_rooms_are_the_packages_of_the_tree():
    found = set(rooms(ROOT))
    assert {"rounds", "streets", "domain", "intake", "simulator"} <= found
    assert found == {path.parent.name for path in ROOT.glob("*/__init__.py")} - OUTSIDE


@pytest.mark.parametrize(
    "where", [*(f"{room}/__init__.py" for room in rooms(ROOT)), "app.py", "ingest.py", "settings.py"]
)
def test_a_change_in_any_room_makes_a_new_release(shipped: Path, release: str, where: str):
    noticed(shipped, release, shipped / where)


@pytest.mark.parametrize(
    "pattern",
    [
        "assets/scripts/*.js",
        "assets/styles/*.css",
        "locales/**/*.po",
        "centre/*.js",
        "pages/templates/*",
        "store/seed/*",
    ],
)
def test_a_change_of_what_browsers_get_makes_a_new_release(shipped: Path, release: str, pattern: str):
    noticed(shipped, release, next(iter(sorted(shipped.glob(pattern)))))


def test_what_python_compiles_makes_none(shipped: Path):
    before = release_id(shipped)
    compiled = shipped / "centre" / "__pycache__" / "page.cpython-311.pyc"
    compiled.parent.mkdir(exist_ok=True)
    compiled.write_bytes(b"compiled")
    assert release_id(shipped) == before


def test_a_change_of_what_is_not_shipped_makes_none(shipped: Path):
    before = release_id(shipped)
    (shipped / "tests" / "conftest.py").write_text("changed")
    (shipped / "bench" / "__init__.py").write_text("changed")
    assert release_id(shipped) == before


def test_what_is_as_before_makes_the_former_release(shipped: Path, release: str):
    noticed(shipped, release, shipped / "app.py")
    assert release_id(shipped) == release


def noticed(root: Path, release: str, path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content + b"\n")
    assert release_id(root) != release, path
    path.write_bytes(content)
