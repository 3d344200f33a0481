"""What proves a row of the mission: figures sent through the door, and the numbers that its screen must then show.

An area's own file (tests/areas/rows_*.py) holds its ROWS; tests/areas/test_indicators.py sends and reads them.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.places.place import IN_FORCE, PROVINCE
from store import territories

AREAS = Path(__file__).parent
COMMUNES = tuple(place.code for place in territories.places(IN_FORCE) if place.code != PROVINCE)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """``sends`` are items without an instant, ``posts`` records by address, which take the instant and tell of people.
    ``shows`` are each KPI's value on ``screen`` as text, ``names`` its cases, ``rows`` a figure in the row of a place.
    ``files`` are workbooks and bodies for ways in of their own, by address; each is made at an instant.
    ``elsewhere`` are values that KPIs of the row have on the screens of other areas, by screen.

    ``beside``: a test of the house that proves the row where figures alone cannot, such as a judged day.
    """

    row: int
    screen: str = ""
    sends: tuple[Mapping[str, Any], ...] = ()
    posts: Mapping[str, Callable[[datetime], list[dict[str, Any]]]] = field(default_factory=dict)
    files: Mapping[str, Callable[[datetime], bytes]] = field(default_factory=dict)
    shows: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    rows: Mapping[str, str] = field(default_factory=dict)
    beside: str = ""

    @property
    def shown(self) -> Mapping[str, Mapping[str, str]]:
        """The value of each KPI by screen."""
        return {self.screen: self.shows, **self.elsewhere}


def by_commune(feed: str, **values: float) -> tuple[dict[str, Any], ...]:
    """The same figures of every commune in force."""
    return tuple(item for code in COMMUNES for item in of_place(feed, code, **values))


def of_place(feed: str, place: str, territory: str = IN_FORCE, **values: float) -> tuple[dict[str, Any], ...]:
    """Figures of one place."""
    return tuple(
        {"feed": feed, "measure": key, "place": place, "territory": territory, "value": value, "source": "proof"}
        for key, value in values.items()
    )


def of_province(feed: str, **values: float) -> tuple[dict[str, Any], ...]:
    """Figures of the whole province."""
    return of_place(feed, PROVINCE, **values)


def measured(items: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """The items as a machine tells them."""
    return tuple({**item, "kind": "measured"} for item in items)


def happened(
    feed: str, case_type: str, event: str, case: str, place: str = PROVINCE, **attributes: Any
) -> dict[str, Any]:
    """One event of a case."""
    of = {"feed": feed, "case_type": case_type, "event": event, "case": case, "place": place, "territory": IN_FORCE}
    return {**of, "attributes": attributes, "source": "proof"}


def proofs() -> dict[int, Proof]:
    """Every proof by its row; a row has one."""
    found = [
        proof
        for path in sorted(AREAS.glob("rows_*.py"))
        for proof in importlib.import_module(f"tests.areas.{path.stem}").ROWS
    ]
    by_row = {proof.row: proof for proof in found}
    assert len(by_row) == len(found), "a row is proven twice"
    return by_row
