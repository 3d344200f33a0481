"""The walls of the house, read from its folders: how many rooms, how full, and what is private stays private."""

import ast
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from centre.rooms import OUTSIDE, rooms

ROOT = Path(__file__).parent.parent
MOST_ROOMS = 20
MOST_FILES = 25
MOST_LINES = 450
# Tests of what is no room, and what tests share.
BESIDE_ROOMS = {"browser", "cases", "faults", "fixtures", "js", "samples", "scripts"}


def files() -> list[Path]:
    """What belongs to the house, relative to its root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (ROOT / (path := Path(name))).is_file()]


def modules() -> dict[str, Path]:
    """Every Python module of the tree by its dotted name; a package by its own."""
    found = (path for path in files() if path.suffix == ".py")
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in found}


def test_no_more_rooms_than_one_can_keep_in_mind():
    assert len(rooms(ROOT)) <= MOST_ROOMS


def test_no_folder_of_code_is_overfull():
    """Decisions are read through their index, by number; whatever else is to be found by its folder has few beside
    it.
    """
    held = Counter(path.parent.as_posix() for path in files() if path.parent != Path("docs/decisions"))
    assert {folder: count for folder, count in held.items() if count > MOST_FILES} == {}


def test_every_test_lies_in_the_room_it_is_of():
    folders = {path.parts[1] for path in files() if path.parts[0] == "tests" and len(path.parts) > 2}
    assert folders - BESIDE_ROOMS <= {*rooms(ROOT), *OUTSIDE}


def test_no_file_of_tests_is_longer_than_one_of_the_house():
    told = {
        path: (ROOT / path).read_text("utf-8") for path in files() if path.parts[0] == "tests" and path.suffix == ".py"
    }
    assert {str(path): count for path, text in told.items() if (count := text.count("\n")) > MOST_LINES} == {}


def test_every_folder_of_modules_is_a_package_with_a_sentence():
    for room in rooms(ROOT):
        for folder in {path.parent for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts}:
            opening = folder / "__init__.py"
            assert opening.is_file(), f"{folder} is no package"
            assert ast.get_docstring(ast.parse(opening.read_text("utf-8"))), f"{opening} says nothing"


def private_names(tree: ast.AST) -> list[str]:
    """Dotted names this module imports that hold a private part."""
    asked = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            asked += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            asked += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in asked if any(is_private(part) for part in name.split("."))]


def is_private(part: str) -> bool:
    return part.startswith("_") and not part.startswith("__")


def owner(name: str) -> str:
    """The package or module that the first private part of ``name`` belongs to."""
    parts = name.split(".")
    return ".".join(parts[: next(n for n, part in enumerate(parts) if is_private(part))])


@pytest.mark.long
def test_nobody_imports_another_packages_private_name():
    ours = {*rooms(ROOT), *OUTSIDE}
    trespassing = [
        f"{path} imports {name}"
        for module, path in modules().items()
        for name in private_names(ast.parse((ROOT / path).read_text("utf-8")))
        if name.split(".")[0] in ours and module != owner(name) and not module.startswith(owner(name) + ".")
    ]
    assert trespassing == []


def test_a_private_name_is_found_wherever_it_stands():
    told = ast.parse("import a._b\nfrom a import _c\nfrom a._d import e\nfrom a import __version__\nfrom . import _f")
    assert private_names(told) == ["a._b", "a._c", "a._d.e"]
    assert [owner(name) for name in private_names(told)] == ["a", "a", "a"]


def test_no_contract_has_an_exemption():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert [one["name"] for one in tools["importlinter"]["contracts"] if "ignore_imports" in one] == []


def test_evaluation_and_painting_know_no_room_but_those_their_contracts_name():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    knows = {"evaluation": {"domain"}, "paint": set()}
    for one in tools["importlinter"]["contracts"]:
        if one["type"] == "forbidden" and len(one["source_modules"]) == 1 and one["source_modules"][0] in knows:
            room = one["source_modules"][0]
            assert set(rooms(ROOT)) - {room} - knows[room] <= set(one["forbidden_modules"]), one["name"]
