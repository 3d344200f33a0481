"""Slides of public screens that need no statistics: collections, changed days, where to ask."""

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from layouts.parts.screen import ScreenData
from present import formats
from present.led import of_change
from present.public_cards import dwell_s
from present.text import words
from queries.announced import ANNOUNCED, Announced

LOOK_UP = "/lich-thu-gom"
COLLECTIONS, CHANGES = 5, 5
"""As many as a screen that is wider than high has room for."""


def announcements(data: ScreenData) -> list[Component]:
    """The slides that there is something to say on."""
    said = data.get(ANNOUNCED)
    if not said.planned:
        return []
    return [slide for slide in (_collections(said, data), _changes(said, data), _where_to_ask(data)) if slide]


def slide(key: str, body: list[Component], dwell: int, **more: str) -> Component:
    """One slide around the parts of its body."""
    return html.Section(
        html.Article(body, className="ioc-public ioc-public--told"),
        className="ioc-slide",
        **{"data-slide": key, "data-dwell": str(dwell), **more},
    )


def _collections(said: Announced, data: ScreenData) -> Component | None:
    if not said.collections:
        return None
    _ = words(data.language)
    wards, rows = dict(said.wards), []
    shown = said.collections[:COLLECTIONS]
    for one in shown:
        street = one.street
        where = ", ".join(sorted(wards[code] for code in one.wards if code in wards))
        by = _("để rác trước {at}").format(at=formats.clock(one.out_by))
        place = [html.B(street[:1].upper() + street[1:]), html.Small(where), html.Small(by)]
        hour, _space, day = formats.moment(one.begins, data.now, data.language).partition(" ")
        if one.between:
            hour, day = "–".join(map(formats.clock, one.between)), _("dự kiến")
        rows.append(html.Li([html.Time([hour, " ", html.Small(day or _("theo lịch"))]), html.Span(place)]))
    simulated = any(one.simulated for one in shown)
    body = [html.H1(_("Lịch xe rác sắp tới")), html.Ul(rows, className="ioc-coming")]
    # When the first of them is over, the server has others to tell.
    until = {"data-until": str(to_ms(shown[0].out_by)), "data-simulated": "true" if simulated else "false"}
    return slide("collections", body, dwell_s(" ".join(["-"] * (8 * len(rows)))), **until)


def _changes(said: Announced, data: ScreenData) -> Component | None:
    _ = words(data.language)
    told = (of_change(exception, data.now, data.language) for exception in said.exceptions)
    lines = dict.fromkeys(" · ".join(line.text for line in message.lines) for message in told if message)
    if not lines:
        return None
    shown = list(lines)[:CHANGES]
    body = [html.H1(_("Lịch thu gom rác thay đổi")), html.Ul([html.Li(one) for one in shown], className="ioc-changed")]
    return slide("changes", body, dwell_s(" ".join(shown)))


def _where_to_ask(data: ScreenData) -> Component:
    _ = words(data.language)
    body = [
        html.H1(_("Xe rác đến đường nhà bạn lúc nào?")),
        html.Img(src=f"{LOOK_UP}.svg", alt=_("Mã QR của trang tra lịch thu gom"), className="ioc-picture"),
        html.P(_("Quét mã, gõ tên đường. Không cần cài ứng dụng."), className="ioc-context"),
    ]
    return slide("ask", body, 12)
