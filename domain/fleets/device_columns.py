"""Tracking devices as columns, one entry per vehicle: their newest fix and their counts of one service day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.observation import LEAST_FACTUAL_LAST

Ints = NDArray[np.int64]
KIND_CODE = {kind: code for code, kind in enumerate(LEAST_FACTUAL_LAST)}
"""Each kind's number in the columns; the most factual is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceColumns:
    """One entry per device. ``at_ms``, ``kind``, ``source`` describe its newest fix; ``place`` is its vehicle's ward.

    The other columns are those of `domain.fleets.tracker_day.TrackerDay` for ``day``; ``fixes`` is 0 for no delivery.
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
