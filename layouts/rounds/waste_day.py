"""A service day: streets by state, runs on a time scale, lists to check, plant, events, trackers, corrections."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from dash import html
from dash.development.base_component import Component

from domain.instant import day_start, to_ms
from domain.observation import Kind
from domain.waste.facility import UNLOADED_AT
from domain.waste.run import RunResult
from domain.waste.service_day import ServiceDay
from domain.waste.work import EVENT_WORDS, EventKind, VehicleDay, WorkEvent
from layouts.parts.components import age, empty, section, table
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from layouts.rounds.run_lists import lists
from layouts.rounds.run_timeline import timeline
from layouts.rounds.run_words import PATH, STATE_WORDS, length, mark, span, time_of, vehicle_address
from layouts.rounds.tracker_steps import tracker_steps
from present import formats
from present.text import words
from queries.collection import COLLECTION

STALE_AFTER = timedelta(minutes=10)
ROWS_SHOWN = 20


def waste_day(data: ScreenData) -> list[Component]:
    """Everything below the map, or the reason why there is nothing."""
    found = data.get(COLLECTION)
    if found is None:
        return []
    head = [_streets(data, found)]
    if found.runs:
        head += [timeline(data, found.runs), lists(data, found.runs)]
    drive = [plant(data, found.vehicles), events(data, found.vehicles)]
    return [*head, tracker_steps(data, found), html.Div(drive, className="ioc-lists"), corrections(data, found)]


def simulated(found: ServiceDay) -> dict[str, str]:
    """The attribute that shows the simulation banner, when any of the day's data is simulated."""
    made_up = Kind.SIMULATED in {*(run.kind for run in found.runs), *(one.kind for one in found.vehicles)}
    return {"data-simulated": "true"} if made_up else {}


def _streets(data: ScreenData, found: ServiceDay) -> Component:
    """Due length by state: a bar with a pattern per state, and a legend with lengths."""
    _ = words(data.language)
    day = formats.day(day_start(found.day), data.language)
    title = _("Đường phải thu ngày {day}").format(day=day)
    if not found.runs:
        return section(title, [_nothing(data, found), _days(data, found)])
    newest = max((run.as_of for run in found.runs if run.as_of), default=None)
    newest_ms = None if newest is None else to_ms(newest)
    told = age(newest_ms, int(STALE_AFTER.total_seconds()), to_ms(data.now), data.language)
    return section(
        title,
        [html.Div([state_bar(data, found.runs), _days(data, found)], **simulated(found))],
        aside=html.Span([_("vị trí mới nhất cách đây"), " ", told]),
    )


