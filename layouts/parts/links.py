"""Addresses inside the centre: language and territory are kept wherever people go."""

from urllib.parse import urlencode

from domain.places.place import IN_FORCE, PROVINCE
from layouts.parts.screen import ScreenData


def address(data: ScreenData, path: str, **changes: str) -> str:
    """``path`` with this page's language and territory; ``changes`` add or replace parameters, "" drops one.

    Vietnamese and the version in force go without saying.
    """
    kept = {"lang": "en" if data.language == "en" else "", "territory": data.territory}
    asked = {**kept, **changes}
    if asked["territory"] == IN_FORCE:
        asked["territory"] = ""
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{said}" if said else path


def row_id(code: str) -> str:
    """Id of a place's row in a table by commune."""
    return f"place-{code}"


def row_address(data: ScreenData, feed: str, code: str) -> str:
    """The row of a place in the table of the feed's area, the area's page for the province; "" for no area's feed."""
    area = next((area for area in data.areas if feed in area.feeds), None)
    if area is None:
        return ""
    page = address(data, area.path)
    return page if code == PROVINCE else f"{page}#{row_id(code)}"
