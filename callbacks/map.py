"""The card of the place somebody chose on a map."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from dash import Dash, Input, Output, State
from dash.development.base_component import Component

from callbacks.pages import language_of, screens
from callbacks.parts.load import load
from callbacks.parts.principal import allow
from domain.access.needs import Need, needing
from domain.collation import collation_key
from domain.places.territory import TERRITORIES
from layouts.map.maps import ASKED, CARD, CHOSEN
from layouts.map.place_card import Former, place_card
from layouts.parts.screen import Screen
from queries.ask import Sources
from queries.observed.disagreements import DISAGREEMENTS
from queries.results import RESULTS
from store import territories


def register(app: Dash, sources: Sources) -> None:
    """One callback serves the maps of all screens, which are operators': the sender says which screen it is.

    No screen that everybody may see has a map; its name would not make a place's figures public.
    """
    every = screens()

    @app.callback(Output(CARD, "children"), Input(CHOSEN, "data"), State(ASKED, "data"), prevent_initial_call=True)
    @needing(Need.LOOK)
    async def chosen(code: str, asked: Mapping[str, str]) -> list[Component]:
        screen = every[asked["path"]]
        allow(screen.requires)
        return await card_of(sources, screen, code, asked, datetime.now(UTC))


async def card_of(
    sources: Sources, screen: Screen, code: str, asked: Mapping[str, str], now: datetime
) -> list[Component]:
    """The card of the place ``code``: the KPIs of ``screen`` and where sources disagree; empty for no place."""
    plain = replace(screen, needs=(RESULTS, DISAGREEMENTS))
    data = await load(sources, plain, language_of(asked.get("lang")), asked, now)
    return place_card(data, code, former_units(data.territory, code))


def former_units(territory: str, code: str) -> list[Former]:
    """Units of the version before on the place's land, by name; empty when nothing changed there."""
    versions = [version.version for version in TERRITORIES]
    before = versions[: versions.index(territory)][-1:]
    if not before:
        return []
    names = {place.code: place.name for place in territories.places(before[0])}
    now = {place.code: place.name for place in territories.places(territory)}
    shares = territories.crosswalk(before[0], territory).origins_of(code) if code in now else ()
    found = [Former(names[share.origin], share.whole) for share in shares]
    return [] if found == [Former(now.get(code, ""), True)] else sorted(found, key=lambda one: collation_key(one.name))
