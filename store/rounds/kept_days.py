"""A thread-safe cache of the service days requested last."""

from collections import OrderedDict
from datetime import date
from threading import Lock
from typing import Generic, TypeVar

AT_MOST = 8

T = TypeVar("T")


class KeptDays(Generic[T]):
    """Keeps at most ``AT_MOST`` days and drops the least recently used one first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[date, T] = OrderedDict()
        self._lock = Lock()

    def get(self, day: date) -> T | None:
        """The cached value of a day; None without one."""
        with self._lock:
            if day not in self._kept:
                return None
            self._kept.move_to_end(day)
            return self._kept[day]

    def keep(self, day: date, known: T) -> T:
        """Cache ``known`` for a day, replacing the old value, and return it."""
        with self._lock:
            self._kept[day] = known
            self._kept.move_to_end(day)
            while len(self._kept) > AT_MOST:
                self._kept.popitem(last=False)
        return known
