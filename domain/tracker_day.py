"""What one tracking device delivered on one service day: the numbers by which trackers are judged."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.observation import Kind


# Not frozen, for the same reason as a Fix: one is made for every device of every batch.
@dataclass(slots=True, kw_only=True)
class TrackerDay:
    """What one device delivered on one service day; never changed, only replaced.

    ``late_*`` count fixes received later than that after their time; not those out of an archive, which ``history``
    counts: they tell nothing of the network.
    ``online_s`` is the sum of min(gap, 90 s) between consecutive fixes; ``first_at`` and ``last_at`` are fix times.
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
