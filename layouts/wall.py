"""The operator wall (level 1): every area, the map, runs, what to do, data health and the shift, without a touch."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.area import Area
from domain.instant import to_ms
from domain.kpis.kpi import Audience, Kpi
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.map.maps import map_panel, streets_picture
from layouts.parts.cards import card_vm, kpi_card, kpis_of, place_name_now, status_of
from layouts.parts.components import empty, live_list, more, phone_fold, section
from layouts.parts.focus import focus_slot, focused
from layouts.parts.ids import cid
from layouts.parts.links import address
from layouts.parts.screen import Screen, ScreenData
from layouts.parts.tiles import ONE, Tiles, tiles_of
from layouts.parts.wall_room import AREA_CARDS, PAGE_AREAS, TILED_AREAS, pages
from layouts.rounds.missed_now import missed_now
from layouts.rounds.runs_now import runs_now, street_counts
from present.alarms import ALARMS_PAGE, URGENT, alarm_rows
from present.cards import URGENT_STATUSES, AlarmVM
from present.events import event_rows
from present.health import health_rows
from present.text import words
from queries.alarms import ALARMS
from queries.collection import COLLECTION
from queries.courses.series import SERIES
from queries.events import EVENTS
from queries.health import HEALTH
from queries.maps.level import MAP_LEVEL
from queries.maps.stretches import STRETCHES
from queries.places import PLACES
from queries.results import RESULTS
from queries.vehicles import VEHICLES

TITLE = Text("Toàn cảnh", "Overview")


def layout(data: ScreenData) -> Component:
    """Left figures, in the centre map, runs and what is worst, right what to do, what changed, how the data is.

    ``?tiles=5x4`` is a wall of several screens: its map stays a drawing, whose names clear the seams.
    """
    asked = tiles_of(data.query)
    tiles = asked if isinstance(asked, Tiles) else ONE
    rows = alarm_rows(data.get(ALARMS), data.kpis, data.feeds, data.areas, data.language, data.now, data.territory)
    left = html.Div(_areas(data, tiles), className="ioc-wall__left", **{"data-part": "wall-left"})
    lists = [_alarms(data, rows), _shift(data), _health(data)]
    right = html.Div(lists, className="ioc-wall__right", **{"data-part": "wall-right"})
    act = [focus_slot(data, rows), html.Div(missed_now(data), id=cid(KEY, "missed"), className="ioc-wall__missed")]
    band = [
        html.Div(runs_now(data), id=cid(KEY, "runs"), className="ioc-wall__runs"),
        html.Div(act, className="ioc-wall__act"),
    ]
    centre = html.Div(
        [_map(data, rows, tiles), html.Div(band, className="ioc-wall__band")], className="ioc-wall__centre"
    )
    title = html.H1(TITLE.to(data.language), className="ioc-hidden")
    wall = html.Div([title, left, centre, right], className="ioc-wall", **tiles.attributes)
    if isinstance(asked, Tiles):
        return wall
    refused = html.P(asked.to(data.language), className="ioc-problem", role="alert")
    return html.Div([refused, wall], className="ioc-walls")


def _map(data: ScreenData, rows: Sequence[AlarmVM], tiles: Tiles) -> Component:
    """The province in the colours of the figure in focus, else of the first area that has some; the streets beside."""
    focus = next((data.kpis.get(row.kpi) for row in rows if row.tone in URGENT), None)
    colours = next((data.kpis[area.map_kpi] for area in data.areas if area.map_kpi in data.kpis), None)
    streets = html.Section(
        [html.Div(street_counts(data), id=cid(KEY, "streets")), streets_picture(data)],
        className="ioc-wall__streets",
    )
    still = tiles != ONE
    return map_panel(data, colours, path="/", vehicles=True, focus=focus, still=still, beside=streets)


def _areas(data: ScreenData, tiles: Tiles) -> list[Component]:
    """The areas in pages that take turns when the column has no room for all; what is out of bounds comes first."""
    areas = [(area, kpis) for area in data.areas if (kpis := _kpis(data, area))]
    room = PAGE_AREAS if tiles.down == 1 else TILED_AREAS
    turns = pages([any(_urgent(data, kpi) for kpi in kpis) for _area, kpis in areas], room)
    found = []
    for number, turn in enumerate(turns):
        sections = [_section(data, *areas[at]) for at in turn]
        if len(turns) > 1:
            sections.append(_others(data, [areas[at][0] for other in turns if other is not turn for at in other]))
        on = {"data-on": ""} if number == 0 else {}
        found.append(html.Div(sections, className="ioc-wall__page", **{"data-turn": str(number)}, **on))
    return found


def _kpis(data: ScreenData, area: Area) -> list[Kpi]:
    return [kpi for kpi in kpis_of(data, *area.feeds) if kpi.on_wall]


def _urgent(data: ScreenData, kpi: Kpi) -> bool:
    return status_of(data, kpi, PROVINCE) in URGENT_STATUSES


def _section(data: ScreenData, area: Area, kpis: Sequence[Kpi]) -> Component:
    """Two figures in large, those out of bounds before the others, and the rest in small below."""
    first = area.feeds[0]
    silent = data.get(HEALTH).get(first) is None and not any(card_vm(data, k).as_of_ms for k in kpis if k.feed == first)
    ordered = sorted(kpis, key=lambda kpi: not _urgent(data, kpi))
    small = [kpi_card(data, kpi, "chip" if kpi.unit.vi == "%" else "chip-count") for kpi in ordered[AREA_CARDS:]]
    return section(
        html.A(area.title.to(data.language), href=address(data, area.path)),
        [
            *(kpi_card(data, kpi, "tile") for kpi in ordered[:AREA_CARDS]),
            *([html.Div(small, className="ioc-chips-row")] if small else []),
        ],
        aside=words(data.language)("đang chờ lần gửi đầu tiên") if silent else "",
        name="kpis",
    )


def _others(data: ScreenData, areas: Sequence[Area]) -> Component:
    """The areas on other pages, as links."""
    links = [
        html.A(area.title.to(data.language), href=address(data, area.path), className="ioc-link") for area in areas
    ]
    told = [piece for link in links for piece in (" · ", link)]
    return html.P([f"+{len(areas)}", *told], className="ioc-note ioc-turn-note")


def _alarms(data: ScreenData, rows: Sequence[AlarmVM]) -> Component:
    _ = words(data.language)
    body = live_list("alarms", rows, to_ms(data.now), data.language, focused=focused(rows))
    quiet = empty(_("Không có cảnh báo từ các nguồn đang gửi."))
    listed = html.Div([body, quiet], className="ioc-maybe", **{"aria-live": "polite"})
    title = html.A(_("Việc cần làm"), href=address(data, ALARMS_PAGE))
    return section(title, [listed, more("alarms", address(data, ALARMS_PAGE))], name="alarms")


def _shift(data: ScreenData) -> Component:
    _ = words(data.language)
    # A place set would repeat the events of its members.
    events = [event for event in data.get(EVENTS) if event.place not in data.get(PLACES).sets]
    rows = event_rows(events, data.kpis, lambda code: place_name_now(data, code), data.language, data.now)
    body = live_list("events", rows, to_ms(data.now), data.language)
    quiet = empty(_("Chưa có thay đổi nào."))
    listed = phone_fold(_("Xem các thay đổi trong ca"), [html.Div([body, quiet], className="ioc-maybe")], name="events")
    return section(_("Trong ca"), [listed, more("events")], name="events")


def _health(data: ScreenData) -> Component:
    _ = words(data.language)
    rows = health_rows(data.feeds, data.get(HEALTH), data.language, data.now)
    return section(
        html.A(_("Dữ liệu"), href=address(data, "/data")),
        [live_list("feeds", rows, to_ms(data.now), data.language)],
        name="health",
    )


KEY = "wall"

SCREEN = Screen(
    key=KEY,
    path="/",
    title=TITLE,
    order=0,
    layout=layout,
    requires=Need.LOOK,
    audience=Audience.OPERATOR,
    topics=("vehicles", "kpis", "feeds", "alarms", "events"),
    needs=(RESULTS, HEALTH, SERIES, VEHICLES, ALARMS, EVENTS, MAP_LEVEL, COLLECTION, STRETCHES),
    regions={"runs": runs_now, "streets": street_counts, "missed": missed_now},
    again=(COLLECTION,),
)
