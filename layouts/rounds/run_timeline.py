"""Runs on one time scale: the plan above, coloured by result, and what the vehicle did below."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.waste.run import RunResult, RunState, StreetResult, StreetState
from layouts.parts.components import section
from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import STATE_WORDS, length, mark, run_address, run_word, span, time_of
from present.text import words
from rounds.pace import pace

SHORTEST = timedelta(minutes=1)
MARGIN = timedelta(minutes=15)


def timeline(data: ScreenData, runs: Sequence[RunResult]) -> Component:
    """A row per run, sorted by planned beginning and route, so that rows never change places."""
    _ = words(data.language)
    ordered = sorted(runs, key=lambda run: (run.begins or datetime.max.replace(tzinfo=data.now.tzinfo), run.route))
    axis = axis_of(ordered)
    rows = [_row(data, run, axis) for run in ordered]
    scale = html.Div(
        [html.Span(), html.Div(className="ioc-lane", **lane(axis, (), data.now, scale=True)), html.Span()],
        className="ioc-run ioc-run--scale",
        **{"aria-hidden": "true"},
    )
    return section(
        _("Tiến độ từng tuyến"),
        [html.Div([scale, *rows], className="ioc-runs")],
        aside=_("trên: kế hoạch, tô theo kết quả · dưới: thực tế"),
        name="runs",
    )


def axis_of(runs: Sequence[RunResult]) -> tuple[datetime, datetime] | None:
    """First and last instant of the runs, with a margin; None when they have no times."""
    told = [at for run in runs for at in _instants(run)]
    return (min(told) - MARGIN, max(told) + MARGIN) if told else None


def lane(
    axis: tuple[datetime, datetime] | None,
    bars: Sequence[str],
    now: datetime,
    *,
    scale: bool = False,
    ticks: int = 12,
) -> dict[str, str]:
    """What assets/scripts/27-lanes.js draws a lane from: the axis, the bars ("row kind from to" in epoch ms), now, and
    for how many hours there is room.
    """
    begins, ends = axis or (now - MARGIN, now + MARGIN)
    return {
        "data-part": "scale" if scale else "lane",
        "data-from": str(to_ms(begins)),
        "data-to": str(to_ms(ends)),
        "data-now": str(to_ms(now)),
        "data-bars": "|".join(bars),
        "data-ticks": str(ticks),
    }


def bars(run: RunResult) -> list[str]:
    """Planned streets by state, services, silences, and where the end is expected with its interval."""
    found = [bar("plan", street.state, begins, ends) for street, begins, ends in _planned(run)]
    found += [
        bar("real", street.state, street.first_at, street.last_at or street.first_at)
        for street in run.streets
        if street.first_at
    ]
    found += [bar("real", "gap", *gap) for gap in run.gaps]
    told = pace(run, run.computed_at)
    return found + ([bar("real", "eta", told.ends.low, told.ends.high)] if told and told.ends else [])


def delay_words(data: ScreenData, run: RunResult) -> str:
    """The delay in words; "" when it is unknown or the run is not running."""
    _ = words(data.language)
    told = pace(run, data.now)
    if told is None or run.state is not RunState.RUNNING:
        return ""
    minutes = round(told.late.total_seconds() / 60)
    if abs(minutes) < 1:
        return _("đúng giờ")
    return (_("trễ {n} phút") if minutes > 0 else _("sớm {n} phút")).format(n=abs(minutes))


def ends_words(data: ScreenData, run: RunResult) -> str:
    """Expected end of the run, with its interval; "" without a forecast."""
    _ = words(data.language)
    told = pace(run, data.now)
    end = told.ends if told else None
    return _("dự kiến xong {at} ({span})").format(at=time_of(end.at), span=span(end.low, end.high)) if end else ""


def shares(data: ScreenData, run: RunResult) -> list[Component]:
    """Length per state, for states that occur."""
    return [
        html.Span([mark(state, data.language), length(run.metres(state), data.language)])
        for state in STATE_WORDS
        if run.metres(state)
    ]


def _row(data: ScreenData, run: RunResult, axis: tuple[datetime, datetime] | None) -> Component:
    _ = words(data.language)
    who = ", ".join(run.vehicles) or _("chưa rõ xe")
    said = [run_word(run, data.now).to(data.language), delay_words(data, run), ends_words(data, run)]
    named = html.Span(
        [html.B(run.name), html.Span(f"{who} · {span(run.begins, run.ends)}", className="ioc-note")],
        className="ioc-run__name",
    )
    facts = html.Span(
        [
            html.Span(" · ".join(text for text in said if text)),
            html.Span(shares(data, run), className="ioc-shares"),
        ],
        className="ioc-run__facts",
    )
    return html.A(
        [named, html.Div(className="ioc-lane", **lane(axis, bars(run), data.now)), facts],
        href=run_address(data, run),
        className=f"ioc-run ioc-run--{run.state}",
    )


def _planned(run: RunResult) -> Iterator[tuple[StreetResult, datetime, datetime]]:
    """(street, beginning, end) of each timed street; without a planned end, the next street's beginning ends it."""
    timed = [(street, street.begins) for street in run.streets if street.begins]
    following = [begins for _, begins in timed[1:]] + [run.ends]
    for (street, begins), after in zip(timed, following, strict=False):
        ends = street.ends or after or begins
        yield street, begins, max(ends, begins + SHORTEST)


def _instants(run: RunResult) -> Iterator[datetime]:
    yield from (at for at in (run.begins, run.ends, run.started_at) if at)
    for street in run.streets:
        yield from (at for at in (street.begins, street.ends, street.first_at, street.last_at) if at)


def bar(row: str, kind: StreetState | str, begins: datetime, ends: datetime) -> str:
    """One bar of a lane as its attribute says it, at least a minute long."""
    return f"{row} {kind} {to_ms(begins)} {to_ms(max(ends, begins + SHORTEST))}"
