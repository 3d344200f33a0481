"""Compares a message's figures with those received before: counts corrections and repeats."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from domain.observation import Observation
from store.revisions import Identity, Says, identity, numbered, said_by

_log = logging.getLogger(__name__)
# Figures on their way to the database that are remembered: enough for a slow collector.
REMEMBERED = 50_000

Stood = Callable[[Iterable[Identity]], Mapping[Identity, Mapping[int, Says]]]


class Worth(NamedTuple):
    """How many of the accepted figures correct a stored one, and how many repeat it."""

    corrected: int
    repeated: int


class Telling:
    """Compares figures with the database and with those this door passed on; it cannot see another door's last seconds.

    ``stood`` reads the revisions of identities (blocking).
    """

    def __init__(self, stood: Stood) -> None:
        self._stood = stood
        self._passed: OrderedDict[Identity, dict[int, Says]] = OrderedDict()

    async def worth(self, told: Sequence[Observation]) -> Worth | None:
        """How many of ``told`` correct or repeat; None when the database does not answer."""
        try:
            known = await asyncio.to_thread(self._stood, [identity(item) for item in told])
        except SQLAlchemyError as error:
            _log.warning("what was told before is not known: %s", type(error).__name__)
            return None
        done = numbered(told, {**known, **self._on_their_way(told, known)})
        return Worth(done.corrected, done.repeats)

    def passed_on(self, told: Sequence[Observation]) -> None:
        """Remember figures that are in the stream but perhaps not in the database yet."""
        for item in told:
            held = self._passed.setdefault(identity(item), {})
            held[item.revision or max(held, default=0) + 1] = said_by(item)
            self._passed.move_to_end(identity(item))
        while len(self._passed) > REMEMBERED:
            self._passed.popitem(last=False)

    def _on_their_way(
        self, told: Sequence[Observation], known: Mapping[Identity, Mapping[int, Says]]
    ) -> dict[Identity, Mapping[int, Says]]:
        """The figures among ``told`` that this door passed on and the database does not have yet."""
        found: dict[Identity, Mapping[int, Says]] = {}
        for key in map(identity, told):
            passed = self._passed.get(key)
            if passed is None:
                continue
            stored = known.get(key, {})
            newest = passed[max(passed)]
            if newest not in stored.values():
                found[key] = {**stored, max(stored, default=0) + 1: newest}
        return found
