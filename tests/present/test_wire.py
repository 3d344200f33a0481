"""Layouts, scripts and style sheets use the names of present/wire.py and no others; each name is used by somebody."""

import ast
import dataclasses
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest

import layouts
from centre.rooms import rooms
from domain.discovery import discover
from layouts.parts.ids import cid
from layouts.parts.screen import Screen
from live.frame_bytes import HEADER
from live.hub import PUBLIC_TOPICS, TOPICS
from present import wire
from present.cards import AgeCell, AlarmVM, CardVM, PublicCardVM, RowVM, TextCell

ROOT = Path(__file__).parents[2]
CONTRACT = "05-contract.js"
ATTRIBUTES = [
    wire.PAGE_ATTRIBUTES,
    wire.CARD_ATTRIBUTES,
    wire.MAP_ATTRIBUTES,
    wire.RUN_ATTRIBUTES,
    wire.KIOSK_ATTRIBUTES,
    wire.SERVICES_ATTRIBUTES,
    wire.DESK_ATTRIBUTES,
]
KNOWN = {name for table in ATTRIBUTES for name in table}
# Of a component's id made by _ids.cid ("data-maps-changed") nothing stands literally in the code; options of curl do.
LITERAL = re.compile(r"(?<![\w-])data-[a-z][a-z0-9-]*")
DATASET = re.compile(r"\bdataset\.(\w+)|'(\w+)' in [\w.()]+\.dataset")
COMPUTED = re.compile(r"\bdataset\[|\[data-' ?\+|'data-' ?\+")

Found = dict[str, set[str]]


def scripts() -> dict[str, str]:
    """Text of each script without its comments, but for the contract itself."""
    files = [*sorted((ROOT / "assets").rglob("*.js")), ROOT / "centre" / "ticking.js"]
    texts = {path.name: path.read_text("utf-8") for path in files}
    return {name: re.sub(r"(?m)(?<!:)//.*$", "", text) for name, text in texts.items() if name != CONTRACT}


def sheets() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted((ROOT / "assets").rglob("*.css"))}


def in_script(text: str) -> set[str]:
    """Attributes a script reads or writes, by name or through `dataset`."""
    camels = {one or other for one, other in DATASET.findall(text)}
    return set(LITERAL.findall(text)) | {
        "data-" + re.sub("[A-Z]", lambda m: "-" + m[0].lower(), name) for name in camels
    }


@cache
def in_python(text: str) -> set[str]:
    """Attributes in the strings of a module, docstrings aside."""
    if "data-" not in text:
        return set()
    nodes = list(ast.walk(ast.parse(text)))
    told = {id(n.value) for n in nodes if isinstance(n, ast.Expr)}
    strings = [n.value for n in nodes if isinstance(n, ast.Constant) and id(n) not in told]
    return {name for one in strings if isinstance(one, str) for name in LITERAL.findall(one)}


@cache
def read_in_python(text: str) -> set[str]:
    """Attributes that a module reads back from those of an element."""
    if "data-" not in text:
        return set()
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Load)]
    keys = {n.slice.value for n in nodes if isinstance(n.slice, ast.Constant)}
    return {key for key in keys if isinstance(key, str) and LITERAL.fullmatch(key)}


def in_sheet(text: str) -> set[str]:
    return set(LITERAL.findall(text))


def by_name(texts: Iterable[tuple[str, str]], read: Callable[[str], set[str]]) -> Found:
    found: Found = {}
    for where, text in texts:
        for name in read(text):
            found.setdefault(name, set()).add(where)
    return found


def modules() -> Iterable[tuple[str, str]]:
    for room in rooms(ROOT):
        for path in (ROOT / room).rglob("*.py"):
            if path != Path(wire.__file__):
                yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def emitted() -> Found:
    # React's own page has the last: options of Dash's drop-down fields.
    ids = {wire.MAPS_CHANGED, wire.IMPORT_FIELD, "data-option-index"}
    return {name: where for name, where in by_name(modules(), in_python).items() if name not in ids}


