"""Limits how fast one sender may send: token buckets in bounded memory."""

from collections import OrderedDict


class TokenBuckets:
    """One bucket per key: ``rate`` tokens a second up to ``burst``; beyond ``kept`` keys the least recently used go."""

    def __init__(self, *, rate: float, burst: float, kept: int = 50_000) -> None:
        self._rate = rate
        self._burst = burst
        self._kept = kept
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now_s: float) -> float:
        """Take one token at ``now_s`` (monotonic seconds); returns 0, or the seconds until there is one."""
        tokens, since_s = self._buckets.pop(key, (self._burst, now_s))
        tokens = min(self._burst, tokens + (now_s - since_s) * self._rate)
        wait_s = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._buckets[key] = (tokens if wait_s else tokens - 1, now_s)
        if len(self._buckets) > self._kept:
            self._buckets.popitem(last=False)
        return wait_s
