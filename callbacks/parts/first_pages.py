"""First responses: draw a page once, paint it as HTML, and keep it for the callback that asks for it next.

Who may see where vehicles are gets them and their alarms on the map; everybody else gets a painting without (0076).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from dash.development.base_component import Component

from callbacks.pages import Drawn, drawn, language_of, screen_at, screens
from callbacks.parts.history import last_visit
from callbacks.parts.principal import acts, principal
from domain.access.needs import Need, permits
from domain.instant import from_ms, to_ms
from domain.places.place import IN_FORCE
from layouts.parts.screen import ScreenData
from layouts.parts.shell import made_at, unknown_address
from live.grounds import Grounds
from paint import lanes, shapes
from paint.markup import markup
from present.alarms import alarm_marks
from present.formats import at_words
from present.map.first_map import Seen, first_map, first_streets
from present.map.ground import Ground
from queries.alarms import ALARMS, without_positions
from queries.ask import Sources
from queries.maps.signal import SIGNALS
from queries.maps.stretches import STRETCHES
from queries.vehicles import VEHICLES

# A page's scripts ask for the same page within seconds; an older page is drawn again.
KEPT_MS = 10_000
KEPT_PAGES = 16


@dataclass(frozen=True, slots=True)
class Key:
    """Which painting: of an address, with vehicles (``exact``) or without, with the acts that somebody may do."""

    path: str
    query: tuple[tuple[str, str], ...]
    exact: bool
    may: frozenset[Need]


@dataclass(frozen=True, slots=True)
class Painted:
    """A page, when it was drawn, and its HTML."""

    drawn: Drawn
    at: datetime
    html: str


class FirstPages:
    """Pages as HTML; requests for a page that is being painted wait for it."""

    def __init__(self, sources: Sources, grounds: Grounds, clock: Callable[[], datetime]) -> None:
        self._sources = sources
        self._grounds = grounds
        self._clock = clock
        self._every = screens()
        self._kept: OrderedDict[Key, Painted] = OrderedDict()
        self._painting: dict[Key, asyncio.Task[Painted]] = {}

    def serves(self, path: str) -> bool:
        """Whether a screen lives at ``path``."""
        return screen_at(self._every, self._sources.kpis, path)[0] is not None

    async def html(self, path: str, query: Mapping[str, str], cookies: Mapping[str, str]) -> str:
        """The page at ``path`` as of now, in HTML; LookupError where no screen lives."""
        query = {**query, "since": last_visit(cookies, self._clock())}
        key = _key(path, query)
        task = self._painting.get(key)
        if task is None:
            task = self._painting[key] = asyncio.create_task(self._paint(key, query))
            task.add_done_callback(lambda _: self._painting.pop(key, None))
        return (await asyncio.shield(task)).html

    def lost(self, query: Mapping[str, str]) -> str:
        """The page that says that no screen lives here, as HTML."""
        return _first(markup(unknown_address(language_of(query.get("lang")))))

    def find(self, path: str, query: Mapping[str, str]) -> Drawn | None:
        """The page of a first response within the last KEPT_MS; None without one."""
        kept = self._kept.get(_key(path, query))
        return kept.drawn if kept and to_ms(self._clock()) - to_ms(kept.at) < KEPT_MS else None

    async def _paint(self, key: Key, query: Mapping[str, str]) -> Painted:
        now = self._clock()
        page = await drawn(self._sources, self._every, key.path, query, now)
        if page.data is None:
            raise LookupError(f"no screen lives at {key.path}")
        ground = await self._grounds.find(page.data.territory)
        html = await asyncio.to_thread(paint, page.page, page.data, ground, exact=key.exact)
        painted = self._kept[key] = Painted(page, now, html)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT_PAGES:
            self._kept.popitem(last=False)
        return painted


def paint(page: Component, data: ScreenData, ground: Ground, *, exact: bool) -> str:
    """``page`` as it looks before any script runs: shapes, map and credits drawn, ages as clock times.

    ``exact``: vehicles and marks of their alarms are drawn where they are.
    """
    html = markup([made_at(data), page], partial(_draw, data, ground, _seen(data, exact=exact)))
    # Bars name their fill patterns by id, so the patterns must stay when React's page replaces this one.
    patterns = lanes.PATTERNS if 'data-part="lane"' in html or 'data-part="shares"' in html else ""
    return patterns + _first(html, "" if exact else " data-withheld")


def _first(html: str, told: str = "") -> str:
    """What assets/scripts/05-first.js replaces by React's page."""
    return f'<div id="ioc-first"{told}>{html}</div>'


def _draw(
    data: ScreenData, ground: Ground, seen: Seen, tag: str, attributes: Mapping[str, str], inner: str
) -> str | None:
    drawing = _SHAPES.get(attributes.get("data-part", ""))
    if drawing is not None:
        return drawing(attributes)
    if tag == "time" and "data-as-of" in attributes:
        return at_words(from_ms(int(attributes["data-as-of"])), data.now, data.language)
    if attributes.get("id") == "map":
        return first_map(attributes, ground, seen, data.now, data.language)
    if "data-streets-of" in attributes:
        return first_streets(attributes, ground, seen, data.now, data.language)
    if attributes.get("class") == "ioc-map__credit":
        return markup(" · ".join(ground.credits(data.language, close="data-close" in attributes)))
    if attributes.get("class") == "ioc-map__gap":
        return markup(ground.gap(data.language)) or None
    return None


def _seen(data: ScreenData, *, exact: bool) -> Seen:
    judged = tuple((one.stretch.state.value, one.points) for one in data.find(STRETCHES) or ())
    signals = data.find(SIGNALS)
    vehicles, alarms = data.find(VEHICLES) or (), data.find(ALARMS) or ()
    if not exact:
        vehicles, alarms = (), without_positions(alarms)
    # Alarms speak of places in force; an older version is drawn for its figures.
    marks = alarm_marks(alarms, data.now) if data.territory == IN_FORCE else ()
    return Seen(vehicles=vehicles, marks=marks, judged=judged, signal=signals.chosen if signals else None)


_SHAPES: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "spark": shapes.spark,
    "bullet": shapes.bullet,
    "lane": lanes.lane,
    "scale": lanes.lane,
    "shares": lanes.shares,
}


def _key(path: str, query: Mapping[str, str]) -> Key:
    asked = tuple(sorted((name, value) for name, value in query.items() if value))
    return Key(path.rstrip("/") or "/", asked, permits(principal(), Need.POSITIONS), acts())
