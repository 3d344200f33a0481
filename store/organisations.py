"""Stores the register of organisations."""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Engine, RowMapping, select

from domain.access.principal import CENTRE, NOBODY, Principal
from domain.audit import Act
from domain.instant import to_ms
from domain.organisation import Organisation, OrganisationKind
from store.audit import note
from store.database import upsert, writing
from store.tables.observations import organisations

_SEED = Path(__file__).parent / "seed" / "organisations.csv"
# A newly registered code is accepted after at most this long.
_FRESH_S = 2.0


class Organisations:
    """Organisations by code; thread-safe."""

    def __init__(self, engine: Engine, ticks: Callable[[], float] = monotonic) -> None:
        """``ticks`` are monotonic seconds."""
        self._engine = engine
        self._ticks = ticks
        self._codes: frozenset[str] = frozenset()
        self._read_s: float | None = None

    def seed(self, now: datetime) -> None:
        """Write the shipped organisations; an entry registered under the same code stays."""
        known = self.all()
        with _SEED.open(encoding="utf-8", newline="") as file:
            shipped = [_organisation(row) for row in csv.DictReader(file)]
        self.put((one for one in shipped if one.code not in known), now, CENTRE)

    def put(self, given: Iterable[Organisation], now: datetime, by: Principal = NOBODY) -> int:
        """Add or change organisations; returns how many are new or changed."""
        known = self.all()
        changed = [one for one in given if known.get(one.code) != one]
        rows = [asdict(one) | {"kind": one.kind.value, "updated_ms": to_ms(now)} for one in changed]
        with writing(self._engine) as connection:
            upsert(connection, organisations, rows)
            if rows:
                note(connection, Act.ORGANISATIONS_IMPORTED, "organisations", by, now, after={"changed": len(rows)})
        return len(changed)

    def all(self) -> dict[str, Organisation]:
        """Every organisation, by code."""
        with self._engine.connect() as connection:
            found = connection.execute(select(organisations).order_by(organisations.c.code)).mappings().all()
        return {row["code"]: _organisation(row) for row in found}

    def known(self, code: str) -> bool:
        """Whether the code is registered. An unknown code reloads the register, at most every two seconds."""
        now_s = self._ticks()
        if code not in self._codes and (self._read_s is None or now_s - self._read_s >= _FRESH_S):
            self._codes, self._read_s = frozenset(self.all()), now_s
        return code in self._codes


def _organisation(row: Mapping[str, Any] | RowMapping) -> Organisation:
    said = {name: row[name] for name in ("code", "name", "parent", "territory", "place", "source")}
    return Organisation(kind=OrganisationKind(row["kind"]), **said)
