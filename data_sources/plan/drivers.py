"""Reads the driver register from a table, one driver per row. Findings name the row, never the driver."""

import re
from dataclasses import dataclass

from data_sources.messages.parse import RefusalError
from data_sources.plan.values import UnclearError, day
from data_sources.workbooks.cells import is_missing
from data_sources.workbooks.named import Named, RowError, read_register
from domain.finding import Finding, Problem
from domain.fleets.driver import Driver, code_key
from domain.text import Text

_HEADINGS = {
    "id": ("driver", "id", "mã tài xế", "mã lái xe", "mã nhân viên", "mã nv"),
    "name": ("name", "họ tên", "họ và tên", "tên tài xế", "tên lái xe"),
    "phone": ("phone", "điện thoại", "số điện thoại", "sđt"),
    "licence_number": ("licence_number", "số gplx", "số giấy phép lái xe"),
    "licence_class": ("licence_class", "hạng gplx", "hạng bằng", "hạng"),
    "licence_expires": ("licence_expires", "hạn gplx", "ngày hết hạn", "có giá trị đến"),
    "active_from": ("active_from", "vào làm", "từ ngày", "ngày vào làm"),
    "active_to": ("active_to", "nghỉ việc", "đến ngày", "ngày nghỉ việc"),
}
_DAYS = ("licence_expires", "active_from", "active_to")
_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{5,24}")
_CLASS = re.compile(r"[A-F][A-Z0-9]{0,3}")
_PLAIN = re.compile(r"[0-9A-Za-z]{1,32}")

_MISSING = Text(
    "thiếu mã hoặc họ tên; hãy điền cả hai.",
    "code or name is missing; fill in both.",
)
_TOO_LONG = Text("mã dài hơn 64 ký tự; hãy rút gọn.", "the code is longer than 64 characters; shorten it.")
_BAD_PHONE = Text(
    "số điện thoại không đúng; hãy viết dạng 0912 345 678.", "not a phone number; write it like 0912 345 678."
)
_BAD_CLASS = Text(
    "hạng giấy phép lái xe không đúng; hãy viết dạng C hoặc CE.", "not a licence class; write it like C or CE."
)
_BAD_NUMBER = Text("số giấy phép lái xe chỉ gồm chữ và số.", "a licence number has only letters and digits.")
_BAD_DAY = Text(
    "ngày không đúng; hãy viết dạng 31/12/2027 hoặc 2027-12-31.", "not a date; write 31/12/2027 or 2027-12-31."
)
_TWO_DIGITS = Text(
    "năm chỉ có hai chữ số; hãy ghi đủ bốn chữ số, ví dụ 31/12/2027.",
    "the year has two digits; write all four, for example 31/12/2027.",
)
_BACKWARD = Text("ngày nghỉ việc sớm hơn ngày vào làm.", "the last day of work is before the first.")
_TWICE = Text("mã đã có ở dòng {row}; giữ dòng đó.", "row {row} already has this code and is kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverDraft:
    """Drivers read from a file, why rows were refused, and what was not read."""

    drivers: tuple[Driver, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_drivers(body: bytes, name: str) -> DriverDraft:
    """Drivers of a CSV or spreadsheet with at least a code and a name in each row. Never raises."""
    entries, findings = read_register(
        body, name, _HEADINGS, ("id", "name"), made=_driver, key=lambda one: code_key(one.id), twice=_TWICE, days=_DAYS
    )
    return DriverDraft(drivers=entries, findings=findings)


def _driver(row: Named) -> Driver:
    said = {role: "" if is_missing(row.cell(role)) else row.text(role) for role in _HEADINGS if role not in _DAYS}
    if not (said["id"] and said["name"]):
        raise RowError(Problem.MISSING, _MISSING)
    said["licence_class"] = said["licence_class"].upper()
    if len(said["id"]) > 64:
        raise RowError(Problem.BAD_VALUE, _TOO_LONG)
    for role, shape, words in (
        ("phone", _PHONE, _BAD_PHONE),
        ("licence_class", _CLASS, _BAD_CLASS),
        ("licence_number", _PLAIN, _BAD_NUMBER),
    ):
        if said[role] and not shape.fullmatch(said[role]):
            raise RowError(Problem.BAD_VALUE, words)
    try:
        days = {role: None if is_missing(row.cell(role)) else day(row.cell(role)) for role in _DAYS}
    except UnclearError:
        raise RowError(Problem.BAD_VALUE, _TWO_DIGITS) from None
    except (RefusalError, ValueError, OverflowError):
        raise RowError(Problem.BAD_VALUE, _BAD_DAY) from None
    if days["active_from"] and days["active_to"] and days["active_to"] < days["active_from"]:
        raise RowError(Problem.BACKWARD_TIME, _BACKWARD)
    return Driver(**said, **days)  # type: ignore[arg-type] # the days are those roles, the rest are texts
