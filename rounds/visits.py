"""Finds stays at depots, plants, transfer points and filling stations, and matches weighings to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from domain.instant import from_s
from domain.waste.facility import UNLOADED_AT, Ticket
from domain.waste.work import Visit
from rounds.arrivals import Fence
from rounds.drive import GAP_S, Drive

# A shorter time outside (position drift, a turn) does not end a stay.
OUTSIDE_S = 120.0
# Scales' clocks differ and trucks queue at the gate: a ticket may lie this far from its stay.
TICKET_WITHIN = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Stays with their tickets, and tickets without a stay."""

    visits: tuple[Visit, ...]
    alone: tuple[Ticket, ...]


def visits(drive: Drive, fences: Sequence[Fence]) -> list[Visit]:
    """Stays of two fixes or more, in order of time; a current stay has no end."""
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
                    kind=fence.facility.kind,
                    entered_at=from_s(drive.at_s[part[0]]),
                    left_at=left_at,
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


def _at_its_plant(stay: Visit, ticket: Ticket) -> bool:
    """Whether the stay is at the ticket's plant; a weighing without a plant fits any place of unloading."""
    return stay.facility == ticket.plant or (not ticket.plant and stay.kind in UNLOADED_AT)


def _apart(stay: Visit, ticket: Ticket) -> timedelta:
    """How far a weighing lies outside a stay; 0 within it."""
    if ticket.entered_at < stay.entered_at:
        return stay.entered_at - ticket.entered_at
    if stay.left_at is not None and ticket.entered_at > stay.left_at:
        return ticket.entered_at - stay.left_at
    return timedelta(0)
