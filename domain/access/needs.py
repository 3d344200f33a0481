"""What parts of the centre require of who asks, declared beside each part; and which roles hold it. Default: deny."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from domain.access.principal import Actor, Principal, Role

Part = TypeVar("Part", bound=Callable[..., Any])


class Need(StrEnum):
    """What a route, page, callback, live audience or download requires."""

    PUBLIC = "public"
    """Nothing: everybody."""
    ENTRY = "entry"
    """Nothing, but not at the listener that has public pages only: the ways in."""
    SIGNED_IN = "signed_in"
    """A person, whatever the roles: the own account."""
    LOOK = "look"
    """Read figures, plans, runs, logs of feeds."""
    POSITIONS = "positions"
    """See where a vehicle is and was: operators and dispatchers, and what stands in their room."""
    BIND = "bind"
    """Say which device is on which vehicle."""
    MAPS = "maps"
    """Import, use and withdraw layers of the map."""
    HAND_IN = "hand_in"
    """Hand files of figures in, answer what they ask, give them up."""
    REPORT = "report"
    """Hand in figures of the own units, and see what became of the own files."""
    APPROVE = "approve"
    """Approve files of figures and withdraw them."""
    DIRECT = "direct"
    """Say which vehicle drives a run."""
    ALARMS = "alarms"
    """Take an alarm, put it off, give it back."""
    DRIVERS = "drivers"
    """Read who drives."""
    ACCOUNTS = "accounts"
    """Invite people, reset and close accounts."""
    LOG = "log"
    """Read, check and export the audit log."""
    NOTICES = "notices"
    """Write what the public reads about feedback, and take it back."""
    PUBLISH = "publish"
    """Let out what somebody else wrote for the public."""
    SCREENS = "screens"
    """Let screens in, and end them."""
    FIELD = "field"
    """Hand out codes to people who report by telephone, see their photos; a reporter only for the own units."""
    SEND = "send"
    """Send data of a source."""
    TRACK = "track"
    """Send positions: everybody, because trackers cannot keep keys; but whoever shows a key needs one that sends."""


HELD: Mapping[Need, frozenset[Role]] = {
    Need.PUBLIC: frozenset(Role),
    Need.ENTRY: frozenset(Role),
    Need.SIGNED_IN: frozenset(),
    Need.LOOK: frozenset({Role.OPERATOR, Role.LEADER, Role.APPROVER, Role.DISPATCHER}),
    Need.POSITIONS: frozenset({Role.OPERATOR, Role.DISPATCHER}),
    Need.BIND: frozenset({Role.OPERATOR}),
    Need.MAPS: frozenset({Role.OPERATOR, Role.APPROVER}),
    Need.HAND_IN: frozenset({Role.OPERATOR, Role.APPROVER}),
    Need.REPORT: frozenset({Role.REPORTER}),
    Need.APPROVE: frozenset({Role.APPROVER}),
    Need.DIRECT: frozenset({Role.OPERATOR, Role.DISPATCHER}),
    Need.ALARMS: frozenset({Role.OPERATOR, Role.DISPATCHER}),
    Need.DRIVERS: frozenset({Role.DISPATCHER}),
    Need.ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Need.LOG: frozenset({Role.AUDITOR}),
    Need.NOTICES: frozenset({Role.OPERATOR, Role.APPROVER}),
    Need.PUBLISH: frozenset({Role.APPROVER}),
    Need.SCREENS: frozenset({Role.OPERATOR, Role.ADMINISTRATOR}),
    Need.FIELD: frozenset({Role.OPERATOR, Role.REPORTER}),
    Need.SEND: frozenset({Role.SENDER}),
    Need.TRACK: frozenset({Role.SENDER}),
}
"""The roles that hold each need; an administrator sees no data, an auditor and a reporter none of the centre's."""

# A screen that an operator let in, and who sits at the centre's own machine, see what operators see of vehicles.
_IN_THE_ROOM = frozenset({Actor.SCREEN, Actor.VISITOR})
_NEED = "need"


def permits(principal: Principal, need: Need) -> bool:
    """Whether ``principal`` may have what requires ``need``."""
    if need in (Need.PUBLIC, Need.ENTRY):
        return True
    if need is Need.SIGNED_IN:
        return principal.actor is Actor.PERSON
    if need is Need.TRACK and principal.actor is Actor.NOBODY:
        return True
    if need is Need.POSITIONS and principal.actor in _IN_THE_ROOM:
        return True
    return bool(principal.roles & HELD[need])


def needing(need: Need) -> Callable[[Part], Part]:
    """Declare what a route's or callback's function requires."""

    def declared(part: Part) -> Part:
        vars(part)[_NEED] = need
        return part

    return declared


def need_of(part: Callable[..., Any]) -> Need | None:
    """What was declared of ``part``; None when nobody declared it."""
    found = getattr(part, _NEED, None)
    return found if isinstance(found, Need) else None
