"""What the runs of a day ask a dispatcher to do: late or early ones, those nobody saw, streets that were left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from domain.instant import service_day
from domain.kpis.alarm import Priority
from domain.text import Text
from domain.waste.run import STREET_LATE, RunResult, RunState, StreetResult, StreetState
from domain.waste.service_day import ServiceDay
from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import away_since, length, run_address, silent_since, span
from layouts.rounds.runs_now import is_overdue, state_words
from present.text import Words, words
from rounds.pace import pace

STREETS_NAMED = 3
CALL = Text(
    "Gọi tài xế; số điện thoại ở trang của tuyến, sau khi đăng nhập.",
    "Call the driver; the number is on the route's page, after signing in.",
)
ASK = Text(
    "Hỏi đơn vị thu gom xe nào chạy tuyến này; nếu chưa có, cử xe khác.",
    "Ask the collection company which truck is on this route; send another if there is none.",
)
WAIT = Text(
    "Báo tài xế chờ đúng giờ, hoặc báo cho phường: xe đến sớm.",
    "Tell the driver to wait for the planned time, or tell the ward that the truck is early.",
)
SEND_BACK = Text(
    "Cử xe quay lại thu, rồi báo cho phường nếu không kịp trong ngày.",
    "Send a truck back; tell the ward if none can come today.",
)
NEXT_DAY = Text(
    "Trong ngày không còn chuyến nào: báo cho phường, hôm sau thu các đường này trước tiên.",
    "No run of that day is left: tell the ward, and collect these streets first the next day.",
)
ASK_ALL = Text(
    "Hỏi đơn vị thu gom xe nào đã chạy; chuyến nào không có xe thì cử xe thu.",
    "Ask the collection company which trucks were on them; send one to each run that had none.",
)
ASK_NEXT_DAY = Text(
    "Hỏi đơn vị thu gom xe nào đã chạy; nếu không có, báo cho phường, hôm sau thu trước tiên.",
    "Ask the collection company which truck was on it; if none, tell the ward and collect it first the next day.",
)
ASK_DRIVER = Text(
    "Hỏi tài xế đã thu chưa; nếu chưa, cử xe quay lại thu.",
    "Ask the driver whether it was collected; send a vehicle back if not.",
)
ASK_DRIVER_NEXT_DAY = Text(
    "Hỏi tài xế đã thu chưa; nếu chưa, báo cho phường, hôm sau thu trước tiên.",
    "Ask the driver whether it was collected; if not, tell the ward, and collect it first on the next day.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: what it is about and where that is told, since when or how much, what to do, who.

    ``links``: where each of several is told, with its name, when it is about more than one.
    """

    priority: Priority
    what: str
    href: str = ""
    where: str = ""
    links: tuple[tuple[str, str], ...] = ()
    do: str = ""
    who: str = ""


class _Cause(NamedTuple):
    """What a run asks for one of its troubles: how urgent, what is said of it, where, what to do."""

    priority: Priority
    said: str
    where: str
    do: Text


_Causes = Iterator[tuple[RunResult, _Cause]]


def run_tasks(data: ScreenData, found: ServiceDay) -> Iterator[Task]:
    """What its runs ask for, a task a run; a day that is over asks only for what was left out.

    Runs that no truck was seen on, and that ask for nothing else, are one task: a vehicle without a tracker leaves
    several a day.
    """
    causes = chain(_missed(data, found), _silent(data, found), _driven_through(data, found))
    if found.day == service_day(data.now):
        causes = chain(_out_of_time(data, found), causes)
    told: dict[str, tuple[RunResult, list[_Cause]]] = {}
    for run, cause in causes:
        told.setdefault(run.key, (run, []))[1].append(cause)
    unseen = list(_unseen(data, found))
    alone = [run for run, _cause in unseen if run.key not in told]
    for run, cause in unseen:
        if len(alone) == 1 or run not in alone:
            told.setdefault(run.key, (run, []))[1].append(cause)
    for run, of_it in told.values():
        yield _task(data, run, of_it)
    if len(alone) > 1:
        yield _unseen_together(data, found, alone)


def missed(data: ScreenData, found: ServiceDay) -> Iterator[Task]:
    """One task a run, the longest length missed first; a stretch missed of a street that was served is no task."""
    return (_task(data, run, [cause]) for run, cause in _missed(data, found))


def _task(data: ScreenData, run: RunResult, causes: Sequence[_Cause]) -> Task:
    """One run asks for one thing, however many causes it has: what the most urgent asks for, which is said first."""
    order = list(Priority)
    causes = sorted(causes, key=lambda one: order.index(one.priority))
    return Task(
        priority=causes[0].priority,
        what=f"{run.name}: {'; '.join(one.said for one in causes)}",
        href=run_address(data, run),
        where=" · ".join(dict.fromkeys(one.where for one in causes)),
        do=causes[0].do.to(data.language),
    )


def _out_of_time(data: ScreenData, found: ServiceDay) -> _Causes:
    """Runs whose window is over, that should have begun, or that are late or early; the longest overdue first."""
    _ = words(data.language)
    for run in sorted(found.runs, key=lambda run: run.ends or data.now):
        overdue, early = is_overdue(run, data.now), _is_early(run, data.now)
        if overdue or early or _is_late(run, data.now):
            do = WAIT if early and not overdue else CALL if run.vehicles else ASK
            yield (
                run,
                _Cause(
                    Priority.HIGH if overdue else Priority.ADVISORY, state_words(data, run), _who_and_when(run, _), do
                ),
            )


def _who_and_when(run: RunResult, _: Words) -> str:
    return " · ".join((", ".join(run.vehicles) or _("chưa rõ xe"), span(run.begins, run.ends)))


