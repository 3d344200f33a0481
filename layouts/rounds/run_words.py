"""Words and links for runs: states and their marks, lengths, time spans, addresses of runs and vehicle days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.fleets.vehicle import SILENT_AFTER
from domain.text import Language, Text
from domain.waste.run import STREET_EARLY, STREET_LATE, RunResult, RunState, Span, StreetResult, StreetState, Stretch
from domain.waste.service_day import ServiceDay
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present import formats
from present.text import words
from queries.collection import COLLECTION
from rounds.lookup.street_now import is_there, reached_at
from rounds.pace import left

PATH = AREA.path
# In the legend's order: done, open, then what somebody must check.
STATE_WORDS = {
    StreetState.SERVED: Text("đã thu", "served"),
    StreetState.DUE: Text("còn phải thu", "still to collect"),
    StreetState.PASSED: Text("xe chạy qua, chưa thu", "passed, not collected"),
    StreetState.MISSED: Text("bỏ sót", "missed"),
    StreetState.UNKNOWN: Text("chưa xác minh được", "not verified"),
}
RUN_WORDS = {
    RunState.RUNNING: Text("đang thu", "collecting"),
    RunState.CLOSED: Text("đã kết thúc", "finished"),
}
SOMEBODY = Text("có xe đang thu, chưa rõ xe nào", "a truck is collecting, not yet known which")
AHEAD = Text("chưa tới giờ", "not due yet")
# A truck whose tracker is dead may have begun: these say what was seen.
UNSEEN = Text("chưa thấy xe", "no truck seen")
AWAITED = Text("đến giờ, chưa thấy xe", "due now, no truck seen")
NOTHING_YET = Text("chưa thấy thu", "not seen collecting")
NOBODY_SEEN = Text("hết giờ, không thấy xe", "time is up, no truck was seen")
NOTHING_SEEN = Text("hết giờ, không thấy thu", "time is up, not seen collecting")
IN_PART = Text("mới thu một phần", "collected in part")
CAME = Text("xe đã tới, chưa thu", "truck came, not collected")
HERE = Text("xe đang ở đường này", "truck is on this street")
# From 70 % on it is served and counted so, while its truck goes on there.
HERE_IN_PART = Text(f"{HERE.vi}, {IN_PART.vi}", f"{HERE.en}, {IN_PART.en}")
STAYS = Text("đã thu, xe còn ở đường này", "served, its truck is still there")
BEGUN = Text("xe đã tới", "truck has come")
TOUCHED = Text("xe mới qua một phần, chưa thu", "driven along in part, not collected")
# Who only turns at a stretch's corner is near so much of it.
CORNER_SHARE = 0.1


def run_word(run: RunResult, now: datetime) -> Text:
    """The run's state. Of one that nobody was seen to begin only what was seen; after its window it is overdue."""
    if (since := silent_since(run, now)) is not None:
        return _no_signal(since)
    if (since := away_since(run)) is not None:
        at = formats.clock(since)
        if not run.count(StreetState.DUE):
            return Text(f"đi hết tuyến lúc {at}", f"done, left at {at}")
        return Text(f"xe rời tuyến từ {at}", f"truck away since {at}")
    if run.state is RunState.CLOSED and not run.count(StreetState.SERVED):
        return NOTHING_SEEN if run.vehicles else NOBODY_SEEN
    if run.state is RunState.RUNNING and not run.vehicles:
        return SOMEBODY
    if run.state is not RunState.PLANNED:
        return RUN_WORDS[run.state]
    if run.begins is not None and run.begins > now:
        return AHEAD
    if has_come(run, now):
        return _seen(BEGUN, run.ends, now)
    if (since := _lost_since(run, now)) is not None:
        return _seen(_no_signal(since), run.ends, now)
    if run.begins is not None and not run.fixes and now <= run.begins + STREET_LATE:
        # Its hour has come and nobody was seen yet: "begins" would be read as "began".
        return _awaited(run.begins)
    return _seen(NOTHING_YET if run.fixes else UNSEEN, run.ends, now)


def has_come(run: RunResult, now: datetime) -> bool:
    """Whether the truck of a run of which no street is served is on one now: a long one takes an hour."""
    return run.state is RunState.PLANNED and any(is_there(run, street, now) for street in run.streets)


def away_since(run: RunResult) -> datetime | None:
    """When the vehicles of a run that has begun left its streets; None while one is there."""
    return run.away_since if run.state is RunState.RUNNING else None


def silent_since(run: RunResult, now: datetime) -> datetime | None:
    """When the vehicles of a run that has begun were last heard, if too long ago to say how it stands; else None."""
    return run.silent_since(now, SILENT_AFTER)


def _lost_since(run: RunResult, now: datetime) -> datetime | None:
    """The same of every open run whose vehicle is known: also one that was not seen to begin may have, unheard."""
    known = run.as_of if run.state is RunState.PLANNED and run.fixes else None
    return known if known is not None and now - known > SILENT_AFTER else silent_since(run, now)


def _awaited(since: datetime) -> Text:
    at = formats.clock(since)
    return Text(f"chờ xe từ {at}", f"awaiting a truck since {at}")


def _no_signal(since: datetime) -> Text:
    at = formats.clock(since)
    return Text(f"mất tín hiệu từ {at}", f"no signal since {at}")


