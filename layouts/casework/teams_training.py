"""Training on /teams: attendances by audience, and those of which nobody says whose they were."""

from dash import html
from dash.development.base_component import Component

from domain.places.place import PROVINCE
from domain.teams.training import AUDIENCES
from domain.text import Text
from layouts.parts.cards import figure, simulated
from layouts.parts.components import bullet, empty, section, table
from layouts.parts.links import kpi_address
from layouts.parts.screen import ScreenData
from present import formats
from queries.results import RESULTS

FEED, ALL = "teams", "teams_training_turns"
_TITLE = Text("Lượt tập huấn theo đối tượng", "Training attendances by audience")
_HEADS = (Text("Đối tượng", "Audience"), Text("Lượt", "Turns"), Text("Phần của tổng", "Share of all"), Text("", ""))
_ALL = Text("Tổng {n} lượt", "{n} turns in all")
_UNSAID = Text("chưa rõ đối tượng", "audience not told")
_NOTE = Text(
    "Lượt, không phải số người: một người dự hai lớp là hai lượt.",
    "Turns, not people: a person who attends two classes counts twice.",
)
_NONE = Text("Chưa có số liệu theo đối tượng.", "Nothing has been told by audience.")
_WAITS = Text("Đang chờ: {who}", "Waiting for: {who}")


def training_section(data: ScreenData) -> list[Component]:
    """A row for each audience with its share of all turns; what the parts do not make up is a row of its own."""
    language, title = data.language, _TITLE.to(data.language)
    told = {audience: figure(data, data.kpis[f"teams_turns_{audience}"]) for audience in AUDIENCES}
    known = {audience: turns for audience, turns in told.items() if turns is not None}
    if not known:
        who = data.feeds[FEED].owner.office.to(language)
        return [section(title, [empty(_NONE.to(language), _WAITS.to(language).format(who=who))], name="training")]
    parts = sum(known.values())
    whole = max(figure(data, data.kpis[ALL]) or parts, parts)
    rows = [_row(data, audience, turns, whole) for audience, turns in known.items()]
    if whole > parts:
        rows.append(html.Tr(_cells(data, _UNSAID.to(language), whole - parts, whole), **{"data-row": "turns-unsaid"}))
    body = [
        table([head.to(language) for head in _HEADS], rows, caption=title, kind="training"),
        html.P(_NOTE.to(language), className="ioc-note"),
    ]
    return [section(title, body, aside=_ALL.to(language).format(n=_number(data, whole)), name="training")]


def _row(data: ScreenData, audience: str, turns: float, whole: float) -> Component:
    kpi = data.kpis[f"teams_turns_{audience}"]
    name = html.A(AUDIENCES[audience].to(data.language), href=kpi_address(data, kpi))
    marked = simulated([data.get(RESULTS).get((kpi.key, PROVINCE))])
    return html.Tr(_cells(data, name, turns, whole), **{"data-row": f"turns-{audience}"}, **marked)


def _cells(data: ScreenData, name: str | Component, turns: float, whole: float) -> list[Component]:
    share = turns / whole if whole else None
    percent = formats.UNKNOWN if share is None else formats.percent(share, 1, data.language)
    return [
        html.Th(name, scope="row"), html.Td(_number(data, turns)), html.Td(percent), html.Td(bullet(share, None)),
    ]  # fmt: skip


def _number(data: ScreenData, number: float) -> str:
    return formats.number(number, 0, data.language)
