"""Covered areas: shown while their import's figures count, the newest of a carrier and technology."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Engine

from domain.access.principal import CENTRE
from domain.imports.file_import import Preview
from domain.places.signal_map import SignalMap
from store.imports import Imports
from store.maps.signal_maps import SignalMaps

NOW = datetime(2026, 11, 29, tzinfo=UTC)
LAND = {"type": "MultiPolygon", "coordinates": [[[[106.0, 10.5], [106.1, 10.5], [106.1, 10.6], [106.0, 10.5]]]]}
NONE = {"type": "MultiPolygon", "coordinates": []}


def handed_in(imports: Imports, areas: SignalMaps, carrier: str, period: str) -> SignalMap:
    """An area with the file of its figures, previewed and not decided."""
    id_ = f"{carrier}-{period}"
    made = imports.receive(id_, "figures", "carriers", "a.kml.csv", carrier, 1, b"x", "0" * 64, CENTRE, NOW)
    imports.begun(made.id)
    imports.read(made.id, Preview(new=1), {}, "")
    one = SignalMap(id=made.id, carrier=carrier, technology="4g", period=period, source=carrier, covered=LAND, gap=NONE)
    areas.keep(one, NOW)
    return one


def applied(imports: Imports, one: SignalMap) -> None:
    imports.approve(one.id, b"[]", None, CENTRE, NOW)
    imports.sent(one.id)


def test_an_area_shows_with_its_figures_and_goes_with_them(engine: Engine) -> None:
    imports, areas = Imports(engine), SignalMaps(engine)
    one = handed_in(imports, areas, "viettel", "2026-Q3")
    assert areas.shown() == [], "nobody has approved it"
    applied(imports, one)
    assert areas.shown() == [one]
    imports.withdraw(one.id, None, 0, CENTRE, NOW)
    assert areas.shown() == []


def test_the_newest_period_of_a_carrier_counts_and_carriers_stay_apart(engine: Engine) -> None:
    imports, areas = Imports(engine), SignalMaps(engine)
    newer, older = (handed_in(imports, areas, "viettel", period) for period in ("2026-Q3", "2026-Q2"))
    other = handed_in(imports, areas, "vnpt", "2026-Q1")
    for one in (newer, older, other):
        applied(imports, one)
    assert areas.shown() == [newer, other]
    imports.withdraw(newer.id, None, 0, CENTRE, NOW)
    assert areas.shown() == [replace(older), other]
