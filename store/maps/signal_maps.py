"""Carriers' covered areas: kept with the import that brought them, shown while its figures count."""

from datetime import datetime

import orjson
from sqlalchemy import Engine, select

from domain.imports.file_import import Stage
from domain.instant import to_ms
from domain.places.signal_map import SignalMap
from store.database import upsert, writing
from store.tables.imports import file_imports
from store.tables.signal_maps import signal_maps


class SignalMaps:
    """The areas in SQL; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, one: SignalMap, now: datetime) -> None:
        """Keep the area of an import; it shows once that import is applied."""
        row = {
            "id": one.id, "carrier": one.carrier, "technology": one.technology, "period": one.period,
            "source": one.source, "covered": orjson.dumps(one.covered).decode(), "gap": orjson.dumps(one.gap).decode(),
            "kept_ms": to_ms(now),
        }  # fmt: skip
        with writing(self._engine) as connection:
            upsert(connection, signal_maps, [row])

    def shown(self) -> list[SignalMap]:
        """The newest area of each carrier and technology whose import is applied and not withdrawn, by key."""
        applied = file_imports.c.stage == Stage.APPLIED.value
        query = (
            select(signal_maps)
            .join(file_imports, file_imports.c.id == signal_maps.c.id)
            .where(applied)
            .order_by(signal_maps.c.period, signal_maps.c.kept_ms)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        found = [
            SignalMap(
                id=row["id"], carrier=row["carrier"], technology=row["technology"], period=row["period"],
                source=row["source"], covered=orjson.loads(row["covered"]), gap=orjson.loads(row["gap"]),
            )
            for row in rows
        ]  # fmt: skip
        return sorted({one.key: one for one in found}.values(), key=lambda one: one.key)
