"""The register of vehicles from a table: whose each is, where it works, and which tracker rides on it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from data_sources._named import Named, RowError, read_register
from data_sources._parse import clean
from domain.plan_draft import Finding, Problem
from domain.text import Text

_HEADINGS = {
    "vehicle": ("vehicle", "mã xe", "biển số", "biển kiểm soát", "xe"),
    "feed": ("feed", "fleet", "nguồn", "đội xe", "mã đội"),
    "place": ("place", "mã xã", "xã", "phường", "xã, phường"),
    "in_service": ("in_service", "đang khai thác", "khai thác"),
    "device": ("device", "thiết bị", "mã thiết bị"),
}
_YES, _NO = frozenset({"", "1", "có", "yes", "true", "x"}), frozenset({"0", "không", "no", "false"})
_ID_CHARS = 64
_MISSING = Text("thiếu mã xe.", "the vehicle's id is missing.")
_BAD_FEED = Text("không có đội xe {said!r}; các đội: {known}.", "there is no fleet {said!r}; the fleets are: {known}.")
_NO_FEED = Text(
    "xe mới cần cột đội xe, vì có nhiều đội: {known}.", "a new vehicle needs its fleet, as there are several: {known}."
)
_BAD_PLACE = Text("không rõ xã, phường: {said!r}.", "no such commune, or several: {said!r}.")
_BAD_FLAG = Text("đang khai thác: ghi 1 hoặc 0, không phải {said!r}.", "in service is 1 or 0, not {said!r}.")
_TWICE = Text("xe đã có ở dòng {row} với nội dung khác.", "the vehicle stands in row {row} with other content.")


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleEntry:
    """One row: the vehicle, the feed of its fleet, its ward's code and the tracker on it ("" not said)."""

    vehicle: str
    feed: str
    place: str
    in_service: bool
    device: str


def read_vehicles(
    body: bytes, name: str, *, fleets: Collection[str], known: Mapping[str, str], place_of: Callable[[str], str]
) -> tuple[tuple[VehicleEntry, ...], tuple[Finding, ...]]:
    """Vehicles of a CSV or spreadsheet with an id in each row, and why rows were refused. Never raises.

    ``fleets`` are the feeds there are, ``known`` the feed of each registered vehicle: it stays that of a row without
    one. Of a new vehicle it is said, unless there is one fleet only. ``place_of`` gives the code of a place by code or
    name, "" when none or several are meant.
    """
    made = partial(_entry, fleets=fleets, known=known, place_of=place_of)
    return read_register(body, name, _HEADINGS, ("vehicle",), made=made, key=lambda one: one.vehicle, twice=_TWICE)


def _entry(
    row: Named, *, fleets: Collection[str], known: Mapping[str, str], place_of: Callable[[str], str]
) -> VehicleEntry:
    vehicle = clean(row.text("vehicle"), _ID_CHARS)
    if not vehicle:
        raise RowError(Problem.MISSING, _MISSING)
    flag = row.text("in_service").casefold()
    if flag not in _YES | _NO:
        raise RowError(Problem.BAD_VALUE, _filled(_BAD_FLAG, said=flag[:40]))
    said = row.text("place")
    place = place_of(said) if said else ""
    if said and not place:
        raise RowError(Problem.BAD_VALUE, _filled(_BAD_PLACE, said=said[:60]))
    return VehicleEntry(
        vehicle=vehicle,
        feed=_feed(row.text("feed"), known.get(vehicle), fleets),
        place=place,
        in_service=flag in _YES,
        device=clean(row.text("device"), _ID_CHARS),
    )


def _feed(said: str, before: str | None, fleets: Collection[str]) -> str:
    listed = ", ".join(fleets)
    if said and said not in fleets:
        raise RowError(Problem.BAD_VALUE, _filled(_BAD_FEED, said=said[:40], known=listed))
    if not said and before is None and len(fleets) != 1:
        raise RowError(Problem.MISSING, _filled(_NO_FEED, known=listed))
    return said or before or next(iter(fleets))


def _filled(words: Text, **said: str) -> Text:
    """The words with what was said; braces in it stay as they are."""
    return Text(words.vi.format(**said), words.en.format(**said))
