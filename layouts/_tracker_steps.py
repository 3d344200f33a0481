"""The honesty of trackers in four steps, fitted to complete, and who falls out at each with the likely cause."""

from dash import html
from dash.development.base_component import Component

from domain.service_day import ServiceDay
from domain.work import CAUSE_WORDS, Cause
from layouts._components import empty, section
from layouts._run_words import vehicle_address
from layouts._screen import ScreenData
from layouts._text import words

LATE = (Cause.NO_NETWORK, Cause.CLOCK)
NAMED = 30


def tracker_steps(data: ScreenData, found: ServiceDay) -> Component:
    """Each step counts only those of the step before: "100 % fitted" hides nothing here."""
    _ = words(data.language)
    title = _("Thiết bị định vị, bốn bước")
    days = {day.vehicle: day for day in found.vehicles}
    every = sorted({*data.fleet, *days})
    if not every:
        return section(title, [empty(_("Sổ đăng ký chưa có xe nào."))])
    heard = {vehicle.id for vehicle in data.vehicles}
    causes = {day.vehicle: day.cause for day in found.vehicles}
    # What was ever heard of is fitted; silent since ever counts as not fitted until somebody binds a device.
    fitted = [one for one in every if causes.get(one) is not Cause.NOT_FITTED and (one in heard or one in days)]
    supplying = [one for one in fitted if one in days and days[one].fixes]
    on_time = [one for one in supplying if causes[one] not in LATE]
    complete = [one for one in on_time if causes[one] is None]
    steps = (
        (_("Có gắn thiết bị"), fitted, every),
        (_("Có gửi trong ngày"), supplying, fitted),
        (_("Gửi đúng lúc"), on_time, supplying),
        (_("Gửi đủ"), complete, on_time),
    )
    rows = [_step(name, len(kept), len(before), len(every)) for name, kept, before in steps]
    out = [one for one in every if one not in complete]
    lines = [html.Li(_silent(data, one, causes.get(one), found, one in heard)) for one in out[:NAMED]]
    more = len(out) - len(lines)
    rest = [html.P(_("và {n} xe nữa").format(n=more), className="ioc-note")] if more else []
    return section(title, [html.Ol(rows, className="ioc-funnel"), html.Ul(lines, className="ioc-log"), *rest])


def _step(name: str, kept: int, before: int, every: int) -> Component:
    drawn = {"data-part": "bullet", "data-fill": f"{kept / every:.4f}", "data-mark": ""}
    bar = html.Div(className="ioc-bullet", **drawn)
    return html.Li([html.Span(name), html.B(f"{kept}/{before}"), bar])


def _silent(data: ScreenData, vehicle: str, cause: Cause | None, found: ServiceDay, heard: bool) -> list[Component]:
    _ = words(data.language)
    if cause is not None:
        said = CAUSE_WORDS[cause].to(data.language)
    else:
        said = _("chưa gửi gì trong ngày này") if heard else _("chưa từng gửi vị trí")
    link = html.A(vehicle, href=vehicle_address(data, vehicle, found.day.isoformat()), className="ioc-link")
    return [html.B(link), html.Span(said, className="ioc-note")]
