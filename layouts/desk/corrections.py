"""Corrected figures: an office sent a figure again with another value. Shows the old value beside the new one."""

from dash import html
from dash.development.base_component import Component

from domain.correction import Correction
from domain.observation import Kind, Observation
from layouts.parts.cards import feed_name, measure_name, place_name_now
from layouts.parts.components import empty, phone_table, section
from layouts.parts.screen import ScreenData
from present import formats
from present.text import words
from queries.observed.corrections import CORRECTIONS


def corrections(data: ScreenData) -> list[Component]:
    """A row per correction, newest first: time, feed, measure, place, period, old value, new value, sender."""
    _ = words(data.language)
    title = _("Số liệu được sửa")
    if not data.get(CORRECTIONS):
        why = _("Chưa có số liệu nào được gửi lại với giá trị khác.")
        how = _("Khi một đơn vị gửi lại số liệu đã sửa, giá trị mới có hiệu lực; giá trị cũ vẫn được giữ và ghi ở đây.")
        return [section(title, [empty(why, how)])]
    heads = (_("Lúc"), _("Nguồn"), _("Chỉ tiêu"), _("Đơn vị, nơi"), _("Kỳ"), _("Trước"), _("Nay"), _("Người gửi"))
    rows = [_row(data, one) for one in data.get(CORRECTIONS)]
    aside = _("{n} mục mới nhất").format(n=len(rows))
    listed = phone_table(heads, rows, data.language, caption=title, kind="corrections")
    return [section(title, [listed], aside=aside)]


def _row(data: ScreenData, one: Correction) -> Component:
    after = one.after
    cells = (
        formats.moment(after.received_at, data.now, data.language),
        feed_name(data, after.feed),
        measure_name(data, after.feed, after.measure),
        _whose(data, after),
        after.period.code or formats.period_end(after.at, data.now, data.language),
        _value(data, one.before),
        _value(data, after),
        after.author or after.source,
    )
    simulated = {"data-simulated": "true"} if after.kind is Kind.SIMULATED else {}
    return html.Tr([html.Td(cell, className="ioc-words") for cell in cells], **simulated)


def _whose(data: ScreenData, item: Observation) -> str:
    return item.entity or item.organisation or place_name_now(data, item.place)


def _value(data: ScreenData, item: Observation) -> str:
    return formats.trimmed(item.value, 2, data.language)
