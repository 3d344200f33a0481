"""State of the trackers in four steps, from fitted to complete, and which vehicles fail one, with the likely cause."""

from datetime import datetime

from dash import html
from dash.development.base_component import Component

from domain.fleets.vehicle import SILENT_AFTER, SILENT_ALARM
from domain.instant import service_day
from domain.waste.run import RunState, StreetState
from domain.waste.service_day import ServiceDay
from domain.waste.work import CAUSE_WORDS, Step, VehicleDay
from layouts.parts.components import empty, section
from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import time_of, vehicle_address
from layouts.rounds.worked_out import being_worked_out, making
from present.text import words
from queries.alarms import ALARMS
from queries.fleet import FLEET
from queries.vehicles import VEHICLES

NAMED = 30
STEPS = (Step.FITTED, Step.SUPPLYING, Step.ON_TIME, Step.COMPLETE)


def tracker_steps(data: ScreenData, found: ServiceDay) -> Component:
    """Each step counts only vehicles that passed the step before, so "100% fitted" cannot hide silent trackers."""
    _ = words(data.language)
    title = _("Tình trạng thiết bị định vị")
    days = {day.vehicle: day for day in found.vehicles}
    heard = {vehicle.id for vehicle in data.get(VEHICLES)}
    resting = {one for one, day in days.items() if day.on_duty is False and not day.fixes and day.cause is None}
    waiting = being_worked_out(data, found)
    every = sorted({*data.get(FLEET), *days} - resting - waiting)
    if not every and not waiting:
        return section(title, [empty(_("Sổ đăng ký chưa có xe nào."))])
    # Until the day's first assessment, count as fitted only vehicles that have ever sent a fix.
    reached = {one: days[one].step if one in days else Step.FITTED if one in heard else Step.NONE for one in every}
    # What it sent before says nothing of a tracker that is silent now, while its vehicle is on duty, or since a run.
    silent = _silent_now(data, found) | _silent_since_a_run(found)
    reached |= {one: Step.ON_TIME for one in silent if reached.get(one) is Step.COMPLETE}
    names = (_("Có gắn thiết bị"), _("Có gửi trong ngày"), _("Gửi kịp thời"), _("Gửi đầy đủ"))
    counts = [sum(reached[one] in STEPS[number:] for one in every) for number in range(len(STEPS))]
    befores = [len(every), *counts]
    rows = [_step(*of, len(every)) for of in zip(names, counts, befores, strict=False)]
    out = [one for one in every if reached[one] is not Step.COMPLETE]
    lines = [html.Li(_silent(data, one, days.get(one), found, one in heard)) for one in out[:NAMED]]
    more = len(out) - len(lines)
    rest = [html.P(_.ngettext("và {n} xe nữa", more).format(n=more), className="ioc-note")] if more else []
    rest += making(waiting, _)
    if resting:
        off = _.ngettext("Chưa tính {n} xe: chưa vào ca, mới vào ca hoặc không có ca trong ngày.", len(resting)).format(
            n=len(resting)
        )
        rest.append(html.P(off, className="ioc-note"))
    return section(title, [html.Ol(rows, className="ioc-funnel"), html.Ul(lines, className="ioc-log"), *rest])


def _silent_now(data: ScreenData, found: ServiceDay) -> set[str]:
    """The vehicles that an alarm of now names as silent; none of a day that is over."""
    if found.day != service_day(data.now):
        return set()
    return {alarm.vehicle for alarm in data.get(ALARMS) if alarm.id.startswith(SILENT_ALARM)}


def _silent_since_a_run(found: ServiceDay) -> set[str]:
    """The vehicles that were heard last in the midst of a run of theirs that is over and not served."""
    ends: dict[str, list[datetime]] = {}
    for run in found.runs:
        if run.state is RunState.CLOSED and run.ends and run.count(StreetState.SERVED) < len(run.streets):
            for vehicle in run.vehicles:
                ends.setdefault(vehicle, []).append(run.ends)
    return {
        day.vehicle
        for day in found.vehicles
        if day.as_of and any(day.as_of + SILENT_AFTER < at for at in ends.get(day.vehicle, ()))
    }


def _step(name: str, kept: int, before: int, every: int) -> Component:
    drawn = {"data-part": "bullet", "data-fill": f"{kept / max(every, 1):.4f}", "data-mark": ""}
    bar = html.Div(className="ioc-bullet", **drawn)
    return html.Li([html.Span(name), html.B(f"{kept}/{before}"), bar])


def _silent(data: ScreenData, vehicle: str, day: VehicleDay | None, found: ServiceDay, heard: bool) -> list[Component]:
    _ = words(data.language)
    if day is not None and day.cause is not None:
        said = CAUSE_WORDS[day.cause].to(data.language)
    elif day is not None and day.as_of is not None:
        said = _("mất tín hiệu từ {at}").format(at=time_of(day.as_of))
    else:
        said = _("chưa gửi vị trí trong ngày này") if heard or day is not None else _("chưa từng gửi vị trí")
    link = html.A(vehicle, href=vehicle_address(data, vehicle, found.day.isoformat()), className="ioc-link")
    return [html.B(link), html.Span(said, className="ioc-note")]
