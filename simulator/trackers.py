"""The trackers of the simulated trucks: what each sends, with delays, repeats and gaps as real ones have them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import cos, radians

from domain.instant import day_start, service_day
from simulator.chance import between, pick, unit
from simulator.streets import SEED
from simulator.trucks import Spot, Truck, day_plan, spot

LONGEST_DELAY = timedelta(minutes=10)
"""No message leaves its tracker later than this after the fix (a gap is at most 8 minutes long)."""

_SLOT_S = 1_800
_PARKED_EVERY_S = 60
_METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Message:
    """One tracker message: the fix taken at ``at`` leaves the device at ``sends_at``."""

    truck: str
    at: datetime
    sends_at: datetime
    spot: Spot
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class _Gap:
    """Minutes without network; ``kept``: the tracker stores its fixes and sends them at the end."""

    start: datetime
    end: datetime
    kept: bool


def messages(
    truck: Truck, since: datetime, until: datetime, seed: int = SEED, *, least_s: int = 0
) -> Iterator[Message]:
    """The tracker's messages for fixes taken in [since, until), by fix time; repeats follow their original.

    A missing or dead tracker sends none. A fix inside a gap is lost, or kept and sent when the gap ends. Of fixes less
    than ``least_s`` apart some are left out, the same ones each time.
    """
    if not truck.tracker_works:
        return
    phase = pick(truck.cadence_s, seed, truck.id, "phase")
    each = max(1, -(-least_s // truck.cadence_s))
    beat = -(-(int(since.timestamp()) - phase) // truck.cadence_s)
    beat = -(-beat // each) * each
    while (at := _instant(beat * truck.cadence_s + phase)) < until:
        if at >= since and _speaks(truck, at, beat, seed):
            yield from _sent(truck, at, spot(truck, at, seed), seed)
        beat += each


def _speaks(truck: Truck, at: datetime, beat: int, seed: int) -> bool:
    """Whether its tracker takes a fix: always on the way, once a minute at base, never once it fell silent."""
    day = service_day(at)
    plan = day_plan(truck, day, seed)
    second = (at - day_start(day)).total_seconds()
    if plan.leaves_s <= second < plan.returns_s:
        return second < plan.silent_from_s
    # A handcart's pusher stops the telephone's service when the work is done.
    rests = beat % -(-_PARKED_EVERY_S // truck.cadence_s) == 0 and not truck.on_foot
    return rests and second < plan.silent_from_s


def _sent(truck: Truck, at: datetime, here: Spot, seed: int) -> Iterator[Message]:
    """The messages of one fix: none when lost, else one, or two when the tracker repeats it."""
    # One key for all its chances: making keys takes most of the time of two days' archives.
    key = f"{seed} {truck.id} {int(at.timestamp())}"
    gap = _gap(truck, at, seed)
    if gap is None:
        sends_at = at + timedelta(seconds=_delay_s(key))
    elif gap.kept:
        # The tracker sends its buffer oldest first, ten fixes a second.
        sends_at = gap.end + timedelta(seconds=1 + (at - gap.start).total_seconds() / truck.cadence_s / 10)
    else:
        return
    seen = _blurred(key, here)
    yield Message(truck.id, at, sends_at, seen)
    if unit(key, "repeat") < 0.01:
        again = sends_at + timedelta(seconds=between(1, 20, key, "again"))
        yield Message(truck.id, at, again, seen, repeat=True)


def _delay_s(key: str) -> float:
    """Mobile network delay (s): mostly under 3, one in fifty up to 40."""
    return between(10, 40, key, "delay") if unit(key, "slow") < 0.02 else between(0.2, 2.5, key, "delay")


def _gap(truck: Truck, at: datetime, seed: int) -> _Gap | None:
    """The gap around ``at``."""
    gap = _gap_of(truck.id, int(at.timestamp()) // _SLOT_S, seed)
    return gap if gap is not None and gap.start <= at < gap.end else None


@lru_cache(maxsize=4_096)
def _gap_of(truck: str, slot: int, seed: int) -> _Gap | None:
    """One half-hour in fourteen has a gap; in two of three the tracker keeps its fixes."""
    key = (seed, truck, slot, "gap")
    if unit(*key) >= 1 / 14:
        return None
    start = _instant(slot * _SLOT_S + pick(_SLOT_S - 480, *key, "start"))
    return _Gap(start, start + timedelta(seconds=120 + pick(361, *key, "length")), unit(*key, "kept") < 2 / 3)


def _blurred(key: str, here: Spot) -> Spot:
    """The spot as a receiver sees it: a few metres off, less when parked (it averages)."""
    reach_m = 1.5 if here.parked else 4.0
    east, north = (between(-reach_m, reach_m, key, axis) for axis in "xy")
    return Spot(
        longitude=round(here.longitude + east / (_METRES_A_DEGREE * cos(radians(here.latitude))), 6),
        latitude=round(here.latitude + north / _METRES_A_DEGREE, 6),
        speed_kmh=here.speed_kmh,
        course_deg=here.course_deg,
        parked=here.parked,
    )


def _instant(epoch_s: int) -> datetime:
    return datetime.fromtimestamp(epoch_s, tz=UTC)
