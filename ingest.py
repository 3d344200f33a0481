"""The writing side's composition root: door, listener, puller, collector, evaluator, assessor, keys, trying a file."""

import argparse
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from centre.commands.accounts import run_account
from centre.commands.audit import FORMATS, anchor_of, run_export, run_verify
from centre.commands.demonstration import run_demonstration
from centre.commands.door import run_door
from centre.commands.fetching import run_anew, run_listener, run_puller
from centre.commands.figures import run_figures
from centre.commands.network import run_network
from centre.commands.parts import feeds_of_the_tree
from centre.commands.reading import dry_run, run_reread
from centre.commands.registers import run_key, run_organisations, run_vehicles, run_working_days
from centre.commands.repair import run_repair
from centre.commands.working import run_assessor, run_collector, run_evaluator
from centre.private import UMASK
from domain.access.principal import OF_PEOPLE, Role
from domain.instant import VIETNAM
from domain.key_role import KeyRole
from intake.door.front_door import utc_now
from intake.imports import map_command, plan_command
from intake.imports.figure_command import add_acts
from intake.imports.network_command import add_network_acts
from intake.messages.case_secret import case_secrets
from settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["maps"]:
        return map_command.main(arguments[1:])
    if arguments[:1] == ["plan"]:
        return plan_command.main(arguments[1:])
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = Settings.from_env()
        takes_in = given.command in ("door", "listen", "pull")
        secrets = case_secrets(settings.case_key, settings.case_key_file) if takes_in else None
    except ValueError as error:
        print(f"Cấu hình sai / wrong setting: {error}", file=sys.stderr)
        return 2
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr
    )
    if secrets is not None and given.command == "door":
        return run_door(settings, secrets)
    if given.command == "collect":
        return run_collector(settings)
    if given.command == "evaluate":
        return run_evaluator(settings)
    if given.command == "assess":
        return run_assessor(settings)
    if secrets is not None and given.command == "listen":
        return run_listener(settings, secrets)
    if given.command == "pull" and given.anew is not None:
        return run_anew(settings, given.anew)
    if secrets is not None and given.command == "pull":
        return run_puller(settings, secrets)
    if given.command == "reread":
        return run_reread(settings, given.of_feed, given.since, given.until, rehearsing=given.rehearse)
    if given.command == "repair":
        return run_repair(settings, utc_now())
    if given.command == "organisations":
        return run_organisations(settings, given.action, given.file, given.source)
    if given.command == "figures":
        return run_figures(settings, given)
    if given.command == "demonstration":
        return run_demonstration(settings)
    if given.command == "network":
        return run_network(settings, given)
    if given.command == "vehicles":
        return run_vehicles(settings, given.action, given.file, given.source)
    if given.command == "working-days":
        return run_working_days(settings, given.action, given.file, given.source)
    if given.command == "audit" and given.action == "verify":
        return run_verify(settings, given.known)
    if given.command == "audit":
        return run_export(settings, given.format, given.since, given.until)
    if given.command == "account":
        return run_account(settings, given.action, given.name, given.shown, given.role, given.unit)
    if given.command == "key":
        return run_key(settings, given.action, given.name, given.role)
    if given.feed and given.file and given.dry_run:
        return dry_run(given.feed, given.file, given.format)
    parser.print_help(sys.stderr)
    return 2


def _formats() -> list[str]:
    return sorted({form for feed in feeds_of_the_tree().values() for form in feed.decoders})


