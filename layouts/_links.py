"""Addresses inside the centre: language and territory are kept wherever people go."""

from urllib.parse import urlencode

from domain.place import IN_FORCE
from layouts._screen import ScreenData


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
