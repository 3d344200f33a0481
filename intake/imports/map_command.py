"""The command of the map: import boundaries or streets, list the layers, use one again, withdraw one."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

from sqlalchemy.exc import SQLAlchemyError

from domain.access.principal import CENTRE, Principal
from domain.imports.file_import import FileImport, Stage
from domain.places.map_layer import AS_THE_FILE_SAYS, Box, ByHand, ImportRefusedError, LayerKind, Progress, Provenance
from domain.places.map_order import UNSAID, MapOrder, box_of
from domain.places.place import IN_FORCE, Place
from domain.places.territory import TERRITORIES, Level
from domain.text import Text
from intake.imports.command_line import OK, REFUSED, WRONG_USE, Parser, say, user, words
from intake.imports.machine import Machine
from intake.imports.map_importer import MapImporter, Reader, layer_id, read_map, try_map
from intake.imports.map_report import both, layer_line, report_lines
from settings import Settings
from store.database import migrate, open_database
from store.imports import Imports
from store.maps.map_files import MapFiles
from store.maps.map_layers import MapLayers
from store.registry import Registry

_NO_LAYER = Text("Không có lớp nào tên {id}; xem lệnh list.", "No layer {id}; see the command list.")
_EMPTY = Text("Chưa có lớp bản đồ nào.", "No map layer yet.")
_DONE = Text("Đã lên bản đồ.", "On the map.")
_AGAIN = Text(
    "Tệp này đã từng được nạp; lớp cũ được dùng lại.", "This file was imported before; its layer is used again."
)
_UNCHANGED = Text(
    "Đúng tệp này đang ở trên bản đồ; không có gì thay đổi.", "This very file is on the map already; nothing changed."
)
_SEEN = Text("Chỉ đọc thử, không lưu gì.", "Only tried; nothing was kept.")


_SAY_WHERE_FROM = Text(
    "Chưa ghi đủ nguồn tệp: bản đồ sẽ ghi phần thiếu là chưa rõ; thêm --source, --licence, --attribution.",
    "The file's origin is not all stated: the map calls the rest unknown; add --source, --licence, --attribution.",
)
_UNSAID = Provenance(source=UNSAID, licence=UNSAID, attribution="Ranh giới: chưa rõ nguồn")
_OPENSTREETMAP = Provenance(source="OpenStreetMap", licence="ODbL 1.0", attribution="© OpenStreetMap contributors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the commands work with."""

    maps: MapLayers
    imports: Imports
    places: Callable[[str], Sequence[Place]]
    read: Reader
    clock: Callable[[], datetime]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns 0, 2 when the file or the request was refused, 64 for a wrong command line."""
    given = parser_of_maps().parse_args(arguments)
    try:
        settings = Settings.from_env()
    except ValueError as error:
        say(f"Cấu hình sai / wrong setting: {error}")
        return WRONG_USE
    try:
        parts = _parts(settings)
        code: int = given.run(given, parts)
    except (SQLAlchemyError, OSError) as error:
        say(f"Không dùng được kho dữ liệu / the store cannot be used: {error}")
        return REFUSED
    return code


def _import(given: argparse.Namespace, parts: Parts) -> int:
    order = order_given(given)
    if given.dry_run:
        return _try(order, given.file, parts)
    with _Line(sys.stderr) as line:
        try:
            found, words = asyncio.run(_taken(order, given.file, parts, line.progress))
        except OSError as error:
            say(f"Không mở được {given.file} / cannot open: {error.strerror}")
            return REFUSED
    if found.refused is not None:
        print(both(found.refused))
        return REFUSED
    id_ = layer_id(order, found.sha256)
    print(f"{both(words)} [{id_}]")
    layer = parts.maps.layer(id_)
    if layer is not None:
        print(*report_lines(layer.report), sep="\n")
    return OK


async def _taken(order: MapOrder, path: Path, parts: Parts, progress: Progress) -> tuple[FileImport, Text]:
    """Hand the file to the import machine and approve it: who types here answers for it. Says what that changed."""
    importer = MapImporter(parts.maps, MapFiles(parts.maps.maps_dir), parts.places, parts.read)
    machine = Machine(parts.imports, [importer], parts.clock, listen=progress)
    kind, source = order.kind.value, order.provenance.source
    found = await machine.receive(kind, path.name, source, path, CENTRE, answers=order.answers)
    if found.stage is not Stage.MAPPED:
        return found, _DONE
    known = parts.maps.layer(layer_id(order, found.sha256))
    words = _UNCHANGED if known is not None and known.active else _AGAIN
    done = await machine.approve(found.id, CENTRE)
    return done, words if done.preview is not None and done.preview.unchanged else _DONE


def _try(order: MapOrder, path: Path, parts: Parts) -> int:
    with tempfile.TemporaryDirectory(prefix="ioc-map-") as work, _Line(sys.stderr) as line:
        try:
            reading = try_map(order, path, parts.places, parts.read, Path(work), line.progress)
        except ImportRefusedError as refused:
            print(both(refused.words))
            return REFUSED
    print(*report_lines(reading.report), both(_SEEN), sep="\n")
    return OK


def _list(_given: argparse.Namespace, parts: Parts) -> int:
    print("\n".join(map(layer_line, parts.maps.layers())) or both(_EMPTY))
    return OK


def _use(given: argparse.Namespace, parts: Parts) -> int:
    return _change(parts.maps.activate, given.id, parts)


def _withdraw(given: argparse.Namespace, parts: Parts) -> int:
    return _change(parts.maps.withdraw, given.id, parts)


def _change(change: Callable[[str, Principal, datetime], None], id_: str, parts: Parts) -> int:
    try:
        change(id_, CENTRE, parts.clock())
    except KeyError:
        say(both(_NO_LAYER).format(id=id_))
        return REFUSED
    layer = parts.maps.layer(id_)
    if layer is not None:
        print(layer_line(layer))
    return OK


def _parts(settings: Settings) -> Parts:
    """The stores of ``settings``; creates and migrates the database when the centre has never run here."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    migrate(engine)
    registry = Registry(engine)
    registry.seed_places()
    return Parts(
        maps=MapLayers(engine, settings.maps_dir),
        imports=Imports(engine),
        places=registry.places,
        read=read_map,
        clock=lambda: datetime.now(UTC),
    )


