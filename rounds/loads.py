"""Whether a vehicle is loaded, over the day and from the day before, and breaches of the order of unloading."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from domain.waste.facility import UNLOADED_AT, FacilityKind
from domain.waste.work import EventKind, VehicleDay, Visit
from rounds.assigning import LOOK_BACK_S, OnRun
from rounds.drive import GAP_S, Drive
from rounds.judging import COLLECTING_KMH
from streets.graph import Flags, Floats

LOADS_A_DAY = 6
# Collecting for longer than this on planned streets makes a load; a crossing or a wait there does not.
LOAD_S = 120.0


@dataclass(frozen=True, slots=True)
class Loads:
    """Breaches as (what, epoch s), and whether the vehicle is loaded after its newest fix (None = not known)."""

    breaches: tuple[tuple[EventKind, float], ...]
    loaded: bool | None


def loads(
    drive: Drive,
    metres: Floats,
    collecting: Flags,
    spans: Sequence[OnRun],
    stays: Sequence[Visit],
    before: VehicleDay | None,
) -> Loads:
    """Breaches of the order of collecting, unloading and parking (named as in opentrash), and the load at the end.

    Args:
        drive: the vehicle's day, at least one fix.
        metres: its fixes on a plane.
        collecting: per fix, whether it was on a run, at a planned street and in no facility.
        spans: when it was on which run.
        stays: its stays at facilities, in order of time.
        before: its day before; shows whether it began this one loaded.
    """
    unloaded_s = [stay.entered_at.timestamp() for stay in stays if stay.kind in UNLOADED_AT]
    collected_s = _collected_s(drive, metres, collecting)
    carried = _carried(drive, stays, before)

    def loaded_at(at_s: float) -> bool | None:
        last_s = max((done for done in unloaded_s if done < at_s), default=None)
        first = 0 if last_s is None else int(np.searchsorted(drive.at_s, last_s))
        until = min(int(np.searchsorted(drive.at_s, at_s)), len(drive.at_s) - 1)
        if collected_s[until] - collected_s[min(first, until)] > LOAD_S:
            return True
        return carried if last_s is None else False

    found: list[tuple[EventKind, float]] = []
    for stay in stays:
        if stay.kind is FacilityKind.DEPOT:
            entered_s = stay.entered_at.timestamp()
            # The depot where the day began is no return.
            if entered_s > drive.at_s[0] and loaded_at(entered_s):
                found.append((EventKind.LOADED_RETURN, entered_s))
            if stay.left_at is not None and loaded_at(stay.left_at.timestamp()):
                found.append((EventKind.LOADED_DEPARTURE, stay.left_at.timestamp()))
    # A shorter time on a run is as long as the look back that found it: the vehicle passed its streets.
    lasting = [span for span in spans if span.until_s - span.since_s >= LOOK_BACK_S]
    for one, other in pairwise(lasting):
        # Where a time on a run begins is known no better than by looking back: its truck may unload on the way there.
        by_s = other.since_s + LOOK_BACK_S
        if one.key != other.key and not any(one.since_s < done <= by_s for done in unloaded_s):
            found.append((EventKind.ROUTE_SWITCH, other.since_s))
    if len(unloaded_s) > LOADS_A_DAY:
        found.append((EventKind.OVERRUN_LOADS, unloaded_s[LOADS_A_DAY]))
    loaded = loaded_at(np.inf)
    return Loads(tuple(found), None if loaded and _hidden(drive, collecting, stays) else loaded)


def _collected_s(drive: Drive, metres: Floats, collecting: Flags) -> Floats:
    """Per fix, seconds of collecting so far: time between fixes at planned streets, no faster than crews work."""
    waits = np.diff(drive.at_s)
    slow = np.hypot(*np.diff(metres, axis=0).T) * 3.6 <= COLLECTING_KMH * waits
    counted = collecting[1:] & collecting[:-1] & slow & (waits <= GAP_S)
    return np.concatenate(([0.0], np.cumsum(np.where(counted, waits, 0.0))))


def _carried(drive: Drive, stays: Sequence[Visit], before: VehicleDay | None) -> bool | None:
    """Whether it was loaded when the day began; None unless nothing can have happened between the days."""
    if before is None or before.as_of is None or before.loaded is None:
        return None
    if drive.at_s[0] - before.as_of.timestamp() <= GAP_S:
        return before.loaded
    parked = bool(stays) and stays[0].entered_at.timestamp() <= drive.at_s[0] and bool(before.visits)
    last = before.visits[-1] if parked else None
    same = last is not None and last.left_at is None and last.facility == stays[0].facility
    return before.loaded if same else None


def _hidden(drive: Drive, collecting: Flags, stays: Sequence[Visit]) -> bool:
    """Whether it may have unloaded unseen since it last collected: it was silent, and not within one stay."""
    last = int(np.flatnonzero(collecting)[-1]) if collecting.any() else 0
    for i in np.flatnonzero(np.diff(drive.at_s) > GAP_S).tolist():
        begin_s, end_s = drive.at_s[i], drive.at_s[i + 1]
        within = any(
            stay.entered_at.timestamp() <= begin_s and (stay.left_at is None or stay.left_at.timestamp() >= end_s)
            for stay in stays
        )
        if i >= last and not within:
            return True
    return False
