"""What a dispatcher has to do: the wall's alarms of waste collection, runs that are late, streets that were missed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.instant import service_day
from domain.kpis.alarm import Priority
from domain.kpis.kpi import Status
from domain.text import Language, Text
from domain.waste.run import STREET_LATE, RunResult, RunState, StreetState
from domain.waste.service_day import ServiceDay
from layouts.parts.area_screen import nothing_to_do
from layouts.parts.components import section
from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import length, run_address, span
from layouts.rounds.runs_now import is_overdue, state_words
from present.alarms import ALARM_GLYPHS, alarm_rows
from present.cards import STATUS_WORDS, TextCell
from present.text import words
from queries.alarms import ALARMS, of_feeds
from queries.collection import COLLECTION
from rounds.pace import pace

SHOWN, SHOWN_LOW = 6, 3
"""How many tasks stand open beside the map, and how many where the screen is low: there the fold between is closed
(assets/styles/57-waste.css)."""
WORDS = {
    Priority.CRITICAL: STATUS_WORDS[Status.CRITICAL],
    Priority.HIGH: STATUS_WORDS[Status.WARNING],
    Priority.ADVISORY: STATUS_WORDS[Status.ADVISORY],
}
STREETS_NAMED = 3
CALL = Text(
    "Gọi tài xế; số điện thoại ở trang của tuyến, sau khi đăng nhập.",
    "Call the driver; the number is on the route's page, after signing in.",
)
ASK = Text(
    "Hỏi đơn vị thu gom xe nào chạy tuyến này; nếu chưa có, cử xe khác.",
    "Ask the collection company which vehicle runs the route; send one if none does.",
)
SEND_BACK = Text(
    "Cử xe quay lại thu, rồi báo cho phường nếu không kịp trong ngày.",
    "Send a vehicle back; tell the ward if it cannot come today.",
)
NEXT_DAY = Text(
    "Trong ngày không còn chuyến nào: báo cho phường, hôm sau thu các đường này trước tiên.",
    "No run of the day is left: tell the ward, and collect these streets first on the next day.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: what it is about and where that is told, since when or how much, what to do, who."""

    priority: Priority
    what: str
    href: str = ""
    where: str = ""
    do: str = ""
    who: str = ""


def day_actions(data: ScreenData) -> list[Component]:
    """The most urgent first; the rest folded, so that nothing is left out."""
    _ = words(data.language)
    alarms, rounds = _tasks(data)
    order = list(Priority)
    found = sorted((*alarms, *rounds), key=lambda task: order.index(task.priority))
    if not found:
        return [section(_("Việc cần làm"), [nothing_to_do(data, AREA.feeds)], name="todo")]
    items = list(task_items(found, data.language))
    behind = _("còn {n} việc")
    rest = _fold("actions", behind, items[SHOWN:], [], "ioc-fold ioc-fold--rest")
    more = _fold("actions-low", behind, items[SHOWN_LOW:SHOWN], rest, "ioc-fold ioc-fold--rest ioc-fold--low")
    aside = " · ".join(
        (
            _.ngettext("{n} cảnh báo", len(alarms)).format(n=len(alarms)),
            _.ngettext("{n} việc trên các tuyến", len(rounds)).format(n=len(rounds)),
        )
    )
    shown = html.Ul(items[:SHOWN_LOW], className="ioc-todo")
    return [section(_("Việc cần làm"), [shown, *more], aside=aside, name="todo")]


def _fold(name: str, said: str, items: Sequence[Component], within: Sequence[Component], look: str) -> list[Component]:
    """Tasks behind a line that counts them and those of the fold ``within``; nothing for none."""
    if not items:
        return []
    more = sum(len(one.children[1].children) for one in within)
    head = html.Summary(said.format(n=len(items) + more))
    return [
        html.Details([head, html.Ul(list(items), className="ioc-todo"), *within], className=look, **{"data-fold": name})
    ]


def _tasks(data: ScreenData) -> tuple[list[Task], list[Task]]:
    """Alarms, and what the day's runs ask for; a day that is over asks for its missed streets only."""
    found = data.get(COLLECTION)
    today = found is None or found.day == service_day(data.now)
    late = _runs(data, found) if found and today else ()
    return list(_alarms(data)) if today else [], [*late, *(missed(data, found) if found else ())]


