"""The wall's runs: what is overdue, running or begins within two hours, as bars of plan and reality."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dash import html
from dash.development.base_component import Component

from domain.instant import service_day, to_ms
from domain.waste.run import STREET_LATE, RunResult, RunState, StreetState
from domain.waste.service_day import ServiceDay
from layouts.parts.components import empty, phone_fold, section
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from layouts.rounds.run_timeline import bar, delay_words, lane, past_end
from layouts.rounds.run_words import (
    PATH,
    STATE_WORDS,
    away_since,
    has_come,
    mark,
    run_address,
    run_word,
    silent_since,
    time_of,
)
from present import formats
from present.text import Words, words
from queries.collection import COLLECTION
from queries.places import PLACES
from rounds.pace import left, pace

SHOWN, TICKS, WALL_TICKS = 9, 8, 6
# So many lie open on a telephone: the overdue are the first.
SHOWN_ON_TELEPHONES = 3
AHEAD = timedelta(hours=2)
# The axis shows at least this much of what was.
BEFORE = timedelta(hours=1)


def runs_now(data: ScreenData) -> list[Component]:
    """At most nine rows, the overdue first: below two lines of heading a tenth would be cut. The others are counted."""
    _ = words(data.language)
    found = data.get(COLLECTION)
    title = html.A(_("Tuyến hôm nay"), href=address(data, PATH))
    if found is None or not found.runs:
        return [section(title, [_nothing(found, data.now, _)], name="runs-now")]
    wanted = of_now(found.runs, data.now)
    rows, more = wanted[:SHOWN], len(wanted) - SHOWN
    others = _.ngettext("và {n} tuyến khác", more).format(n=more) if more > 0 else ""
    aside = summary(found.runs, data.now, _)
    judged = html.Div(**{"data-judged": str(max(to_ms(run.computed_at) for run in found.runs))}, hidden=True)
    if not rows:
        return [section(title, [empty(idle(found, data.now, _)), judged], aside=aside, name="runs-now")]
    lines = run_lines(data, rows, SHOWN_ON_TELEPHONES, ticks=WALL_TICKS, others=others)
    return [section(title, [lines, judged], aside=aside, name="runs-now")]


def run_lines(
    data: ScreenData,
    rows: Sequence[RunResult],
    on_telephones: int | None = None,
    *,
    ticks: int = TICKS,
    others: str = "",
) -> Component:
    """A line a run on one scale with ``ticks`` at most; today's reaches from an hour ago to two ahead at least.

    A telephone folds all but the first ``on_telephones``; None: nothing. ``others`` says beside the scale
    what is not here.
    """
    _ = words(data.language)
    begins, ends = min(map(_drawn_from, rows)), max(map(_drawn_until, rows))
    if rows[0].day == service_day(data.now):
        begins, ends = min(begins, data.now - BEFORE), max(ends, data.now + AHEAD)
    axis = begins, ends
    hours = {"aria-hidden": "true", **lane(axis, (), data.now, scale=True, ticks=ticks)}
    scale = html.Div(
        [html.Span(), html.Div(className="ioc-lane", **hours), html.Span(others)],
        className="ioc-now-run ioc-now-run--scale",
    )
    lines = [_row(data, run, axis, ticks, _) for run in rows]
    if on_telephones is not None and (rest := lines[on_telephones:]):
        said = _.ngettext("Thêm {n} tuyến", len(rest)).format(n=len(rest))
        lines[on_telephones:] = [phone_fold(said, rest, name="runs-now")]
    return html.Div([scale, *lines], className="ioc-now-runs")


def street_counts(data: ScreenData) -> list[Component]:
    """How many streets of the day are in which state; what is not due yet counts apart from what is due now."""
    _ = words(data.language)
    found = data.get(COLLECTION)
    if found is None or not found.runs:
        return []
    streets = [street for run in found.runs for street in run.streets]
    due = [street for street in streets if street.state is StreetState.DUE]
    later = sum(street.begins is not None and street.begins > data.now for street in due)
    counted = {state: sum(street.state is state for street in streets) for state in StreetState}
    of = STATE_WORDS
    said = (
        (StreetState.SERVED, counted[StreetState.SERVED], of[StreetState.SERVED].to(data.language)),
        (StreetState.DUE, counted[StreetState.DUE] - later, _("đến giờ")),
        (StreetState.UNKNOWN, counted[StreetState.UNKNOWN], of[StreetState.UNKNOWN].to(data.language)),
        (StreetState.MISSED, counted[StreetState.MISSED], of[StreetState.MISSED].to(data.language)),
        (StreetState.PASSED, counted[StreetState.PASSED], of[StreetState.PASSED].to(data.language)),
    )
    counts = [
        html.Span([mark(state, data.language), html.B(formats.number(n, 0, data.language)), text])
        for state, n, text in said
        if n or state is not StreetState.PASSED
    ]
    rest = [html.Span(_("{n} chưa tới giờ").format(n=formats.number(later, 0, data.language)))] if later else []
    return [html.H2(_place(data, found.runs, _)), html.P([*counts, *rest], className="ioc-counts")]


def of_now(runs: Sequence[RunResult], now: datetime) -> list[RunResult]:
    """The runs that somebody should see now: overdue, running, within two hours; each group by planned beginning."""
    groups = [(group, _begin(run), run.key, run) for run in runs if (group := _group(run, now)) is not None]
    return [run for *_key, run in sorted(groups, key=lambda one: one[:3])]


def is_overdue(run: RunResult, now: datetime) -> bool:
    """Whether its window is over and a street is not served, or it should have begun and its truck is on none of its
    streets: each by more than the quarter of an hour that is on time.
    """
    over = _has_ended(run, now)
    if run.state is RunState.RUNNING:
        return over and bool(left(run, heard=silent_since(run, now) is None))
    late = run.begins is not None and run.begins + STREET_LATE < now
    return run.state is RunState.PLANNED and late and (over or not has_come(run, now))


def _has_ended(run: RunResult, now: datetime) -> bool:
    return run.ends is not None and run.ends + STREET_LATE < now


def _group(run: RunResult, now: datetime) -> int | None:
    if is_overdue(run, now):
        return 0
    if run.state is RunState.RUNNING:
        return 1
    soon = run.state is RunState.PLANNED and run.begins is not None and run.begins <= now + AHEAD
    return 2 if soon else None


def _row(data: ScreenData, run: RunResult, axis: tuple[datetime, datetime], ticks: int, _: Words) -> Component:
    overdue = is_overdue(run, data.now)
    bars = _bars(run, data.now, overdue=overdue)
    who = ", ".join(run.vehicles) or (_("chưa rõ xe") if run.state is RunState.RUNNING else "")
    facts = [html.Span(state_words(data, run, marked=True)), html.Span(who, className="ioc-note")]
    return html.A(
        [
            html.Span([*([_overdue_mark(_)] if overdue else []), run.name], className="ioc-now-run__name"),
            html.Div(className="ioc-lane", **lane(axis, bars, data.now, ticks=ticks)),
            html.Span(facts, className="ioc-now-run__facts"),
        ],
        href=run_address(data, run),
        className="ioc-now-run ioc-now-run--overdue" if overdue else "ioc-now-run",
    )


def _overdue_mark(_: Words) -> Component:
    return html.Span("▲ ", className="ioc-glyph", role="img", **{"aria-label": _("quá giờ")})


def _bars(run: RunResult, now: datetime, *, overdue: bool) -> list[str]:
    """The planned window, what was driven of it, the silences within, where its end is expected."""
    told = pace(run, run.computed_at)
    found = [bar("plan", "window", _begin(run), _end(run))] if run.begins else []
    if run.started_at:
        kind = "late" if overdue or (told is not None and told.late > STREET_LATE) else StreetState.SERVED
        found.append(bar("real", kind, run.started_at, run.closed_at or run.as_of or now))
        found += [bar("real", "gap", *gap) for gap in run.gaps]
    ends = told.ends if told else None
    return found + ([bar("real", "eta", ends.low, ends.high)] if ends else [])


def state_words(data: ScreenData, run: RunResult, *, marked: bool = False) -> str:
    """How a run stands against its plan. ``marked``: a mark beside it says that it is overdue; of a silent run, or one
    whose truck left its streets, it is then said only since when.
    """
    _ = words(data.language)
    overdue = is_overdue(run, data.now)
    if run.state is RunState.CLOSED:
        return _closed_words(run, _)
    said = run_word(run, data.now).to(data.language)
    if run.state is RunState.PLANNED:
        ahead = run.begins is not None and run.begins > data.now
        return _("bắt đầu {at}").format(at=time_of(run.begins)) if ahead else said
    if overdue and run.ends is not None:
        over = _("quá giờ {time}").format(time=formats.age(data.now - run.ends, data.language))
        if not silent_since(run, data.now) and not away_since(run):
            return over
        return said if marked else f"{over}, {said}"
    delay, beyond = delay_words(data, run), past_end(run, data.now)
    if delay and beyond:
        # That its crew still collects is news; a line of the wall has no room for all that its page says.
        return _("thu quá {n} phút").format(n=round(beyond.total_seconds() / 60))
    return delay or said


def _closed_words(run: RunResult, _: Words) -> str:
    """How many streets were collected, and of how many nobody knows: those are not "not collected"."""
    of, unknown = len(run.streets), run.count(StreetState.UNKNOWN)
    if unknown == of:
        return _.ngettext("chưa xác minh được {n} đường", of).format(n=of)
    served = _.ngettext("thu {n}/{of} đường", of).format(n=run.count(StreetState.SERVED), of=of)
    return f"{served}, " + _("{n} chưa xác minh được").format(n=unknown) if unknown else served


def summary(runs: Sequence[RunResult], now: datetime, _: Words) -> str:
    """How many are overdue, run, are done; who should only have begun counts by its row's word, not as overdue."""
    overdue = [run for run in runs if is_overdue(run, now)]
    in_hours = [run for run in overdue if run.ends is None or run.ends >= now]
    over, unheard = len(overdue) - len(in_hours), sum(not run.fixes for run in in_hours)
    in_time = [run for run in runs if not is_overdue(run, now)]
    running = sum(run.state is RunState.RUNNING or has_come(run, now) for run in in_time)
    closed = sum(run.state is RunState.CLOSED for run in runs)
    late = (
        (over, _("{n} quá giờ")), (unheard, _("{n} chưa thấy xe")),
        (len(overdue) - over - unheard, _("{n} chưa thấy thu")),
    )  # fmt: skip
    said = [_("{n} đang chạy").format(n=running), _("{n}/{of} đã kết thúc").format(n=closed, of=len(runs))]
    return " · ".join([text.format(n=n) for n, text in late if n] + said)


