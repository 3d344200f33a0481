"""Cases that people see by name, one list a kind: what, where, its state and since when, what is owed by when."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.case_state import CaseState
from domain.instant import day_start, service_day, to_ms
from domain.observation import Kind
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.parts.cards import place_name_now
from layouts.parts.components import age, empty, section, table
from layouts.parts.screen import ScreenData
from present import formats
from present.text import words
from queries.listed_cases import ENDED_SHOWN_FOR, LISTED_CASES

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
    running = [case for case in cases if case.is_open]
    ended = [case for case in cases if not case.is_open]
    late = sum(case.is_late(data.now) for case in cases)
    said = [_("{n} đang mở").format(n=len(running)), *([_("{n} chậm").format(n=late)] if late else [])]
    shown = [_table(data, running, title)] if running else []
    if ended:
        summary = _("Đã kết thúc trong {n} ngày qua ({count})").format(n=ENDED_SHOWN_FOR.days, count=len(ended))
        shown.append(html.Details([html.Summary(summary), _table(data, ended, f"{title}: {summary}")]))
    return section(title, shown, aside=" · ".join(said))


def _table(data: ScreenData, cases: Sequence[CaseState], caption: str) -> Component:
    """The cases with the columns that they need: a place when one has a place, a day when one has a deadline."""
    _ = words(data.language)
    placed, due = any(map(_where, cases)), any(case.due for case in cases)
    heads = [_("Việc"), *([_("Nơi")] if placed else []), _("Trạng thái"), _("Cách đây"), *([_("Hạn")] if due else [])]
    rows = [_row(data, case, placed=placed, due=due) for case in cases]
    return table(heads, rows, caption=caption, kind="cases")


def _where(case: CaseState) -> str:
    """The commune of the newest event; "" for the whole province."""
    return "" if case.newest.place == PROVINCE else case.newest.place


def _row(data: ScreenData, case: CaseState, *, placed: bool, due: bool) -> Component:
    _ = words(data.language)
    newest, where = case.newest, _where(case)
    place = place_name_now(data, where) if where else _("Toàn tỉnh")
    state = case.kind.says[newest.event].to(data.language)
    told = [f"{label.to(data.language)} {_said(case.attributes[name])}" for name, label in _told(case)]
    beside = [html.Small(" · ".join(told), className="ioc-told")] if told else []
    cells = [
        html.Th([case.title or formats.UNKNOWN, *beside], scope="row", className="ioc-words"),
        *([html.Td(place, className="ioc-words")] if placed else []),
        html.Td(state, className="ioc-words"),
        html.Td(age(to_ms(newest.at), NEVER_OLD_S, to_ms(data.now), data.language)),
    ]
    late = case.is_late(data.now)
    marks = {"data-simulated": "true"} if newest.kind is Kind.SIMULATED else {}
    return html.Tr(
        [*cells, *([html.Td(due_words(data, case), className="ioc-words")] if due else [])],
        className="ioc-case ioc-case--late" if late else "ioc-case" if case.is_open else "ioc-case ioc-case--ended",
        **{"data-state": "late" if late else "open" if case.is_open else "ended"},
        **marks,
    )


def _told(case: CaseState) -> list[tuple[str, Text]]:
    """The attributes read beside the title that this case has: name and what it is called."""
    return [(name, label) for name, label in case.kind.tells.items() if case.attributes.get(name)]


def _said(value: str | float | bool) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def due_words(data: ScreenData, case: CaseState) -> str:
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
