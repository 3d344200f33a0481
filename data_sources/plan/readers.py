"""Chooses the reader of a plan file: by the given format, else by the file name."""

from enum import StrEnum
from pathlib import PurePath

from data_sources.plan.geojson import read_geojson
from data_sources.plan.gtfs import read_gtfs
from data_sources.plan.route_text import read_route_text
from data_sources.plan.stops import Mapped, read_stops
from data_sources.plan.table import read_table
from data_sources.workbooks.records import is_json, is_object
from data_sources.workbooks.rows import SPREADSHEET
from domain.finding import Finding, Problem
from domain.text import Text
from domain.waste.plan_draft import PlanDraft


class PlanFormat(StrEnum):
    """The formats a plan may come in."""

    TABLE = "table"
    GEOJSON = "geojson"
    STOPS = "stops"
    GTFS = "gtfs"
    TEXT = "text"


FILE_MAX = 64 * 2**20

_BEGINNING = 4_096
_PARTS_OF_SHEETS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"mimetype")
_BY_SUFFIX = {
    ".csv": PlanFormat.TABLE, ".xlsx": PlanFormat.TABLE, ".xls": PlanFormat.TABLE, ".ods": PlanFormat.TABLE,
    ".geojson": PlanFormat.GEOJSON, ".zip": PlanFormat.GTFS, ".txt": PlanFormat.TEXT,
}  # fmt: skip
_NO_FORMAT = Text(
    "không nhận ra định dạng của tệp {name}; hãy ghi rõ định dạng.", "the format of {name} is unclear; name it."
)
_NO_MAPPING = Text(
    "định dạng stops cần bảng ánh xạ tên cột (JSON).", "the format stops needs a mapping of column names (JSON)."
)
_TOO_LARGE = Text("tệp lớn hơn 64 MB.", "the file is larger than 64 MB.")


def format_of(name: str, body: bytes = b"", *, mapped: bool = False) -> PlanFormat | None:
    """The likely format of a file: by what it begins with, else by its name; timed stops when it has a mapping.

    None = unclear. People save a table under another suffix, and programs call GeoJSON ".json".
    """
    if mapped:
        return PlanFormat.STOPS
    by_name = _BY_SUFFIX.get(PurePath(name).suffix.lower())
    if is_object(body):
        return PlanFormat.GEOJSON
    if body.startswith(SPREADSHEET):
        return PlanFormat.TABLE if _holds_sheets(body) or by_name is not PlanFormat.GTFS else PlanFormat.GTFS
    if body and by_name in (PlanFormat.GEOJSON, PlanFormat.GTFS) and not is_json(body):
        return PlanFormat.TABLE
    return by_name


def _holds_sheets(body: bytes) -> bool:
    """Whether an archive begins as a spreadsheet's does, or the file is an old workbook."""
    return not body.startswith(b"PK") or any(part in body[:_BEGINNING] for part in _PARTS_OF_SHEETS)


def read_plan(
    body: bytes, name: str, source: str, *, said: PlanFormat | None = None, mapped: Mapped | None = None
) -> PlanDraft:
    """The draft of a file; never raises: an unreadable file is a finding."""
    kind = said or format_of(name, body, mapped=mapped is not None)
    if len(body) > FILE_MAX:
        return _refused(_TOO_LARGE)
    if kind is PlanFormat.STOPS:
        return read_stops(body, name, source, mapped) if mapped else _refused(_NO_MAPPING)
    if kind is None:
        return _refused(_NO_FORMAT.filled(name=name))
    reader = {
        PlanFormat.TABLE: read_table,
        PlanFormat.GEOJSON: read_geojson,
        PlanFormat.GTFS: read_gtfs,
        PlanFormat.TEXT: read_route_text,
    }[kind]
    return reader(body, name, source)


def _refused(words: Text) -> PlanDraft:
    return PlanDraft(findings=(Finding(problem=Problem.UNREADABLE, words=words),))
