"""One truck's day: a replay of its track on a true time scale, its runs, events and visits."""

from datetime import timedelta
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from domain.instant import day_start, to_ms
from domain.waste.run import RunResult
from domain.waste.work import CAUSE_WORDS
from layouts.parts.components import empty, section
from layouts.parts.screen import ScreenData
from layouts.rounds.drivers import stints_panel
from layouts.rounds.run_words import downloads, length, run_address, span, way_back
from layouts.rounds.waste_day import events, plant, simulated
from present import formats
from present.text import words
from queries.collection import COLLECTION

SPEEDS = (1, 10, 60, 300)
DAY = timedelta(hours=36)


def replay(data: ScreenData) -> Component:
    """The replay's controls; assets/scripts/58-replay.js fetches the track and plays it on the page's map."""
    _ = words(data.language)
    found, vehicle = data.get(COLLECTION), data.query["vehicle"]
    if found is None:
        return html.Div()
    begins = day_start(found.day)
    day = found.vehicle(vehicle)
    told = [] if day is None else [f"{to_ms(e.since)} {to_ms(e.until)} {e.kind}" for e in day.events]
    told += (
        []
        if day is None
        else [f"{to_ms(v.entered_at)} {to_ms(v.left_at or day.as_of or data.now)} visit" for v in day.visits]
    )
    said = {
        "data-replay": vehicle,
        "data-from": str(to_ms(begins)),
        "data-to": str(to_ms(min(begins + DAY, max(data.now, begins + timedelta(hours=1))))),
        "data-events": "|".join(told),
        "data-words": "|".join((_("Chạy"), _("Tạm dừng"), _("mất tín hiệu"), _("không có vị trí nào trong ngày này"),
                                _("tới muộn"), _("vị trí"))),
    }  # fmt: skip
    buttons = [html.Button(f"{speed}×", className="ioc-button", **{"data-speed": str(speed)}) for speed in SPEEDS]
    controls = html.Div(
        [
            html.Button(_("Chạy"), className="ioc-button", **{"data-play": ""}),
            *buttons,
            html.Strong(className="ioc-replay__at", **{"data-at": ""}),
            html.Span(className="ioc-replay__speed", **{"data-speed-now": ""}),
        ],
        className="ioc-replay__controls",
    )
    hint = _("Phím cách: chạy, dừng · mũi tên: 1 phút · Home, End: đầu, cuối ngày. Khoảng gạch chéo: mất tín hiệu.")
    title = f"{vehicle} · {formats.day(begins, data.language)}"
    slider = {"data-scrub": "", "aria-label": title}
    scrubber = html.Div(className="ioc-replay__line", tabIndex="0", role="slider", **slider)
    body = html.Div(
        [controls, scrubber, html.P(className="ioc-note", **{"data-said": ""}), html.P(hint, className="ioc-note")],
        className="ioc-replay",
        **said,
    )
    return section(title, [way_back(data), body])


def vehicle_drivers(data: ScreenData) -> Component:
    """The drivers of the vehicle on this day."""
    found = data.get(COLLECTION)
    if found is None:
        return html.Div()
    vehicle = quote(data.query["vehicle"], safe="")
    return stints_panel(data, f"/api/v1/vehicle-days/{found.day}/{vehicle}/drivers")


def vehicle_page(data: ScreenData) -> list[Component]:
    """The vehicle's day; redrawn when it is judged again."""
    _ = words(data.language)
    found, vehicle = data.get(COLLECTION), data.query["vehicle"]
    day = found.vehicle(vehicle) if found else None
    if found is None or day is None:
        return [
            empty(_("Chưa có đánh giá nào về xe này trong ngày."), _("Kiểm tra mã xe và ngày trong địa chỉ trang."))
        ]
    if day.as_of is None or day.distance_m is None:
        why = (
            CAUSE_WORDS[day.cause].to(data.language) if day.cause else _("Xe chưa vào ca, mới vào ca hoặc không có ca.")
        )
        weighed = [plant(data, [day])] if day.loads else []
        return [empty(_("Không có vị trí nào của xe trong ngày."), why), *weighed, html.Div(**simulated(found))]
    number = formats.number
    facts = [
        _("chạy {km}").format(km=length(day.distance_m, data.language)),
        _("ngoài kế hoạch {km}").format(
            km=formats.UNKNOWN if day.off_plan_m is None else length(day.off_plan_m, data.language)
        ),
        _("xe chạy {time}").format(
            time=formats.UNKNOWN
            if day.moving_s is None
            else formats.age(timedelta(seconds=day.moving_s), data.language)
        ),
        _("nổ máy tại chỗ {time}").format(
            time=formats.age(timedelta(seconds=day.idle_s), data.language) if day.ignition_known else formats.UNKNOWN
        ),
        _("{n} vị trí").format(n=number(day.fixes, 0, data.language)),
        *([CAUSE_WORDS[day.cause].to(data.language)] if day.cause else []),
    ]
    runs = [run for run in found.runs if vehicle in run.vehicles]
    return [
        html.P(" · ".join(facts), **simulated(found)),
        downloads(data, "vehicle-days", found.day.isoformat(), vehicle),
        section(
            _("Chuyến đã chạy"),
            [html.Ul([_run(data, run, vehicle) for run in runs], className="ioc-log")]
            if runs
            else [empty(_("Chưa xác định được xe chạy chuyến nào trong ngày."))],
        ),
        events(data, [day], stops=True),
        plant(data, [day], depots=True),
    ]


def _run(data: ScreenData, run: RunResult, vehicle: str) -> Component:
    times = ", ".join(span(one.since, one.until) for one in run.assignments if one.vehicle == vehicle)
    link = html.A(run.name, href=run_address(data, run), className="ioc-link")
    return html.Li([html.B(link), html.Span(times, className="ioc-note")])
