"""Judges whether a position is credible, device by device: every quirk of real trackers. Pure."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from domain.instant import CLOCKS_DIFFER
from domain.observation import HISTORY, Fix, Rejection
from domain.reason import Reason

FUTURE_MENDED_FROM = CLOCKS_DIFFER
FUTURE_REFUSED_FROM = timedelta(hours=24)
# A compactor does not reach 130 km/h; below 300 m a bad first fix explains any speed.
JUMP_KMH = 130.0
JUMP_M = 300.0

_NULL_ISLAND_DEG = 1e-4
_VIETNAM_LATITUDE = (8.0, 24.0)
_VIETNAM_LONGITUDE = (102.0, 110.0)
_METRES_PER_DEGREE = 111_195.0
# Two fixes that differ by less in both coordinates are nearer than JUMP_M.
_NEAR_DEG = JUMP_M / _METRES_PER_DEGREE / 1.5
# GPS counts weeks in ten bits: a receiver that lost count is exactly 1,024 weeks behind, or ahead if corrected twice.
_ROLLOVER = timedelta(weeks=1024)
_ROLLOVER_WITHIN = timedelta(days=1)
_ROLLED_FROM, _ROLLED_TO = _ROLLOVER - _ROLLOVER_WITHIN, _ROLLOVER + _ROLLOVER_WITHIN
_GPS_WEEKS = "; 1.024 tuần, lỗi đếm tuần GPS / 1,024 weeks, GPS week rollover"
_DELAYS_KEPT = 9
_DELAYS_NEEDED = 5
_ZONE_STEP_S = 1_800.0
_ZONE_WITHIN_S = 300.0
_STEADY_WITHIN_S = 600.0
_ZONE_FROM_S = _ZONE_STEP_S - _ZONE_WITHIN_S


class DeviceState(NamedTuple):
    """Memory of one device: its newest accepted fix, a held suspect, its recent delays.

    ``delays_s`` are received - device time of the newest messages, seconds, before any correction;
    negative when the device's clock is ahead. Fixes of an archive or a buffer are left out: `_kept_back`.
    """

    newest: Fix | None = None
    suspect: Fix | None = None
    delays_s: tuple[float, ...] = ()

    @property
    def clock_offset_min(self) -> int | None:
        """Minutes the device's clock seems ahead of UTC (420: Việt Nam time sent as UTC), None when it seems right.

        Suspected when the delays are steady and their median lies within 5 min of a non-zero multiple of
        30 min. Never corrected automatically: a person must check the device.
        """
        # Early exit for nearly every device: a steady clock within a quarter of an hour of the truth is near no zone.
        if len(self.delays_s) < _DELAYS_NEEDED or abs(self.delays_s[-1]) < _ZONE_FROM_S - _STEADY_WITHIN_S:
            return None
        if max(self.delays_s) - min(self.delays_s) > _STEADY_WITHIN_S:
            return None
        ahead_s = -median(self.delays_s)
        steps = round(ahead_s / _ZONE_STEP_S)
        # No zone is farther than 14 h: a larger offset is a buffer or a rollover.
        if steps == 0 or abs(steps) > 28 or abs(ahead_s - steps * _ZONE_STEP_S) > _ZONE_WITHIN_S:
            return None
        return steps * 30


class Verdict(NamedTuple):
    """Result of judging one fix: at most one accepted, one held back, one earlier suspect released or refused.

    ``released`` was held before and is accepted after all. ``moved`` says that the marker moves.
    """

    state: DeviceState
    accepted: Fix | None = None
    held: Fix | None = None
    released: Fix | None = None
    refused: Rejection | None = None
    moved: bool = False


def refusal(fix: Fix) -> Rejection | None:
    """The Rejection of a fix that is wrong in any context: coordinates 0,0, or a time over 24 h ahead."""
    if abs(fix.latitude) < _NULL_ISLAND_DEG and abs(fix.longitude) < _NULL_ISLAND_DEG:
        return _reject(fix, Reason.ZERO_COORDINATES)
    ahead = fix.at - fix.received_at
    if ahead > FUTURE_REFUSED_FROM:
        return _reject(fix, Reason.FUTURE_TIME, _GPS_WEEKS if abs(ahead - _ROLLOVER) < _ROLLOVER_WITHIN else "")
    return None


def healed(state: DeviceState, now: datetime) -> DeviceState:
    """The state without fixes of a time that has not come: the server's clock was ahead when it took them."""
    newest, suspect, delays_s = state
    latest = now + FUTURE_MENDED_FROM
    if (newest is None or newest.at <= latest) and (suspect is None or suspect.at <= latest):
        return state
    return DeviceState(None if newest is None or newest.at > latest else newest, None, delays_s)