def _instant(text: str) -> datetime:
    """An ISO instant or day; without an offset in Việt Nam's time."""
    said = datetime.fromisoformat(text)
    return (said if said.tzinfo else said.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("maps", help="ranh giới và đường / boundaries and streets: python -m ingest maps --help")
    commands.add_parser("plan", help="kế hoạch thu gom / collection plan: python -m ingest plan --help")
    commands.add_parser("demonstration", help="kế hoạch mẫu của bộ mô phỏng / the simulator's own plan")
    commands.add_parser("door", help="cửa tiếp nhận / front door")
    commands.add_parser("collect", help="bộ thu thập / collector")
    commands.add_parser("evaluate", help="bộ tính chỉ số / evaluator of KPIs")
    commands.add_parser("assess", help="đánh giá các ca thu gom / judge collection runs")
    commands.add_parser("listen", help="nghe máy chủ MQTT (IOC_MQTT_URL) / listen at the MQTT broker")
    pull = commands.add_parser("pull", help="lấy dữ liệu theo địa chỉ (IOC_PULL_<FEED>_URL) / fetch from addresses")
    pull.add_argument("--anew", metavar="FEED", help="lấy lại từ đầu / fetch again from the beginning")
    commands.add_parser("repair", help="sửa tệp hỏng của Valkey / mend the embedded server's damaged file")
    for name, help_ in (
        ("organisations", "danh mục cơ quan / register of organisations"),
        ("working-days", "ngày nghỉ, ngày làm bù / days off and days worked for them"),
        ("vehicles", "sổ xe của các đội / register of vehicles of all fleets"),
    ):
        register = commands.add_parser(name, help=help_)
        register.add_argument("action", choices=("import", "list"))
        register.add_argument("file", nargs="?", type=Path)
        register.add_argument("--source", default="", help="ai ban hành danh mục / who issued the register")
    key = commands.add_parser("key", help="khoá của nguồn / keys of sources")
    key.add_argument("action", choices=("add", "list", "retire", "revoke"))
    key.add_argument("name", nargs="?")
    key.add_argument(
        "--role",
        type=KeyRole,
        choices=tuple(KeyRole),
        default=KeyRole.SOURCE,
        help="source: gửi dữ liệu / sends data; reader: đọc API / reads the API; "
        "dispatcher: cả dữ liệu tài xế / also drivers' data",
    )
    _add_account(commands.add_parser("account", help="tài khoản của người dùng / people's accounts"))
    add_acts(commands.add_parser("figures", help="tệp số liệu / files of figures: python -m ingest figures --help"))
    add_network_acts(commands.add_parser("network", help="trạm, vùng phủ sóng / base stations, covered areas"))
    _add_audit(commands.add_parser("audit", help="nhật ký thao tác / audit log"))
    again = commands.add_parser("reread", help="đọc lại bản tin gốc đã lưu / read archived messages again")
    again.add_argument("of_feed", metavar="FEED", help="nguồn / feed")
    again.add_argument("--since", type=_instant, help="nhận từ lúc / received from, e.g. 2026-11-22T06:00+07:00")
    again.add_argument("--until", type=_instant, help="đến trước lúc / received before")
    again.add_argument(
        "--dry-run", dest="rehearse", action="store_true", help="chỉ đếm, không ghi / count only, write nothing"
    )
    parser.add_argument("--feed", help="nguồn / feed")
    parser.add_argument("--file", type=Path, help="tệp cần thử / file to try")
    parser.add_argument("--format", choices=_formats(), help="mặc định theo đuôi tệp / by suffix")
    parser.add_argument("--dry-run", action="store_true", help="chỉ đọc thử, không lưu / decode only, keep nothing")
    return parser


def _add_account(account: argparse.ArgumentParser) -> None:
    account.add_argument("action", choices=("invite", "roles", "reset", "disable", "one-step", "list"))
    account.add_argument("name", nargs="?")
    account.add_argument("--role", action="append", type=Role, choices=OF_PEOPLE, default=[])
    account.add_argument("--shown", default="", metavar="NAME", help="họ tên / the person's name")
    account.add_argument("--unit", action="append", default=[], help="mã xã, phường / code of a commune (reporter)")


def _add_audit(audit: argparse.ArgumentParser) -> None:
    actions = audit.add_subparsers(dest="action", required=True)
    verify = actions.add_parser("verify", help="kiểm tra chuỗi mục / check the chain of entries")
    verify.add_argument(
        "--known",
        type=anchor_of,
        metavar="NUMBER:SEAL",
        help="mục mới nhất đã ghi lại lần trước / the newest entry, as an earlier run printed it",
    )
    export = actions.add_parser("export", help="in các mục / print the entries")
    export.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="định dạng / format")
    export.add_argument("--from", dest="since", type=_instant, help="từ lúc / from, e.g. 2026-11-01")
    export.add_argument("--to", dest="until", type=_instant, help="đến trước lúc / before")


if __name__ == "__main__":
    os.umask(UMASK)
    sys.exit(main())
