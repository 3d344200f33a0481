"""What is known of the service days asked for last, within reach of every thread that answers."""

from collections import OrderedDict
from datetime import date
from threading import Lock
from typing import Generic, TypeVar

AT_MOST = 8

T = TypeVar("T")


class KeptDays(Generic[T]):
    """At most ``AT_MOST`` days; the one nobody asked for the longest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[date, T] = OrderedDict()
        self._lock = Lock()

    def get(self, day: date) -> T | None:
        """What is kept of a day."""
        with self._lock:
            if day not in self._kept:
                return None
            self._kept.move_to_end(day)
            return self._kept[day]

    def keep(self, day: date, known: T) -> T:
        """Keep and return what is ``known`` of a day, in the place of what was."""
        with self._lock:
            self._kept[day] = known
            self._kept.move_to_end(day)
            while len(self._kept) > AT_MOST:
                self._kept.popitem(last=False)
        return known
