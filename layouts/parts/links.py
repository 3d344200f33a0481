"""Addresses inside the centre; every link keeps language and territory."""

from urllib.parse import urlencode

from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE, PROVINCE
from layouts.parts.screen import ScreenData
from queries.courses.kpi_course import PLACE

KPI_PATH = "/kpi"


def address(data: ScreenData, path: str, **changes: str) -> str:
    """``path`` with this page's language and territory; ``changes`` add or replace parameters, "" drops one.

    Vietnamese and the version in force are the defaults and not written.
    """
    kept = {"lang": "en" if data.language == "en" else "", "territory": data.territory}
    asked = {**kept, **changes}
    if asked["territory"] == IN_FORCE:
        asked["territory"] = ""
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{said}" if said else path


def kpi_address(data: ScreenData, kpi: Kpi, place: str = PROVINCE, **asked: str) -> str:
    """The page of one KPI, where its chart is large and can be examined."""
    return address(data, f"{KPI_PATH}/{kpi.key}", **{PLACE: "" if place == PROVINCE else place}, **asked)


def row_id(code: str) -> str:
    """Id of a place's row in a table by commune."""
    return f"place-{code}"


def row_address(data: ScreenData, feed: str, code: str) -> str:
    """Address of a place's row in the table of the feed's area; for the province the page; "" for a feed of no area."""
    area = next((area for area in data.areas if feed in area.feeds), None)
    if area is None:
        return ""
    page = address(data, area.path)
    return page if code == PROVINCE else f"{page}#{row_id(code)}"
