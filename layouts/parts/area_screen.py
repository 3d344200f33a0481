"""A domain screen (level 2): KPI row, map, list of actions, table by commune; one function serves all areas."""

from collections.abc import Iterable, Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from domain.area import Area
from domain.instant import to_ms
from domain.kpis.kpi import NOT_CARRIED, Kpi, KpiResult, Status
from domain.places.place import IN_FORCE, PROVINCE
from layouts.map.maps import map_panel
from layouts.parts.cards import ATTENTION, by_name, cards, kpis_of, place_name, results_of, simulated, status_of
from layouts.parts.components import age, empty, section, table
from layouts.parts.disagreements import readings_section
from layouts.parts.ids import cid
from layouts.parts.links import row_id
from layouts.parts.screen import Screen, ScreenData
from present import formats
from present.cards import GLYPHS, STATUS_WORDS, RowVM, TextCell, alarm_row, value_text
from present.text import words
from queries.alarms import ALARMS, of_feeds
from queries.disagreements import DISAGREEMENTS
from queries.health import HEALTH
from queries.maps.level import MAP_LEVEL
from queries.places import PLACES
from queries.results import RESULTS
from queries.series import SERIES
from queries.vehicles import VEHICLES

ACTIONS_SHOWN = 12


def area_screen(area: Area) -> Screen:
    """The screen of an area that has no file of its own in layouts/."""
    return Screen(
        key=area.key,
        path=area.path,
        title=area.title,
        order=area.order,
        layout=lambda data: _layout(data, area),
        feeds=area.feeds,
        fleet=area.fleet,
        topics=("vehicles", "kpis") if area.fleet else ("kpis",),
        needs=(RESULTS, HEALTH, SERIES, DISAGREEMENTS, ALARMS, MAP_LEVEL, *((VEHICLES,) if area.fleet else ())),
        regions={
            "actions": lambda data: actions(data, area.feeds),
            "communes": lambda data: communes(data, area.feeds),
        },
    )


def _layout(data: ScreenData, area: Area) -> Component:
    colours = data.kpis.get(area.map_kpi)
    picture = map_panel(data, colours, path=area.path, vehicles=bool(area.fleet))
    todo = html.Div(actions(data, area.feeds), id=cid(area.key, "actions"), className="ioc-actions")
    return html.Div(
        [
            html.Div(cards(data, area.feeds), className="ioc-kpis"),
            html.Div([picture, todo], className="ioc-split"),
            html.Div(communes(data, area.feeds), id=cid(area.key, "communes")),
        ],
        className="ioc-domain",
    )


def actions(data: ScreenData, feeds: Sequence[str]) -> list[Component]:
    """The wall's alarms of these feeds, and as many; then the places that are out of bounds, worst first."""
    _ = words(data.language)
    found = [
        (kpi, place, status)
        for kpi in kpis_of(data, *feeds)
        for place in results_of(data, kpi.key)
        if (status := status_of(data, kpi, place)) in ATTENTION
    ]
    found.sort(key=lambda f: (ATTENTION.index(f[2]), f[0].order, place_name(data, f[1])))
    named = [alarm_row(one, data.language, data.now) for one in of_feeds(data.get(ALARMS), feeds)]
    if not found and not named:
        return [section(_("Cần xử lý"), [_nothing_to_do(data, feeds)])]
    items = [_named(row) for row in named[:ACTIONS_SHOWN]]
    items += [_action(data, kpi, place, status) for kpi, place, status in found[: ACTIONS_SHOWN - len(items)]]
    more = len(named) + len(found) - len(items)
    rest = [html.P(_("và {n} mục nữa trong bảng dưới").format(n=more), className="ioc-note")] if more > 0 else []
    return [section(_("Cần xử lý"), [html.Ul(items, className="ioc-todo"), *rest], aside=str(len(named) or ""))]


def _nothing_to_do(data: ScreenData, feeds: Sequence[str]) -> Component:
    _ = words(data.language)
    statuses = {status_of(data, kpi, PROVINCE) for kpi in kpis_of(data, *feeds)}
    if Status.NORMAL in statuses:
        return empty(_("Không có chỉ số nào vượt ngưỡng."))
    if Status.STALE not in statuses:
        return waiting(data, feeds[0])
    who = data.feeds[feeds[0]].owner.office.to(data.language)
    return empty(_("Số liệu đã cũ: chưa biết có việc cần xử lý hay không."), _("Đang chờ: {who}").format(who=who))


def waiting(data: ScreenData, feed: str) -> Component:
    """Why nothing is shown yet, and which office must send it."""
    _ = words(data.language)
    who = data.feeds[feed].owner.office.to(data.language)
    health = data.get(HEALTH).get(feed)
    if health is not None and health.accepted:
        said = _("Đã nhận {n} mục; {reporting}/{expected} nơi có số liệu mới: chưa đủ để tính chỉ số.").format(
            n=formats.number(health.accepted, 0, data.language), reporting=health.reporting, expected=health.expected
        )
        return empty(said, _("Đang chờ: {who}").format(who=who))
    return empty(_("Nguồn này chưa gửi số liệu nào."), _("Đang chờ: {who}").format(who=who))


