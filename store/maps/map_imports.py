"""Stores map imports: one runs at a time and records its progress and outcome."""

import secrets
from datetime import datetime

from sqlalchemy import Engine, select, update

from domain.instant import to_ms
from domain.places.map_import import SILENT_AFTER, UNDER_WAY, ImportState, MapImport, as_of
from domain.places.map_layer import LayerKind
from domain.text import Text
from store.database import insert_new, writing
from store.maps.map_rows import import_of, import_row
from store.tables.maps import map_imports

_BEGINNING = Text("Bắt đầu", "Starting")
_IMPORTS_LOCK = 7_204_110_427


class BusyError(Exception):
    """Another import, ``job``, is running."""

    def __init__(self, job: MapImport) -> None:
        super().__init__(job.id)
        self.job = job


class MapImports:
    """The imports in SQL; thread-safe. The caller's ``now`` decides whether an import is silent."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(
        self, kind: LayerKind, file_name: str, *, by: str, now: datetime, state: ImportState = ImportState.RUNNING
    ) -> MapImport:
        """Register an import; raises BusyError while another one runs, because two would compete for memory."""
        job = MapImport(
            id=secrets.token_hex(6),
            kind=kind,
            file_name=file_name,
            state=state,
            stage=_BEGINNING,
            done=0.0,
            reason="",
            layer="",
            started_at=now,
            updated_at=now,
            started_by=by,
        )
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_IMPORTS_LOCK})")
            c = map_imports.c
            living = select(map_imports).where(
                c.state.in_([s.value for s in UNDER_WAY]), c.updated_ms >= to_ms(now - SILENT_AFTER)
            )
            other = connection.execute(living).mappings().first()
            if other is not None:
                raise BusyError(import_of(other))
            insert_new(connection, map_imports, [import_row(job)])
        return job

    def speak(self, id_: str, stage: Text, done: float, now: datetime, *, state: ImportState | None = None) -> bool:
        """Record progress (``done`` 0..1); False when the import is over, so that the worker stops."""
        row = {"stage_vi": stage.vi, "stage_en": stage.en, "done": done, "updated_ms": to_ms(now)}
        return self._change(id_, row | ({"state": state.value} if state else {}))

    def finish(
        self, id_: str, state: ImportState, stage: Text, now: datetime, *, reason: str = "", layer: str = ""
    ) -> bool:
        """Record the outcome of an import; False when it already had one, which then stays."""
        row = {"stage_vi": stage.vi, "stage_en": stage.en, "updated_ms": to_ms(now)}
        ended = {"state": state.value, "reason": reason, "layer": layer}
        whole = {"done": 1.0} if state in (ImportState.DONE, ImportState.UNCHANGED) else {}
        return self._change(id_, row | ended | whole)

    def jobs(self, now: datetime, limit: int = 50) -> list[MapImport]:
        """The newest imports as of ``now``, newest first."""
        query = select(map_imports).order_by(map_imports.c.started_ms.desc(), map_imports.c.id).limit(limit)
        with self._engine.connect() as connection:
            return [as_of(import_of(row), now) for row in connection.execute(query).mappings()]

    def job(self, id_: str, now: datetime) -> MapImport | None:
        """One import as of ``now``; None when no import has this id."""
        with self._engine.connect() as connection:
            row = connection.execute(select(map_imports).where(map_imports.c.id == id_)).mappings().one_or_none()
        return None if row is None else as_of(import_of(row), now)

    def _change(self, id_: str, row: dict[str, object]) -> bool:
        c = map_imports.c
        living = update(map_imports).where(c.id == id_, c.state.in_([s.value for s in UNDER_WAY]))
        with writing(self._engine) as connection:
            return connection.execute(living.values(**row)).rowcount == 1
