"""Feedback 1022: units with overdue items first, the oldest open one, satisfaction with its n."""

from dash import html
from dash.development.base_component import Component

from areas.services import AREA
from domain.instant import to_ms
from domain.observation import Kind
from domain.services.feedback import ANSWER_DAYS, FeedbackCounts
from domain.text import Text
from layouts.casework.tables import folded_table, table_files
from layouts.parts.cards import place_name
from layouts.parts.components import age, empty, section
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present import formats
from queries.casework.feedback import FEEDBACKS, FeedbackBoard

FEED = "feedback"
MAP = "map"
"""The parameter of an address that names the KPI which colours the map."""
_ON_MAP = Text("Trên bản đồ:", "On the map:")
_LAYERS = ("feedback_overdue", "feedback_open", "feedback_open_age")
_TITLE = Text("Phản ánh, kiến nghị (1022)", "Citizens' feedback (1022)")
_NONE = Text("Chưa có phản ánh nào.", "No feedback yet.")
_WAITS = Text("Đang chờ: {who}", "Waiting for: {who}")
_HEADS = (
    Text("Đơn vị", "Unit"), Text("Quá hạn", "Overdue"), Text("Sắp đến hạn", "Due soon"),
    Text("Chờ bổ sung", "Waiting"), Text("Đang xử lý", "Open"), Text("Mở lâu nhất", "Oldest open"),
    Text("Đúng hạn (tháng)", "In time (month)"), Text("Hài lòng (số đánh giá)", "Satisfied (n rated)"),
    Text("Chưa đánh giá", "Not rated"),
)  # fmt: skip
_CLOCK = Text(
    "Hạn trả lời {n} ngày làm việc; yêu cầu bổ sung dừng đồng hồ. Hài lòng chỉ tính trên người có đánh giá.",
    "To be answered within {n} working days; a supplement stops the clock. Satisfaction is of those who rated.",
)
_SHOWN = 5


def feedback_section(data: ScreenData) -> list[Component]:
    """A row for each unit with open or settled items, those with overdue ones first."""
    language, board = data.language, data.get(FEEDBACKS)
    title = _TITLE.to(language)
    if board.told is None:
        who = data.feeds[FEED].owner.office.to(language)
        return [section(title, [empty(_NONE.to(language), _WAITS.to(language).format(who=who))])]
    ordered = sorted(board.units, key=lambda one: (-one.counts["overdue"], -one.counts["open"], one.place))
    rows = [_row(data, board, one) for one in ordered]
    body = folded_table(_HEADS, rows, data, shown=_SHOWN, kind="feedback", caption=title)
    stale_after_s = int(data.feeds[FEED].stale_after.total_seconds())
    told = age(to_ms(board.told), stale_after_s, to_ms(data.now), language)
    body.append(html.P([_CLOCK.to(language).format(n=ANSWER_DAYS), " ", told], className="ioc-note"))
    body += [_on_map(data), table_files(data, "feedback")]
    overdue = sum(one.counts["overdue"] for one in board.units)
    return [section(title, body, aside=str(overdue or ""), name="feedback")]


def _on_map(data: ScreenData) -> Component:
    """Where the backlog is: by commune, because a house on a map would say whose it is."""
    links: list[Component | str] = [_ON_MAP.to(data.language)]
    for kpi in (data.kpis[key] for key in _LAYERS if key in data.kpis):
        links += [" ", html.A(kpi.short.to(data.language), href=address(data, AREA.path, **{MAP: kpi.key})), " ·"]
    links[-1] = ""
    return html.P(links, className="ioc-note")


def _row(data: ScreenData, board: FeedbackBoard, one: FeedbackCounts) -> Component:
    counts = [html.Td(_number(data, one.counts[name])) for name in ("overdue", "due_soon", "waiting", "open")]
    oldest = None if one.oldest is None else to_ms(one.oldest)
    rated = one.counts["rated"]
    satisfied = f"{_share(data, one.counts['liked'], rated)} (n = {_number(data, rated)})"
    return html.Tr(
        [
            html.Th(board.names.get(one.place) or place_name(data, one.place), scope="row"),
            *counts,
            html.Td(formats.UNKNOWN if oldest is None else formats.age_of_ms(to_ms(data.now) - oldest, data.language)),
            html.Td(_share(data, one.counts["on_time"], one.counts["settled"])),
            html.Td(satisfied),
            html.Td(_number(data, one.counts["unrated"])),
        ],
        **{"data-unit": one.place, "data-simulated": "true" if one.kind is Kind.SIMULATED else "false"},
    )


def _share(data: ScreenData, part: int, whole: int) -> str:
    return formats.percent(part / whole, 1, data.language) if whole else formats.UNKNOWN


def _number(data: ScreenData, number: int) -> str:
    return formats.number(float(number), 0, data.language)