def test_no_attribute_stands_in_two_tables():
    assert len(KNOWN) == sum(map(len, ATTRIBUTES))


def test_attributes_of_layouts_are_in_the_contract():
    unknown = {name: where for name, where in emitted().items() if name not in KNOWN}
    assert not unknown, "name them in present/wire.py and say what they mean"


def test_attributes_of_scripts_and_sheets_are_in_the_contract():
    used = by_name(scripts().items(), in_script) | by_name(sheets().items(), in_sheet)
    unknown = {name: where for name, where in used.items() if name not in KNOWN}
    assert not unknown, "name them in present/wire.py and say what they mean"


def test_each_attribute_is_written_by_one_side_and_read_by_the_other():
    tests = [
        (p.name, p.read_text("utf-8")) for room in ("browser", "layouts") for p in (ROOT / "tests" / room).glob("*.py")
    ]
    written = set(emitted()) | set(by_name(scripts().items(), in_script))
    read = by_name([*scripts().items(), *tests], in_script) | by_name(sheets().items(), in_sheet)
    read |= by_name(modules(), read_in_python)
    assert not KNOWN - written, "nobody writes these"
    assert not KNOWN - set(read), "nobody reads these"


def test_names_are_written_out_so_that_they_can_be_found():
    computed = {name: COMPUTED.findall(text) for name, text in scripts().items() if COMPUTED.search(text)}
    assert not computed, "an attribute's name is put together: write it out"


@pytest.mark.parametrize(
    ("read", "text", "names"),
    [
        (in_script, "a.dataset.staleAfter = 1; x('data-far')", {"data-stale-after", "data-far"}),
        (in_script, "if ('mapClose' in b.dataset) y()", {"data-map-close"}),
        (in_script, "curl --data-binary @x", set()),
        (in_python, '"""In data-words."""\nx = {"data-kpi": f"data-{y}"}', {"data-kpi"}),
        (in_python, "z = f'<g data-lat0=\"{y}\">'", {"data-lat0"}),
        (in_sheet, '.a[data-on] b::before { content: attr(data-head) }', {"data-on", "data-head"}),
    ],
)  # fmt: skip
def test_the_readers_find_names(read: Callable[[str], set[str]], text: str, names: set[str]):
    assert read(text) == names


def parts_in_python(text: str) -> set[str]:
    """Parts a module draws: the value beside "data-part", and the name given to `part(…)`."""
    if "data-part" not in text and "part(" not in text:
        return set()
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Dict):
            found += [value for key, value in zip(node.keys, node.values, strict=True) if _says(key, "data-part")]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            found += [node.value] if _says(node.targets[0].slice, "data-part") else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "part":
            found.append(node.args[0])
    either = [
        one for value in found for one in ([value.body, value.orelse] if isinstance(value, ast.IfExp) else [value])
    ]
    return {str(one.value) for one in either if isinstance(one, ast.Constant)}


def _says(node: ast.expr | None, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def parts_in_script(text: str) -> set[str]:
    """Parts a script looks for, by selector, through `dataset` or by a helper that takes the name."""
    ways = r"data-part=[\"']?([\w-]+)|dataset\.part === '([\w-]+)'|\bpart\('([a-z]+)'\)|each\(element, '([\w-]+)'"
    return {name for found in re.findall(ways, text) for name in found if name}


def test_parts_are_those_of_the_contract_on_both_sides():
    drawn, filled = by_name(modules(), parts_in_python), by_name(scripts().items(), parts_in_script)
    assert set(drawn) == set(wire.PARTS) | set(wire.PLACES), "parts that layouts draw, and parts of the contract"
    assert set(filled) | set(wire.CARD_TEXTS) == set(wire.PARTS), "parts that scripts fill, and parts of the contract"
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "browser").glob("*.py"))
    assert not {name for name in wire.PLACES if f"data-part={name}" not in tests}, "nobody looks for these"