def state_bar(data: ScreenData, runs: Sequence[RunResult]) -> Component:
    """Bar and legend of due metres by state."""
    due_m = sum(run.due_m for run in runs)
    metres = {state: sum(run.metres(state) for run in runs) for state in STATE_WORDS}
    shares = "|".join(f"{state} {metres[state] / due_m:.5f}" for state in STATE_WORDS if due_m and metres[state])
    legend = [
        html.Span(
            [
                mark(state, data.language),
                html.B(length(metres[state], data.language)),
                html.Span(STATE_WORDS[state].to(data.language)),
                html.Span(formats.percent(metres[state] / due_m, 1, data.language) if due_m and metres[state] else ""),
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
        said = _("Ngày này không tuyến nào phải chạy (đang dùng {n} tuyến).").format(n=found.routes)
        return empty(said, _("Hãy kiểm tra các ngày trong tuần và ngày ngoại lệ của kế hoạch."))
    said = _("{n} chuyến phải chạy; chưa chuyến nào được đánh giá.").format(n=found.due)
    return empty(said, _("Chuyến được đánh giá ngay sau vị trí đầu tiên; nếu chờ lâu, xem trang Dữ liệu."))


def _days(data: ScreenData, found: ServiceDay) -> Component:
    """Links to the newest seven days that have runs."""
    chips = [
        html.A(
            formats.short_day(day_start(day), data.language),
            href=address(data, PATH, day=day.isoformat()),
            className="ioc-chip",
            **{"aria-current": "page"} if day == found.day else {},
        )
        for day in found.days[:7]
    ]
    return html.Nav(chips, className="ioc-chips") if len(chips) > 1 else html.Div()


def plant(data: ScreenData, days: Sequence[VehicleDay], *, depots: bool = False) -> Component:
    """Weighed loads, visits to plants and their tickets; ``depots`` adds visits to other facilities."""
    _ = words(data.language)
    title = _("Nhà máy và phiếu cân")
    visits = [(day, visit) for day in days for visit in day.visits if depots or visit.kind in UNLOADED_AT]
    scales = [visit for _day, visit in visits if visit.kind in UNLOADED_AT]
    weighed = [day.net_kg for day in days if day.net_kg is not None]
    driven = [(day.net_kg, day.distance_m) for day in days if day.net_kg is not None and day.distance_m is not None]
    lonely = [(day.vehicle, ticket) for day in days for ticket in day.tickets_without_visit]
    if not visits and not weighed:
        return section(title, [empty(_("Chưa xe nào tới nhà máy và chưa có phiếu cân của ngày này."))])
    km = sum(metres for _kg, metres in driven) / 1000
    number = partial(formats.number, language=data.language)
    rate = number(sum(kg for kg, _metres in driven) / km, 0) if km else formats.UNKNOWN
    matched = sum(bool(visit.ticket) for visit in scales)
    tonnes = number(sum(weighed) / 1000, 1) if weighed else formats.UNKNOWN
    facts = _("{t} tấn · {kg} kg/km · {n}/{of} lượt vào khớp phiếu cân").format(
        t=tonnes, kg=rate, n=matched, of=len(scales)
    )
    heads = (_("Xe"), _("Nơi"), _("Vào–ra"), _("Phiếu cân"), _("Khối lượng (kg)"))
    rows = [
        html.Tr(
            [
                html.Th(html.A(day.vehicle, href=vehicle_address(data, day.vehicle, day.day.isoformat())), scope="row"),
                html.Td(visit.facility),
                html.Td(span(visit.entered_at, visit.left_at) if visit.left_at else f"{time_of(visit.entered_at)} →"),
                html.Td(visit.ticket or (_("chưa có phiếu") if visit.kind in UNLOADED_AT else "")),
                html.Td(number(visit.net_kg, 0)),
            ]
        )
        for day, visit in sorted(visits, key=lambda item: item[1].entered_at)[-ROWS_SHOWN:]
    ]
    alone = [
        html.P(
            _("Phiếu cân không khớp lượt vào nào: {tickets}").format(tickets=", ".join(f"{v} {t}" for v, t in lonely)),
            className="ioc-note",
        )
    ]
    return section(title, [table(heads, rows, caption=title, kind="visits"), *(alone if lonely else [])], aside=facts)


def events(data: ScreenData, days: Sequence[VehicleDay], *, stops: bool = False) -> Component:
    """Unplanned stops, idling, off-route driving, speeding, load breaches, newest first; ``stops`` adds plain stops."""
    _ = words(data.language)
    title = _("Sự kiện khi chạy")
    found = [(day, event) for day in days for event in day.events if stops or event.kind is not EventKind.STOP]
    found.sort(key=lambda item: item[1].since, reverse=True)
    if not found:
        return section(
            title, [empty(_("Không có xe nào dừng ngoài kế hoạch, nổ máy tại chỗ, chạy ngoài tuyến hay quá tốc độ."))]
        )
    heads = (_("Xe"), _("Sự kiện"), _("Từ–đến"), _("Mức"))
    rows = [
        html.Tr(
            [
                html.Th(html.A(day.vehicle, href=vehicle_address(data, day.vehicle, day.day.isoformat())), scope="row"),
                html.Td(EVENT_WORDS[event.kind].to(data.language)),
                html.Td(span(event.since, event.until)),
                html.Td(_value(data, event)),
            ]
        )
        for day, event in found[:ROWS_SHOWN]
    ]
    more = len(found) - len(rows)
    rest = [html.P(_("và {n} sự kiện trước đó").format(n=more), className="ioc-note")] if more else []
    return section(title, [table(heads, rows, caption=title, kind="events"), *rest], aside=str(len(found)))


def _value(data: ScreenData, event: WorkEvent) -> str:
    if event.kind is EventKind.SPEEDING:
        return f"{formats.number(event.value, 0, data.language)} km/h"
    if event.kind is EventKind.OFF_ROUTE:
        return length(event.value, data.language)
    return formats.age(timedelta(seconds=event.duration_s), data.language)


def corrections(data: ScreenData, found: ServiceDay) -> Component:
    """Log of changes to closed runs, caused by late fixes, a dispatcher or a new plan."""
    _ = words(data.language)
    title = _("Điều chỉnh sau khi kết thúc chuyến")
    if not found.audits:
        return section(title, [empty(_("Chưa có chuyến đã kết thúc nào phải điều chỉnh."))])
    lines = [
        html.Li(
            [
                html.B(f"{formats.moment(audit.at, data.now, data.language)} · {audit.route}"),
                html.Span(f"{audit.because}: {audit.before} → {audit.after}", className="ioc-note"),
            ]
        )
        for audit in reversed(found.audits)
    ]
    return section(title, [html.Ul(lines, className="ioc-log")], aside=str(len(lines)))
