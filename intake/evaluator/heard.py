"""When each contributor of a feed was last heard, and how many newest values are of each kind."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from domain.fleets.device_columns import DeviceColumns
from domain.instant import to_ms
from domain.observation import LEAST_FACTUAL_LAST, Kind, Observation

Replaced = tuple[Observation | None, Observation]
"""The replaced statement (None when there was none), then the one that stands now."""


class Heard:
    """``last_ms`` by contributor (epoch ms); ``kinds`` counts newest values; ``wanted`` are expected to report."""

    def __init__(self, wanted: frozenset[str] = frozenset()) -> None:
        self.wanted = wanted
        self.last_ms: dict[str, int] = {}
        self.kinds: Counter[Kind] = Counter()

    def copy(self) -> "Heard":
        """An independent copy."""
        twin = Heard(self.wanted)
        twin.last_ms, twin.kinds = dict(self.last_ms), self.kinds.copy()
        return twin

    def note(self, contributor: str, at_ms: int, kind: Kind) -> None:
        """Count one more newest value."""
        self.kinds[kind] += 1
        if at_ms > self.last_ms.get(contributor, at_ms - 1):
            self.last_ms[contributor] = at_ms

    def take(self, changed: Sequence[Replaced], standing: Iterable[Observation]) -> None:
        """Count statements that replaced others of the same subject; ``standing`` are all that stand afterwards."""
        if any(old is not None and (old.place != new.place or old.at > new.at) for old, new in changed):
            # The earlier place may have no other statement left, or none so new: count all again.
            self.last_ms, self.kinds = {}, Counter()
            changed = [(None, item) for item in standing]
        for old, new in changed:
            self.note(self._reporter(new), to_ms(new.at), new.kind)
            if old is not None:
                self.kinds[old.kind] -= 1

    def _reporter(self, item: Observation) -> str:
        """The contributor: the statement's subject when that is expected, else the place where it counts."""
        code = item.of.code
        return code if code in self.wanted else item.place or code


def of_devices(devices: DeviceColumns) -> Heard:
    """When each vehicle was last heard through its devices."""
    found = Heard()
    for vehicle, at_ms in zip(devices.vehicle, devices.at_ms.tolist(), strict=True):
        found.last_ms[vehicle] = max(at_ms, found.last_ms.get(vehicle, at_ms))
    counts = np.bincount(devices.kind, minlength=len(LEAST_FACTUAL_LAST)).tolist()
    found.kinds = Counter(dict(zip(LEAST_FACTUAL_LAST, counts, strict=True)))
    return found
