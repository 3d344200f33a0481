"""Finds the layer and columns with the units' names and codes: given by hand, or detected from the content."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data_sources.places._placed import PlacedLayer
from data_sources.places._units import Units
from data_sources.places._words import legacy_encoding, listed, refused
from data_sources.workbooks.legacy import is_garbled
from domain.text import Text

_NO_FIELD = Text("Tệp không có cột “{field}”; có: {fields}.", "The file has no column “{field}”; it has: {fields}.")
_NO_NAMES = Text(
    "Không cột nào chứa tên đơn vị của phiên bản này; có các cột: {fields}. Chỉ có mã thì không đủ vì mã được dùng lại "
    "cho đơn vị khác: hãy thêm cột tên, hoặc khai báo cột tên.",
    "No column holds names of this version's units; the columns are: {fields}. Codes alone do not do: reforms gave "
    "them to other units: add the names, or say which column has them.",
)


# A single parent (the province in every row) distinguishes nothing.
_PARENTS_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The columns that identify a row's unit, row by row; ``code`` and ``parent`` are blank where the file has none."""

    name: Sequence[str]
    code: Sequence[str]
    parent: Sequence[str]
    named: int
    """How many units the names match."""


def best_layer(layers: Sequence[PlacedLayer], units: Units, *, name: str, code: str) -> tuple[PlacedLayer, Fields]:
    """The layer that names most units, and its columns; ``name`` and ``code`` are columns given by hand or "".

    Raises ImportRefusedError "no_field", "no_names" or "legacy_encoding".
    """
    _must_have(layers, (name, code))
    found = [(placed, _fields(placed, units, name, code)) for placed in layers]
    best, fields = max(found, key=lambda pair: pair[1].named)
    looked_at = fields.name if fields.named else _all_text(layers)
    if garbled := next(filter(is_garbled, looked_at), ""):
        raise legacy_encoding(garbled)
    if not fields.named:
        raise refused("no_names", _NO_NAMES, fields=listed(best.layer.columns))
    return best, fields


def _all_text(layers: Sequence[PlacedLayer]) -> Iterator[str]:
    for placed in layers:
        for column in placed.layer.columns.values():
            yield from column


def _must_have(layers: Sequence[PlacedLayer], told: Iterable[str]) -> None:
    known = list(dict.fromkeys(column for placed in layers for column in placed.layer.columns))
    for field in told:
        if field and field not in known:
            raise refused("no_field", _NO_FIELD, field=field[:80], fields=listed(known))


def _fields(placed: PlacedLayer, units: Units, name: str, code: str) -> Fields:
    columns = placed.layer.columns
    cells = {column: {values[row] for row in placed.here} for column, values in columns.items()}
    blank = [""] * len(placed.layer.polygons)

    def units_named(column: str) -> int:
        return len({unit.code for cell in cells[column] for unit in units.called(cell)})

    def units_coded(column: str) -> int:
        return len(cells[column] & units.by_code.keys())

    def parents_named(column: str) -> int:
        return len({parent for cell in cells[column] for parent in units.parents(cell)})

    # Among columns that name equally many units take the longest texts: "Phường Long An" before "Long An".
    names = name or max(columns, key=lambda c: (units_named(c), sum(map(len, cells[c]))), default="")
    codes = code or max(columns, key=units_coded, default="")
    if not code and codes and units_coded(codes) * 2 < len(units.by_code):
        codes = ""
    parents = max((c for c in columns if c not in (names, codes)), key=parents_named, default="")
    if not parents or parents_named(parents) < _PARENTS_MIN:
        parents = ""
    return Fields(
        name=columns.get(names, blank),
        code=columns.get(codes, blank),
        parent=columns.get(parents, blank),
        named=units_named(names) if names in columns else 0,
    )
