"""Figures of feed `carriers` made of a list of stations or of the area a carrier covers, as a file for the importer.

Made figures go the way of every file: shown, then decided by a person, then applied, and withdrawn if wrong.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from data_sources.registers.stations import Station
from domain.observation import Kind
from domain.places.place import IN_FORCE

FEED = "carriers"
TECHNOLOGIES = ("4g", "5g")
_HEADS = ("measure", "place", "territory", "at", "value", "kind")


def station_figures(stations: Sequence[Station], communes: Sequence[str], at: str, everywhere: Iterable[str]) -> bytes:
    """Stations by carrier, technology and commune, as CSV; ``communes`` is where each stands ("" = outside all).

    A carrier of the list has a figure for ``everywhere``, so that a commune without a station has 0 and not nothing. A
    carrier that the list lacks has no figure.
    """
    counted: Counter[tuple[str, str]] = Counter()
    for station, commune in zip(stations, communes, strict=True):
        counted[f"stations_{station.carrier}", commune] += 1
        for technology in station.technologies & set(TECHNOLOGIES):
            counted[f"stations_{technology}_{station.carrier}", commune] += 1
    names = [
        f"stations_{of}{carrier}"
        for carrier in sorted({station.carrier for station in stations})
        for of in ("", *(f"{technology}_" for technology in TECHNOLOGIES))
    ]
    told = [(name, place, counted[name, place]) for place in everywhere for name in names]
    return _csv(told, at, Kind.DECLARED)


def area_figures(
    shares: Mapping[str, float], people: Mapping[str, int], carrier: str, technology: str, at: str
) -> bytes:
    """People within the area by commune, as CSV: the share of its land times its people, so an estimate.

    The commune's people are told with them, so that the quotient is of the same census. A commune whose people are not
    known has no figure.
    """
    told = [
        (measure, code, value)
        for code, share in sorted(shares.items())
        if code in people
        for measure, value in (
            ("people", people[code]),
            (f"people_{technology}_{carrier}", round(share * people[code])),
        )
    ]
    return _csv(told, at, Kind.ESTIMATED)


def _csv(told: Iterable[tuple[str, str, int]], at: str, kind: Kind) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    rows.writerow(_HEADS)
    rows.writerows((measure, place, IN_FORCE, at, value, kind.value) for measure, place, value in told)
    return out.getvalue().encode()
