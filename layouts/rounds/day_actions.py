"""What a dispatcher has to do: the wall's alarms of waste collection, and what the day's runs ask for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.fleets.vehicle import SILENT_ALARM
from domain.instant import service_day
from domain.kpis.alarm import Alarm, Priority
from domain.kpis.kpi import Status
from domain.text import Language, Text
from layouts.parts.area_screen import nothing_to_do
from layouts.parts.components import section
from layouts.parts.screen import ScreenData
from layouts.rounds.run_tasks import Task, run_tasks
from present import formats
from present.alarms import ALARM_GLYPHS, alarm_rows
from present.cards import STATUS_WORDS, TextCell
from present.text import words
from queries.alarms import ALARMS, of_feeds
from queries.collection import COLLECTION

SHOWN, SHOWN_LOW = 6, 3
"""How many tasks stand open beside the map, and how many where the screen is low: there the fold between is closed
(assets/styles/57-waste.css)."""
WORDS = {
    Priority.CRITICAL: STATUS_WORDS[Status.CRITICAL],
    Priority.HIGH: STATUS_WORDS[Status.WARNING],
    Priority.ADVISORY: STATUS_WORDS[Status.ADVISORY],
}


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
    """Alarms, and what the day's runs ask for; of a day that is over only what was left out, or nobody saw."""
    found = data.get(COLLECTION)
    today = found is None or found.day == service_day(data.now)
    return list(_alarms(data)) if today else [], list(run_tasks(data, found)) if found else []


def _alarms(data: ScreenData) -> Iterator[Task]:
    mine = [_weighed(data, alarm) for alarm in of_feeds(data.get(ALARMS), AREA.feeds)]
    for row in alarm_rows(mine, data.kpis, data.feeds, data.areas, data.language, data.now):
        _glyph, what, meta, response, effects = (cell.t for cell in row.cells if isinstance(cell, TextCell))
        where = " · ".join(filter(None, (meta, effects)))
        # The figures of this page are all here already.
        href = row.href if "vehicle=" in row.href or not row.kpi else ""
        yield Task(priority=Priority(row.tone), what=what, href=href, where=where, do=response, who=row.who)


def _weighed(data: ScreenData, alarm: Alarm) -> Alarm:
    """An alarm of a silent vehicle that was weighed since: it works, its tracker does not, and no other is sent."""
    found = data.get(COLLECTION)
    day = found.vehicle(alarm.vehicle) if found and alarm.id == SILENT_ALARM + alarm.vehicle else None
    at = day.weighed_at if day else None
    if at is None or alarm.since is None or at <= alarm.since:
        return alarm
    said = formats.clock(at)
    response = Text(
        f"Phiếu cân lúc {said} cho biết xe vẫn chạy: báo sửa thiết bị, không cần cử xe khác.",
        f"It was weighed at {said}, so it works: have its tracker repaired; no other vehicle is needed.",
    )
    return replace(alarm, response=response)


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
                html.Span(_where(task), className="ioc-where"),
                *(advice if said != before else []),
            ],
            className=f"ioc-todo__item ioc-todo__item--{task.priority}",
        )
        before = said


def _where(task: Task) -> str | list[Component | str]:
    """Where it is, or a link to each of several."""
    if not task.links:
        return task.where
    linked = [html.A(name, href=href, className="ioc-link") for name, href in task.links]
    return [part for link in linked for part in ("\u00a0· ", link)][1:]
