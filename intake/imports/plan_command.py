"""The command of the collection plan: import a file, list imports, show one, use one again, withdraw one."""

import argparse
import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from data_sources.plan.readers import PlanFormat
from domain.access.principal import CENTRE, Actor, Principal
from domain.imports.file_import import FileImport, OvertakenError, SamePersonError, Stage
from domain.text import Text
from domain.waste.plan_import import Content
from intake.imports.command_line import OK, REFUSED, WRONG_USE, Parser, say, user, words
from intake.imports.figure_command import NEEDS_PERSON, lines_of
from intake.imports.machine import Machine
from intake.imports.map_report import both
from intake.imports.plan_import import answers_of
from intake.imports.plan_importer import PlanImporter
from intake.imports.plan_report import finding_lines, import_line, route_lines
from settings import Settings
from store.database import migrate, open_database
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan

_NO_IMPORT = Text("Không có lần nạp nào tên {id}; xem lệnh list.", "No import {id}; see the command list.")
_EMPTY = Text("Chưa nạp kế hoạch nào.", "No plan has been imported yet.")
_TRIED = Text("Chỉ đọc thử, không lưu gì.", "Only tried; nothing was kept.")


@dataclass(frozen=True, slots=True)
class _Parts:
    plan: Plan
    machine: Machine


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns 0, 2 when the file or the request was refused, 64 for a wrong command line."""
    given = _parser().parse_args(arguments)
    try:
        settings = Settings.from_env()
    except ValueError as error:
        say(f"Cấu hình sai / wrong setting: {error}")
        return WRONG_USE
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        engine = open_database(settings.database_url)
        migrate(engine)
        plan = Plan(engine)
        importer = PlanImporter(plan, MapLayers(engine, settings.maps_dir), Facilities(engine))
        machine = Machine(Imports(engine), [importer], lambda: datetime.now(UTC))
        code: int = given.run(given, _Parts(plan, machine))
    except (SQLAlchemyError, OSError) as error:
        say(f"Không đọc được hoặc không dùng được kho dữ liệu / cannot be read or stored: {error}")
        return REFUSED
    return code


def _take(given: argparse.Namespace, parts: _Parts) -> int:
    found = asyncio.run(_handed_in(given, parts.machine))
    print(*lines_of(found), sep="\n")
    if found.refused is not None:
        return REFUSED
    if given.dry_run:
        print(both(_TRIED))
    elif found.stage is Stage.MAPPED:
        print(both(NEEDS_PERSON))
    return OK


async def _handed_in(given: argparse.Namespace, machine: Machine) -> FileImport:
    """Hand the file to the import machine; what a command may approve counts at once."""
    body, name = given.file.read_bytes(), given.file.name
    by = Principal(actor=Actor.CENTRE, name=given.by)
    answers = answers_of(said=given.format or "", mapping=given.mapping, area=given.area, plant=given.plant)
    if given.dry_run:
        return await machine.rehearse(given.content, name, given.source, body, by, answers)
    found = await machine.receive(given.content, name, given.source, body, by, answers=answers)
    if found.stage is Stage.MAPPED:
        with suppress(SamePersonError):
            return await machine.approve(found.id, by)
    return found


def _list(_given: argparse.Namespace, parts: _Parts) -> int:
    print("\n".join(map(import_line, parts.plan.imports())) or both(_EMPTY))
    return OK


def _show(given: argparse.Namespace, parts: _Parts) -> int:
    done = parts.plan.one_import(given.id)
    if done is None:
        return _no_import(given.id)
    print(import_line(done))
    for kept in parts.plan.imported_routes(given.id):
        print(*route_lines(kept), sep="\n")
    print(*finding_lines(done.findings), sep="\n")
    return OK


def _use(given: argparse.Namespace, parts: _Parts) -> int:
    return _changed(given.id, parts, parts.plan.activate)


def _withdraw(given: argparse.Namespace, parts: _Parts) -> int:
    return _changed(given.id, parts, partial(_withdrawn, parts))


def _withdrawn(parts: _Parts, id_: str, by: Principal, now: datetime) -> None:
    try:
        asyncio.run(parts.machine.withdraw(id_, by))
    except (KeyError, OvertakenError):
        # An earlier release imported it past the machine, or `use` has brought it back.
        parts.plan.withdraw(id_, by, now)


def _changed(id_: str, parts: _Parts, change: Callable[[str, Principal, datetime], None]) -> int:
    try:
        change(id_, CENTRE, datetime.now(UTC))
    except KeyError:
        return _no_import(id_)
    done = parts.plan.one_import(id_)
    if done is not None:
        print(import_line(done))
    return OK


def _no_import(id_: str) -> int:
    say(both(_NO_IMPORT).format(id=id_))
    return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m ingest plan", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="import|facilities|weighbridge|list|show|use|withdraw")
    order = commands.add_parser("import", help="nạp kế hoạch / import a plan")
    order.set_defaults(content=Content.PLAN)
    order.add_argument("--format", type=PlanFormat, choices=list(PlanFormat), help="định dạng / format")
    order.add_argument(
        "--mapping", type=_mapping, metavar="FILE.json", help="ánh xạ tên / names of timed stops in JSON"
    )
    order.add_argument(
        "--area",
        type=_area,
        metavar="W,S,E,N|FILE.geojson",
        help="địa bàn; không ghi: đơn vị của tuyến, hoặc cả tỉnh / area; without: a route's units, or the province",
    )
    places = commands.add_parser("facilities", help="nạp bãi xe, nhà máy … / import depots, plants …")
    places.set_defaults(content=Content.FACILITIES)
    tickets = commands.add_parser("weighbridge", help="nạp phiếu cân / import weighbridge tickets")
    tickets.set_defaults(content=Content.WEIGHBRIDGE)
    tickets.add_argument("--plant", default="", help="nhà máy, nếu bảng không ghi / plant, if the table has none")
    parser.set_defaults(format=None, mapping="", area="", plant="")
    for command in (order, places, tickets):
        command.set_defaults(run=_take)
        command.add_argument("file", type=Path)
        command.add_argument("--source", required=True, type=words, help="ai làm ra tệp / who made the file")
        command.add_argument("--by", default=user(), type=words, help="người nạp / who imports")
        command.add_argument("--dry-run", action="store_true", help="chỉ đọc thử, không lưu / try only, keep nothing")
    commands.add_parser("list", help="các lần nạp / imports").set_defaults(run=_list)
    for name, run, about in (
        ("show", _show, "xem một lần nạp / show an import"),
        ("use", _use, "dùng lại một lần nạp / use an import again"),
        ("withdraw", _withdraw, "rút lại một lần nạp / take an import back"),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("id")
        command.set_defaults(run=run)
    return parser


def _mapping(path: str) -> str:
    try:
        said = Path(path).read_bytes().decode("utf-8-sig")
        answers_of(mapping=said)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"bảng ánh xạ không dùng được / not a usable mapping: {error}") from error
    return said


def _area(said: str) -> str:
    try:
        area = Path(said).read_bytes().decode("utf-8-sig") if said.endswith("json") else said
        answers_of(area=area)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"cần W,S,E,N hoặc GeoJSON / W,S,E,N or GeoJSON expected: {said}") from error
    return area
