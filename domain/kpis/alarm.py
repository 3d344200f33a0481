"""What needs somebody, and who took it: words of the alarm list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.text import Text


class Priority(StrEnum):
    """How soon someone must act, most urgent first (ISA-18.2)."""

    CRITICAL = "critical"
    HIGH = "high"
    ADVISORY = "advisory"


PRIORITIES = tuple(Priority)
LONGEST_OFF = {
    Priority.CRITICAL: timedelta(hours=1),
    Priority.HIGH: timedelta(hours=8),
    Priority.ADVISORY: timedelta(hours=24),
}
"""How long a person may put an alarm off: what is critical for an hour, what is high for a shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What a person did about an alarm of ``priority``: took it at ``at``, or put it off ``until`` then, ``why``.

    ``until`` None: taken (ISA-18.2: acknowledged); else put off (shelved). ``by`` is the person's name as shown.
    """

    alarm: str
    priority: Priority
    by: str
    at: datetime
    until: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that needs someone; ``id`` stays the same while it lasts, ``feed`` says which data tell it.

    ``since`` None: it has never been otherwise. ``kpi`` is the figure it speaks of and ``vehicle`` the vehicle, "" for
    none; ``places`` are codes, worst first; ``at`` is where a map marks it (longitude, latitude). ``silence``: somebody
    or something that ought to send does not. ``follows`` is the feed whose silence alone can make this alarm.
    ``handling`` is what somebody last did about an alarm of this id; `AlarmGroup.handled` tells whether it holds.
    """

    id: str
    priority: Priority
    what: Text
    where: Text
    since: datetime | None
    response: Text
    feed: str
    kpi: str = ""
    vehicle: str = ""
    places: tuple[str, ...] = ()
    at: tuple[tuple[float, float], ...] = ()
    silence: bool = False
    follows: str = ""
    handling: Handling | None = None


@dataclass(frozen=True, slots=True)
class AlarmGroup:
    """An alarm with those that come of it; it is as urgent as the most urgent of them."""

    alarm: Alarm
    effects: tuple[Alarm, ...] = ()

    @property
    def priority(self) -> Priority:
        """The most urgent among it and what comes of it."""
        return min((one.priority for one in (self.alarm, *self.effects)), key=PRIORITIES.index)

    def handled(self, now: datetime) -> Handling | None:
        """What somebody did about it, while that holds.

        It ends when the alarm came back or became more urgent since, and when its time is over.
        """
        did = self.alarm.handling
        if did is None or (did.until is not None and now >= did.until):
            return None
        again = self.alarm.since is not None and self.alarm.since > did.at
        urgent = PRIORITIES.index(self.priority) < PRIORITIES.index(did.priority)
        return None if again or urgent else did


def by_cause(alarms: Iterable[Alarm]) -> list[AlarmGroup]:
    """``alarms`` in their order, with figures that fall with a feed's silence under the alarm of that silence.

    A silent truck lowers four percentages: the one line names the truck, because somebody can call it. The most urgent
    cause comes first.
    """
    known = list(alarms)
    silent: dict[str, Alarm] = {}
    for one in known:
        if one.silence:
            silent.setdefault(one.feed, one)
    causes = [one for one in known if one.silence or one.follows not in silent]
    found = [
        AlarmGroup(one, tuple(e for e in known if not e.silence and e.follows and silent.get(e.follows) is one))
        for one in causes
    ]
    return sorted(found, key=lambda cause: PRIORITIES.index(cause.priority))
