"""Finds stays at depots, plants, transfer points and filling stations, and matches weighings to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from domain.instant import from_s
from domain.waste.facility import UNLOADED_AT, FacilityKind, Ticket
from domain.waste.work import Visit
from rounds.arrivals import Fence
from rounds.drive import GAP_S, Drive
from rounds.standing import Stand
from streets.graph import Flags

# A shorter time outside (position drift, a turn) does not end a stay.
OUTSIDE_S = 120.0
# Who stands for less within a fence drives past its gate, or collects along it at a walking pace.
STANDS_S = 120.0
# Who waits for less on a street of its run beside the depot works there: it neither parks nor leaves.
PARKS = timedelta(minutes=10)
# Scales' clocks differ and trucks queue at the gate: a ticket may lie this far from its stay.
TICKET_WITHIN = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Stays with their tickets, and tickets without a stay."""

    visits: tuple[Visit, ...]
    alone: tuple[Ticket, ...]


def visits(drive: Drive, fences: Sequence[Fence]) -> list[Visit]:
    """Times of two fixes or more within a fence, in order of time; a current one has no end."""
    found: list[Visit] = []
    for fence in fences:
        inside = np.flatnonzero(fence.holds(drive.places)) if len(drive.places) else np.empty(0, np.int64)
        if not len(inside):
            continue
        apart = np.flatnonzero((np.diff(drive.at_s[inside]) > OUTSIDE_S) & (np.diff(inside) > 1))
        for part in np.split(inside, apart + 1):
            if len(part) < 2:
                continue
            last, leaves = part[-1], part[-1] + 1
            # If a silence follows, it left sometime within it: end the stay at the last fix inside.
            unheard = leaves < len(drive.at_s) and drive.at_s[leaves] - drive.at_s[last] > GAP_S
            left_at = from_s(drive.at_s[last if unheard else leaves]) if leaves < len(drive.at_s) else None
            found.append(
                Visit(
                    facility=fence.facility.id,
                    name=fence.facility.name,
                    kind=fence.facility.kind,
                    entered_at=from_s(drive.at_s[part[0]]),
                    left_at=left_at,
                    left_by=from_s(drive.at_s[leaves]) if unheard else None,
                )
            )
    return sorted(found, key=lambda visit: visit.entered_at)


def weighed(found: Iterable[Visit], tickets: Iterable[Ticket]) -> Weighed:
    """Match each ticket to the nearest stay at its plant, one ticket a stay, nearest pairs first."""
    stays, given = list(found), list(tickets)
    pairs = sorted(
        (_apart(stay, ticket), s, t)
        for s, stay in enumerate(stays)
        for t, ticket in enumerate(given)
        if _at_its_plant(stay, ticket) and _apart(stay, ticket) <= TICKET_WITHIN
    )
    taken_stays: set[int] = set()
    taken_tickets: set[int] = set()
    for _, s, t in pairs:
        if s not in taken_stays and t not in taken_tickets:
            stays[s] = replace(stays[s], ticket=given[t].id, net_kg=given[t].net_kg)
            taken_stays.add(s)
            taken_tickets.add(t)
    alone = tuple(ticket for t, ticket in enumerate(given) if t not in taken_tickets)
    return Weighed(tuple(stays), alone)


def stayed(found: Iterable[Visit], drive: Drive, stood: Iterable[Stand], at_work: Flags) -> tuple[Visit, ...]:
    """Those where the vehicle was weighed, or stood for two minutes, or was not heard for five: the others it drove by.

    A wait of less than ten minutes on its run's streets beside a depot is part of its work there.

    Args:
        found: its times within fences, weighed.
        drive: its day.
        stood: its stops.
        at_work: per fix, whether it was on a run and at a street of it.
    """
    still_s = [(float(drive.at_s[one.first]), float(drive.at_s[one.last])) for one in stood]
    silences = np.flatnonzero(np.diff(drive.at_s) > GAP_S).tolist()
    still_s += [(float(drive.at_s[i]), float(drive.at_s[i + 1])) for i in silences]
    return tuple(
        visit
        for visit in found
        if visit.ticket or (_stands(visit, still_s) and not _works_beside(visit, drive, at_work))
    )


def _stands(visit: Visit, still_s: Iterable[tuple[float, float]]) -> bool:
    since_s, until_s = visit.entered_at.timestamp(), visit.left_at.timestamp() if visit.left_at else np.inf
    return any(min(end_s, until_s) - max(begin_s, since_s) >= STANDS_S for begin_s, end_s in still_s)


def _works_beside(visit: Visit, drive: Drive, at_work: Flags) -> bool:
    """Whether it was at work all the time at a depot, too briefly to park; a current stay is none until it leaves."""
    if visit.kind is not FacilityKind.DEPOT or visit.left_at is None or visit.left_at - visit.entered_at >= PARKS:
        return False
    first, after = np.searchsorted(drive.at_s, [visit.entered_at.timestamp(), visit.left_at.timestamp()], side="left")
    return bool(at_work[first : after + 1].all())


def unheard(tickets: Iterable[Ticket], drive: Drive, now: datetime) -> tuple[Ticket, ...]:
    """Those of which nobody knows whether the vehicle was there: it was silent around the weighing."""

    def hidden(ticket: Ticket) -> bool:
        at_s = ticket.entered_at.timestamp()
        return bool(drive.gaps(at_s - GAP_S, min(at_s + GAP_S, now.timestamp())))

    return tuple(filter(hidden, tickets))


def _at_its_plant(stay: Visit, ticket: Ticket) -> bool:
    """Whether the stay is at the ticket's plant; a weighing without a plant fits any place of unloading."""
    return stay.facility == ticket.plant or (not ticket.plant and stay.kind in UNLOADED_AT)


def _apart(stay: Visit, ticket: Ticket) -> timedelta:
    """How far a weighing lies outside a stay; 0 within it."""
    if ticket.entered_at < stay.entered_at:
        return stay.entered_at - ticket.entered_at
    left_at = stay.left_by or stay.left_at
    if left_at is not None and ticket.entered_at > left_at:
        return ticket.entered_at - left_at
    return timedelta(0)
