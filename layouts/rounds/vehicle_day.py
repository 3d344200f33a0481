"""One truck's day: its track to play, its runs, events and visits."""

from datetime import datetime, timedelta
from functools import partial
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from domain.instant import day_start, to_ms
from domain.waste.run import RunResult
from domain.waste.work import CAUSE_WORDS, VehicleDay
from layouts.parts.components import empty, section
from layouts.parts.screen import ScreenData
from layouts.rounds.day_head import simulated
from layouts.rounds.drivers import stints_panel
from layouts.rounds.replay import replay
from layouts.rounds.run_words import downloads, length, run_address, span, time_of, way_back
from layouts.rounds.vehicle_work import events, plant
from present import formats
from present.text import words
from queries.collection import COLLECTION

DAY = timedelta(hours=36)


def vehicle_track(data: ScreenData) -> Component:
    """The player of the vehicle's whole day, with its events and visits."""
    found, vehicle = data.get(COLLECTION), data.query["vehicle"]
    if found is None:
        return html.Div()
    begins = day_start(found.day)
    ends = min(begins + DAY, max(data.now, begins + timedelta(hours=1)))
    day = found.vehicle(vehicle)
    told = [] if day is None else [f"{to_ms(e.since)} {to_ms(e.until)} {e.kind}" for e in day.events]
    told += (
        []
        if day is None
        else [f"{to_ms(v.entered_at)} {to_ms(v.left_at or day.as_of or data.now)} visit" for v in day.visits]
    )
    return replay(data, words(data.language)("Phát lại trong ngày"), vehicle, (begins, ends), told)


def vehicle_drivers(data: ScreenData) -> Component:
    """The drivers of the vehicle on this day."""
    found = data.get(COLLECTION)
    if found is None:
        return html.Div()
    vehicle = quote(data.query["vehicle"], safe="")
    return stints_panel(data, f"/api/v1/vehicle-days/{found.day}/{vehicle}/drivers")


def vehicle_head(data: ScreenData) -> list[Component]:
    """Which vehicle on which day, and what it did in one line, or why nothing is known: before the map."""
    _ = words(data.language)
    found, vehicle = data.get(COLLECTION), data.query["vehicle"]
    day = found.vehicle(vehicle) if found else None
    if found is None or day is None:
        none = empty(_("Chưa có đánh giá nào về xe này trong ngày."), _("Kiểm tra mã xe và ngày trong địa chỉ trang."))
        return [way_back(data), html.H1(vehicle), none]
    title = html.H1(f"{vehicle} · {formats.day(day_start(found.day), data.language)}")
    said: Component = html.P(" · ".join(_facts(data, day)))
    if day.as_of is None:
        why = (
            CAUSE_WORDS[day.cause].to(data.language) if day.cause else _("Xe chưa vào ca, mới vào ca hoặc không có ca.")
        )
        said = empty(_("Không có vị trí nào của xe trong ngày."), why)
    return [way_back(data), title, said, html.Div(**simulated(found))]


def _facts(data: ScreenData, day: VehicleDay) -> list[str]:
    _ = words(data.language)

    def metres(value: float | None) -> str:
        return formats.UNKNOWN if value is None else length(value, data.language)

    def lasts(seconds: float | None) -> str:
        return formats.UNKNOWN if seconds is None else formats.age(timedelta(seconds=seconds), data.language)

    return [
        _("chạy {km}").format(km=metres(day.distance_m)),
        _("ngoài kế hoạch {km}").format(km=metres(day.off_plan_m)),
        _("xe chạy {time}").format(time=lasts(day.moving_s)),
        *([_("nổ máy tại chỗ {time}").format(time=lasts(day.idle_s))] if day.ignition_known else []),
        _.ngettext("{n} vị trí", day.fixes).format(n=formats.number(day.fixes, 0, data.language)),
        *([_("vị trí cuối lúc {at}").format(at=time_of(day.as_of))] if day.as_of else []),
        *([CAUSE_WORDS[day.cause].to(data.language)] if day.cause else []),
    ]


def vehicle_page(data: ScreenData) -> list[Component]:
    """Below the map: its runs, events, visits, track; redrawn when the day is judged again."""
    _ = words(data.language)
    found, vehicle = data.get(COLLECTION), data.query["vehicle"]
    day = found.vehicle(vehicle) if found else None
    if found is None or day is None:
        return []
    if day.as_of is None:
        return [plant(data, [day])] if day.loads else []
    runs = sorted((run for run in found.runs if vehicle in run.vehicles), key=partial(_since, vehicle))
    return [
        section(
            _("Chuyến đã chạy"),
            [html.Ul([_run(data, run, vehicle) for run in runs], className="ioc-log")]
            if runs
            else [empty(_("Chưa xác định được xe chạy chuyến nào trong ngày."))],
        ),
        events(data, [day], own=True),
        plant(data, [day], own=True),
        downloads(data, "vehicle-days", found.day.isoformat(), vehicle),
    ]


def _since(vehicle: str, run: RunResult) -> datetime:
    """When the vehicle came to a run that it drove."""
    return min(one.since for one in run.assignments if one.vehicle == vehicle)


def _run(data: ScreenData, run: RunResult, vehicle: str) -> Component:
    times = ", ".join(span(one.since, one.until) for one in run.assignments if one.vehicle == vehicle)
    link = html.A(run.name, href=run_address(data, run), className="ioc-link")
    return html.Li([html.B(link), html.Span(times, className="ioc-note")])