def idle(found: ServiceDay, now: datetime, _: Words) -> str:
    """Says that no run is on its way, and when the next begins, today or tomorrow."""
    following = min((run.begins for run in found.runs if run.begins and run.begins > now), default=None)
    if following is not None:
        return _("Không tuyến nào đang chạy; tuyến tới bắt đầu {at}.").format(at=time_of(following))
    if found.next_day is None:
        return _("Không tuyến nào đang chạy; hôm nay không còn tuyến nào.")
    return _("Các tuyến hôm nay đã xong; ngày mai tuyến đầu tiên bắt đầu {at}.").format(at=time_of(found.next_day))


def awaited(found: ServiceDay, now: datetime, _: Words) -> str:
    """What a day without a judged run waits for: its first run, or the first position of one that should have begun."""
    if found.first is None or found.first <= now:
        said = _.ngettext("{n} chuyến phải chạy; chưa chuyến nào được đánh giá.", found.due)
        return said.format(n=found.due)
    said = _.ngettext("{n} chuyến phải chạy; chuyến đầu tiên bắt đầu lúc {at}.", found.due)
    return said.format(n=found.due, at=time_of(found.first))


def _nothing(found: ServiceDay | None, now: datetime, _: Words) -> Component:
    if found is None or not found.routes:
        return empty(_("Chưa có kế hoạch thu gom nào được nạp."))
    if not found.due:
        return empty(_("Hôm nay không tuyến nào phải chạy."))
    return empty(awaited(found, now, _))


def _place(data: ScreenData, runs: Sequence[RunResult], _: Words) -> str:
    """The set of wards that all runs lie in, as people call it."""
    places = {place for run in runs for place in run.places}
    named = (one.names.to(data.language) for one in data.get(PLACES).sets.values() if places and places <= {*one.codes})
    return next(named, _("Đường thu gom hôm nay"))


def _begin(run: RunResult) -> datetime:
    """When it was to begin, did begin, or was judged, whichever is known first."""
    return run.begins or run.started_at or run.computed_at


def _drawn_from(run: RunResult) -> datetime:
    """The beginning of its first bar: a truck may be early."""
    return min(_begin(run), run.started_at or run.computed_at)


def _drawn_until(run: RunResult) -> datetime:
    """The end of its last bar: its window, or the latest that its end is expected."""
    told = pace(run, run.computed_at)
    return max(_end(run), told.ends.high) if told and told.ends else _end(run)


def _end(run: RunResult) -> datetime:
    return run.ends or run.closed_at or run.as_of or _begin(run) + BEFORE
