"""The command of the collection plan: import a file, list imports, show one, use one again, withdraw one."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from data_sources.plan.plan_area import area_of
from data_sources.plan.readers import PlanFormat
from data_sources.plan.stops import Mapped
from domain.access.principal import CENTRE, Principal
from domain.text import Text
from domain.waste.plan_check import Inside
from domain.waste.plan_import import Content
from intake.imports.command_line import OK, REFUSED, WRONG_USE, Parser, say, user, words
from intake.imports.map_report import both
from intake.imports.plan_desk import OUTCOME_WORDS, Outcome, PlanDesk
from intake.imports.plan_import import PlanOrder
from intake.imports.plan_report import draft_lines, finding_lines, import_line, route_lines
from settings import Settings
from store.database import migrate, open_database
from store.maps.map_layers import MapLayers
from store.rounds.facilities import Facilities
from store.rounds.plan import Plan

_NO_IMPORT = Text("Không có lần nạp nào tên {id}; xem lệnh list.", "No import {id}; see the command list.")
_EMPTY = Text("Chưa nạp kế hoạch nào.", "No plan has been imported yet.")


@dataclass(frozen=True, slots=True)
class _Stores:
    plan: Plan
    desk: PlanDesk


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
        desk = PlanDesk(plan, MapLayers(engine, settings.maps_dir), Facilities(engine))
        code: int = given.run(given, _Stores(plan, desk))
    except (SQLAlchemyError, OSError) as error:
        say(f"Không đọc được hoặc không dùng được kho dữ liệu / cannot be read or stored: {error}")
        return REFUSED
    return code


def _take(given: argparse.Namespace, stores: _Stores) -> int:
    order = PlanOrder(
        body=given.file.read_bytes(),
        file_name=given.file.name,
        source=given.source,
        by=given.by,
        content=given.content,
        inside=given.area,
        said=given.format,
        mapped=given.mapping,
        plant=given.plant,
    )
    taken = stores.desk.take(order, datetime.now(UTC), dry_run=given.dry_run, again=True)
    for note in taken.notes:
        say(both(note))
    if taken.draft is not None:
        print(*draft_lines(taken.draft), sep="\n")
    print(import_line(taken.done) if taken.outcome is Outcome.KEPT else both(OUTCOME_WORDS[taken.outcome]))
    return REFUSED if taken.outcome is Outcome.NOTHING else OK


def _list(_given: argparse.Namespace, stores: _Stores) -> int:
    print("\n".join(map(import_line, stores.plan.imports())) or both(_EMPTY))
    return OK


def _show(given: argparse.Namespace, stores: _Stores) -> int:
    done = stores.plan.one_import(given.id)
    if done is None:
        return _no_import(given.id)
    print(import_line(done))
    for kept in stores.plan.imported_routes(given.id):
        print(*route_lines(kept), sep="\n")
    print(*finding_lines(done.findings), sep="\n")
    return OK


def _use(given: argparse.Namespace, stores: _Stores) -> int:
    return _change(stores.plan.activate, given.id, stores)


def _withdraw(given: argparse.Namespace, stores: _Stores) -> int:
    return _change(stores.plan.withdraw, given.id, stores)


def _change(change: Callable[[str, Principal, datetime], None], id_: str, stores: _Stores) -> int:
    try:
        change(id_, CENTRE, datetime.now(UTC))
    except KeyError:
        return _no_import(id_)
    done = stores.plan.one_import(id_)
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
    parser.set_defaults(format=None, mapping=None, area=None, plant="")
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


def _mapping(path: str) -> Mapped:
    try:
        return Mapped.of_json(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"bảng ánh xạ không dùng được / not a usable mapping: {error}") from error


def _area(said: str) -> Inside:
    try:
        return area_of(Path(said).read_bytes() if said.endswith("json") else said)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"cần W,S,E,N hoặc GeoJSON / W,S,E,N or GeoJSON expected: {said}") from error
