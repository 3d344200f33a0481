"""The head of the waste page: the day's streets by state as one bar, and one figure for each other question."""

from collections.abc import Sequence
from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from domain.instant import day_start, to_ms
from domain.observation import Kind
from domain.waste.run import RunResult
from domain.waste.service_day import ServiceDay
from layouts.parts.components import age, empty
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import PATH, STATE_WORDS, length, mark
from layouts.rounds.runs_now import awaited
from layouts.rounds.waste_kpis import headlines
from present import formats
from present.text import words
from queries.collection import COLLECTION

STALE_AFTER = timedelta(minutes=10)
DAYS_SHOWN = 7


def day_head(data: ScreenData) -> list[Component]:
    """Which day, its streets by state, or why there are none; figures beside them."""
    _ = words(data.language)
    found = data.get(COLLECTION)
    if found is None:
        return [html.H1(_("Đường phải thu"))]
    day = formats.day(day_start(found.day), data.language)
    said = _("Đường phải thu ngày {day}").format(day=day)
    if not found.runs:
        streets = [html.H1(said), _nothing(data, found), _days(data, found)]
    else:
        total = length(sum(run.due_m for run in found.runs), data.language)
        title = html.H1([said, ": ", html.B(total)])
        top = html.Div([title, newest_fix(data, found.runs), _days(data, found)], className="ioc-day__title")
        streets = [top, state_bar(data, found.runs)]
    return [
        html.Div(
            [html.Div(streets, className="ioc-day__streets", **simulated(found)), headlines(data)], className="ioc-day"
        )
    ]


def newest_fix(data: ScreenData, runs: Sequence[RunResult]) -> Component:
    """How old the newest position of these runs is; nothing before the first."""
    newest = max((run.as_of for run in runs if run.as_of), default=None)
    if newest is None:
        return html.Span(className="ioc-aside")
    told = age(to_ms(newest), int(STALE_AFTER.total_seconds()), to_ms(data.now), data.language)
    _ = words(data.language)
    # Without scripts the age is a clock time, which these words do not fit: the frame hides them.
    before, after = (
        html.Span(part, className="ioc-ago") if part else "" for part in _("cách đây {age}").split("{age}")
    )
    return html.Span([_("vị trí mới nhất"), " ", before, told, after], className="ioc-aside")


def simulated(found: ServiceDay) -> dict[str, str]:
    """The attribute that shows the simulation banner, when any of the day's data is simulated."""
    made_up = Kind.SIMULATED in {*(run.kind for run in found.runs), *(one.kind for one in found.vehicles)}
    return {"data-simulated": "true"} if made_up else {}


def state_bar(data: ScreenData, runs: Sequence[RunResult]) -> Component:
    """Bar and legend of due metres by state.

    It says lengths only: the share collected has the denominator of its KPI, on every screen.
    """
    due_m = sum(run.due_m for run in runs)
    metres = {state: sum(run.metres(state) for run in runs) for state in STATE_WORDS}
    shares = "|".join(f"{state} {metres[state] / due_m:.5f}" for state in STATE_WORDS if due_m and metres[state])
    legend = [
        html.Span(
            [
                mark(state, data.language),
                html.B(length(metres[state], data.language)),
                html.Span(STATE_WORDS[state].to(data.language)),
            ],
            className=f"ioc-states__one ioc-states__one--{'some' if metres[state] else 'none'}",
        )
        for state in STATE_WORDS
    ]
    bar = html.Div(className="ioc-statebar", **{"data-part": "shares", "data-shares": shares})
    return html.Div([bar, html.Div(legend, className="ioc-states")])


def _nothing(data: ScreenData, found: ServiceDay) -> Component:
    _ = words(data.language)
    if not found.routes:
        how = _("Nhờ quản trị hệ thống nạp kế hoạch thu gom.")
        return empty(_("Chưa có kế hoạch thu gom nào được nạp."), how)
    if not found.due:
        said = _.ngettext("Ngày này không tuyến nào phải chạy (đang dùng {n} tuyến).", found.routes).format(
            n=found.routes
        )
        return empty(said, _("Hãy kiểm tra các ngày trong tuần và ngày ngoại lệ của kế hoạch."))
    judged = _("Chuyến được đánh giá ngay sau vị trí đầu tiên; nếu chờ lâu, xem trang Dữ liệu.")
    begun = found.first is None or found.first <= data.now
    return empty(awaited(found, data.now, _), judged if begun else "")


def _days(data: ScreenData, found: ServiceDay) -> Component:
    """Links to the newest days that have runs."""
    chips = [
        html.A(
            formats.short_day(day_start(day), data.language),
            href=address(data, PATH, day=day.isoformat()),
            className="ioc-chip",
            **{"aria-current": "page"} if day == found.day else {},
        )
        for day in found.days[:DAYS_SHOWN]
    ]
    if len(chips) < 2:
        return html.Div()
    return html.Nav(chips, className="ioc-chips", **{"aria-label": words(data.language)("Ngày khác")})
