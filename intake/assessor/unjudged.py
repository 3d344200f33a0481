"""Leaves out what the assessor cannot judge: logs and counts it, so that the rest of the day is judged."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy.exc import SQLAlchemyError

_log = logging.getLogger(__name__)


class Unjudged:
    """Runs, drives and days left out, by service day; one that is judged later is removed."""

    def __init__(self) -> None:
        self._why: dict[tuple[date, str], str] = {}

    def __len__(self) -> int:
        return len(self._why)

    def has(self, day: date, what: str) -> bool:
        """Whether ``what`` was left out of a day."""
        return (day, what) in self._why

    @contextmanager
    def leaving_out(self, day: date, what: str) -> Iterator[None]:
        """Leave out ``what`` ("run 01#1", "drive of LA-001") when judging it fails; the same fault is logged once.

        A database outage concerns everything and is raised.
        """
        try:
            yield
        except SQLAlchemyError:
            raise
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            if self._why.get((day, what)) != why:
                self._why[day, what] = why
                _log.exception("%s of %s cannot be judged and is left out (%d so far)", what, day, len(self))
        else:
            self._why.pop((day, what), None)

    def forget(self, day: date) -> None:
        """Forget a day that is no longer judged, or judged from the beginning."""
        for known in [known for known in self._why if known[0] == day]:
            del self._why[known]
