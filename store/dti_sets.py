"""The sets of DTI weights that the release carries (store/seed/dti/): a new set is a file there, named by its year."""

import csv
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from domain.services.dti import DtiSet, Pillar

_SEED = Path(__file__).parent / "seed" / "dti"


@cache
def dti_sets(folder: Path = _SEED) -> Mapping[str, DtiSet]:
    """The sets by year, oldest first. Raises ValueError for a wrong file."""
    return {file.stem: _read(file) for file in sorted(folder.glob("*.csv"))}


def _read(file: Path) -> DtiSet:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        try:
            pillars = tuple(Pillar(key=row["key"], weight=Decimal(row["weight"])) for row in csv.DictReader(lines))
        except (KeyError, InvalidOperation):
            raise ValueError(f"{file.name}: cần các cột / needs the columns key, weight") from None
    return DtiSet(key=file.stem, pillars=pillars)
