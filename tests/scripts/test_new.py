"""scripts/new: its files work at once, without editing any other file."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from centre.rooms import rooms
from tests.scripts.house_script import loaded

ROOT = Path(__file__).parents[2]
ROOMS = (*rooms(ROOT), "locales", "scripts")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the rooms, with the KPI contract tests and what they share."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("kpi/test_declarations.py", "evaluating.py", "looking_back.py", "said.py"):
        name = name if "/" in name else f"fixtures/{name}"
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests" / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "settings.py", tmp_path)
    return tmp_path


def run(house: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=house, capture_output=True, text=True, check=False)


def new(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(house, "scripts/new.py", *arguments)


@pytest.mark.long
def test_feed_kpi_and_screen_work_at_once(house: Path):
    for what in ("feed", "kpi", "screen"):
        made = new(house, what, "water_level")
        assert made.returncode == 0, made.stderr
    assert (house / "tests" / "samples" / "water_level" / "observations.json").is_file()
    tested = run(house, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert tested.returncode == 0, tested.stdout
    assert run(house, "-m", "ruff", "check", "--no-cache", *new_files(house, ".py")).returncode == 0
    assert run(house, "-m", "ruff", "format", "--no-cache", "--check", *new_files(house, ".py")).returncode == 0
    pages = run(house, "-c", "import sys; sys.path.insert(0, 'scripts'); import docs; print(docs.kpis_page())")
    assert "`water_level`" in pages.stdout


def new_files(house: Path, suffix: str = "") -> list[str]:
    return [
        str(path.relative_to(house))
        for path in house.rglob(f"*water_level*{suffix}")
        if path.is_file() and "__pycache__" not in path.parts
    ]


def test_never_overwrites(house: Path):
    mine = house / "layouts" / "water.py"
    mine.write_text("mine")
    refused = new(house, "screen", "water")
    assert refused.returncode == 2
    assert "đã có sẵn" in refused.stderr
    assert mine.read_text() == "mine"
    assert not (house / "tests" / "layouts" / "test_water.py").exists()


def test_a_package_of_that_name_is_not_hidden_by_a_file(house: Path):
    refused = new(house, "feed", "trackers")
    assert refused.returncode == 2
    assert "đã có sẵn" in refused.stderr
    assert not (house / "data_sources" / "trackers.py").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["feed"],
        ["feed", "Bad-Name"],
        ["feed", "../x"],
        ["nothing", "x"],
        ["feed", "class"],
        ["area", "drivers"],
        ["area", "wall"],
        ["screen", "a", "b"],
        ["kpi", "orphan"],
        ["kpi", "orphan", "no_such_feed"],
        ["kpi", "orphan", "waste_trucks"],
    ],
)
def test_refuses_with_a_reason_and_writes_nothing(arguments: list[str], tmp_path: Path, capsys):
    assert loaded("new").main(arguments, tmp_path) == 2
    assert capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_kpi_may_name_its_feed(tmp_path: Path):
    assert loaded("new").main(["kpi", "homes", "coverage"], tmp_path) == 0
    assert 'formula=Sum("households")' in (tmp_path / "kpi" / "homes.py").read_text("utf-8")
