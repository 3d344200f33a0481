"""Reads the layers of a boundary file of any format: polygons with their attributes as clean text."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from data_sources.places._map_file import unreadable
from data_sources.places._words import legacy_encoding, listed, refused
from data_sources.workbooks.cells import Cell, text_of
from domain.places.map_layer import ImportRefusedError
from domain.text import Text

_DRIVERS = {"GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRI Shapefile", "GPKG", "KML", "LIBKML", "FlatGeobuf"}
_LAYERS_MAX = 100
_FEATURES_MAX = 20_000
_VERTICES_MAX = 3_000_000
Polygonal: TypeAlias = shapely.Polygon | shapely.MultiPolygon

_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)

_NO_LAYER = Text("Tệp không có lớp “{layer}”; có: {layers}.", "The file has no layer “{layer}”; it has: {layers}.")
_NO_POLYGONS = Text(
    "Tệp không có vùng (đa giác) nào; hãy gửi tệp ranh giới dạng vùng, không phải điểm hay đường.",
    "The file has no polygons; send boundaries as areas, not points or lines.",
)
_TOO_MUCH = Text(
    "Tệp quá chi tiết: tối đa 100 lớp, 20.000 đối tượng và 3 triệu đỉnh; hãy cắt riêng Long An rồi nạp lại.",
    "The file is too detailed: at most 100 layers, 20,000 features and 3 million vertices; cut out Long An first.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The polygon features of one layer, row by row; ``crs`` as declared, "" when the file declares none.

    ``columns`` are in the file's order, "" for an empty cell; ``bare`` counts features without a polygon.
    """

    name: str
    crs: str
    columns: Mapping[str, Sequence[str]]
    polygons: Sequence[Polygonal]
    bare: int


def read_layers(source: Path, only: str = "", *, apart: bool = False) -> list[Layer]:
    """The layers with polygons, or the one named ``only``; ``apart``: the folders of a KML stay apart.

    Raises ImportRefusedError "unreadable", "no_layer", "no_polygons", "too_much" or "legacy_encoding".
    """
    try:
        layers = [layer for layer in _layers(source, only) if layer.polygons]
    except UnicodeDecodeError:
        raise legacy_encoding() from None
    except (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, IndexError, ValueError) as error:
        raise unreadable(error) from None
    if not layers:
        raise ImportRefusedError("no_polygons", _NO_POLYGONS)
    # The layers of a KML are its folders, which together form one set, so join them.
    return [_joined(layers)] if source.suffix == ".kml" and not only and not apart else layers


def _layers(source: Path, only: str) -> Iterator[Layer]:
    names = [str(name) for name, _ in pyogrio.list_layers(source)]
    if only and only not in names:
        raise refused("no_layer", _NO_LAYER, layer=only[:80], layers=listed(names))
    if len(names) > _LAYERS_MAX:
        raise ImportRefusedError("too_much", _TOO_MUCH)
    for name in [only] if only else names:
        about = pyogrio.read_info(source, layer=name, force_feature_count=True)
        if about["driver"] not in _DRIVERS:
            raise unreadable(about["driver"])
        if about["features"] > _FEATURES_MAX:
            raise ImportRefusedError("too_much", _TOO_MUCH)
        yield _layer(source, name, about["features"])


def _layer(source: Path, name: str, promised: int) -> Layer:
    about, _, packed, values = pyogrio.raw.read(source, layer=name, encoding=_encoding(source, name), force_2d=True)
    # A ring that GEOS cannot build becomes None and counts as no polygon.
    built = shapely.from_wkb([] if packed is None else packed, on_invalid="ignore")
    if len(built) < promised:
        raise unreadable(f"{len(built)}/{promised}")
    shapes = [_polygonal(shape) for shape in built]
    rows = [row for row, shape in enumerate(shapes) if shape is not None]
    polygons = [shape for shape in shapes if shape is not None]
    if sum(shapely.get_num_coordinates(polygons)) > _VERTICES_MAX:
        raise ImportRefusedError("too_much", _TOO_MUCH)
    return Layer(
        name=name,
        crs=about["crs"] or "",
        columns={
            str(field): [_text(column[row]) for row in rows]
            for field, column in zip(about["fields"], values, strict=True)
            if column.dtype.kind in "Oiufb"
        },
        polygons=polygons,
        bare=len(shapes) - len(polygons),
    )


def _joined(layers: Sequence[Layer]) -> Layer:
    fields = dict.fromkeys(field for layer in layers for field in layer.columns)
    return Layer(
        name=", ".join(layer.name for layer in layers),
        crs=layers[0].crs,
        columns={
            field: [cell for layer in layers for cell in layer.columns.get(field) or [""] * len(layer.polygons)]
            for field in fields
        },
        polygons=[polygon for layer in layers for polygon in layer.polygons],
        bare=sum(layer.bare for layer in layers),
    )


def _encoding(source: Path, name: str) -> str | None:
    """UTF-8 for a Shapefile that names no encoding, because Latin-1, the default, decodes anything without an error."""
    if source.suffix == ".shp":
        return None if source.with_suffix(".cpg").exists() else "UTF-8"
    if source.is_dir():
        return None if (source / f"{name}.cpg").exists() else "UTF-8"
    return None


def _polygonal(shape: shapely.Geometry | None) -> Polygonal | None:
    """The polygons of a geometry, None when it has none (a label point, a line, nothing)."""
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type == "GeometryCollection":
        parts = shapely.get_parts(shape)
        polygons = shapely.get_parts(parts[np.isin(shapely.get_type_id(parts), _POLYGONAL)])
        return shapely.multipolygons(polygons) if len(polygons) else None
    return shape if isinstance(shape, shapely.Polygon | shapely.MultiPolygon) else None


def _text(value: Cell | np.generic) -> str:
    cell: Cell = value.item() if isinstance(value, np.generic) else value
    return "" if isinstance(cell, float) and math.isnan(cell) else text_of(cell)
