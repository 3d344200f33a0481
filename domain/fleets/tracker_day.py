"""One tracking device's counts on one service day; trackers are judged by them."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.observation import Kind


# Not frozen, for the same reason as a Fix: every batch creates one per device.
@dataclass(slots=True, kw_only=True)
class TrackerDay:
    """What one device delivered on one service day. Treat it as immutable: replace it, never change it.

    ``late_*`` count fixes received more than that long after their own time. Fixes from an archive count in ``history``
    instead, because they say nothing about the network. ``online_s`` is the sum of min(gap, 90 s) between consecutive
    fixes; ``first_at`` and ``last_at`` are fix times.
    """

    device: str
    day: date
    kind: Kind
    fixes: int
    duplicates: int
    out_of_order: int
    late_120s: int
    late_600s: int
    late_3600s: int
    online_s: float
    first_at: datetime
    last_at: datetime
    history: int = 0
