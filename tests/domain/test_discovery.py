"""Declarations are found in a package and in the families within it, never in folders of helpers."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from domain.discovery import discover


@dataclass(frozen=True)
class Plant:
    key: str


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    planted = "from tests.domain.test_discovery import Plant\nPLANT = Plant({key!r})\n"
    files = {
        "__init__.py": "",
        "oak.py": planted.format(key="oak"),
        "_soil.py": planted.format(key="soil"),
        "herbs/__init__.py": "FAMILY = True\n",
        "herbs/mint.py": planted.format(key="mint"),
        "tools/__init__.py": "",
        "tools/spade.py": planted.format(key="spade"),
    }
    for name, text in files.items():
        path = tmp_path / "garden_of_a_test" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("garden_of_a_test")
    for name in [name for name in sys.modules if name.startswith("garden_of_a_test")]:
        del sys.modules[name]


def test_a_family_holds_declarations_and_a_folder_of_helpers_none(garden: ModuleType) -> None:
    assert set(discover(garden, "PLANT", Plant)) == {"oak", "mint"}
    assert "garden_of_a_test.tools.spade" not in sys.modules


def test_a_key_is_declared_once_in_all_families(garden: ModuleType) -> None:
    (Path(garden.__path__[0]) / "herbs" / "oak.py").write_text(
        "from tests.domain.test_discovery import Plant\nPLANT = Plant('oak')\n", "utf-8"
    )
    with pytest.raises(ValueError, match="declared twice"):
        discover(garden, "PLANT", Plant)
