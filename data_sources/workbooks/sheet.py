"""A sheet of a workbook: its rows as they stand, which cells are merged, whether people see it."""

from dataclasses import dataclass, field

from data_sources.workbooks.cells import Cell

Rows = list[list[Cell]]
Merged = tuple[int, int, int, int]
"""Top, left, bottom, right of merged cells, from 0, all within."""


@dataclass(slots=True)
class Sheet:
    """One sheet; ``name`` "" is that of a CSV text. The first cell of merged ones holds their content."""

    name: str
    rows: Rows = field(repr=False)
    hidden: bool = False
    merged: tuple[Merged, ...] = ()

    @property
    def cells(self) -> int:
        """How many cells have something in them."""
        return sum(is_filled(cell) for row in self.rows for cell in row)

    def filled_down(self) -> Rows:
        """The rows with the content of cells merged over rows in each of their rows."""
        rows = [list(row) for row in self.rows]
        for top, left, bottom, _ in self.merged:
            if top < len(rows) and left < len(rows[top]):
                for row in rows[top + 1 : bottom + 1]:
                    if left < len(row):
                        row[left] = rows[top][left]
        return rows


def is_filled(cell: Cell) -> bool:
    """Whether there is anything in a cell; a word for an unknown number is something."""
    return cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())