def street_word(run: RunResult, street: StreetResult, now: datetime) -> Text:
    """The street's state; one still due after its window is overdue: a silent truck may have been there."""
    due = street.state is StreetState.DUE
    if is_there(run, street, now):
        return STAYS if not due else HERE_IN_PART if street.first_at else HERE
    if not due:
        return STATE_WORDS[street.state]
    if (gap := _hidden_by(run, street, now)) is not None:
        return _unknown(Text(f"mất tín hiệu {span(*gap)}", f"no signal {span(*gap)}"), street)
    over = run.over_at(street)
    begins = street.begins or run.begins
    part, came, ahead = in_part(run, street), came_at(run, street), begins is not None and begins > now
    passed = any(stretch.state is StreetState.PASSED for stretch in street.stretches)
    # What its truck did since it was heard last, nobody knows.
    if not ahead and (part or not passed) and (since := _lost_since(run, now)) is not None:
        return _unknown(_no_signal(since), street)
    if part or came:
        return _seen(IN_PART if part else CAME, over, now)
    if ahead:
        return AHEAD
    if passed:
        return _seen(STATE_WORDS[StreetState.PASSED], over, now)
    # Of a run that nobody is known to drive, whose truck it was is not known either.
    if run.vehicles and any(one.state is StreetState.DUE and one.share >= CORNER_SHARE for one in street.stretches):
        return _seen(TOUCHED, over, now)
    return OVERDUE if over is not None and over < now else AWAITED


def told(run: RunResult, street: StreetResult, now: datetime) -> Sequence[Stretch]:
    """The pieces of a street as its evidence tells them, so that it proves the street's word: of a street that was
    collected and left, not what of it is not judged yet; where its word tells of no truck, nothing of one.
    """
    if street.state is StreetState.SERVED and not is_there(run, street, now):
        return [one for one in street.stretches if one.state is not StreetState.DUE]
    if street_word(run, street, now) not in (AHEAD, AWAITED, OVERDUE):
        return street.stretches
    return [replace(one, share=0.0) if one.state is StreetState.DUE else one for one in street.stretches]


def _hidden_by(run: RunResult, street: StreetResult, now: datetime) -> Span | None:
    """The longest silence that may hide that a street was collected; None while it goes on, or its crew has still to
    come all the same.
    """
    if _lost_since(run, now) is not None or not street.hidden or street in left(run, heard=True):
        return None
    gaps = [stretch.gap for stretch in street.stretches if stretch.gap]
    return max(gaps, key=lambda gap: gap[1] - gap[0], default=None)


def _unknown(silence: Text, street: StreetResult) -> Text:
    """That nobody knows what became of a street, or of the rest of it, and why."""
    said = Text(f"chưa biết ({silence.vi})", f"not known ({silence.en})")
    if street.first_at is None:
        return said
    return Text(f"{IN_PART.vi}, còn lại {said.vi}", f"{IN_PART.en}, the rest {said.en}")


def in_part(run: RunResult, street: StreetResult) -> bool:
    """Whether a part of a street was collected in its turn: what was collected before its hour, and before its truck
    came, is told by its evidence.
    """
    at, begins = street.served[1] if street.served else None, street.begins
    turns = [one for one in (begins, reached_at(run, street)) if one is not None]
    return at is not None and (begins is None or at >= min(turns) - STREET_EARLY)


def came_at(run: RunResult, street: StreetResult) -> datetime | None:
    """When its truck came to a street; None of one that it only crossed, also long before its time."""
    at, begins = reached_at(run, street), street.begins
    return at if at is None or begins is None or at >= begins - STREET_LATE else None


def _seen(seen: Text, over: datetime | None, now: datetime) -> Text:
    """What was seen, and whether it should be over."""
    return _overdue(seen) if over is not None and over < now else seen


def _overdue(seen: Text) -> Text:
    return Text(f"quá giờ, {seen.vi}", f"overdue, {seen.en}")


OVERDUE = _overdue(UNSEEN)


def mark(state: StreetState, language: Language) -> Component:
    """A state's mark as maps, bars and lists show it; screen readers get the word."""
    word = STATE_WORDS[state].to(language)
    return html.I(className=f"ioc-mark ioc-mark--{state}", role="img", title=word, **{"aria-label": word})


def length(metres: float, language: Language) -> str:
    """850 m, 12,4 km."""
    if round(metres) < 1000:
        return f"{formats.number(metres, 0, language)} m"
    return f"{formats.number(metres / 1000, 1, language)} km"


def time_of(at: datetime | None) -> str:
    """14:05, or — when unknown."""
    return formats.UNKNOWN if at is None else formats.clock(at)


def span(begins: datetime | None, ends: datetime | None) -> str:
    """17:00–18:30; 17:00 for what begins and ends within that minute."""
    first, last = time_of(begins), time_of(ends)
    short = begins is not None and ends is not None and ends - begins < timedelta(minutes=1) and first == last
    return first if ends is None or short else f"{first}–{last}"


def shown_between(begins: datetime, ends: datetime) -> timedelta:
    """How long it is between two instants as `span` shows them: who subtracts 08:35 from 08:41 gets six minutes."""
    return ends.replace(second=0, microsecond=0) - begins.replace(second=0, microsecond=0)


def gap_text(data: ScreenData, run: RunResult, gap: Span) -> str:
    """17:20–17:31 (11'); từ 17:20 of a silence that lasts: its end is that of the run, or now."""
    if _lasts(data.get(COLLECTION), run, gap):
        return words(data.language)("từ {when}").format(when=time_of(gap[0]))
    return f"{span(*gap)} ({shown_between(*gap) // timedelta(minutes=1)}′)"


def _lasts(found: ServiceDay | None, run: RunResult, gap: Span) -> bool:
    """Whether a vehicle of a run was heard last when a silence of it began; its day is read after the run is closed."""
    days = [found.vehicle(one) for one in run.vehicles] if found else []
    last = [day.as_of for day in days if day is not None and day.as_of is not None]
    if len(run.vehicles) == 1 and run.as_of is not None:
        last = [max(run.as_of, *last)] if last else [run.as_of]
    return any(abs(at - gap[0]) < timedelta(seconds=1) for at in last)


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
