"""Stores imported map layers: rows and boundaries in SQL, tiles and street graphs as files."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, delete, select, update

from domain.access.principal import NOBODY, Principal
from domain.audit import Act
from domain.instant import to_ms
from domain.places.map_layer import BANDS, LayerKind, MapLayer, version_of
from domain.places.territory import Level
from store.audit import note
from store.database import upsert, writing
from store.maps.map_rows import layer_of, layer_row
from store.tables.maps import map_layers, map_shapes
from store.territories import same_units

Geometry = Mapping[str, Any]
Shapes = Mapping[int, Mapping[str, Geometry]]
"""Zoom band (see domain.places.map_layer.BANDS) → place code → GeoJSON geometry in WGS 84."""

SUFFIXES = {"tiles": ".pmtiles", "graph": ".npz"}
# Any constant works, if every process of this product uses the same one.
_LAYERS_LOCK = 7_204_110_426


class LayerDamagedError(ValueError):
    """The stored boundaries of a layer can no longer be read."""


class MapLayers:
    """The layers of the map; thread-safe.

    ``maps_dir`` holds the files of every layer; several web hosts must share it. Each (kind, territory, level) has at
    most one active layer; streets have neither territory nor level.
    """

    def __init__(self, engine: Engine, maps_dir: Path) -> None:
        self._engine = engine
        self.maps_dir = maps_dir

    def add(self, layer: MapLayer, shapes: Shapes, files: Mapping[str, Path], by: Principal = NOBODY) -> None:
        """Store a layer, and show it when it is active, all or nothing.

        ``files`` ("tiles", "graph") are moved, so create them on the file system of ``maps_dir``. Files are
        in place before the rows: a crash in between leaves files without a layer, and the next `add` removes them.
        """
        rows = [_shape_row(layer.id, band, code, shape) for band in shapes for code, shape in shapes[band].items()]
        for path in files.values():
            _to_disk(path)
        with self._alone() as connection:
            self._remove_orphans(connection)
            for name, path in files.items():
                os.replace(path, self._file(layer.id, name))
            if files:
                _to_disk(self.maps_dir)
            upsert(connection, map_layers, [layer_row(layer)])
            connection.execute(delete(map_shapes).where(map_shapes.c.layer == layer.id))
            upsert(connection, map_shapes, rows)
            if layer.active:
                _show(connection, layer, Act.MAP_IMPORTED, by, layer.imported_at)

    def prepare(self, layer: MapLayer, shapes: Shapes, files: Mapping[str, Path], older_than: datetime) -> None:
        """Store a layer that waits (``waits_of``), as `add` does; others that wait since before ``older_than`` go."""
        c = map_layers.c
        with self._alone() as connection:
            old = select(c.id).where(c.waits_of != "", c.imported_ms < to_ms(older_than))
            connection.execute(delete(map_shapes).where(map_shapes.c.layer.in_(old)))
            connection.execute(delete(map_layers).where(c.waits_of != "", c.imported_ms < to_ms(older_than)))
            known = _layer(connection, layer.id)
        decided = known is not None and not known.waits_of
        if known is not None and decided:
            # Its files were lost: it stays as it was decided.
            layer = replace(layer, active=known.active, waits_of="")
        self.add(layer if decided else replace(layer, active=False), shapes, files)

    def is_approved(self, id_: str) -> bool:
        """Whether maps may show it, now or again."""
        known = self.layer(id_)
        return known is not None and not known.waits_of

    def approve(self, id_: str, before: str, by: Principal, now: datetime) -> None:
        """Show a layer instead of ``before`` ("" = none); the second time, or over another one, it changes nothing.

        KeyError for an unknown id.
        """
        with self._alone() as connection:
            layer = _layer(connection, id_)
            if layer is None:
                raise KeyError(id_)
            if _shown(connection, layer) in (before, "") and not layer.active:
                act = Act.MAP_IMPORTED if layer.waits_of else Act.MAP_USED
                _show(connection, layer, act, by, now)

    def give_back(self, id_: str, before: str, by: Principal, now: datetime) -> None:
        """Show ``before`` again ("" = none) where maps show this layer; otherwise nothing changes."""
        with self._alone() as connection:
            layer, former = _layer(connection, id_), _layer(connection, before)
            if layer is None or not layer.active:
                return
            statement = update(map_layers).where(map_layers.c.id == id_).values(active=False)
            connection.execute(statement)
            note(connection, Act.MAP_WITHDRAWN, id_, by, now, before={"shown": id_}, after={"shown": ""})
            if former is not None:
                _show(connection, former, Act.MAP_USED, by, now)

    def layers(self) -> list[MapLayer]:
        """Every layer that was ever approved, newest first; of the active ones it is known which are broken."""
        c = map_layers.c
        query = select(map_layers).where(c.waits_of == "").order_by(c.imported_ms.desc(), c.id)
        with self._engine.connect() as connection:
            found = [layer_of(row) for row in connection.execute(query).mappings()]
        return [replace(layer, broken=layer.active and self._is_broken(layer.id)) for layer in found]

    def layer(self, id_: str) -> MapLayer | None:
        """The layer with this id; None when there is none."""
        with self._engine.connect() as connection:
            return _layer(connection, id_)

    def active(self, kind: LayerKind, territory: str, level: Level | None = None) -> MapLayer | None:
        """The layer of this kind that maps show; None before an import and after a withdrawal.

        Falls back to the boundaries of another version with the same units of that level.
        """
        c = map_layers.c
        versions = same_units(territory, level) if level else (territory,)
        query = select(map_layers).where(
            c.kind == kind.value,
            c.territory.in_(versions),
            c.level == (level.value if level else ""),
            c.active.is_(True),
        )
        with self._engine.connect() as connection:
            found = {row["territory"]: layer_of(row) for row in connection.execute(query).mappings()}
        return next((found[version] for version in versions if version in found), None)

    def version(self) -> str:
        """Version of the set of layers that maps show now (see domain.places.map_layer.version_of)."""
        query = select(map_layers.c.id).where(map_layers.c.active.is_(True))
        with self._engine.connect() as connection:
            return version_of(connection.scalars(query))

    def activate(self, id_: str, by: Principal, now: datetime) -> None:
        """Show this layer instead of the current one; KeyError for an unknown id, or one that nobody approved."""
        with self._alone() as connection:
            layer = _layer(connection, id_)
            if layer is None or layer.waits_of:
                raise KeyError(id_)
            before = {"shown": _shown(connection, layer)}
            _make_active(connection, layer)
            note(connection, Act.MAP_USED, id_, by, now, before=before, after={"shown": id_})

    def withdraw(self, id_: str, by: Principal, now: datetime) -> None:
        """Remove this layer from the maps, but keep it; KeyError for an unknown id."""
        with self._alone() as connection:
            layer = _layer(connection, id_)
            if layer is None:
                raise KeyError(id_)
            connection.execute(update(map_layers).where(map_layers.c.id == id_).values(active=False))
            before = {"shown": id_ if layer.active else ""}
            note(connection, Act.MAP_WITHDRAWN, id_, by, now, before=before, after={"shown": ""})

    def shapes(self, layer_id: str, band: int) -> dict[str, Geometry]:
        """Boundaries of a layer for one zoom band, by place code; empty when there are none.

        ValueError for a band outside 0..len(BANDS); LayerDamagedError.
        """
        if not 0 <= band <= len(BANDS):
            raise ValueError(f"no such zoom band: {band}")
        c = map_shapes.c
        query = select(c.code, c.geometry).where(c.layer == layer_id, c.band == band).order_by(c.code)
        with self._engine.connect() as connection:
            return {code: _geometry(layer_id, geometry) for code, geometry in connection.execute(query)}

    def _is_broken(self, layer_id: str) -> bool:
        try:
            for band in range(len(BANDS) + 1):
                self.shapes(layer_id, band)
        except LayerDamagedError:
            return True
        return False

    def tiles(self, layer_id: str) -> Path:
        """The layer's PMTiles file; FileNotFoundError when it has none."""
        return self._existing(layer_id, "tiles")

    def graph(self, layer_id: str) -> Path:
        """The layer's street graph (.npz); FileNotFoundError when it has none."""
        return self._existing(layer_id, "graph")

    def _existing(self, layer_id: str, name: str) -> Path:
        path = self._file(layer_id, name)
        if not layer_id.isalnum() or not path.is_file():
            raise FileNotFoundError(path)
        return path

    def _file(self, layer_id: str, name: str) -> Path:
        return self.maps_dir / f"{layer_id}{SUFFIXES[name]}"

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A write transaction that excludes other changes of layers (SQLite has only one writer anyway)."""
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LAYERS_LOCK})")
            yield connection

    def _remove_orphans(self, connection: Connection) -> None:
        self.maps_dir.mkdir(parents=True, exist_ok=True)
        known = set(connection.scalars(select(map_layers.c.id)))
        for path in self.maps_dir.iterdir():
            if path.suffix in SUFFIXES.values() and path.stem not in known:
                path.unlink()


def _layer(connection: Connection, id_: str) -> MapLayer | None:
    row = connection.execute(select(map_layers).where(map_layers.c.id == id_)).mappings().one_or_none()
    return None if row is None else layer_of(row)


def _shown(connection: Connection, layer: MapLayer) -> str:
    """Id of the layer that maps show where this one belongs; "" = none."""
    c, level = map_layers.c, layer.level.value if layer.level else ""
    same = (c.kind == layer.kind.value, c.territory == layer.territory, c.level == level, c.active.is_(True))
    return connection.scalar(select(c.id).where(*same)) or ""


def _show(connection: Connection, layer: MapLayer, act: Act, by: Principal, now: datetime) -> None:
    """Show a layer, which is thereby approved."""
    connection.execute(update(map_layers).where(map_layers.c.id == layer.id).values(waits_of=""))
    before = {"shown": _shown(connection, layer)}
    _make_active(connection, layer)
    told = {"file": layer.file_name, "sha256": layer.sha256, "typed_name": layer.imported_by}
    note(connection, act, layer.id, by, now, before=before, after={"shown": layer.id, **told})


def _make_active(connection: Connection, layer: MapLayer) -> None:
    c, level = map_layers.c, layer.level.value if layer.level else ""
    same = update(map_layers).where(c.kind == layer.kind.value, c.territory == layer.territory, c.level == level)
    connection.execute(same.values(active=c.id == layer.id))


def _geometry(layer_id: str, stored: str) -> Geometry:
    try:
        found = orjson.loads(stored)
    except orjson.JSONDecodeError as error:
        raise LayerDamagedError(layer_id) from error
    if not isinstance(found, dict) or not isinstance(found.get("coordinates"), list):
        raise LayerDamagedError(layer_id)
    return found


def _shape_row(layer_id: str, band: int, code: str, geometry: Geometry) -> dict[str, object]:
    return {"layer": layer_id, "band": band, "code": code, "geometry": orjson.dumps(geometry).decode()}


def _to_disk(path: Path) -> None:
    """Sync a file, or a folder for the names in it, so that it survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
