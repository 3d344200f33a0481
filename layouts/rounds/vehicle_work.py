"""What vehicles did on a day: visits to plants with their tickets, and events on the way."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from dash import html
from dash.development.base_component import Component

from domain.waste.facility import UNLOADED_AT
from domain.waste.work import EVENT_WORDS, EventKind, VehicleDay, Visit, WorkEvent
from layouts.parts.components import empty, section, table
from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import length, shown_between, span, time_of, vehicle_address
from layouts.rounds.worked_out import being_worked_out, making
from present import formats
from present.text import Words, words
from queries.collection import COLLECTION

ROWS_SHOWN = 20
LEAST_KM = 10.0
"""Kilograms per kilometre of less say nothing about collecting."""


def plant(data: ScreenData, days: Sequence[VehicleDay], *, own: bool = False) -> Component:
    """Weighed loads, the newest visits to plants and their tickets.

    ``own``, on the page of the one vehicle: adds visits to other facilities, and names the vehicle in no row.
    """
    _ = words(data.language)
    title = _("Nhà máy và phiếu cân")
    visits = [(day, visit) for day in days for visit in day.visits if own or visit.kind in UNLOADED_AT]
    scales = [visit for _day, visit in visits if visit.kind in UNLOADED_AT]
    weighed = [day.net_kg for day in days if day.net_kg is not None]
    # What was weighed of a silent vehicle was carried over kilometres that nobody knows.
    heard = [day for day in days if not day.tickets_unheard]
    driven = [(day.net_kg, day.distance_m) for day in heard if day.net_kg is not None and day.distance_m is not None]
    waiting = _being_worked_out(data, days)
    if not visits and not weighed:
        none = empty(_("Chưa ghi nhận lượt vào nhà máy nào và chưa có phiếu cân của ngày này."))
        return section(title, making(waiting, _) or [none])
    km = sum(metres for _kg, metres in driven) / 1000
    number = partial(formats.number, language=data.language)
    rate = number(sum(kg for kg, _metres in driven) / km, 0) if km >= LEAST_KM else formats.UNKNOWN
    matched = sum(bool(visit.ticket) for visit in scales)
    tonnes = number(sum(weighed) / 1000, 1) if weighed else formats.UNKNOWN
    facts = [_("{t} tấn · {kg} kg/km").format(t=tonnes, kg=rate)]
    of = _.ngettext("{n}/{of} lượt vào khớp phiếu cân", len(scales)).format(n=matched, of=len(scales))
    facts += [of] if scales else []
    heads = (_("Nơi"), _("Vào–ra"), _("Phiếu cân"), _("Khối lượng (kg)"))
    rows = [
        html.Tr(
            [
                *_whose(data, day, visit.name or visit.facility, own=own),
                _told(heads[1], _stay(visit, _)),
                _told(heads[2], visit.ticket or (_("chưa có phiếu") if visit.kind in UNLOADED_AT else "")),
                _told(heads[3], number(visit.net_kg, 0) if visit.kind in UNLOADED_AT else ""),
            ]
        )
        for day, visit in sorted(visits, key=lambda item: item[1].entered_at)[-ROWS_SHOWN:]
    ]
    before = len(visits) - len(rows)
    rest = [html.P(_.ngettext("và {n} lượt trước đó", before).format(n=before), className="ioc-note")] if before else []
    made = [day for day in days if day.vehicle not in waiting]
    notes = (
        (_("Phiếu cân không khớp lượt vào nào: {tickets}"), [(day.vehicle, day.tickets_without_visit) for day in made]),
        (
            _("Phiếu cân chưa đối chiếu được vì không có tín hiệu của xe: {tickets}"),
            [(d.vehicle, d.tickets_unheard) for d in made],
        ),
    )
    named = [
        (said, ", ".join(ticket if own else f"{one} {ticket}" for one, tickets in told for ticket in tickets))
        for said, told in notes
    ]
    alone = [html.P(said.format(tickets=tickets), className="ioc-note") for said, tickets in named if tickets]
    listed = table(_heads(heads, _, own=own), rows, caption=title, kind="visits")
    alone += making(waiting, _)
    return section(title, [listed, *rest, *alone], aside=" · ".join(facts))


def _being_worked_out(data: ScreenData, days: Sequence[VehicleDay]) -> frozenset[str]:
    """Those of these vehicles whose day is not worked out yet."""
    found = data.get(COLLECTION)
    return being_worked_out(data, found) & {day.vehicle for day in days} if found else frozenset()


def _heads(heads: tuple[str, ...], _: Words, *, own: bool) -> tuple[str, ...]:
    return heads if own else (_("Xe"), *heads)


def _whose(data: ScreenData, day: VehicleDay, what: str, *, own: bool) -> list[Component]:
    """The first cells of a row: the vehicle, a link to its day, and what it did; what it did alone on its own page."""
    if own:
        return [html.Th(what, scope="row")]
    link = html.A(day.vehicle, href=vehicle_address(data, day.vehicle, day.day.isoformat()))
    return [html.Th(link, scope="row"), html.Td(what)]


def _told(head: str, text: str) -> Component:
    """A cell that names its column where the table is a list."""
    return html.Td(text, **{"data-head": head})


def _stay(visit: Visit, _: Words) -> str:
    """From when to when; of an end that a silence hides, from when to when the vehicle was not heard."""
    if visit.left_at is None:
        return _("từ {when}").format(when=time_of(visit.entered_at))
    if visit.left_by is None:
        return span(visit.entered_at, visit.left_at)
    silent = _("mất tín hiệu {gap}").format(gap=span(visit.left_at, visit.left_by))
    return f"{time_of(visit.entered_at)}–? · {silent}"


def events(data: ScreenData, days: Sequence[VehicleDay], *, own: bool = False) -> Component:
    """Unplanned stops, idling, off-route driving, speeding, load breaches, newest first.

    ``own``, on the page of the one vehicle: adds plain stops, and names the vehicle in no row.
    """
    _ = words(data.language)
    title = _("Sự kiện khi chạy")
    found = [(day, event) for day in days for event in day.events if own or event.kind is not EventKind.STOP]
    found.sort(key=lambda item: item[1].since, reverse=True)
    waiting = _being_worked_out(data, days)
    if not found:
        return section(title, making(waiting, _) or [_uneventful(days, _)])
    heads = _heads((_("Sự kiện"), _("Từ–đến"), _("Mức")), _, own=own)
    rows = [
        html.Tr(
            [
                *_whose(data, day, EVENT_WORDS[event.kind].to(data.language), own=own),
                html.Td(span(event.since, event.until)),
                html.Td(_value(data, event)),
            ]
        )
        for day, event in found[:ROWS_SHOWN]
    ]
    more = len(found) - len(rows)
    rest = [html.P(_.ngettext("và {n} sự kiện trước đó", more).format(n=more), className="ioc-note")] if more else []
    return section(title, [table(heads, rows, caption=title, kind="events"), *rest], aside=str(len(found)))


def _uneventful(days: Sequence[VehicleDay], _: Words) -> Component:
    """That nothing was seen, as far as anybody could see it."""
    heard = [day for day in days if day.as_of is not None]
    if not heard:
        return empty(_("Chưa có vị trí nào của ngày này: chưa biết có sự kiện nào không."))
    seen = _("Chưa ghi nhận lần dừng ngoài kế hoạch, chạy ngoài tuyến hay quá tốc độ nào.")
    if all(day.ignition_known for day in heard):
        return empty(seen, _("Cũng chưa ghi nhận lần nổ máy tại chỗ nào."))
    if any(day.ignition_known for day in heard):
        return empty(seen, _("Cũng chưa ghi nhận lần nổ máy tại chỗ nào, trong số xe có báo máy nổ."))
    return empty(seen, _("Không có tín hiệu máy nổ: chưa biết có nổ máy tại chỗ không."))


def _value(data: ScreenData, event: WorkEvent) -> str:
    """How fast, how far off or how long; nothing for what happened at one instant."""
    if event.kind is EventKind.SPEEDING:
        return f"{formats.number(event.value, 0, data.language)} km/h"
    if event.kind is EventKind.OFF_ROUTE:
        # Beside kilometres driven off the routes the length alone would be read as those.
        return words(data.language)("cách tuyến {length}").format(length=length(event.value, data.language))
    if event.until == event.since:
        return ""
    lasted = shown_between(event.since, event.until) or timedelta(seconds=event.duration_s)
    return formats.age(lasted, data.language)