def judge(fix: Fix, state: DeviceState) -> Verdict:
    """Judge one fix by itself and by what is known of its device.

    Flags set: future_clock (time set to the receive time), outside (not in Việt Nam), week_rollover,
    late (older than the newest: stored, never moves the marker), jump (held back until the next fix).
    A fix without satellite lock (valid False) is stored and moves nothing.
    """
    refused = refusal(fix)
    if refused is not None:
        return Verdict(state=state, refused=refused)
    newest, suspect, delays_s = state
    # A repeat is no "next fix": it must neither decide about a held candidate nor count as a delay.
    if newest is not None and _same(newest, fix):
        return Verdict(state=state, accepted=fix)
    if newest is not None and newest.flags and _mended_before(newest, delays_s, fix):
        return Verdict(state=state, accepted=newest)
    if suspect is not None and _same(suspect, fix):
        return Verdict(state=state, held=suspect)
    delay = fix.received_at - fix.at
    if not _kept_back(fix, delay, newest):
        delays_s = (*delays_s[1 - _DELAYS_KEPT :], delay.total_seconds())
    fix = _flagged(fix, delay, newest)
    if not fix.valid or (newest is not None and fix.at < newest.at):
        return Verdict(state=DeviceState(newest, suspect, delays_s), accepted=fix)
    return _advance(fix, DeviceState(newest, suspect, delays_s))


def _advance(fix: Fix, state: DeviceState) -> Verdict:
    """Judge a fix no older than the newest: accept it or hold it as a jump, and settle the suspect held before."""
    newest, suspect, _ = state
    if newest is None:
        return Verdict(state=state._replace(newest=fix), accepted=fix, moved=True)
    if suspect is not None and _agree(suspect, fix) and _nearer(fix, suspect, newest):
        released = replace(suspect, flags=tuple(flag for flag in suspect.flags if flag != "jump"))
        leader = fix if fix.at >= suspect.at else released
        return Verdict(state=state._replace(newest=leader, suspect=None), accepted=fix, released=released, moved=True)
    refused = None if suspect is None else _reject(suspect, Reason.IMPOSSIBLE_JUMP)
    if _impossible(newest, fix):
        held = replace(fix, flags=(*fix.flags, "jump"))
        return Verdict(state=state._replace(suspect=held), held=held, refused=refused)
    moved = fix.at > newest.at
    state = DeviceState(fix if moved else newest, None, state.delays_s)
    return Verdict(state=state, accepted=fix, refused=refused, moved=moved)


def _agree(suspect: Fix, fix: Fix) -> bool:
    """Whether a second fix confirms the suspect. The same point again does not: frozen receivers repeat one."""
    same_point = (suspect.latitude, suspect.longitude) == (fix.latitude, fix.longitude)
    return not same_point and not _impossible(suspect, fix)


def _nearer(fix: Fix, suspect: Fix, newest: Fix) -> bool:
    return _impossible(newest, fix) or _metres(suspect, fix) < _metres(newest, fix)


def _kept_back(fix: Fix, delay: timedelta, newest: Fix | None) -> bool:
    """Whether the fix waited before it was sent, so that its age tells nothing of the device's clock.

    An archive says so; a buffer comes at least twice as fast as it was taken. What is ahead of its time never waited.
    """
    if delay < timedelta(0):
        return False
    waited = newest is not None and 2 * (fix.received_at - newest.received_at) < abs(fix.at - newest.at)
    return HISTORY in fix.flags or waited


def _flagged(fix: Fix, delay: timedelta, newest: Fix | None) -> Fix:
    flags: list[str] = []
    at = fix.at
    if delay < -FUTURE_MENDED_FROM:
        at = fix.received_at
        flags.append("future_clock")
    if _ROLLED_FROM < delay < _ROLLED_TO:
        flags.append("week_rollover")
    if not (
        _VIETNAM_LATITUDE[0] <= fix.latitude <= _VIETNAM_LATITUDE[1]
        and _VIETNAM_LONGITUDE[0] <= fix.longitude <= _VIETNAM_LONGITUDE[1]
    ):
        flags.append("outside")
    if newest is not None and at < newest.at:
        flags.append("late")
    return replace(fix, at=at, flags=(*fix.flags, *flags)) if flags else fix


def _same(one: Fix, other: Fix) -> bool:
    return one.at == other.at and one.latitude == other.latitude and one.longitude == other.longitude


def _mended_before(newest: Fix, delays_s: tuple[float, ...], fix: Fix) -> bool:
    """Whether ``fix`` repeats ``newest``, whose future time became its receive time: now it would become another."""
    if "future_clock" not in newest.flags or not delays_s:
        return False
    return _same(replace(newest, at=newest.received_at - timedelta(seconds=delays_s[-1])), fix)


def _impossible(one: Fix, other: Fix) -> bool:
    """Whether driving between the two would take more than 130 km/h over more than 300 m."""
    # Early exit: nearly every fix lies this near the one before.
    if abs(one.latitude - other.latitude) < _NEAR_DEG and abs(one.longitude - other.longitude) < _NEAR_DEG:
        return False
    metres = _metres(one, other)
    return metres > JUMP_M and metres * 3.6 > JUMP_KMH * abs((other.at - one.at).total_seconds())


def _metres(one: Fix, other: Fix) -> float:
    """Distance on a local plane; exact enough to tell 300 m, and never too small far apart in longitude."""
    east = (other.longitude - one.longitude + 180) % 360 - 180
    north = other.latitude - one.latitude
    return _METRES_PER_DEGREE * math.hypot(east * math.cos(math.radians((one.latitude + other.latitude) / 2)), north)


def _reject(fix: Fix, reason: Reason, because: str = "") -> Rejection:
    where = f"{fix.device}: {fix.latitude:g}, {fix.longitude:g}; {fix.at.isoformat(timespec='seconds')}{because}"
    return Rejection(
        feed=fix.feed, reason=reason, received_at=fix.received_at, detail=where, source=fix.source, raw=where
    )