def test_texts_of_cards_are_fields_of_their_view_models():
    card, public = ({field.name for field in dataclasses.fields(kind)} for kind in (CardVM, PublicCardVM))
    assert set(wire.CARD_TEXTS) <= card | public
    assert set(wire.PUBLIC_TEXTS) <= public
    assert set(wire.CARD_TEXTS) <= set(wire.PARTS)


def test_no_field_of_a_card_is_sent_that_no_script_reads():
    texts = "\n".join(scripts().values())
    sent = {field.name for kind in (CardVM, PublicCardVM) for field in dataclasses.fields(kind)}
    read = {name for name in sent if re.search(rf"\b(?:vm|a|b)\.{name}\b", texts)} | set(wire.CARD_TEXTS)
    assert sent - read == set()


def test_types_of_scripts_know_the_view_models_and_the_events():
    told = (ROOT / "tests" / "js" / "ioc.d.ts").read_text("utf-8")
    for name, kinds in {
        "CardVM": (CardVM, PublicCardVM),
        "RowVM": (RowVM, AlarmVM),
        "CellVM": (TextCell, AgeCell),
    }.items():
        body = re.findall(rf"interface {name} \{{(.*?)\}}", told, re.DOTALL)[0]
        fields = {field.name for kind in kinds for field in dataclasses.fields(kind)}
        assert set(re.findall(r"(\w+)\??:", body)) == fields, name
    events = set(re.findall(r"'ioc:([\w-]+)': CustomEvent", told))
    assert events == (set(wire.EVENTS) | set(wire.MESSAGES)) - {"hb"}


def test_each_constant_is_read_by_a_script():
    read = {m for text in scripts().values() for m in re.findall(r"\bcontract\.([A-Z_]+)", text)}
    told = set(re.findall(r"(?m)^  ([A-Z_]+): ", next((ROOT / "assets").rglob(CONTRACT)).read_text("utf-8")))
    assert read == told, "what scripts read, and what the contract says"


def test_a_constant_stands_in_no_script_as_a_literal():
    whole = {wire.PROVINCE, wire.UNKNOWN, wire.MAPS_CHANGED, wire.LAST_VISIT, wire.IMPORT_FIELD}
    copied = {(name, value) for name, text in scripts().items() for value in whole if f"'{value}'" in text}
    assert not copied


def test_messages_are_those_of_the_contract_on_both_sides():
    sent = {m for where, text in modules() if where.startswith("live/") for m in re.findall(r'"k": "(\w+)"', text)}
    sent |= {
        m for where, text in modules() if where.startswith("live/") for m in re.findall(r'KeyedStream\("(\w+)"', text)
    }
    assert sent == set(wire.MESSAGES)
    texts = "\n".join(scripts().values())
    heard = set(re.findall(r"message\.k [!=]== '(\w+)'", texts)) | set(re.findall(r"'ioc:([\w-]+)'", texts))
    assert set(wire.MESSAGES) <= heard, "messages that nobody hears"


def test_events_are_told_and_heard():
    texts = "\n".join(scripts().values())
    told = set(re.findall(r"\btell\('([\w-]+)'", texts))
    heard = set(re.findall(r"addEventListener\('ioc:([\w-]+)'", texts))
    assert told == set(wire.EVENTS)
    assert heard == set(wire.EVENTS) | (set(wire.MESSAGES) - {"hb"})


def test_topics_of_screens_and_of_the_hub_are_those_of_the_contract():
    assert set(PUBLIC_TOPICS) < set(TOPICS) == set(wire.TOPICS)
    asked = {topic for screen in discover(layouts, "SCREEN", Screen).values() for topic in screen.topics}
    assert asked <= set(wire.TOPICS)


def test_a_frame_is_headed_as_the_contract_says():
    assert HEADER.size == wire.FRAME_HEADER_BYTES


def test_ids_are_made_alike_on_both_sides():
    assert cid("data", "maps-changed") == wire.MAPS_CHANGED
    assert cid("wall", wire.REVISION) == "wall-revision"
