"""Addresses inside the centre: language and territory are kept wherever people go."""

from urllib.parse import urlencode

from domain.place import IN_FORCE, PROVINCE
from domain.text import Text
from layouts._screen import ScreenData

# Where each feed's table by commune stands.
TABLES = {
    "waste_trucks": ("/waste", Text("Rác thải", "Waste")),
    "services": ("/services", Text("Dịch vụ công", "Public services")),
    "coverage": ("/connectivity", Text("Hạ tầng số", "Connectivity")),
    "teams": ("/teams", Text("Tổ công nghệ số", "Digital teams")),
}


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
    """The row of a place in its feed's table, the page of the feed for the province; "" for a feed without a table."""
    if feed not in TABLES:
        return ""
    page = address(data, TABLES[feed][0])
    return page if code == PROVINCE else f"{page}#{row_id(code)}"
