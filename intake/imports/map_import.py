"""Imports one map file: hash, read, keep, report. A failed import changes nothing."""

import errno
import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from domain.places.map_import import INTERRUPTED, ImportState, MapOrder
from domain.places.map_layer import (
    Box,
    ImportRefusedError,
    ImportReport,
    LayerKind,
    MapLayer,
    Progress,
)
from domain.places.place import Place
from domain.places.territory import TERRITORIES
from domain.text import Text
from intake.imports.map_telling import Telling
from store.maps.map_imports import MapImports
from store.maps.map_layers import MapLayers, Shapes

IMPORTER = 1
"""Raise this when the readers turn the same file into another layer: importing it again is then no repetition."""

CHUNK_BYTES = 1 << 20
SHAPEFILE_PARTS = (".dbf", ".shx", ".prj", ".cpg")
READ_FROM, READ_TO = 0.05, 0.95

HASHING = Text("Kiểm tra tệp", "Checking the file")
KEEPING = Text("Lưu vào bản đồ", "Putting it on the map")
DONE = Text("Đã lên bản đồ.", "On the map.")
AGAIN = Text(
    "Tệp này đã từng được nạp; lớp cũ được dùng lại.", "This file was imported before; its layer is used again."
)
UNCHANGED = Text(
    "Đúng tệp này đang ở trên bản đồ; không có gì thay đổi.", "This very file is on the map already; nothing changed."
)
WAITS = Text(
    "Đã đọc xong; bản đồ hiện lớp này sau khi người thứ hai duyệt.",
    "Read; the map shows this layer once a second person has approved it.",
)
UNEXPECTED = Text(
    "Có lỗi ngoài dự kiến khi nạp tệp; bản đồ không thay đổi. Hãy gửi nhật ký hệ thống cho người quản trị.",
    "An unexpected error; the map is unchanged. Send the centre's log to its administrator.",
)
DISK_FULL = Text(
    "Hết chỗ trên đĩa; bản đồ không thay đổi. Hãy giải phóng chỗ trong IOC_DATA_DIR rồi nạp lại.",
    "The disk is full; the map is unchanged. Free space in IOC_DATA_DIR and import again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRead:
    """A reader's output: boundaries, or files ("tiles", "graph") in the work folder."""

    box: Box
    report: ImportReport
    shapes: Shapes = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an import works with; ``read`` gets the order, places, a work folder and Progress."""

    maps: MapLayers
    jobs: MapImports
    places: Callable[[str], Sequence[Place]]
    read: Callable[[MapOrder, Sequence[Place], Path, Progress], MapRead]
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an import ended, in words; ``layer`` is the one it made or found, "" when it was refused."""

    state: ImportState
    words: Text
    reason: str = ""
    layer: str = ""


def import_map(order: MapOrder, job_id: str, parts: Parts, listen: Progress) -> Ending:
    """Carry out ``order`` under the import ``job_id``, which `MapImports.begin` made; ``listen`` gets the progress.

    A refusal is an ending, not an error. An unexpected error is recorded in the job and raised.
    """

    def say(stage: Text, done: float) -> None:
        listen(stage, done)
        parts.jobs.speak(job_id, stage, done, parts.clock(), state=ImportState.RUNNING)

    ending = Ending(ImportState.INTERRUPTED, INTERRUPTED)
    try:
        with Telling(say, HASHING) as telling:
            ending = _import(order, job_id, parts, telling.progress)
    except Exception:
        ending = Ending(ImportState.REFUSED, UNEXPECTED, "unexpected")
        raise
    finally:
        now = parts.clock()
        parts.jobs.finish(job_id, ending.state, ending.words, now, reason=ending.reason, layer=ending.layer)
    return ending


def try_map(order: MapOrder, parts: Parts, work: Path, progress: Progress) -> MapRead:
    """Read a file and keep nothing; raises ImportRefusedError."""
    try:
        return parts.read(order, _places(order, parts), work, progress)
    except OSError as error:
        raise _refusal(error) from error


def fingerprint(path: Path, progress: Progress) -> str:
    """SHA-256 of a file, hex; of a shapefile with its companions. Raises OSError."""
    companions = [path.with_suffix(s) for s in SHAPEFILE_PARTS] if path.suffix.lower() == ".shp" else []
    files = [path, *(p for p in companions if p.is_file())]
    whole = sum(p.stat().st_size for p in files) or 1
    digest, read = hashlib.sha256(), 0
    for part in files:
        with part.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                read += len(chunk)
                progress(HASHING, READ_FROM * read / whole)
    return digest.hexdigest()


def _import(order: MapOrder, job_id: str, parts: Parts, progress: Progress) -> Ending:
    work = parts.maps.work(job_id)
    try:
        sha256 = fingerprint(order.path, progress)
        id_ = _layer_id(order, sha256)
        known = _kept(parts.maps, id_)
        if known is not None and known.waits_of and order.waits:
            return Ending(ImportState.UNCHANGED, WAITS, layer=id_)
        if known is not None:
            parts.maps.activate(id_, order.principal, parts.clock(), alone=not order.waits)
            return Ending(ImportState.UNCHANGED, UNCHANGED if known.active else AGAIN, layer=id_)
        reading = parts.read(order, _places(order, parts), work, _between(progress, READ_FROM, READ_TO))
        progress(KEEPING, READ_TO)
        before = parts.maps.layer(id_)
        waits = order.waits and not (before and before.active)
        layer = _layer(order, id_, sha256, reading, parts.clock(), waits=waits)
        parts.maps.add(layer, reading.shapes, reading.files, order.principal)
    except ImportRefusedError as refused:
        return Ending(ImportState.REFUSED, refused.words, refused.reason)
    except OSError as error:
        cause = _refusal(error)
        return Ending(ImportState.REFUSED, cause.words, cause.reason)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Ending(ImportState.DONE, WAITS if waits else DONE, layer=id_)


def _kept(maps: MapLayers, id_: str) -> MapLayer | None:
    """The layer of that id; None when its files were lost, so that importing it again restores them."""
    known = maps.layer(id_)
    if known is not None and known.kind is LayerKind.STREETS:
        try:
            maps.tiles(id_), maps.graph(id_)
        except FileNotFoundError:
            return None
    return known


def _layer_id(order: MapOrder, sha256: str) -> str:
    """Id of the layer: equal for the same file with the same words, independent of importer and time."""
    origin = order.provenance
    told = (sha256, order.kind, order.territory, order.level, order.box, order.by_hand)
    words = (origin.source, origin.licence, origin.attribution, origin.dated)
    return hashlib.sha256(repr((IMPORTER, *map(str, told), *map(str, words))).encode()).hexdigest()[:12]


def _layer(order: MapOrder, id_: str, sha256: str, reading: MapRead, now: datetime, *, waits: bool) -> MapLayer:
    return MapLayer(
        id=id_,
        kind=order.kind,
        territory=order.territory,
        level=order.level,
        file_name=order.file_name,
        sha256=sha256,
        provenance=order.provenance,
        box=reading.box,
        imported_at=now,
        imported_by=order.by,
        report=reading.report,
        active=not waits,
        waits_of=str(order.principal) if waits else "",
    )


def _places(order: MapOrder, parts: Parts) -> Sequence[Place]:
    """Places of every territory version; raises ImportRefusedError when the order's has no units of that level."""
    if order.kind is LayerKind.STREETS:
        return ()
    if order.territory not in {t.version for t in TERRITORIES}:
        raise ImportRefusedError(
            "unknown_territory",
            Text(
                f"Không có phiên bản địa giới {order.territory!r}. Chọn một trong: {_versions()}.",
                f"No territory version {order.territory!r}. Choose one of {_versions()}.",
            ),
        )
    places = parts.places(order.territory)
    if not any(place.level is order.level for place in places):
        raise ImportRefusedError(
            "no_such_level",
            Text(
                f"Phiên bản địa giới {order.territory} không có đơn vị cấp này; hãy chọn cấp hoặc phiên bản khác.",
                f"Territory {order.territory} has no units of that level; choose another level or version.",
            ),
        )
    return [*places, *(place for t in TERRITORIES if t.version != order.territory for place in parts.places(t.version))]


def _versions() -> str:
    return ", ".join(t.version for t in TERRITORIES)


def _refusal(error: OSError) -> ImportRefusedError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ImportRefusedError("disk_full", DISK_FULL)
    told = error.strerror or str(error)
    return ImportRefusedError("unreadable", Text(f"Không đọc được tệp: {told}.", f"The file cannot be read: {told}."))


def _between(progress: Progress, start: float, end: float) -> Progress:
    """Progress 0..1 mapped to ``start``..``end`` of a longer way."""
    return lambda stage, done: progress(stage, start + (end - start) * min(max(done, 0.0), 1.0))