def _is_late(run: RunResult, now: datetime) -> bool:
    """Whether it is behind its plan, and a street of it is still to be served."""
    told = pace(run, now) if run.state is RunState.RUNNING else None
    return told is not None and told.late > STREET_LATE and run.count(StreetState.SERVED) < len(run.streets)


def _is_early(run: RunResult, now: datetime) -> bool:
    """Whether it is so far ahead of its plan that people put their bags out after it; of a silent one nobody knows."""
    if run.state is not RunState.RUNNING or silent_since(run, now) or away_since(run):
        return False
    told = pace(run, now)
    ahead = any(one.state is StreetState.DUE and one.begins is not None and one.begins > now for one in run.streets)
    return told is not None and told.late < -STREET_LATE and ahead


def _missed(data: ScreenData, found: ServiceDay) -> _Causes:
    _ = words(data.language)
    do = NEXT_DAY if _is_over(found, data.now) else SEND_BACK
    for run, metres, streets in _left_out(found, StreetState.MISSED):
        said = _.ngettext("bỏ sót {n} đường", len(streets)).format(n=len(streets))
        # Stops have no length.
        said += f", {length(metres, data.language)}" if metres else ""
        yield run, _Cause(Priority.HIGH, said, _named(streets), do)


def _unseen(data: ScreenData, found: ServiceDay) -> _Causes:
    """Runs that ended without anybody seeing a truck on most of their streets: nobody may have come. That is as grave
    as streets that were missed, while a truck can be sent.
    """
    _ = words(data.language)
    do = ASK_NEXT_DAY if _is_over(found, data.now) else ASK
    for run in filter(_is_unknown, found.runs):
        if not run.vehicles:
            said = _("không thấy xe nào chạy chuyến này")
            yield run, _Cause(_while_it_helps(data, found), said, _who_and_when(run, _), do)


def _unseen_together(data: ScreenData, found: ServiceDay, runs: Sequence[RunResult]) -> Task:
    """The same of several runs, with a link to each."""
    do = ASK_NEXT_DAY if _is_over(found, data.now) else ASK_ALL
    return Task(
        priority=_while_it_helps(data, found),
        what=words(data.language)("Không thấy xe nào chạy {n} chuyến").format(n=len(runs)),
        links=tuple((run.name, run_address(data, run)) for run in runs),
        do=do.to(data.language),
    )


def _while_it_helps(data: ScreenData, found: ServiceDay) -> Priority:
    """How urgent it is that nobody may have come: nobody is sent to a day that is over."""
    return Priority.HIGH if found.day == service_day(data.now) else Priority.ADVISORY


def _silent(data: ScreenData, found: ServiceDay) -> _Causes:
    """Runs that ended and whose truck fell silent, so that nothing is known of any street: its driver knows."""
    _ = words(data.language)
    do = ASK_DRIVER_NEXT_DAY if _is_over(found, data.now) else ASK_DRIVER
    for run in filter(_is_unknown, found.runs):
        if run.vehicles:
            said = _("xe mất tín hiệu, chưa xác minh được đường nào")
            yield run, _Cause(Priority.ADVISORY, said, _who_and_when(run, _), do)


def _is_unknown(run: RunResult) -> bool:
    """Whether it ended and nothing is known of its streets; of those nobody ran another truck may have crossed some."""
    unknown, of = run.count(StreetState.UNKNOWN), len(run.streets)
    return run.state is RunState.CLOSED and of > 0 and (unknown == of if run.vehicles else 2 * unknown > of)


def _driven_through(data: ScreenData, found: ServiceDay) -> _Causes:
    """Streets that a truck drove along without being seen to collect. Who collects fast looks the same: ask first.

    What was missed of such a street is said with it: it is in no other cause.
    """
    _ = words(data.language)
    do = ASK_DRIVER_NEXT_DAY if _is_over(found, data.now) else ASK_DRIVER
    for run, metres, streets in _left_out(found, StreetState.PASSED, StreetState.MISSED):
        said = _.ngettext("xe chạy qua {n} đường, chưa thấy thu {length}", len(streets))
        said = said.format(n=len(streets), length=length(metres, data.language))
        yield run, _Cause(Priority.ADVISORY, said, _named(streets), do)


def _left_out(
    found: ServiceDay, state: StreetState, *more: StreetState
) -> list[tuple[RunResult, float, list[StreetResult]]]:
    """By run, the longest length first: the metres in ``state`` or one of ``more`` that nobody collected since, and the
    streets in ``state`` that they are of.
    """
    told = []
    for run in found.runs:
        left = [(street, street.left_out(state, *more)) for street in run.streets if street.state is state]
        metres = [(sum(one.length_m for one in pieces), street) for street, pieces in left if pieces]
        if metres:
            metres.sort(key=lambda one: -one[0])
            told.append((run, sum(length_m for length_m, _ in metres), [street for _, street in metres]))
    return sorted(told, key=lambda one: -one[1])


def _named(streets: Sequence[StreetResult]) -> str:
    """Their names, the first few; a route may have a street several times."""
    named = list(dict.fromkeys(street.name for street in streets))
    more = f" +{len(named) - STREETS_NAMED}" if len(named) > STREETS_NAMED else ""
    return ", ".join(named[:STREETS_NAMED]) + more


def _is_over(found: ServiceDay, now: datetime) -> bool:
    """Whether nobody is left to be sent: every run of the day was judged and is closed, or the day is past."""
    closed = sum(run.state is RunState.CLOSED for run in found.runs)
    return found.day < service_day(now) or closed == len(found.runs) >= found.due
