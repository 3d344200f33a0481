"""Assigns vehicles to runs by where they drove, unless a dispatcher said otherwise.

A plate is not bound to a route. Every two minutes each open run is scored by the share of the vehicle's metres of the
last 20 minutes that lie on its due streets and were not driven through at 25 km/h or more, with a little more for a
vehicle its plan names, and a third of that once its hour has come; of a run that is both, metres that it hauled
elsewhere do not count. A run takes a vehicle over when it wins three times in a row (WASTE.md, section 3), by more than
a few metres from the run that has it. Who pushes a handcart drives no truck's run on the way home, nor a truck the
alleys' one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from domain.fleets.vehicle import plate_key
from domain.waste.run import CLOSES_AFTER, STREET_EARLY
from rounds.drive import Drive, Passages
from streets.graph import Flags, Floats, Ints

LOOK_BACK_S = 1_200.0
EVERY_S = 120.0
WINS = 3
# Below half on the run's streets, or a few metres of a standing vehicle's drift, the vehicle only passes by.
LEAST_SHARE = 0.5
LEAST_M, LEAST_SLOW_M = 100.0, 800.0
NAMED = 0.15
BEGUN = 0.05
# Less than an hour that has come: of runs on the same streets that one has the vehicle.
HELD = 0.04
DRIVING_THROUGH_KMH = 25.0
# Who was off a run's streets for longer came to them again.
AWAY_S = 240.0
EARLY_S, CLOSES_AFTER_S = STREET_EARLY.total_seconds(), CLOSES_AFTER.total_seconds()
STANDING_KMH = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that vehicles may have driven: its key, its due segments, and when it may be driven (epoch s).

    ``named`` are the plates in its plan (as `plate_key` writes them), ``begins_s`` is when its window begins: both
    break a tie between runs on the same streets and prove nothing. ``on_foot``: its plan wants a handcart; None = the
    plan does not say what.
    """

    key: str
    segments: Ints
    since_s: float
    until_s: float
    named: frozenset[str] = frozenset()
    begins_s: float = -np.inf
    on_foot: bool | None = None


@dataclass(frozen=True, slots=True)
class OnRun:
    """A vehicle's time on a run; ``confidence`` is this run's score as a share of its own and the next best run's."""

    key: str
    since_s: float
    until_s: float
    confidence: float
    overridden: bool = False

    def meets(self, from_s: float, to_s: float) -> bool:
        """Whether a time (epoch s) has a part of it, to the second."""
        return self.since_s - 1 <= to_s and from_s <= self.until_s + 1


def on_foot(candidates: Iterable[Candidate]) -> dict[str, bool]:
    """By plate, whether it is a handcart: so say all runs that name it; without those of which they differ."""
    told: dict[str, set[bool]] = {}
    for one in candidates:
        for plate in one.named if one.on_foot is not None else ():
            told.setdefault(plate, set()).add(bool(one.on_foot))
    return {plate: walks for plate, (walks, *others) in told.items() if not others}


def meant(candidates: Iterable[Candidate]) -> dict[str, frozenset[str]]:
    """By plate, the keys of the runs that name it."""
    found: dict[str, set[str]] = {}
    for one in candidates:
        for plate in one.named:
            found.setdefault(plate, set()).add(one.key)
    return {plate: frozenset(keys) for plate, keys in found.items()}


def may_take(candidate: Candidate, walks: bool | None) -> bool:
    """Whether a vehicle that ``walks`` (a handcart; None = unknown) may have been on the run."""
    return None in (candidate.on_foot, walks) or candidate.on_foot == walks


def assigned(drive: Drive, candidates: Sequence[Candidate], said: Iterable[OnRun] = ()) -> list[OnRun]:
    """The vehicle's spans on runs, by time; dispatchers' spans (``said``) replace others, later ones earlier ones."""
    spans = _by_driving(drive, candidates) if drive.seen.any() else []
    for word in said:
        spans = [*(part for span in spans for part in _without(span, word)), word]
    return sorted(spans, key=lambda span: span.since_s)


def _by_driving(drive: Drive, candidates: Sequence[Candidate]) -> list[OnRun]:
    # The shortest way through a silence was not seen: a truck would change its run by it.
    passages = drive.passages[drive.seen]
    metres = np.abs(passages["to_m"] - passages["from_m"]).astype(np.float64)
    at_s = passages["to_s"]
    # Do not count streets that a vehicle only drives through with its load.
    working = metres * 3.6 <= DRIVING_THROUGH_KMH * np.maximum(at_s - passages["from_s"], 1e-3)
    plate = plate_key(drive.vehicle)
    walks = on_foot(c for c in candidates if plate in c.named).get(plate)
    near = [c for c in candidates if at_s[0] < c.until_s and at_s[-1] > c.since_s and may_take(c, walks)]
    due = {c.key: _on(c, passages["segment"], at_s) for c in near}
    on = {key: working & rows for key, rows in due.items()}
    near = [c for c in near if on[c.key].any()]
    if not near:
        return []
    ticks = np.arange(at_s[0] + EVERY_S, at_s[-1] + EVERY_S, EVERY_S)
    driven = _within(at_s, metres, ticks)
    shares = np.array([_within(at_s, np.where(on[c.key], metres, 0.0), ticks) for c in near])
    open_ = np.array([(ticks >= c.since_s) & (ticks <= c.until_s + EVERY_S) for c in near])
    named = np.array([[plate in c.named] for c in near])
    begun = np.array([(ticks >= c.begins_s) & (ticks <= c.until_s - CLOSES_AFTER_S) for c in near])
    # Of a run that is meant for it, what it did since the hour has come tells too, without the haul to it.
    slow = np.maximum(_within(at_s, np.where(working, metres, 0.0), ticks), LEAST_SLOW_M)
    # Who stands, as at a plant beside a planned street, collects nothing.
    moving = metres * 3.6 >= STANDING_KMH * np.maximum(at_s - passages["from_s"], 1e-3)
    since = [on[c.key] & moving & (at_s >= c.begins_s - EARLY_S) for c in near]
    own = np.array([_within(at_s, np.where(rows, metres, 0.0), ticks) for rows in since]) / slow
    shares = np.maximum(shares / np.maximum(driven, LEAST_M), np.where(named & begun, own, 0.0))
    scores = np.where(open_ & (shares >= LEAST_SHARE), shares + NAMED * named + BEGUN * begun, 0.0)

    def came_s(run: Candidate, won_s: float) -> float:
        return _came_s(run, won_s, passages, due[run.key], working, own=plate in run.named)

    return _taken(near, ticks, scores, _sure(scores), came_s)


