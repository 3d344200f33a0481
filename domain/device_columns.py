"""Devices that stand for vehicles, as columns: their newest fix, and what they delivered on one service day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.observation import LEAST_FACTUAL_LAST

Ints = NDArray[np.int64]
KIND_CODE = {kind: code for code, kind in enumerate(LEAST_FACTUAL_LAST)}
"""A kind is kept as its number in this order, the most factual first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceColumns:
    """One entry a device. ``at_ms``, ``kind`` and ``source`` are of its newest fix; ``place`` is its vehicle's ward.

    The others are of ``day`` as in `domain.tracker_day.TrackerDay`; ``fixes`` is 0 where it delivered nothing.
    """

    day: date
    vehicle: Sequence[str]
    place: Sequence[str]
    source: Sequence[str]
    kind: Ints
    at_ms: Ints
    day_kind: Ints
    fixes: Ints
    history: Ints
    late_120s: Ints
    late_600s: Ints
    late_3600s: Ints
    online_s: NDArray[np.float64]
    first_ms: Ints
    last_ms: Ints