def _named(row: RowVM) -> Component:
    glyph, what, where, response = (cell.t for cell in row.cells if isinstance(cell, TextCell))
    return html.Li(
        [
            html.Span(glyph, className="ioc-glyph", **{"aria-hidden": "true"}),
            html.B(what),
            html.Span(where, className="ioc-where"),
            html.Span(response, className="ioc-do"),
        ],
        className=f"ioc-todo__item ioc-todo__item--{row.tone}",
    )


def _action(data: ScreenData, kpi: Kpi, place: str, status: Status) -> Component:
    result = data.get(RESULTS)[(kpi.key, place)]
    value = f"{value_text(kpi, result, data.language)} {kpi.unit.to(data.language)}"
    return html.Li(
        [
            html.Span(GLYPHS[status], className="ioc-glyph", **{"aria-label": STATUS_WORDS[status].to(data.language)}),
            html.B(f"{kpi.short.to(data.language)}: {value}"),
            html.Span(place_name(data, place), className="ioc-where"),
            html.Span(kpi.response.to(data.language), className="ioc-do"),
        ],
        className=f"ioc-todo__item ioc-todo__item--{status}",
        **simulated([result]),
    )


def communes(data: ScreenData, feeds: Sequence[str]) -> list[Component]:
    """A row per place set and per expected commune, sorted by name, so that rows never change places.

    A KPI that cannot be carried into the older territory version has no column and is named below the table.
    Disagreeing sources come above it.
    """
    _ = words(data.language)
    title = _("Theo xã, phường")
    local = [kpi for kpi in kpis_of(data, *feeds) if kpi.of_places]
    if not local:  # figures of the whole province only
        return readings_section(data, feeds)
    kpis = [kpi for kpi in local if kpi.divisible or data.territory == IN_FORCE]
    by_kpi = {kpi.key: results_of(data, kpi.key) for kpi in kpis}
    codes = sorted({code for results in by_kpi.values() for code in results}, key=lambda c: by_name(data, c))
    left_out = not_carried(data, [kpi for kpi in local if kpi not in kpis])
    if not codes:
        return [section(title, left_out or [waiting(data, feeds[0])])]
    heads = [_("Xã, phường"), *(_head(kpi, data) for kpi in kpis), _("Số liệu cách đây")]
    sets = [key for key in data.get(PLACES).sets if any((kpi.key, key) in data.get(RESULTS) for kpi in kpis)]
    rows = [_commune(data, code, kpis) for code in [*sets, *codes]]
    body = [table(heads, rows, caption=title, kind="communes"), *left_out]
    return [*readings_section(data, feeds), section(title, body, aside=_coverage_note(data, by_kpi.values()))]


def not_carried(data: ScreenData, kpis: Sequence[Kpi]) -> list[Component]:
    """Names the KPIs that this territory version has no figures for by place, and why; [] when there are none."""
    if not kpis:
        return []
    names = ", ".join(kpi.short.to(data.language) for kpi in kpis)
    return [html.P(f"{names}: {NOT_CARRIED.to(data.language)}", className="ioc-note")]


def _head(kpi: Kpi, data: ScreenData) -> str:
    unit = kpi.unit.to(data.language)
    return f"{kpi.short.to(data.language)} ({unit})"


def _commune(data: ScreenData, code: str, kpis: Sequence[Kpi]) -> Component:
    results = {kpi.key: data.get(RESULTS).get((kpi.key, code)) for kpi in kpis}
    cells = [_value_cell(data, kpi, code, results[kpi.key]) for kpi in kpis]
    stamps = [r.as_of for r in results.values() if r and r.as_of]
    newest = to_ms(max(stamps)) if stamps else None
    feed = data.feeds[kpis[0].feed]
    stale_after_s = int(min(kpi.stands(feed) for kpi in kpis).total_seconds())
    name = html.Th(place_name(data, code), scope="row")
    told = html.Td(age(newest, stale_after_s, to_ms(data.now), data.language))
    return html.Tr([name, *cells, told], id=row_id(code), **simulated(results.values()))


def _value_cell(data: ScreenData, kpi: Kpi, code: str, result: KpiResult | None) -> Component:
    status = status_of(data, kpi, code)
    text = value_text(kpi, result, data.language)
    glyph = [html.Span(GLYPHS[status] + " ", className="ioc-glyph")] if status in GLYPHS else []
    said = {} if status is Status.NORMAL else {"title": STATUS_WORDS[status].to(data.language)}
    return html.Td([*glyph, text], className=f"ioc-cell ioc-cell--{status}", **said)


def _coverage_note(data: ScreenData, by_kpi: Iterable[Mapping[str, KpiResult]]) -> str:
    """n/N: listed places that have at least one value."""
    _ = words(data.language)
    listed = [result for results in by_kpi for result in results.values()]
    told = {result.place for result in listed if result.value is not None}
    return _("{n}/{total} xã, phường có số liệu").format(n=len(told), total=len({r.place for r in listed}))
