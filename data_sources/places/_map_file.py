"""Takes a received boundary file: detects its format from the content and unpacks it under names safe for GDAL."""

import errno
import lzma
import mmap
import re
import shutil
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from data_sources.messages.parse import BOM, UTF_16
from data_sources.places._words import refused
from domain.places.map_layer import ImportRefusedError
from domain.text import Text

FILE_MAX = 256 * 2**20
_UNPACKED_MAX = 512 * 2**20
_MEMBERS_MAX = 1_000
_HEAD = 64 * 2**10
_OSM_HEAD = 32
_WHY_CHARS = 200
_WORK = "ioc-map-"
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SINGLE_FILES = (".geojson", ".json", ".topojson", ".gpkg", ".fgb", ".kml")
_MAIN_OF_KMZ = "doc.kml"
_JSON_TYPE = re.compile(rb'"type"\s*:\s*"(FeatureCollection|Feature|Topology)"')
# GDAL would execute such a JSON file, and would follow references in XML with another root than kml.
_JSON_PROGRAM = b"gdal_streamed_alg"
_KML_ROOT = re.compile(rb"(<\?xml[^>]*\?>)?\s*(<!--.*?-->\s*)*<(\w+:)?kml[\s>]", re.DOTALL)

_BAD_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
)

_UNREADABLE = Text(
    "Tệp hỏng, bị cắt cụt, hoặc không phải tệp bản đồ: {why}. Hãy xuất lại từ phần mềm bản đồ.",
    "The file is damaged, cut short or not a map file: {why}. Export it again from the map software.",
)
_EMPTY = Text("Tệp rỗng (0 byte).", "The file is empty (0 bytes).")
_TOO_LARGE = Text(
    "Tệp quá lớn: tối đa 256 MB, giải nén tối đa 512 MB và 1.000 tệp con.",
    "The file is too large: at most 256 MB, 512 MB unpacked and 1,000 parts.",
)
_UNKNOWN_FORMAT = Text(
    "Không nhận ra định dạng. Nhận: GeoJSON, TopoJSON, Shapefile (.zip gồm .shp .shx .dbf .prj), GeoPackage, KML/KMZ, "
    "FlatGeobuf.",
    "Format not recognised. Accepted: GeoJSON, TopoJSON, Shapefile (.zip of .shp .shx .dbf .prj), GeoPackage, KML/KMZ, "
    "FlatGeobuf.",
)
_STREETS = Text(
    "Đây là tệp .osm.pbf: nó chứa đường và sông, hãy nạp dưới loại Đường, sông (lệnh import streets).",
    "This is an .osm.pbf file with streets and waters: import it as streets (command import streets).",
)
_UTF_16 = Text(
    "Tệp lưu bằng UTF-16; hãy lưu lại bằng UTF-8 rồi nạp lại.", "The file is UTF-16; save it as UTF-8 and import again."
)
_ENCRYPTED = Text("Tệp .zip có mật khẩu; hãy nén lại không mật khẩu.", "The .zip has a password; pack it without one.")
_PARTS_REPEATED = Text(
    "Tệp .zip có hai tệp con cùng tên {name}; hãy nén mỗi bản đồ vào một tệp .zip.",
    "The .zip has two files named {name}; pack each map into a .zip of its own.",
)
_SEVERAL = Text(
    "Tệp .zip có nhiều bản đồ: {names}; hãy nén mỗi bản đồ vào một tệp .zip.",
    "The .zip has several maps: {names}; pack each map into a .zip of its own.",
)
_PARTS_MISSING = Text(
    "Shapefile thiếu tệp đi kèm {missing}; hãy nén cả bộ .shp .shx .dbf .prj (.cpg) vào một tệp .zip.",
    "The Shapefile lacks {missing}; pack .shp .shx .dbf .prj (.cpg) together into one .zip.",
)


def unreadable(why: object) -> ImportRefusedError:
    """The refusal of a file that GDAL could not read, in GDAL's words without our paths."""
    told = re.sub(rf"\S*/{_WORK}[^/\s]*/?", "", " ".join(str(why).split()))
    return refused("unreadable", _UNREADABLE, why=told[:_WHY_CHARS])