def order_given(given: argparse.Namespace) -> MapOrder:
    """What the command line orders."""
    boundaries = given.kind is LayerKind.BOUNDARIES
    return MapOrder(
        kind=given.kind,
        territory=given.territory if boundaries else "",
        level=given.level if boundaries else None,
        box=None if boundaries else given.bbox,
        provenance=_provenance(given),
        by=given.by,
        by_hand=_by_hand(given) if boundaries else AS_THE_FILE_SAYS,
    )


def _provenance(given: argparse.Namespace) -> Provenance:
    """The stated origin of the file; the map calls missing parts unknown. Streets come from OpenStreetMap."""
    unsaid = _UNSAID if given.kind is LayerKind.BOUNDARIES else _OPENSTREETMAP
    if unsaid is _UNSAID and not (given.source and given.licence and given.attribution):
        say(both(_SAY_WHERE_FROM))
    return Provenance(
        source=given.source or unsaid.source,
        licence=given.licence or unsaid.licence,
        attribution=given.attribution or (f"© {given.source}" if given.source else unsaid.attribution),
        dated=given.dated,
    )


def _by_hand(given: argparse.Namespace) -> ByHand:
    return ByHand(crs=given.crs, layer=given.layer, name_field=given.name_field, code_field=given.code_field)


class _Line:
    """Progress on a terminal as one redrawn line; elsewhere a line for each new stage."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._stage = ""

    def progress(self, stage: Text, done: float) -> None:
        """Show the current stage."""
        words = both(stage)
        if self._out.isatty():
            self._out.write(f"\r\x1b[K{done:4.0%} {words}")
        elif words != self._stage:
            self._out.write(f"{done:4.0%} {words}\n")
        self._stage = words
        self._out.flush()

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *_: object) -> None:
        if self._stage and self._out.isatty():
            self._out.write("\n")


def parser_of_maps() -> argparse.ArgumentParser:
    """The command line of `python -m ingest maps`."""
    parser = Parser(prog="python -m ingest maps", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="import|list|use|withdraw")
    kinds = commands.add_parser("import", help="nạp một tệp / import a file").add_subparsers(
        required=True, metavar="boundaries|streets"
    )
    boundaries = kinds.add_parser("boundaries", help="ranh giới / boundaries: GeoJSON, Shapefile, GeoPackage, KML")
    boundaries.set_defaults(kind=LayerKind.BOUNDARIES)
    boundaries.add_argument("--level", type=Level, choices=list(Level), default=Level.COMMUNE, help="cấp / level")
    versions = [known.version for known in TERRITORIES]
    boundaries.add_argument("--territory", choices=versions, default=IN_FORCE, help="phiên bản địa giới / territory")
    for name, about in (
        ("--crs", "hệ toạ độ nếu tệp không ghi / coordinate system if the file says none, e.g. EPSG:9210"),
        ("--layer", "lớp trong tệp / layer of the file"),
        ("--name-field", "cột tên đơn vị / column of names"),
        ("--code-field", "cột mã đơn vị / column of codes"),
    ):
        boundaries.add_argument(name, default="", help=about)
    streets = kinds.add_parser("streets", help="đường / streets: OSM PBF")
    streets.set_defaults(kind=LayerKind.STREETS)
    streets.add_argument(
        "--bbox",
        type=_box,
        metavar="W,S,E,N",
        help="khung, độ; không ghi: cả tỉnh / box, degrees; without: the province",
    )
    for command in (boundaries, streets):
        _add_words(command)
    commands.add_parser("list", help="các lớp / layers").set_defaults(run=_list)
    for name, run, about in (
        ("use", _use, "dùng lại một lớp / use a layer again"),
        ("withdraw", _withdraw, "gỡ một lớp khỏi bản đồ / take a layer off the map"),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("id")
        command.set_defaults(run=run)
    return parser


def _add_words(command: argparse.ArgumentParser) -> None:
    """Arguments for the file's origin."""
    command.set_defaults(run=_import)
    command.add_argument("file", type=Path)
    command.add_argument("--source", type=words, help="ai làm ra tệp / who made the file")
    command.add_argument("--licence", type=words, help="được dùng theo điều khoản nào / its licence")
    command.add_argument("--attribution", type=words, help="lời ghi trên bản đồ / printed on the map")
    command.add_argument("--dated", type=date.fromisoformat, metavar="YYYY-MM-DD", help="ngày của dữ liệu / its day")
    command.add_argument("--by", default=user(), type=words, help="người nạp / who imports")
    command.add_argument("--dry-run", action="store_true", help="chỉ đọc thử, không lưu / try only, keep nothing")


def _box(text: str) -> Box:
    try:
        return box_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"cần W,S,E,N bằng độ / W,S,E,N in degrees expected: {text}") from error
