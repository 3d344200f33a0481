"""A run on its time scale: the plan above, coloured by result, and what the vehicle did below; its delay in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from domain.instant import to_ms
from domain.waste.run import RunResult, RunState, StreetResult, StreetState
from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import away_since, silent_since, span, time_of
from present.text import words
from rounds.pace import left, pace

SHORTEST = timedelta(minutes=1)
MARGIN = timedelta(minutes=15)


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
    found += [bar("real", street.state, *street.served) for street in run.streets if street.served]
    found += [bar("real", "gap", *gap) for gap in run.gaps]
    told = pace(run, run.computed_at)
    return found + ([bar("real", "eta", told.ends.low, told.ends.high)] if told and told.ends else [])


def delay_words(data: ScreenData, run: RunResult) -> str:
    """The delay in words, or by how much its planned end is past, whichever is more; "" when it is unknown, the run is
    not running or its vehicles are silent or away.
    """
    _ = words(data.language)
    told = pace(run, data.now)
    if told is None or run.state is not RunState.RUNNING or silent_since(run, data.now) or away_since(run):
        return ""
    if over := past_end(run, data.now):
        return _("quá giờ kết thúc {n} phút").format(n=round(over.total_seconds() / 60))
    minutes = round(told.late.total_seconds() / 60)
    if abs(minutes) < 1:
        return _("đúng giờ")
    return (_("trễ {n} phút") if minutes > 0 else _("sớm {n} phút")).format(n=abs(minutes))


def past_end(run: RunResult, now: datetime) -> timedelta:
    """By how many whole minutes its planned end is past; zero before, and when it is later at its streets than that.

    A run with nothing left to collect stays open for some minutes more: it went on until its last service.
    """
    last = max((street.last_at for street in run.streets if street.last_at), default=None)
    until = last if last is not None and not left(run, heard=True) else now
    over, told = until - run.ends if run.ends else timedelta(), pace(run, now)
    late = max(told.late, timedelta()) if told else timedelta()
    return over - over % timedelta(minutes=1) if over > late else timedelta()


def ends_words(data: ScreenData, run: RunResult) -> str:
    """Expected end of the run, with its interval; "" without a forecast."""
    _ = words(data.language)
    told = pace(run, data.now)
    end = told.ends if told else None
    return _("dự kiến xong {at} ({span})").format(at=time_of(end.at), span=span(end.low, end.high)) if end else ""


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
        yield from (at for at in (street.begins, street.ends, *(street.served or ())) if at)
    told = pace(run, run.computed_at)
    yield from (told.ends.low, told.ends.high) if told and told.ends else ()


def bar(row: str, kind: StreetState | str, begins: datetime, ends: datetime) -> str:
    """One bar of a lane as its attribute says it, at least a minute long."""
    return f"{row} {kind} {to_ms(begins)} {to_ms(max(ends, begins + SHORTEST))}"
