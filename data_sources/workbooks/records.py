"""JSON tables: an array of flat objects, either alone or as the only array of objects in an object."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.workbooks.cells import CELLS_MAX, Cell
from domain.reason import Reason

Records = Sequence[Mapping[str, object]]

_OPENING = (b"[", b"{")


def is_json(body: bytes) -> bool:
    """Whether the first character is a bracket or brace: then the file is JSON, because no table begins with one."""
    return body[:64].removeprefix(parse.BOM).lstrip().startswith(_OPENING)


def is_object(body: bytes) -> bool:
    """Whether a file is one JSON object, in UTF-8 or UTF-16: GeoJSON is, and no table begins with a brace."""
    try:
        return parse.unmarked(body[:64]).lstrip().startswith(b"{")
    except UnicodeDecodeError:
        return False


def record_rows(body: bytes) -> list[list[Cell]]:
    """A header with all names in order of appearance, then one row per record; missing values are blank.

    A nested value becomes its JSON text. Raises RefusalError NOT_JSON, WRONG_SHAPE, EMPTY or TOO_MANY_ITEMS.
    """
    found = _records(parse.json_of(body, CELLS_MAX))
    parse.require_single_names(body)
    if not found:
        raise RefusalError(Reason.EMPTY)
    names = list(dict.fromkeys(name for record in found for name in record))
    if len(names) * len(found) > CELLS_MAX:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"{len(found)} × {len(names)}")
    return [list(names), *([_cell(record.get(name)) for name in names] for record in found)]


def _records(told: object) -> Records:
    if isinstance(told, list):
        if not _is_records(told):
            raise RefusalError(Reason.WRONG_SHAPE, "mỗi mục là một đối tượng / each item is an object")
        return told
    inside = [value for value in told.values() if _is_records(value)] if isinstance(told, dict) else []
    if len(inside) != 1:
        raise RefusalError(
            Reason.WRONG_SHAPE,
            "cần một mảng các đối tượng, hoặc một đối tượng chứa đúng một mảng như thế / "
            f"an array of objects is needed, or an object with exactly one such array; found {len(inside)}",
        )
    return inside[0]


def _is_records(value: object) -> TypeGuard[Records]:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return parse.written(value).decode()
