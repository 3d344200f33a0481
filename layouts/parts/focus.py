"""The wall's focus slot: the most urgent alarm with all that is needed to act; the browser takes over from here."""

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Status
from domain.places.place import PROVINCE
from layouts.parts.cards import card_vm
from layouts.parts.components import age, bullet, card_attributes, course, facts, part, spark, value_and_unit
from layouts.parts.screen import ScreenData
from present.alarms import URGENT
from present.cards import AlarmVM, CardVM, TextCell
from present.text import Words, words
from queries.events import EVENTS

_ACT = (Status.CRITICAL, Status.WARNING)
# A quiet time is told in hours for as long as that: its age never turns stale.
_NEVER_S = 10**9


def focus_slot(data: ScreenData, rows: Sequence[AlarmVM]) -> Component:
    """The first of ``rows`` (worst first) that is urgent; else since when there is nothing to do."""
    _ = words(data.language)
    found = _worst(rows)
    tone = f" ioc-focus--{found.tone}" if found else " ioc-focus--calm"
    return html.Section(
        [
            html.H2([_("Việc cần làm ngay"), _link(found, _)]),
            _calm(data, _, hidden=found is not None),
            html.Div([*_said(found), _card(data, found)], className="ioc-focus__alarm", hidden=found is None),
        ],
        className="ioc-focus" + tone,
        **{"data-focus": found.id if found else "", "aria-live": "polite"},
    )


def focused(rows: Sequence[AlarmVM]) -> str:
    """Id of the row in the slot; "" when nothing is urgent."""
    found = _worst(rows)
    return found.id if found else ""


def quiet_since(events: Sequence[StatusEvent]) -> datetime | None:
    """When the province's newest trouble came or went, of ``events`` newest first; None when nobody knows of any."""
    return next((one.at for one in events if one.place == PROVINCE and (one.before in _ACT or one.after in _ACT)), None)


def _worst(rows: Sequence[AlarmVM]) -> AlarmVM | None:
    return next((row for row in rows if row.tone in URGENT), None)


def _calm(data: ScreenData, _: Words, *, hidden: bool) -> Component:
    since = quiet_since(data.get(EVENTS))
    since_ms = None if since is None else to_ms(since)
    lasts = age(since_ms, _NEVER_S, to_ms(data.now), data.language) if since_ms else html.Time(className="ioc-age")
    told = html.Span([" · ", _("việc gần nhất"), " ", lasts], hidden=since is None)
    calm = html.B(_("Không có cảnh báo cần xử lý ngay từ các nguồn đang gửi"))
    return html.P([calm, told], className="ioc-focus__calm", hidden=hidden)


def _link(row: AlarmVM | None, _: Words) -> Component:
    return html.A(
        _("Xem chi tiết"),
        href=row.href if row else "",
        className="ioc-aside ioc-link",
        hidden=not (row and row.href),
        **{"data-focus-said": "href"},
    )


def _said(row: AlarmVM | None) -> list[Component]:
    """What, where and since when, what to do, who, what comes of it."""
    texts = [cell.t for cell in row.cells if isinstance(cell, TextCell)] if row else [""] * 5
    glyph, what, meta, response, effects = texts
    told = (("meta", meta), ("do", response), ("who", row.who if row else ""), ("effects", effects))
    return [
        html.H3([_text("glyph", glyph), " ", _text("what", what)], className="ioc-focus__what"),
        html.Div([html.P(_text(name, text)) for name, text in told], className="ioc-focus__said"),
    ]


def _text(name: str, said: str) -> Component:
    return html.Span(said, **{"data-focus-said": name})


def _card(data: ScreenData, row: AlarmVM | None) -> Component:
    """The figure that shows it; empty for an alarm of none."""
    kpi = data.kpis.get(row.kpi) if row else None
    vm = card_vm(data, kpi or next(iter(data.kpis.values())))
    attributes = card_attributes(vm) if kpi else {"data-kpi": "", "data-place": PROVINCE, "data-simulated": "false"}
    return html.Article(_figure(data, vm), className="ioc-card ioc-card--as-focus", hidden=kpi is None, **attributes)


def _figure(data: ScreenData, vm: CardVM) -> list[Component]:
    return [
        part("name", vm.name, html.H3),
        value_and_unit(vm),
        spark(vm),
        bullet(vm.fill, vm.mark),
        course(vm),
        facts(vm),
        age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True),
    ]
