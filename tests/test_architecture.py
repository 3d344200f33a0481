"""The house rules that can be checked: who imports whom, importing does nothing, files stay small."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kpi
from centre.rooms import OUTSIDE, rooms
from domain.discovery import discover
from domain.kpis.kpi import Kpi

ROOT = Path(__file__).parent.parent
ROOMS = rooms(ROOT)
MAX_LINES = 450
MAX_FUNCTION_LINES = 60
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

SIXTEEN = {
    "waste_vehicles_supplying", "waste_online_rate", "waste_on_time_share", "waste_completeness",
    "services_on_time", "services_online", "services_cashless", "services_app_installs",
    "coverage_fibre_households", "coverage_4g_population", "coverage_4g_gap", "coverage_fibre_communes",
    "teams_active_share", "teams_hamlet_coverage", "teams_it_xanh", "teams_training_turns",
}  # fmt: skip

# Run in a fresh interpreter: importing may neither open a socket nor start a thread.
IMPORT_ALL = """
import importlib, pkgutil, socket, sys, threading

def refused(*args, **kwargs):
    raise AssertionError("a socket was opened while importing")

socket.socket.connect = socket.socket.bind = refused
before = threading.active_count()
for name in sys.argv[1:]:
    room = importlib.import_module(name)
    for info in pkgutil.walk_packages(room.__path__, name + "."):
        if ".migrations" not in info.name:
            importlib.import_module(info.name)
assert threading.active_count() == before, threading.enumerate()
"""


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "versions" not in path.parts]


@pytest.mark.long
def test_import_contracts_hold():
    tool = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_every_room_is_checked_by_mypy_and_stands_on_a_floor():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    floors = [room for floor in tools["importlinter"]["contracts"][0]["layers"] for room in re.findall(r"\w+", floor)]
    for told, where in (
        (tools["mypy"]["packages"], "[tool.mypy] packages"),
        (tools["importlinter"]["root_packages"], "[tool.importlinter] root_packages"),
        (floors, "layers of the first contract of [tool.importlinter]"),
    ):
        missing, gone = set(ROOMS) - set(told), set(told) - {*ROOMS, *OUTSIDE}
        assert not missing, f"add {sorted(missing)} to {where} in pyproject.toml"
        assert not gone, f"take {sorted(gone)} out of {where} in pyproject.toml: there is no such room"
    scripts = {path.stem for path in ROOT.glob("*.py")}
    assert set(tools["mypy"]["modules"]) == scripts, "[tool.mypy] modules names the files of the top folder"


def test_a_contract_checks_the_rooms_its_name_names():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (web,) = [one for one in contracts if one["name"].startswith("The web side")]
    assert set(re.findall("|".join(ROOMS), web["name"])) - {"intake"} == set(web["source_modules"])
    assert not [floor for floor in contracts[0]["layers"] if ":" in floor], "rooms of one floor never import each other"


@pytest.mark.long
def test_importing_does_nothing():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *ROOMS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_sixteen_kpis_are_found():
    assert set(discover(kpi, "KPIS", Kpi)) >= SIXTEEN


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_stays_small(path: Path):
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no opening sentence"
    assert text.count("\n") <= MAX_LINES
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            assert own_lines(node) <= MAX_FUNCTION_LINES, f"{node.name} is long"


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without those of the functions defined in it (a factory of routes is a list of routes)."""
    inner = [node for node in function.body if isinstance(node, FUNCTIONS)]
    return lines(function) - sum(lines(node) for node in inner)


def lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_a_type_of_the_domain_gives_its_name_to_nothing_else():
    declared: dict[str, list[str]] = {}
    for path in sources():
        if not path.name.startswith("_"):
            for name in re.findall(r"(?m)^class (\w+)", path.read_text("utf-8")):
                declared.setdefault(name, []).append(path.relative_to(ROOT).as_posix())
    twice = {name: where for name, where in declared.items() if len(where) > 1}
    assert {name: where for name, where in twice.items() if any(one.startswith("domain/") for one in where)} == {}


def test_no_place_for_leftovers():
    names = {path.name for path in sources()}
    assert not names & {"utils.py", "helpers.py", "common.py", "misc.py"}
