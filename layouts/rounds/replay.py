"""The player of a truck's track: controls, a time line with speeds and silences, true hours below."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.instant import day_start, service_day, to_ms
from domain.waste.run import Span
from layouts.parts.components import section
from layouts.parts.screen import ScreenData
from layouts.rounds.run_timeline import lane
from present import formats
from present.text import words

SPEEDS = (1, 10, 60, 300)
SCALE_KMH = (70, 35, 0)
"""Speeds named beside the strip: top, middle and foot of what assets/scripts/58-replay.js draws (TOP_KMH)."""


def replay(data: ScreenData, title: str, vehicle: str, window: Span, told: Sequence[str] = ()) -> Component:
    """The track of ``vehicle`` within ``window``; assets/scripts/58-replay.js fetches it and plays it on the map.

    ``told`` are its events and visits, "from to kind" in epoch ms.
    """
    _ = words(data.language)
    begins, ends = window
    said = {
        "data-replay": vehicle,
        "data-from": str(to_ms(begins)),
        "data-to": str(to_ms(ends)),
        "data-events": "|".join(told),
        "data-words": "|".join(
            (
                _("Chạy"),
                _("Tạm dừng"),
                _("mất tín hiệu"),
                _("không có vị trí nào trong thời gian này"),
                _("tới muộn"),
                _("vị trí"),
                _("Vị trí xe chỉ hiện cho người trực ban và điều phối."),
            )
        ),
    }
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
    keys = html.Span(_("Phím cách: chạy, dừng · mũi tên: 1 phút · Home, End: đầu, cuối.") + " ", className="ioc-keys")
    hint = [keys, _("Khoảng gạch chéo: mất tín hiệu.")]
    day = day_start(service_day(begins))
    slider = {"data-scrub": "", "aria-label": f"{vehicle} · {formats.day(day, data.language)}"}
    scrubber = html.Div(className="ioc-replay__line", tabIndex="0", role="slider", **slider)
    hours = html.Div(className="ioc-lane", **lane(window, (), data.now, scale=True))
    speeds = html.Div([html.Span(f"{kmh} km/h") for kmh in SCALE_KMH], className="ioc-replay__kmh")
    strip = html.Div([speeds, scrubber, hours], className="ioc-replay__strip")
    body = html.Div(
        [controls, strip, html.P(className="ioc-note", **{"data-said": ""}), html.P(hint, className="ioc-note")],
        className="ioc-replay",
        **said,
    )
    return section(title, [body])
