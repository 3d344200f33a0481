"""Disagreeing readings of two sources, side by side, each with age, kind and source."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.disagreement import Disagreement
from domain.instant import to_ms
from domain.observation import Kind, Observation
from layouts.parts.cards import measure_name, place_name_now
from layouts.parts.components import age, section
from layouts.parts.links import row_address
from layouts.parts.screen import ScreenData
from present import formats
from present.kinds import KINDS
from present.text import words
from queries.observed.disagreements import DISAGREEMENTS

SHOWN = 6


def readings_section(data: ScreenData, feeds: Sequence[str] = ()) -> list[Component]:
    """Section of disagreeing sources of ``feeds`` (() = all); [] when none disagree."""
    found = [one for one in data.get(DISAGREEMENTS) if not feeds or one.feed in feeds]
    if not found:
        return []
    _ = words(data.language)
    note = [_("Chỉ số dùng số liệu xếp đầu: số mới nhất, nhưng cùng kỳ thì số liệu thật trước số liệu mô phỏng.")]
    if found[SHOWN:]:
        note.append(_("và {n} trường hợp nữa").format(n=len(found) - SHOWN))
    body = [readings(data, found[:SHOWN]), html.P(" ".join(note), className="ioc-note")]
    return [section(_("Số liệu các nguồn không khớp"), body, aside=str(len(found)))]


def readings(data: ScreenData, found: Sequence[Disagreement]) -> Component:
    """An item per measure and place, its sources side by side."""
    return html.Ul([_item(data, one) for one in found], className="ioc-readings")


def _item(data: ScreenData, one: Disagreement) -> Component:
    _ = words(data.language)
    said = f"{measure_name(data, one.feed, one.measure)}, {place_name_now(data, one.place)}"
    href = row_address(data, one.feed, one.place)
    title = html.A(said, href=href) if href else html.Span(said)
    apart = _("chênh {share}").format(share=formats.percent(one.spread, 1, data.language))
    return html.Li(
        [
            html.B([title, html.Span(apart, className="ioc-where")]),
            html.Div([_reading(data, one.feed, reading) for reading in one.readings]),
        ],
        className="ioc-readings__item",
    )


def _reading(data: ScreenData, feed: str, reading: Observation) -> Component:
    """Source, value, kind, date and age of one reading."""
    value = reading.value or 0.0
    stale_after_s = int(data.feeds[feed].stale_after_of(reading.measure).total_seconds())
    meta = f"{KINDS[reading.kind].to(data.language)} · {formats.moment(reading.at, data.now, data.language)} · "
    return html.Span(
        [
            html.Span(reading.source, className="ioc-readings__source"),
            html.Strong(formats.trimmed(value, 1, data.language)),
            html.Span(
                [meta, age(to_ms(reading.at), stale_after_s, to_ms(data.now), data.language)], className="ioc-where"
            ),
        ],
        className="ioc-readings__one",
        **{"data-simulated": "true" if reading.kind is Kind.SIMULATED else "false"},
    )
