"""The panel of retention: how long each kind of data is kept, what the newest run removed, when, and why it failed."""

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.retention import RetentionRun
from layouts.parts.components import age, phone_table, section
from layouts.parts.screen import ScreenData
from present import formats
from present.text import words
from queries.retention import RETENTION

# Retention runs every hour; after three missed runs somebody should look.
_STALE_AFTER_S = 3 * 3_600
_MB = 10**6


def retention(data: ScreenData) -> list[Component]:
    """A row per rule, in the order of declaration."""
    _ = words(data.language)
    title = _("Lưu giữ dữ liệu")
    heads = (
        *(
            _("Dữ liệu"),
            _("Thời hạn giữ"),
            _("Lần chạy cách đây"),
            _("Đã xóa lần này"),
            _("Đã xóa tổng cộng"),
            _("Đã xóa đến"),
        ),
        _("Ghi chú"),
    )
    rows = [_row(data, run) for run in data.get(RETENTION)]
    listed = phone_table(heads, rows, data.language, caption=title, kind="retention")
    return [section(title, [listed], aside=_("mỗi giờ một lần"))]


def _row(data: ScreenData, run: RetentionRun) -> Component:
    _, language = words(data.language), data.language
    rolled = _.ngettext("giữ đầy đủ {n} ngày, sau đó giữ bản rút gọn", run.days)
    kept = rolled if run.rolls else _.ngettext("{n} ngày", run.days)
    name = html.Th(run.names.to(language), scope="row")
    days = html.Td(kept.format(n=formats.number(run.days, 0, language)), className="ioc-words")
    if run.at is None:
        return html.Tr([name, days, html.Td(_("chưa chạy lần nào"), colSpan=5, className="ioc-wait")])
    until = formats.UNKNOWN if run.until is None else formats.moment(run.until, data.now, language)
    return html.Tr(
        [
            name,
            days,
            html.Td(age(to_ms(run.at), _STALE_AFTER_S, to_ms(data.now), language)),
            html.Td(formats.number(run.removed, 0, language)),
            html.Td(formats.number(run.removed_ever, 0, language)),
            html.Td(until),
            html.Td(_remark(data, run), className="ioc-words"),
        ]
    )


def _remark(data: ScreenData, run: RetentionRun) -> str:
    """First a failure, then data removed before its time, then how full a bounded table is."""
    _ = words(data.language)
    said = [_("lần chạy cuối bị lỗi: {why}").format(why=run.problem)] if run.problem else []
    if run.early:
        said.append(_("hết chỗ: đã xóa trước hạn; nhờ quản trị hệ thống tăng dung lượng giữ bản ghi gốc"))
    if run.held_bytes is not None and run.limit_bytes is not None:
        held, limit = (formats.number(size / _MB, 0, data.language) for size in (run.held_bytes, run.limit_bytes))
        said.append(_("đang giữ {held} trên {limit} MB").format(held=held, limit=limit))
    return "; ".join(said)
