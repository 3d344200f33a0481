"""Reads a carrier's list of base stations from a table: who runs each, with which technologies, and where it stands."""

import re
from dataclasses import dataclass, replace

from data_sources.messages.parse import clean
from data_sources.plan import values
from data_sources.workbooks.named import Named, RowError, read_register
from domain.carriers import CARRIERS, carriers_in
from domain.finding import Finding, Problem
from domain.text import Text, folded

_HEADINGS = {
    "station": ("station", "mã trạm", "tên trạm", "mã trạm bts", "tên trạm bts", "trạm", "site", "site id"),
    "carrier": ("carrier", "nhà mạng", "doanh nghiệp", "đơn vị", "đơn vị quản lý", "operator"),
    "technology": ("technology", "công nghệ", "loại công nghệ", "loại trạm", "tech"),
    "latitude": ("lat", "latitude", "vĩ độ"),
    "longitude": ("lon", "lng", "long", "longitude", "kinh độ"),
}
TECHNOLOGIES = ("2g", "3g", "4g", "5g")
_OF_GENERATION = {"gsm": "2g", "umts": "3g", "lte": "4g", "nr": "5g"}
_ID_CHARS = 64
_MISSING = Text("thiếu mã trạm.", "the station's id is missing.")
_BAD_CARRIER = Text("không có nhà mạng {said}; dùng: {known}.", "there is no carrier {said}; use one of: {known}.")
_OTHER_CARRIER = Text(
    "dòng ghi nhà mạng {said}, tệp được nạp cho {given}; hãy nạp danh sách riêng của từng nhà mạng, hoặc không ghi "
    "--carrier.",
    "the row names {said}, the file is imported for {given}; import each carrier's list, or leave --carrier out.",
)
_SHARED = Text(
    "dòng ghi nhiều nhà mạng: {said}; hãy ghi mỗi nhà mạng một dòng.",
    "the row names several carriers: {said}; write a row for each.",
)
_BAD_TECHNOLOGY = Text(
    "không hiểu công nghệ {said}; dùng 2G, 3G, 4G, 5G, nhiều công nghệ cách nhau bằng dấu phẩy.",
    "technology {said} is not understood; use 2G, 3G, 4G, 5G, several separated by commas.",
)
_BAD_POSITION = Text(
    "vĩ độ, kinh độ không phải một nơi ở Việt Nam: {said}; ghi bằng độ, ví dụ 10,5432 và 106,4101.",
    "not a latitude and longitude in Việt Nam: {said}; write degrees, for example 10,5432 and 106,4101.",
)
_TWICE = Text("trạm đã có ở dòng {row} với vị trí khác.", "row {row} has the same station at another position.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A base station: its id at its carrier, technologies ("4g"), and position in degrees WGS 84."""

    carrier: str
    id: str
    technologies: frozenset[str]
    latitude: float
    longitude: float


def read_stations(body: bytes, name: str, carrier: str = "") -> tuple[tuple[Station, ...], tuple[Finding, ...]]:
    """Stations of a CSV or spreadsheet, one row a station or a row for each of its technologies. Never raises.

    ``carrier`` is the key of whose list it is when the table has no such column. Numbers may have a decimal comma. A
    row that repeats a station at another position is refused, also when it writes its id in other letters (la1, LA1),
    and so is a row of another carrier than ``carrier``.
    """
    needed = ("station", "technology", "latitude", "longitude", *(() if carrier else ("carrier",)))
    joined = _Joined(carrier)
    _, findings = read_register(
        body,
        name,
        _HEADINGS,
        needed,
        made=joined,
        key=lambda one: (one.carrier, one.id.casefold(), one.technologies),
        twice=_TWICE,
    )
    return tuple(one for one, _ in joined.found.values()), findings


class _Joined:
    """Makes one station of all rows that name it; ``found`` has each with its first row."""

    def __init__(self, carrier: str) -> None:
        self._carrier = carrier
        self.found: dict[tuple[str, str], tuple[Station, int]] = {}

    def __call__(self, row: Named) -> Station:
        """The station of a row, with the technologies of earlier rows. Raises RowError."""
        said = _station(row, self._carrier)
        key = said.carrier, said.id.casefold()
        known, first = self.found.get(key, (said, row.row))
        if (known.latitude, known.longitude) != (said.latitude, said.longitude):
            raise RowError(Problem.DUPLICATE, _TWICE.filled(row=str(first)))
        station = replace(known, technologies=known.technologies | said.technologies)
        self.found[key] = (station, first)
        return station


def _station(row: Named, carrier: str) -> Station:
    name = clean(row.text("station"), _ID_CHARS)
    if not name:
        raise RowError(Problem.MISSING, _MISSING)
    latitude, longitude = _position(row)
    return Station(
        carrier=_carrier(row.text("carrier"), carrier),
        id=name,
        technologies=_technologies(row.text("technology")),
        latitude=latitude,
        longitude=longitude,
    )


def _carrier(said: str, given: str) -> str:
    """The carrier that a row names, else the ``given`` one. Raises RowError."""
    found = sorted(carriers_in(said))
    if not said and given:
        return given
    if len(found) > 1:
        raise RowError(Problem.AMBIGUOUS, _SHARED.filled(said=said[:40]))
    if not found:
        raise RowError(
            Problem.BAD_VALUE, _BAD_CARRIER.filled(said=said[:40] or "—", known=", ".join(CARRIERS.values()))
        )
    if given and found != [given]:
        raise RowError(Problem.CONTRADICTION, _OTHER_CARRIER.filled(said=said[:40], given=CARRIERS[given]))
    return found[0]


def _technologies(said: str) -> frozenset[str]:
    told = [word for word in re.split(r"[\s,;/+|&]+", folded(said)) if word not in ("", "và", "and")]
    found = frozenset(_OF_GENERATION.get(word, word) for word in told)
    if not found or not found <= set(TECHNOLOGIES):
        raise RowError(Problem.BAD_VALUE, _BAD_TECHNOLOGY.filled(said=said[:40] or "—"))
    return found


def _position(row: Named) -> tuple[float, float]:
    try:
        said = values.position(values.number(row.cell("longitude")), values.number(row.cell("latitude")))
        found = said and values.within_vietnam(said)
    except ValueError:
        found = None
    if found is None:
        written = f"{row.text('latitude')}; {row.text('longitude')}"
        raise RowError(Problem.BAD_COORDINATES, _BAD_POSITION.filled(said=written[:60]))
    return found[1], found[0]
