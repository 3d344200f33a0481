"""Campaigns on /society: the pace that the rest of the days needs, and a board of tasks by campaign."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.case_state import CaseState
from domain.instant import day_start, service_day, to_ms
from domain.kpis.kpi import Kpi
from domain.observation import Kind
from domain.places.place import PROVINCE
from domain.teams.campaign import VisitPace, by_campaign, paces
from domain.text import Text
from layouts.casework.tables import folded_table
from layouts.parts.cards import place_name_now, results_of, simulated
from layouts.parts.case_list import NEVER_OLD_S, due_words
from layouts.parts.charts import path_chart
from layouts.parts.components import age, empty, section, table
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present import formats
from queries.listed_cases import LISTED_CASES
from queries.results import RESULTS

FEED, KPI = "door_to_door", "society_visited"
REPORT = "/chien-dich/bao-cao"
"""The weekly report, a page to print."""
_PACE = Text("Nhịp cần có, xã chậm nhất trước", "Pace needed, communes furthest behind first")
_PACE_HEADS = (
    Text("Xã, phường", "Commune"), Text("Đã đến", "Visited"), Text("Còn lại (hộ)", "Left (households)"),
    Text("Cần mỗi ngày (hộ)", "Needed a day (households)"),
)  # fmt: skip
_NEEDED = Text(
    "Cả tỉnh còn {left} hộ, cần {needed} hộ mỗi ngày để xong ngày {day}.",
    "{left} households are left in the province: {needed} a day are needed to finish on {day}.",
)
_OVER = Text("Đợt đã hết hạn ngày {day}; còn {left} hộ chưa đến.", "It ended on {day}; {left} households are left.")
_NO_FIGURE = Text("Chưa có số hộ đã đến.", "No households reported yet.")
_WAITS = Text("Đang chờ: {who}", "Waiting for: {who}")
_HEADS = (
    Text("Việc", "Task"), Text("Phụ trách", "Owner"), Text("Trạng thái", "State"), Text("Minh chứng", "Evidence"),
    Text("Cách đây", "Ago"), Text("Hạn", "Due"),
)  # fmt: skip
_UNNAMED = Text("Chiến dịch chưa ghi tên", "A campaign without a name")
_NONE = Text("Chưa có mục nào.", "Nothing yet.")
_COUNTS = Text("{open} đang mở · {late} chậm", "{open} open · {late} late")
_WEEKLY = Text("Báo cáo tuần (in được)", "Weekly report (to print)")
_SHOWN = 10


def pace_section(data: ScreenData) -> list[Component]:
    """The path of the province, what a day needs, and the communes furthest behind."""
    kpi, title = data.kpis[KPI], _PACE.to(data.language)
    found = _paces(data, kpi)
    if not found or kpi.target is None or kpi.target.due is None:
        who = data.feeds[FEED].owner.office.to(data.language)
        waits = _WAITS.to(data.language).format(who=who)
        return [section(title, [empty(_NO_FIGURE.to(data.language), waits)], name="pace")]
    path = path_chart(data, kpi)
    said = html.P(_said(data, found, formats.day(day_start(kpi.target.due), data.language)), className="ioc-note")
    rows = [_pace_row(data, one) for one in found]
    listed = folded_table(_PACE_HEADS, rows, data, shown=_SHOWN, kind="pace", caption=title)
    body: list[Component] = [*([path] if path else []), said, *listed]
    return [section(title, body, name="pace")]


def board_section(data: ScreenData) -> list[Component]:
    """The tasks of each campaign: owner, evidence, working days left; what is late says so by itself."""
    language = data.language
    (kind,) = data.feeds[FEED].listed
    title = kind.names.to(language)
    tasks = data.get(LISTED_CASES).cases.get(f"{FEED}/{kind.key}", ())
    if not tasks:
        who = data.feeds[FEED].owner.office.to(language)
        return [section(title, [empty(_NONE.to(language), _WAITS.to(language).format(who=who))], name="board")]
    body: list[Component] = []
    for name, of in by_campaign(tasks).items():
        said = _COUNTS.filled(
            open=str(sum(one.is_open for one in of)), late=str(sum(one.is_late(data.now) for one in of))
        )
        heading = html.H3([name or _UNNAMED.to(language), " ", html.Small(said.to(language))])
        heads = [head.to(language) for head in _HEADS]
        body += [heading, table(heads, [_task(data, one) for one in of], caption=name or title, kind="cases")]
    weekly = html.A(_WEEKLY.to(language), href=address(data, REPORT))
    return [section(title, [*body, html.P(weekly, className="ioc-note")], name="board")]


def _paces(data: ScreenData, kpi: Kpi) -> list[VisitPace]:
    results = results_of(data, kpi.key)
    told = {
        code: (round(one.numerator), round(one.denominator))
        for code, one in results.items()
        if one.numerator is not None and one.denominator is not None
    }
    due = kpi.target.due if kpi.target else None
    return [] if due is None else paces(told, due, service_day(data.now))


def _said(data: ScreenData, found: Sequence[VisitPace], day: str) -> str:
    left, needed = sum(one.left for one in found), [one.needed_a_day for one in found]
    said = _OVER if None in needed else _NEEDED
    many = sum(one for one in needed if one is not None)
    return said.to(data.language).format(left=_number(data, left), needed=_number(data, many), day=day)


def _pace_row(data: ScreenData, one: VisitPace) -> Component:
    needed = formats.UNKNOWN if one.needed_a_day is None else _number(data, one.needed_a_day)
    result = data.get(RESULTS).get((KPI, one.place))
    cells = [formats.percent(one.share, 1, data.language), _number(data, one.left), needed]
    name = html.Th(place_name_now(data, one.place), scope="row")
    return html.Tr([name, *(html.Td(cell) for cell in cells)], **{"data-unit": one.place}, **simulated([result]))


def _task(data: ScreenData, one: CaseState) -> Component:
    newest, late = one.newest, one.is_late(data.now)
    where = "" if newest.place in ("", PROVINCE) else f" · {place_name_now(data, newest.place)}"
    cells = [
        html.Th(one.title or formats.UNKNOWN, scope="row", className="ioc-words"),
        html.Td(f"{one.attributes.get('office') or formats.UNKNOWN}{where}", className="ioc-words"),
        html.Td(one.kind.says[newest.event].to(data.language), className="ioc-words"),
        _evidence(one),
        html.Td(age(to_ms(newest.at), NEVER_OLD_S, to_ms(data.now), data.language)),
        html.Td(due_words(data, one), className="ioc-words"),
    ]
    look = "ioc-case ioc-case--late" if late else "ioc-case" if one.is_open else "ioc-case ioc-case--ended"
    marks = {"data-simulated": "true"} if newest.kind is Kind.SIMULATED else {}
    state = "late" if late else "open" if one.is_open else "ended"
    return html.Tr(cells, className=look, **{"data-state": state}, **marks)


def _evidence(one: CaseState) -> Component:
    """What was handed in; a telephone, which shows no columns, leaves out that there is none."""
    if said := one.attributes.get("evidence"):
        return html.Td(str(said), className="ioc-words")
    return html.Td(formats.UNKNOWN, className="ioc-words ioc-case__none")


def _number(data: ScreenData, number: int) -> str:
    return formats.number(float(number), 0, data.language)