@contextmanager
def laid_out(path: Path) -> Iterator[Path]:
    """A path that GDAL may open: a file or a folder of Shapefiles, in a directory that the context removes.

    We choose the names in it, so neither the sender's name nor a path inside an archive reaches GDAL or the disk.
    Raises ImportRefusedError "empty", "too_large", "unknown_format", "encrypted", "parts_missing" or "unreadable",
    OSError when the disk is full.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise unreadable(error.strerror) from None
    if size == 0:
        raise ImportRefusedError("empty", _EMPTY)
    if size > FILE_MAX:
        raise ImportRefusedError("too_large", _TOO_LARGE)
    with tempfile.TemporaryDirectory(prefix=_WORK) as work:
        yield _lay_out(path, Path(work))


def _lay_out(path: Path, work: Path) -> Path:
    suffix = _recognise(path)
    if suffix == ".zip":
        return _unpack(path, work)
    parts = {suffix: path}
    if suffix == ".shp":
        stem = path.stem.casefold()
        beside = [file for file in path.parent.iterdir() if file.stem.casefold() == stem and file != path]
        parts |= {file.suffix.lower(): file for file in beside if file.suffix.lower() in _SHAPEFILE_PARTS}
    for part, file in parts.items():
        (work / f"boundaries{part}").symlink_to(file.resolve())
    _whole_shapefiles(work)
    return work / f"boundaries{suffix}"


def _recognise(path: Path) -> str:
    """The suffix of the format, detected from the content. Raises ImportRefusedError "unknown_format"."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return ".zip"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return ".shp"
    if head.startswith(b"SQLite format 3\0") and head[68:72] in (b"GPKG", b"GP10", b"GP11"):
        return ".gpkg"
    if head.startswith(b"fgb\x03fgb"):
        return ".fgb"
    if b"OSMHeader" in head[:_OSM_HEAD]:
        raise ImportRefusedError("unknown_format", _STREETS)
    if head.startswith(UTF_16):
        raise ImportRefusedError("unknown_format", _UTF_16)
    text = head.removeprefix(BOM).lstrip()
    if _KML_ROOT.match(text):
        return ".kml"
    if text.startswith(b"{") and (kind := _json_kind(path)):
        return kind
    raise ImportRefusedError("unknown_format", _UNKNOWN_FORMAT)


def _json_kind(path: Path) -> str:
    """The suffix of a JSON map, "" for other JSON. Programs sort keys, so "type" may stand behind a long border."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        kind = _JSON_TYPE.search(text)
        if kind is None or text.find(_JSON_PROGRAM) >= 0:
            return ""
        return ".topojson" if kind[1] == b"Topology" else ".geojson"


def _unpack(path: Path, work: Path) -> Path:
    """The archive's Shapefiles as a folder, else its single map file."""
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = _wanted(archive)
            for member in wanted:
                with archive.open(member) as source, (work / _plain_name(member)).open("wb") as target:
                    shutil.copyfileobj(source, target)
    except _BAD_ARCHIVE as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise unreadable(error) from None
    if _suffix(wanted[0]) in _SHAPEFILE_PARTS:
        _whole_shapefiles(work)
        return work
    only = work / _plain_name(wanted[0])
    suffix = _recognise(only)
    if suffix in (".zip", ".shp"):
        raise ImportRefusedError("unknown_format", _UNKNOWN_FORMAT)
    return only.rename(work / f"boundaries{suffix}")


def _wanted(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members to unpack: every part of the Shapefiles, else the only map file, or the first of a .kmz (doc.kml)."""
    members = [m for m in archive.infolist() if not m.is_dir() and not _plain_name(m).startswith("._")]
    shapefiles = [m for m in members if _suffix(m) in _SHAPEFILE_PARTS]
    shapes = any(_suffix(m) == ".shp" for m in shapefiles)
    single = [m for m in members if _suffix(m) in _SINGLE_FILES]
    # What is called .json beside a map describes it.
    others = [m for m in single if _suffix(m) != ".json"] or ([] if shapes else single)
    others = [m for m in others if not _only_links(archive, m)] or others
    if len(others) + shapes > 1:
        main = [m for m in others if _plain_name(m) == _MAIN_OF_KMZ]
        if shapes or len(main) != 1:
            names = [_plain_name(m) for m in (*(m for m in shapefiles if _suffix(m) == ".shp"), *others)]
            raise refused("several_maps", _SEVERAL, names=", ".join(names)[:200])
        others = main
    wanted = shapefiles if shapes else others
    repeated = [name for name, count in Counter(map(_plain_name, wanted)).items() if count > 1]
    if repeated:
        raise refused("parts_repeated", _PARTS_REPEATED, name=repeated[0])
    if len(members) > _MEMBERS_MAX or sum(m.file_size for m in wanted) > _UNPACKED_MAX:
        raise ImportRefusedError("too_large", _TOO_LARGE)
    if not wanted:
        raise ImportRefusedError("unknown_format", _UNKNOWN_FORMAT)
    if any(m.flag_bits & 1 for m in wanted):
        raise ImportRefusedError("encrypted", _ENCRYPTED)
    return wanted


def _only_links(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether it is the doc.kml of a .kmz that names the files with the shapes (GDAL writes such)."""
    if _plain_name(member) != _MAIN_OF_KMZ or member.file_size > _HEAD or member.flag_bits & 1:
        return False
    text = archive.read(member)
    return b"<NetworkLink" in text and b"<Polygon" not in text


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _plain_name(member: zipfile.ZipInfo) -> str:
    """The member's file name without folders, so that it cannot leave the directory, and in one case.

    Windows does not tell RANHGIOI.SHP from RanhGioi.shp, so the parts of one Shapefile may differ in case.
    """
    return PurePosixPath(member.filename.replace("\\", "/").replace(":", "/")).name.casefold()


def _whole_shapefiles(folder: Path) -> None:
    for shape in folder.glob("*.shp"):
        missing = [part for part in (".shx", ".dbf") if not shape.with_suffix(part).exists()]
        if missing:
            raise refused("parts_missing", _PARTS_MISSING, missing=", ".join(missing))
