"""What needs somebody: words of the alarm list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.text import Text


class Priority(StrEnum):
    """How soon someone must act, most urgent first (ISA-18.2)."""

    CRITICAL = "critical"
    HIGH = "high"
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that needs someone; ``id`` stays the same while it lasts, ``feed`` says which data tell it.

    ``since`` None: it has never been otherwise. ``kpi`` is the figure it speaks of and ``vehicle`` the vehicle, "" for
    none; ``places`` are codes, worst first; ``at`` is where a map marks it (longitude, latitude). ``silence``: somebody
    or something that ought to send does not. ``follows`` is the feed whose silence alone can make this alarm.
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


@dataclass(frozen=True, slots=True)
class AlarmGroup:
    """An alarm with those that come of it; it is as urgent as the most urgent of them."""

    alarm: Alarm
    effects: tuple[Alarm, ...] = ()

    @property
    def priority(self) -> Priority:
        """The most urgent among it and what comes of it."""
        return min((one.priority for one in (self.alarm, *self.effects)), key=PRIORITIES.index)


PRIORITIES = tuple(Priority)


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
