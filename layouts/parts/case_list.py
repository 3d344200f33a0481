"""Cases that people see by name, one list a kind: what, where, its state and since when, what is owed by when."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.case_state import CaseState
from domain.instant import day_start, service_day, to_ms
from domain.observation import Kind
from domain.places.place import PROVINCE
from layouts.parts.cards import place_name_now
from layouts.parts.components import age, empty, section, table
from layouts.parts.screen import ScreenData
from present import formats
from present.text import words
from queries.listed_cases import LISTED_CASES

NEVER_OLD_S = 10 * 365 * 86_400


def case_lists(data: ScreenData, feeds: Sequence[str]) -> list[Component]:
    """A section for each kind of case that the feeds list; nothing for feeds without one."""
    kinds = [(key, kind) for key in feeds for kind in data.feeds[key].listed]
    return [
        _listed(data, key, kind.names.to(data.language), data.get(LISTED_CASES).cases.get(f"{key}/{kind.key}", ()))
        for key, kind in kinds
    ]


def _listed(data: ScreenData, feed: str, title: str, cases: Sequence[CaseState]) -> Component:
    _ = words(data.language)
    if not cases:
        who = data.feeds[feed].owner.office.to(data.language)
        return section(title, [empty(_("Chưa có mục nào."), _("Đang chờ: {who}").format(who=who))])
    due = any(case.due for case in cases)
    heads = (_("Việc"), _("Nơi"), _("Trạng thái"), _("Cách đây"), *((_("Hạn"),) if due else ()))
    running = sum(case.is_open for case in cases)
    late = sum(case.is_late(data.now) for case in cases)
    said = [_("{n} đang mở").format(n=running), *([_("{n} chậm").format(n=late)] if late else [])]
    rows = [_row(data, case, due=due) for case in cases]
    return section(title, [table(heads, rows, caption=title, kind="cases")], aside=" · ".join(said))


def _row(data: ScreenData, case: CaseState, *, due: bool) -> Component:
    _ = words(data.language)
    newest = case.newest
    where = "" if newest.place in ("", PROVINCE) else place_name_now(data, newest.place)
    state = case.kind.says[newest.event].to(data.language)
    cells = [
        html.Th(case.title or formats.UNKNOWN, scope="row", className="ioc-words"),
        html.Td(where or _("Toàn tỉnh"), className="ioc-words"),
        html.Td(state, className="ioc-words"),
        html.Td(age(to_ms(newest.at), NEVER_OLD_S, to_ms(data.now), data.language)),
    ]
    late = case.is_late(data.now)
    marks = {"data-simulated": "true"} if newest.kind is Kind.SIMULATED else {}
    return html.Tr(
        [*cells, *([html.Td(_due(data, case), className="ioc-words")] if due else [])],
        className="ioc-case ioc-case--late" if late else "ioc-case" if case.is_open else "ioc-case ioc-case--ended",
        **{"data-state": "late" if late else "open" if case.is_open else "ended"},
        **marks,
    )


def _due(data: ScreenData, case: CaseState) -> str:
    """The day, and how many working days are left or overdue while the case is open."""
    _ = words(data.language)
    if case.due is None:
        return ""
    day, left = (
        formats.day(day_start(case.due), data.language),
        case.days_left(data.now, data.get(LISTED_CASES).calendar),
    )
    if not case.is_open or left is None:
        return day
    if case.is_late(data.now):
        return f"{day} · " + (_.ngettext("chậm {n} ngày làm việc", -left).format(n=-left) if left else _("quá hạn"))
    if case.due == service_day(data.now):
        return f"{day} · " + _("hôm nay")
    return f"{day} · " + _.ngettext("còn {n} ngày làm việc", left).format(n=left)
