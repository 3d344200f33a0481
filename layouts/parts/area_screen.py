"""A domain screen (level 2): KPIs with their course, map, what needs an action, communes on an axis and in a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dash import html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.area import Area
from domain.instant import to_ms
from domain.kpis.kpi import NOT_CARRIED, Better, Kpi, KpiResult, Status
from domain.numbers import with_unit
from domain.places.place import IN_FORCE, PROVINCE
from layouts.map.maps import map_panel
from layouts.parts.cards import ATTENTION, by_name, kpi_card, kpis_of, place_name, results_of, simulated, status_of
from layouts.parts.case_list import case_lists
from layouts.parts.charts import chart_card, distribution_chart
from layouts.parts.components import age, empty, section, table
from layouts.parts.disagreements import readings_section
from layouts.parts.ids import cid
from layouts.parts.links import kpi_address, row_id
from layouts.parts.published import published_section
from layouts.parts.screen import Screen, ScreenData
from present import formats
from present.alarms import alarm_rows
from present.cards import GLYPHS, STATUS_WORDS, RowVM, TextCell, value_text
from present.text import Words, words
from queries.alarm_rules import PRIORITY_OF
from queries.alarms import ALARMS, of_feeds
from queries.courses.series import SERIES
from queries.health import HEALTH
from queries.listed_cases import LISTED_CASES
from queries.maps.level import MAP_LEVEL
from queries.observed.disagreements import DISAGREEMENTS
from queries.observed.published import PUBLISHED
from queries.places import PLACES
from queries.results import RESULTS
from queries.vehicles import VEHICLES

ACTIONS_SHOWN = 12
# Cards with a course above the map: a row of a wide screen, a telephone's first answer. The others are folded below it.
CHARTED = 4
# Axes of communes in sight.
SPREAD = 2
NAMED = 10


def area_screen(area: Area) -> Screen:
    """The screen of an area that has no file of its own in layouts/."""
    return Screen(
        key=area.key,
        path=area.path,
        title=area.title,
        order=area.order,
        layout=lambda data: _layout(data, area),
        requires=Need.LOOK,
        feeds=area.feeds,
        fleet=area.fleet,
        topics=("vehicles", "kpis") if area.fleet else ("kpis",),
        needs=(
            *(RESULTS, HEALTH, SERIES, DISAGREEMENTS, ALARMS, MAP_LEVEL, LISTED_CASES, PUBLISHED),
            *((VEHICLES,) if area.fleet else ()),
        ),
        regions={
            "figures": lambda data: leading(data, area.shown_feeds),
            "actions": lambda data: actions(data, area.feeds),
            "cases": lambda data: case_lists(data, area.feeds),
            "others": lambda data: others(data, area.shown_feeds),
            "first": lambda data: first_axis(data, area),
            "spread": lambda data: other_axes(data, area),
            "communes": lambda data: communes(data, area.feeds),
            "published": lambda data: published_section(data, area.feeds),
        },
    )


def _layout(data: ScreenData, area: Area) -> Component:
    colours = data.kpis.get(area.map_kpi)
    picture = map_panel(data, colours, path=area.path, vehicles=bool(area.fleet))
    todo = html.Div(actions(data, area.feeds), id=cid(area.key, "actions"))
    beside = html.Div(first_axis(data, area), id=cid(area.key, "first"), className="ioc-spread")
    return html.Div(
        [
            html.Div(leading(data, area.shown_feeds), id=cid(area.key, "figures"), className="ioc-kpis"),
            html.Div([picture, html.Div([todo, beside], className="ioc-actions")], className="ioc-split"),
            html.Div(case_lists(data, area.feeds), id=cid(area.key, "cases"), className="ioc-cases"),
            html.Div(others(data, area.shown_feeds), id=cid(area.key, "others")),
            html.Div(other_axes(data, area), id=cid(area.key, "spread"), className="ioc-spread"),
            html.Div(communes(data, area.feeds), id=cid(area.key, "communes")),
            html.Div(published_section(data, area.feeds), id=cid(area.key, "published")),
        ],
        className="ioc-domain",
    )


def leading(data: ScreenData, feeds: Sequence[str]) -> list[Component]:
    """A card with its course for the first KPIs, those of the wall before all others."""
    return [chart_card(data, kpi) for kpi in _charted(kpis_of(data, *feeds))]


def others(data: ScreenData, feeds: Sequence[str]) -> list[Component]:
    """A line for each KPI that `leading` has no card for; nothing where all have one."""
    kpis = kpis_of(data, *feeds)
    charted = _charted(kpis)
    lines = [kpi_card(data, kpi, "line") for kpi in kpis if kpi not in charted]
    _ = words(data.language)
    title = _("Số liệu khác") + f" ({len(lines)})"
    return [html.Details([html.Summary(title), html.Div(lines, className="ioc-lines")])] if lines else []


def _charted(kpis: Sequence[Kpi]) -> list[Kpi]:
    chosen = sorted(kpis, key=lambda kpi: not kpi.on_wall)[:CHARTED]
    return [kpi for kpi in kpis if kpi in chosen]


def first_axis(data: ScreenData, area: Area) -> list[Component]:
    """Communes on an axis for the KPI that colours the map, or the first that has them; nothing without one."""
    return [_axis(data, kpi, opened=True) for kpi in _of_communes(data, area)[:1]]


def other_axes(data: ScreenData, area: Area) -> list[Component]:
    """The same for each other KPI that has communes, their names folded."""
    local = _of_communes(data, area)
    parts = [_axis(data, kpi, opened=False) for kpi in local[1:SPREAD]]
    folded = [_axis(data, kpi, opened=False) for kpi in local[SPREAD:]]
    _ = words(data.language)
    title = _("Số liệu khác theo xã") + f" ({len(folded)})"
    return [*parts, html.Details([html.Summary(title), *folded])] if folded else parts


def _of_communes(data: ScreenData, area: Area) -> list[Kpi]:
    """KPIs that have communes in this territory version, the one that colours the map first."""
    local = [k for k in kpis_of(data, *area.feeds) if k.of_places and (k.divisible or data.territory == IN_FORCE)]
    return sorted(local, key=lambda kpi: kpi.key != area.map_kpi)


def _axis(data: ScreenData, kpi: Kpi, *, opened: bool) -> Component:
    return section(kpi.names.to(data.language), [distribution_chart(data, kpi, opened=opened)])


def actions(data: ScreenData, feeds: Sequence[str]) -> list[Component]:
    """The wall's alarms of these feeds, and as many; then the places that are out of bounds, worst first.

    An alarm of a figure names its worst places, counts the others and advises: what it tells of is not listed again.
    """
    _ = words(data.language)
    mine = of_feeds(data.get(ALARMS), feeds)
    named = alarm_rows(mine, data.kpis, data.feeds, data.areas, data.language, data.now, data.territory)
    told = {(alarm.kpi, alarm.priority) for alarm in mine if alarm.places}
    found = [one for one in _out_of_bounds(data, feeds) if (one.kpi.key, PRIORITY_OF[one.status]) not in told]
    if not found and not named:
        return [section(_("Cần xử lý"), [nothing_to_do(data, feeds)])]
    items = [_named(row) for row in named[:ACTIONS_SHOWN]]
    items += [_action(data, one) for one in found[: ACTIONS_SHOWN - len(items)]]
    more = len(named) + len(found) - len(items)
    rest = [html.P(_("và {n} mục nữa trong bảng dưới").format(n=more), className="ioc-note")] if more > 0 else []
    return [section(_("Cần xử lý"), [html.Ul(items, className="ioc-todo"), *rest], aside=str(len(named) or ""))]


def nothing_to_do(data: ScreenData, feeds: Sequence[str]) -> Component:
    """Why there is nothing to do: all is well, or nobody knows."""
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
        said = _.ngettext(
            "Đã nhận {n} mục; {reporting}/{expected} nơi có số liệu mới: chưa đủ để tính chỉ số.", health.accepted
        ).format(
            n=formats.number(health.accepted, 0, data.language), reporting=health.reporting, expected=health.expected
        )
        return empty(said, _("Đang chờ: {who}").format(who=who))
    return empty(_("Nguồn này chưa gửi số liệu nào."), _("Đang chờ: {who}").format(who=who))


def _named(row: RowVM) -> Component:
    glyph, what, where, response, *_rest = (cell.t for cell in row.cells if isinstance(cell, TextCell))
    return html.Li(
        [
            html.Span(glyph, className="ioc-glyph", **{"aria-hidden": "true"}),
            html.B(html.A(what, href=row.href)),
            html.Span(where, className="ioc-where"),
            html.Span(response, className="ioc-do"),
        ],
        className=f"ioc-todo__item ioc-todo__item--{row.tone}",
    )


@dataclass(frozen=True, slots=True)
class OutOfBounds:
    """A KPI with the same status in one or more places, worst first."""

    kpi: Kpi
    status: Status
    places: tuple[str, ...]


def _out_of_bounds(data: ScreenData, feeds: Sequence[str]) -> list[OutOfBounds]:
    """Most urgent first: what is the same in many places is one thing to do, and is advised once."""
    found: dict[tuple[str, Status], list[str]] = {}
    for kpi in kpis_of(data, *feeds):
        for place in results_of(data, kpi.key):
            status = status_of(data, kpi, place)
            if status in ATTENTION:
                found.setdefault((kpi.key, status), []).append(place)
    alike = [OutOfBounds(data.kpis[key], status, tuple(places)) for (key, status), places in found.items()]
    alike.sort(key=lambda one: (ATTENTION.index(one.status), one.kpi.order))
    return [replace(one, places=_worst_first(data, one)) for one in alike]


def _worst_first(data: ScreenData, one: OutOfBounds) -> tuple[str, ...]:
    sign = 1 if one.kpi.better is Better.HIGHER else -1
    values = {place: data.get(RESULTS)[one.kpi.key, place].value or 0.0 for place in one.places}
    return tuple(sorted(one.places, key=lambda place: (sign * values[place], by_name(data, place))))


def _action(data: ScreenData, one: OutOfBounds) -> Component:
    _ = words(data.language)
    kpi, status = one.kpi, STATUS_WORDS[one.status].to(data.language)
    results = [data.get(RESULTS)[kpi.key, place] for place in one.places]
    values = [with_unit(value_text(kpi, result, data.language), kpi.unit.to(data.language)) for result in results]
    named = [f"{place_name(data, place)} {value}" for place, value in zip(one.places, values, strict=True)]
    where = ", ".join(named[:NAMED])
    if len(named) > NAMED:
        where = _("{names} và {n} nơi khác").format(names=where, n=len(named) - NAMED)
    if len(named) == 1:
        what, where = f"{kpi.short.to(data.language)}: {values[0]}", place_name(data, one.places[0])
    else:
        what = _.ngettext("{name}: {n} nơi ở mức {status}", len(named)).format(
            name=kpi.short.to(data.language), n=len(named), status=status
        )
    return html.Li(
        [
            html.Span(GLYPHS[one.status], className="ioc-glyph", **{"aria-label": status}),
            html.B(html.A(what, href=kpi_address(data, kpi))),
            html.Span(where, className="ioc-where"),
            html.Span(kpi.response.to(data.language), className="ioc-do"),
        ],
        className=f"ioc-todo__item ioc-todo__item--{one.status}",
        **simulated(results),
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
    said = html.Summary(_("Bảng số") + ": " + _row_counts(len(codes), len(sets), _))
    folded = html.Details([said, table(heads, rows, caption=title, kind="communes")], className="ioc-behind")
    note = _coverage_note(data, by_kpi.values())
    return [*readings_section(data, feeds), section(title, [folded, *left_out], aside=note)]


def _row_counts(communes: int, sets: int, _: Words) -> str:
    """How many rows are of communes, and how many of sets of them: "64" would not fit the 60 beside it."""
    said = [_.ngettext("{n} xã, phường", communes).format(n=communes)]
    return ", ".join([*said, _.ngettext("{n} cụm xã", sets).format(n=sets)] if sets else said)


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
