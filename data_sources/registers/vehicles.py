"""Reads the register of vehicles from a table: each vehicle's fleet, ward and tracker."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from data_sources.messages.parse import clean
from data_sources.workbooks.named import Named, RowError, read_register
from domain.finding import Finding, Problem
from domain.fleets.identifier import CHARS_MAX, wrong_id
from domain.text import Text

_HEADINGS = {
    "vehicle": ("vehicle", "mã xe", "biển số", "biển kiểm soát", "xe"),
    "feed": ("feed", "fleet", "nguồn", "đội xe", "mã đội"),
    "place": ("place", "mã xã", "xã", "phường", "xã, phường"),
    "in_service": ("in_service", "đang khai thác", "khai thác"),
    "device": ("device", "thiết bị", "mã thiết bị"),
}
_YES, _NO = frozenset({"", "1", "có", "yes", "true", "x"}), frozenset({"0", "không", "no", "false"})
_MISSING = Text("thiếu mã xe.", "vehicle id is missing.")
_BAD_FEED = Text("không có đội xe {said!r}; các đội: {known}.", "there is no fleet {said!r}; the fleets are: {known}.")
_NO_FEED = Text(
    "xe mới phải ghi đội xe, vì có nhiều đội: {known}.",
    "a new vehicle needs a fleet, because there are several: {known}.",
)
_BAD_PLACE = Text("không xác định được xã, phường: {said!r}.", "no such commune, or several: {said!r}.")
_BAD_FLAG = Text(
    "cột đang khai thác phải ghi 1 hoặc 0, không phải {said!r}.", "in service must be 1 or 0, not {said!r}."
)
_TWICE = Text("xe đã có ở dòng {row} với nội dung khác.", "row {row} has the same vehicle with other content.")


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleEntry:
    """One row: the vehicle, its fleet's feed, its ward's code and its tracker ("" = not given)."""

    vehicle: str
    feed: str
    place: str
    in_service: bool
    device: str


def read_vehicles(
    body: bytes, name: str, *, fleets: Collection[str], known: Mapping[str, str], place_of: Callable[[str], str]
) -> tuple[tuple[VehicleEntry, ...], tuple[Finding, ...]]:
    """Read vehicles from a CSV or spreadsheet with an id in each row, and findings for refused rows. Never raises.

    ``fleets`` are all fleet feeds, ``known`` the feed of each registered vehicle. A registered vehicle keeps its feed
    when its row gives none; a new vehicle needs one unless only one fleet exists. ``place_of`` maps a code or name to a
    place code, "" when none or several match.
    """
    made = partial(_entry, fleets=fleets, known=known, place_of=place_of)
    return read_register(body, name, _HEADINGS, ("vehicle",), made=made, key=lambda one: one.vehicle, twice=_TWICE)


def _entry(
    row: Named, *, fleets: Collection[str], known: Mapping[str, str], place_of: Callable[[str], str]
) -> VehicleEntry:
    # One more than may be, so that a longer id is refused and not cut.
    vehicle = clean(row.text("vehicle"), CHARS_MAX + 1)
    if not vehicle:
        raise RowError(Problem.MISSING, _MISSING)
    device = clean(row.text("device"), CHARS_MAX + 1)
    for said in (vehicle, device):
        if said and (wrong := wrong_id(said)):
            raise RowError(Problem.BAD_VALUE, wrong)
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
        device=device,
    )


def _feed(said: str, before: str | None, fleets: Collection[str]) -> str:
    listed = ", ".join(fleets)
    if said and said not in fleets:
        raise RowError(Problem.BAD_VALUE, _filled(_BAD_FEED, said=said[:40], known=listed))
    if not said and before is None and len(fleets) != 1:
        raise RowError(Problem.MISSING, _filled(_NO_FEED, known=listed))
    return said or before or next(iter(fleets))


def _filled(words: Text, **said: str) -> Text:
    """The words with the values filled in; braces in the values stay as they are."""
    return Text(words.vi.format(**said), words.en.format(**said))
