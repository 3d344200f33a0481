"""Registers and keys by hand."""

import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from centre.commands.parts import feeds_of_the_tree, prepared
from domain.access.principal import CENTRE
from domain.key_role import KeyRole
from intake.door.front_door import utc_now
from intake.imports import organisation_command, vehicle_command, working_days_command
from settings import Settings
from store.registry import Registry
from store.working_calendar import WorkingDays


def run_organisations(settings: Settings, action: str, file: Path | None, source: str) -> int:
    """Import the register of organisations, or list it."""
    register = Registry(prepared(settings)).organisations
    if action == "list":
        return organisation_command.list_all(register)
    return _imported(file, source, partial(organisation_command.import_file, register))


def run_vehicles(settings: Settings, action: str, file: Path | None, source: str) -> int:
    """Import the register of vehicles of all fleets, or list it."""
    registry, feeds = Registry(prepared(settings)), feeds_of_the_tree()
    if action == "list":
        return vehicle_command.list_all(registry, feeds)
    return _imported(file, source, partial(vehicle_command.import_file, registry, feeds))


def run_working_days(settings: Settings, action: str, file: Path | None, source: str) -> int:
    """Import a centre's own working days and days off, or list those in force."""
    register = WorkingDays(prepared(settings))
    if action == "list":
        return working_days_command.list_all(register)
    return _imported(file, source, partial(working_days_command.import_file, register))


def _imported(file: Path | None, source: str, take: Callable[[Path, str, datetime], int]) -> int:
    if file is None or not source.strip():
        print("Cần tệp và --source / the file and --source are needed", file=sys.stderr)
        return 2
    return take(file, source.strip(), utc_now())


def run_key(settings: Settings, action: str, name: str | None, role: KeyRole = KeyRole.SOURCE) -> int:
    """Add, list, retire or revoke source keys."""
    registry = Registry(prepared(settings))
    if action == "list":
        for key in registry.source_keys():
            state = f"thu hồi / revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "đang dùng / in use"
            print(f"{key.name}\t{key.role}\t{key.created_at:%Y-%m-%d}\t{state}")
        return 0
    if not name:
        print("Cần tên nguồn / the source's name is needed", file=sys.stderr)
        return 2
    if action == "add":
        try:
            print(registry.add_key(name, utc_now(), role, CENTRE))
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
        return 0
    if action == "retire":
        if registry.retire_key(name, utc_now(), CENTRE):
            return 0
        print(
            f"{name!r} không có hai khoá đang dùng; hãy tạo khoá mới trước: key add / "
            "has not two valid keys; add the new one first: key add",
            file=sys.stderr,
        )
        return 2
    if registry.revoke_key(name, utc_now(), CENTRE):
        return 0
    print(f"Không có khoá nào đang dùng có tên {name!r} / no key in use has that name", file=sys.stderr)
    return 2
