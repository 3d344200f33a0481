"""The panel of sources that the centre fetches itself: address, newest fetch, and what to do about a failure."""

from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from domain.feeds.feed import Feed
from domain.feeds.pull import OVERDUE, Condition, PullState
from domain.instant import to_ms
from layouts.parts.components import age, phone_table, section
from layouts.parts.screen import ScreenData
from present import formats
from present.text import words
from queries.pulls import PULLS


def pulls(data: ScreenData) -> list[Component]:
    """A row per source of each fetched feed; a feed without an address says who can declare one.

    Source and state come first, so that a narrow screen still shows them.
    """
    _ = words(data.language)
    title = _("Dữ liệu trung tâm tự lấy")
    heads = (
        *(_("Nguồn"), _("Lấy từ"), _("Tình trạng"), _("Lấy được lần cuối cách đây"), _("Dữ liệu mới cách đây")),
        *(_("Chu kỳ lấy"), _("Nhận"), _("Từ chối"), _("Lỗi liên tiếp"), _("Lần lấy tới")),
    )
    rows = [row for feed in data.feeds.values() if feed.fetched for row in _of_feed(data, feed)]
    if not rows:
        return []
    return [section(title, [phone_table(heads, rows, data.language, caption=title, kind="pulls")])]


def _of_feed(data: ScreenData, feed: Feed) -> list[Component]:
    _, language = words(data.language), data.language
    name = html.Th(feed.names.to(language), scope="row")
    found = [state for state in data.get(PULLS) if state.feed == feed.key]
    if not found:
        absent = _("trung tâm chưa được khai báo địa chỉ của nguồn này: nhờ quản trị hệ thống khai báo")
        return [html.Tr([name, html.Td(absent, colSpan=9, className="ioc-wait ioc-words")])]
    every = {way.key: way.every for way in feed.fetched}
    return [_source(data, feed, state, every.get(state.way)) for state in found]


def _source(data: ScreenData, feed: Feed, state: PullState, every: timedelta | None) -> Component:
    language, now_ms = data.language, to_ms(data.now)
    # The browser ages it too, so the age grows even when the fetching process or the whole server is dead.
    late_after_s = int(((every or feed.cadence) + OVERDUE).total_seconds())
    return html.Tr(
        [
            html.Th(feed.names.to(language), scope="row"),
            html.Td(state.source, className="ioc-words"),
            html.Td(_condition(data, state), className="ioc-words"),
            html.Td(age(to_ms(state.succeeded_at) if state.succeeded_at else None, late_after_s, now_ms, language)),
            html.Td(
                age(
                    to_ms(state.news_at) if state.news_at else None,
                    int(feed.stale_after.total_seconds()),
                    now_ms,
                    language,
                )
            ),
            html.Td(formats.UNKNOWN if every is None else formats.age(every, language)),
            html.Td(formats.number(state.accepted, 0, language)),
            html.Td(formats.number(state.rejected, 0, language)),
            html.Td(formats.number(state.failures, 0, language)),
            html.Td(formats.moment(state.next_at, data.now, language)),
        ]
    )


def _condition(data: ScreenData, state: PullState) -> str:
    """State in words. "Overdue" comes first, because the newest fetch's result is then out of date."""
    _ = words(data.language)
    told = {
        Condition.OVERDUE: _("quá hạn: bộ phận lấy dữ liệu đã dừng, hoặc địa chỉ nguồn không còn được khai báo"),
        Condition.RUNNING: _("đang lấy"),
        Condition.WAITING: _("đợi lần lấy đầu tiên"),
    }
    condition = state.condition(data.now)
    said = [told[condition]] if condition in told else []
    if state.problem is not None:
        said.append(state.problem.value.to(data.language))
    if state.detail:
        said.append(state.detail)
    return "; ".join(said) or _("bình thường")