def _came_s(run: Candidate, won_s: float, passages: Passages, due: Flags, working: Flags, *, own: bool) -> float:
    """When a vehicle came to the run that won at ``won_s``: back over its streets as long as it stayed on them.

    Per passage, ``due``: on a street of the run; ``working``: not driven through. ``own``: the plan names the vehicle.
    """
    rows = np.flatnonzero(due & (passages["to_s"] <= won_s))
    begins_s, ends_s, works = passages["from_s"][rows], passages["to_s"][rows], working[rows]
    row = int(np.flatnonzero(works)[-1])
    worked_s = begins_s[row]
    begun = own and -np.inf < run.begins_s <= won_s
    since_s = run.begins_s - EARLY_S if begun else won_s - LOOK_BACK_S
    while row and begins_s[row] - ends_s[row - 1] <= AWAY_S:
        row -= 1
        if works[row]:
            worked_s = begins_s[row]
        if begins_s[row] < (since_s if works[row] else worked_s - AWAY_S):
            row += 1
            break
    return float(begins_s[row])


def _sure(scores: Floats) -> Floats:
    """Each score as a share of it and the best other of its tick: of many runs that share a street one is the rival."""
    ranked = np.sort(scores, axis=0)
    best, next_best = ranked[-1], ranked[-2] if len(ranked) > 1 else np.zeros(scores.shape[1])
    other = np.where(scores == best, next_best, best)
    found: Floats = scores / np.maximum(scores + other, 1e-9)
    return found


def _on(candidate: Candidate, segments: Ints, at_s: Floats) -> Flags:
    """Per passage, whether it lies on a due segment of the run at a time when the run may be driven."""
    due = np.isin(segments, candidate.segments)
    within: Flags = due & (at_s >= candidate.since_s) & (at_s <= candidate.until_s)
    return within


def _within(at_s: Floats, metres: Floats, ticks: Floats) -> Floats:
    """Metres of the 20 minutes before each tick."""
    total = np.concatenate(([0.0], np.cumsum(metres)))
    ends, begins = np.searchsorted(at_s, ticks, side="right"), np.searchsorted(at_s, ticks - LOOK_BACK_S, side="right")
    found: Floats = total[ends] - total[begins]
    return found


def _taken(
    near: Sequence[Candidate], ticks: Floats, scores: Floats, sure: Floats, came_s: Callable[[Candidate, float], float]
) -> list[OnRun]:
    """Spans from the scores (a row a run, a column a tick): a run takes over after three wins in a row."""
    spans: list[OnRun] = []
    holder, streak, won = -1, 0, -1
    top = scores.max(axis=0)
    best = np.where(top > 0, scores.argmax(axis=0), -1)
    confidence: list[float] = []
    begin_s = 0.0

    def close(until_s: float) -> None:
        if holder >= 0:
            end_s = min(until_s, near[holder].until_s)
            # What the next run took over within two minutes never was a time on this one.
            if end_s - begin_s >= EVERY_S:
                mean = float(np.mean(confidence)) if confidence else 0.0
                spans.append(OnRun(near[holder].key, begin_s, end_s, round(mean, 3)))

    for i, winner in enumerate(best.tolist()):
        if holder >= 0 and scores[holder, i] > 0 and top[i] <= scores[holder, i] + HELD:
            winner = holder
        streak = streak + 1 if winner == won else 1
        won = winner
        if winner >= 0 and winner != holder and streak >= WINS:
            since_s = came_s(near[winner], float(ticks[i - WINS + 1]))
            since_s = max(since_s, spans[-1].until_s if spans else -np.inf, begin_s if holder >= 0 else -np.inf)
            close(since_s)
            holder, begin_s = winner, since_s
            confidence = sure[winner, i - WINS + 1 : i].tolist()
        if winner == holder and winner >= 0:
            confidence.append(float(sure[winner, i]))
    close(np.inf)
    return spans


def _without(span: OnRun, word: OnRun) -> list[OnRun]:
    """The parts of a span outside a dispatcher's span."""
    parts = ((span.since_s, min(span.until_s, word.since_s)), (max(span.since_s, word.until_s), span.until_s))
    return [OnRun(span.key, a, b, span.confidence, span.overridden) for a, b in parts if b > a]
