"""Words and links for runs: states and their marks, lengths, time spans, addresses of runs and vehicle days."""

from datetime import datetime
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.text import Language, Text
from domain.waste.run import RunResult, RunState, Span, StreetResult, StreetState
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present import formats
from present.text import words

PATH = AREA.path
# In the legend's order: done, open, then what somebody must check.
STATE_WORDS = {
    StreetState.SERVED: Text("đã thu", "served"),
    StreetState.DUE: Text("xe chưa tới", "truck not there yet"),
    StreetState.PASSED: Text("xe chạy qua, chưa thu", "passed, not collected"),
    StreetState.MISSED: Text("bỏ sót", "missed"),
    StreetState.UNKNOWN: Text("chưa xác minh được", "not verified"),
}
RUN_WORDS = {
    RunState.PLANNED: Text("chưa bắt đầu", "not started"),
    RunState.RUNNING: Text("đang thu", "collecting"),
    RunState.CLOSED: Text("đã kết thúc", "closed"),
}


OVERDUE = Text("quá giờ, chưa thấy xe", "overdue, no truck seen")


def run_word(run: RunResult, now: datetime) -> Text:
    """The run's state; one that nobody was seen to begin by the end of its window is overdue, not "not started"."""
    over = run.state is RunState.PLANNED and run.ends is not None and run.ends < now
    return OVERDUE if over else RUN_WORDS[run.state]


def street_word(run: RunResult, street: StreetResult, now: datetime) -> Text:
    """The street's state; one still due after its window is overdue: a silent truck may have been there."""
    over = run.over_at(street) if street.state is StreetState.DUE else None
    return OVERDUE if over is not None and over < now else STATE_WORDS[street.state]


def mark(state: StreetState, language: Language) -> Component:
    """A state's mark as maps, bars and lists show it; screen readers get the word."""
    word = STATE_WORDS[state].to(language)
    return html.I(className=f"ioc-mark ioc-mark--{state}", role="img", title=word, **{"aria-label": word})


def length(metres: float, language: Language) -> str:
    """850 m, 12,4 km."""
    if metres < 1000:
        return f"{formats.number(metres, 0, language)} m"
    return f"{formats.number(metres / 1000, 1, language)} km"


def time_of(at: datetime | None) -> str:
    """14:05, or — when unknown."""
    return formats.UNKNOWN if at is None else formats.clock(at)


def span(begins: datetime | None, ends: datetime | None) -> str:
    """17:00–18:30."""
    return time_of(begins) if ends is None else f"{time_of(begins)}–{time_of(ends)}"


def gap_text(gap: Span) -> str:
    """17:20–17:31 (11')."""
    minutes = round((gap[1] - gap[0]).total_seconds() / 60)
    return f"{span(*gap)} ({minutes}′)"


def run_address(data: ScreenData, run: RunResult) -> str:
    """The stable address of a run."""
    return address(data, PATH, run=run.route, number=str(run.number), day=run.day.isoformat())


def downloads(data: ScreenData, *of: str) -> Component:
    """Links to a track as GPX and CSV; ``of`` are the parts of its API path."""
    path = "/".join(quote(part, safe="") for part in of)
    links = [
        html.A(name, href=f"/api/v1/{path}/track.{name.lower()}", className="ioc-link", download="")
        for name in ("GPX", "CSV")
    ]
    said = words(data.language)("Tải hành trình xe:")
    return html.P([said, " ", links[0], " · ", links[1]], className="ioc-note")


def way_back(data: ScreenData) -> Component:
    """Link from a run or a vehicle back to the day."""
    said = words(data.language)("← Mọi tuyến trong ngày")
    return html.A(said, href=address(data, PATH, day=data.query.get("day", "")), className="ioc-link")


def vehicle_address(data: ScreenData, vehicle: str, day: str) -> str:
    """The stable address of one vehicle's day."""
    return address(data, PATH, vehicle=vehicle, day=day)
