"""Matches features to units: by code only when the name agrees, else by name; never by guessing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data_sources.places._fields import Fields
from data_sources.places._units import Units
from data_sources.places._words import filled, listed, refused
from domain.places.map_layer import Note
from domain.places.place import Place
from domain.text import Text

_CONFLICT = Text(
    "Mã và tên trong tệp chỉ hai đơn vị khác nhau: {examples}. Tệp có lẽ thuộc phiên bản đơn vị hành chính khác.",
    "Code and name in the file mean different units: {examples}. The file probably has another territory version.",
)
_AMBIGUOUS = Text(
    "Nhiều đơn vị trùng tên: {examples}. Hãy thêm cột mã hoặc cột tên huyện.",
    "Several units share these names: {examples}. Add a column with codes or district names.",
)
_INCOMPLETE = Text(
    "Tệp chỉ có {matched}/{expected} đơn vị; thiếu: {missing}.",
    "The file has only {matched} of {expected} units; missing: {missing}.",
)
_WITHOUT_SHAPE = Text(
    "{bare} đối tượng trong tệp không có vùng; tệp có thể đã bị cắt cụt.",
    "{bare} features in the file have no polygon; the file may be cut short.",
)
_LEFT_OVER = Text("Tên trong tệp không khớp: {names}.", "Names in the file without a match: {names}.")
_OTHER_SPELLING = Text(
    "nhận theo mã; tệp viết “{name}”, tên chính thức là “{official}”",
    "matched by code; the file writes “{name}”, the official name is “{official}”",
)
_OTHER_CODE = Text(
    "nhận theo tên; “{code}” trong tệp không phải mã của đơn vị này",
    "matched by name; “{code}” in the file is not this unit's code",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Rows of each unit by code; ``by_name`` are the units matched only by name."""

    rows: Mapping[str, Sequence[int]]
    by_name: frozenset[str]
    remarks: Sequence[Note]


@dataclass(slots=True)
class _Sorting:
    """The rows sorted in one pass."""

    coded: dict[str, list[int]] = field(default_factory=dict)
    named: dict[str, list[int]] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)


def match_units(fields: Fields, units: Units, rows: Sequence[int], *, bare: int) -> Match:
    """Find every unit among these rows; ``bare`` is the number of features without a polygon.

    Raises ImportRefusedError "code_conflict", "ambiguous" or "incomplete" (a single missing unit is enough).
    """
    sorting = _Sorting()
    for row in rows:
        _sort(sorting, fields, units, row)
    if sorting.conflicts:
        raise refused("code_conflict", _CONFLICT, examples=listed(sorting.conflicts))
    by_name = _take_names(sorting, fields, units)
    if sorting.ambiguous:
        raise refused("ambiguous", _AMBIGUOUS, examples=listed(dict.fromkeys(sorting.ambiguous)))
    missing = [unit.name for code, unit in units.by_code.items() if code not in sorting.coded]
    if missing:
        left = dict.fromkeys(_with_near(fields.name[row], units) for row in sorting.others)
        counts = {"matched": len(sorting.coded), "expected": len(units.by_code)}
        also = [filled(_LEFT_OVER, names=listed(left))] if left else []
        also += [filled(_WITHOUT_SHAPE, bare=bare)] if bare else []
        raise refused("incomplete", _INCOMPLETE, *also, missing=listed(missing), **counts)
    return Match(rows=sorting.coded, by_name=by_name, remarks=sorting.remarks)


def _sort(sorting: _Sorting, fields: Fields, units: Units, row: int) -> None:
    name, code = fields.name[row], fields.code[row]
    unit = units.by_code.get(code)
    called = _called(fields, units, row)
    if unit is not None:
        if unit in units.called(name):
            sorting.coded.setdefault(code, []).append(row)
        elif unit in units.near(name):
            sorting.coded.setdefault(code, []).append(row)
            words = filled(_OTHER_SPELLING, name=name, official=unit.name)
            sorting.remarks.append(Note(name=name, code=code, words=words))
        else:
            sorting.conflicts.append(f"{code} “{name}” ≠ “{unit.name}”")
    elif len(called) == 1:
        sorting.named.setdefault(called[0].code, []).append(row)
    elif called and not code:
        sorting.ambiguous.append(f"{name} = {listed(_told(unit) for unit in called)}")
    else:
        sorting.others.append(row)


def _called(fields: Fields, units: Units, row: int) -> Sequence[Place]:
    """The units with this row's name, and with its parent's name where the file has a parent column."""
    called = units.called(fields.name[row])
    if not any(fields.parent):
        return called
    parents = units.parents(fields.parent[row])
    return [unit for unit in called if unit.parent in parents]


def _take_names(sorting: _Sorting, fields: Fields, units: Units) -> frozenset[str]:
    """Add the rows matched by name. A row with an unknown code counts only when no other row is that unit."""
    by_name = set()
    for code, rows in sorting.named.items():
        sure = code in sorting.coded
        for row in rows:
            said = fields.code[row]
            if sure and said:
                sorting.others.append(row)
                continue
            sorting.coded.setdefault(code, []).append(row)
            by_name.add(code)
            if said:
                words = filled(_OTHER_CODE, code=said)
                sorting.remarks.append(Note(name=fields.name[row], code=code, words=words))
    return frozenset(by_name)


def _told(unit: Place) -> str:
    return f"{unit.name} ({unit.code})"


def _with_near(name: str, units: Units) -> str:
    near = units.near(name)
    return f"{name} (≈ {near[0].name}?)" if near else name
