"""Columns: the newest cell of each measure and contributor, unless the caller says which one counts."""

from domain.observation import Kind
from evaluation.columns import Cell, Columns

MANY = 200


def cells(at_ms: int, value: float) -> list[Cell]:
    return [Cell("m", str(n), "27694", at_ms, value, Kind.DECLARED, "s") for n in range(MANY)]


def test_more_contributors_than_there_was_room_for_keep_their_values() -> None:
    columns = Columns(["m"])
    columns.put([*cells(2, 7.0), Cell("other", "0", "27694", 3, 1.0, Kind.DECLARED, "s")])
    columns.put(cells(1, 5.0))
    table = columns.table()
    assert table.value.tolist() == [[7.0] * MANY]
    assert table.at_ms.tolist() == [[2] * MANY]


def test_what_the_caller_chose_takes_the_place_of_newer_cells_and_the_last_of_several_stands() -> None:
    columns = Columns(["m"])
    columns.put(cells(2, 7.0))
    columns.stand([*cells(5, 9.0), *cells(1, 5.0)])
    assert (columns.table().value.tolist(), columns.table().at_ms.tolist()) == ([[5.0] * MANY], [[1] * MANY])
