"""The files of an area, and who else names what it declares: its feeds, its KPIs, its address, its modules."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import areas as area_room  # noqa: E402
import data_sources  # noqa: E402
import kpi as kpi_room  # noqa: E402
from centre.rooms import rooms  # noqa: E402
from domain.area import Area  # noqa: E402
from domain.discovery import discover, modules  # noqa: E402
from domain.feeds.feed import Feed  # noqa: E402
from domain.kpis.kpi import Kpi  # noqa: E402

AREAS = discover(area_room, "AREA", Area)
FEEDS = discover(data_sources, "FEED", Feed)
KPIS = discover(kpi_room, "KPIS", Kpi)
DECLARATIONS = ("kpi", "areas", "data_sources")
# What an area has beside its declarations says so in its name: these words, its own key, or that of a feed.
BESIDE = {
    "waste": ("rounds", "assessor", "lookup", "schedule"),
    "connectivity": ("network", "signal"),
    "teams": ("team",),
}
# The simulator sends for every feed, migrations tell the past, and the words of the wire are generated.
LISTING = ("simulator", "store/migrations", "assets/scripts/05-contract.js")


@dataclass(frozen=True, slots=True)
class Named:
    """A word of an area that a file says: a key, an address, or a module that it imports."""

    word: str
    area: str


def words_of(area: Area) -> dict[str, str]:
    """What an area declares, each with the area's key: address, feeds, KPIs, modules of declarations."""
    keys = [area.path, *area.feeds, *(key for key, one in KPIS.items() if one.feed in area.feeds)]
    return dict.fromkeys([*keys, *_modules(area)], area.key)


def _modules(area: Area) -> Iterator[str]:
    for module in (*modules(area_room), *modules(data_sources), *modules(kpi_room)):
        if _declares(module, area):
            yield module.__name__


def _declares(module: object, area: Area) -> bool:
    declared, feed = getattr(module, "AREA", None), getattr(module, "FEED", None)
    if isinstance(declared, Area):
        return declared.key == area.key
    of = {feed.key} if isinstance(feed, Feed) else {one.feed for one in getattr(module, "KPIS", ())}
    return bool(of) and of <= set(area.feeds)


def owners(path: Path) -> set[str]:
    """The areas that a file belongs to by the names in its path."""
    parts = [part.strip("_") for part in path.relative_to(ROOT).with_suffix("").parts]
    return {area.key for area in AREAS.values() if any(_says(part, area) for part in parts)}


def _says(part: str, area: Area) -> bool:
    return part.startswith((area.key, *area.feeds, *BESIDE.get(area.key, ())))


def named(tree: ast.AST, words: Mapping[str, str]) -> Iterator[Named]:
    """Each of ``words`` that a module says as a whole text or imports."""
    return (Named(word, words[word]) for word in _spoken(tree) if word in words)


def _spoken(tree: ast.AST) -> Iterator[str]:
    """Each whole text of a module and each name that it imports."""
    nodes = list(ast.walk(tree))
    # The parts of a card and the columns of a table have words of their own.
    own_words = {id(call.args[0]) for call in nodes if isinstance(call, ast.Call) and _is_part(call)}
    own_words |= {id(word) for told in nodes if _lists_parts(told) for word in ast.walk(told)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in own_words:
            yield node.value
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def _is_part(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "part" and bool(call.args)


def _lists_parts(node: ast.AST) -> bool:
    """Such as CARD_TEXTS of present/wire.py."""
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("_TEXTS")


def files() -> list[Path]:
    """Every module of the rooms and every script of the pages, but what lists all feeds by its nature."""
    found = [path for room in rooms(ROOT) for path in (ROOT / room).rglob("*.py")]
    found += [*(ROOT / "assets").rglob("*.js"), ROOT / "app.py", ROOT / "ingest.py", ROOT / "settings.py"]
    return sorted(path for path in found if not path.relative_to(ROOT).as_posix().startswith(LISTING))


def said(path: Path, words: Mapping[str, str]) -> set[Named]:
    """What a file names of ``words``."""
    return {Named(word, words[word]) for word in _words_in(path) & words.keys()}


@cache
def _words_in(path: Path) -> frozenset[str]:
    """Every text and imported name of a file, read once for all areas."""
    text = path.read_text("utf-8")
    spoken = _spoken(ast.parse(text)) if path.suffix == ".py" else re.findall(r"""["'`]([\w/-]+)["'`]""", text)
    return frozenset(spoken)


def strangers(found: Iterable[Path], words: Mapping[str, str]) -> dict[str, set[str]]:
    """Files that name what an area declares and do not belong to it, each with those words."""
    told: dict[str, set[str]] = {}
    for path in found:
        own = owners(path) | {key for key in words.values() if _module_of(path) in _MODULES[key]}
        name = path.relative_to(ROOT).as_posix()
        outside = {one.word for one in said(path, words) if one.area not in own}
        if outside:
            told[name] = outside
    return told


def _module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


_MODULES = {area.key: frozenset(_modules(area)) for area in AREAS.values()}


def own_files(area: Area) -> list[Path]:
    """The files that belong to this area alone, by what they declare or by their name."""
    return [path for path in files() if _module_of(path) in _MODULES[area.key] or owners(path) == {area.key}]


def main(arguments: list[str]) -> int:
    """Print the files of the areas named, by default of all; 1 when another file names what one declares."""
    chosen = [AREAS[key] for key in arguments] if arguments else list(AREAS.values())
    wrong = 0
    for area in chosen:
        own, outside = own_files(area), strangers(files(), words_of(area))
        print(f"{area.key}: {len(own)} files of its own, named by {len(outside)} others")
        for path in own if arguments else ():
            print(f"  {path.relative_to(ROOT).as_posix()}")
        for name, words in sorted(outside.items()):
            print(f"  ! {name}: {', '.join(sorted(words))}")
        wrong += len(outside)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