def _alarms(data: ScreenData) -> Iterator[Task]:
    mine = of_feeds(data.get(ALARMS), AREA.feeds)
    for row in alarm_rows(mine, data.kpis, data.feeds, data.areas, data.language, data.now):
        _glyph, what, meta, response, effects = (cell.t for cell in row.cells if isinstance(cell, TextCell))
        where = " · ".join(filter(None, (meta, effects)))
        # The figures of this page are all here already.
        href = row.href if "vehicle=" in row.href or not row.kpi else ""
        yield Task(priority=Priority(row.tone), what=what, href=href, where=where, do=response, who=row.who)


def _runs(data: ScreenData, found: ServiceDay) -> Iterator[Task]:
    """Runs whose window is over, that should have begun, or that are late; the longest overdue first."""
    _ = words(data.language)
    for run in sorted(found.runs, key=lambda run: run.ends or data.now):
        who = ", ".join(run.vehicles) or _("chưa rõ xe")
        where = " · ".join((who, span(run.begins, run.ends)))
        if is_overdue(run, data.now):
            yield Task(
                priority=Priority.HIGH, what=f"{run.name}: {state_words(data, run)}", href=run_address(data, run),
                where=where, do=(CALL if run.vehicles else ASK).to(data.language),
            )  # fmt: skip
        elif _is_late(run, data.now):
            yield Task(
                priority=Priority.ADVISORY, what=f"{run.name}: {state_words(data, run)}", href=run_address(data, run),
                where=where, do=(CALL if run.vehicles else ASK).to(data.language),
            )  # fmt: skip


def _is_late(run: RunResult, now: datetime) -> bool:
    """Whether it is behind its plan, and a street of it is still to be served."""
    told = pace(run, now) if run.state is RunState.RUNNING else None
    return told is not None and told.late > STREET_LATE and run.count(StreetState.SERVED) < len(run.streets)


def missed(data: ScreenData, found: ServiceDay) -> Iterator[Task]:
    """One task a run, the longest length missed first; a stretch missed of a street that was served is no task."""
    _ = words(data.language)
    state = StreetState.MISSED
    do = NEXT_DAY if _is_over(found, data.now) else SEND_BACK
    missed = [(run, [s for s in run.streets if s.state is state and not s.later_at]) for run in found.runs]
    told = [(run, sum(s.metres(state) for s in streets), streets) for run, streets in missed if streets]
    for run, metres, streets in sorted(told, key=lambda one: -one[1]):
        streets.sort(key=lambda street: -street.metres(state))
        # A route may have a street several times.
        named = list(dict.fromkeys(street.name for street in streets))
        names = ", ".join(named[:STREETS_NAMED])
        more = f" +{len(named) - STREETS_NAMED}" if len(named) > STREETS_NAMED else ""
        what = _.ngettext("{run}: bỏ sót {n} đường", len(streets)).format(run=run.name, n=len(streets))
        # Stops have no length.
        what += f", {length(metres, data.language)}" if metres else ""
        yield Task(
            priority=Priority.HIGH, what=what, href=run_address(data, run), where=names + more,
            do=do.to(data.language),
        )  # fmt: skip


def _is_over(found: ServiceDay, now: datetime) -> bool:
    """Whether nobody is left to be sent: every run of the day was judged and is closed, or the day is past."""
    closed = sum(run.state is RunState.CLOSED for run in found.runs)
    return found.day < service_day(now) or closed == len(found.runs) >= found.due


def task_items(found: Sequence[Task], language: Language) -> Iterator[Component]:
    """One list item a task. Advice that is the same for several tasks in a row is said once."""
    before = ("", "")
    for task in found:
        what = html.A(task.what, href=task.href) if task.href else task.what
        said = (task.do, task.who)
        advice = [html.Span(task.do, className="ioc-do"), html.Span(task.who, className="ioc-where")]
        word = {"role": "img", "aria-label": WORDS[task.priority].to(language)}
        yield html.Li(
            [
                html.Span(ALARM_GLYPHS[task.priority], className="ioc-glyph", **word),
                html.B(what),
                html.Span(task.where, className="ioc-where"),
                *(advice if said != before else []),
            ],
            className=f"ioc-todo__item ioc-todo__item--{task.priority}",
        )
        before = said
