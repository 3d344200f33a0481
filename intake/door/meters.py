"""The front door's counters for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from domain.feeds.feed import Payload
from intake.messages.decoding import Receipt

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Meters:
    """Counters of one door, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._messages = Counter(
            "ioc_door_messages", "Messages kept in the stream", ("format",), registry=self._registry
        )
        self._items = Counter(
            "ioc_door_items", "Items in kept messages", ("format", "outcome"), registry=self._registry
        )
        self._refused = Counter(
            "ioc_door_refused", "Requests refused, by HTTP status", ("status",), registry=self._registry
        )
        self._dropped = Counter(
            "ioc_door_dropped", "Values that a feed's scrub removed", ("feed", "what"), registry=self._registry
        )
        self._append_s = Histogram(
            "ioc_door_append_seconds", "Time until a message is on disk", buckets=_SECONDS, registry=self._registry
        )

    def kept(self, payload: Payload, found: Receipt, append_s: float) -> None:
        """Count one kept message and its items."""
        form = payload.format
        self._messages.labels(form).inc()
        if found.accepted:
            self._items.labels(form, "accepted").inc(found.accepted)
        if found.rejected:
            self._items.labels(form, "rejected").inc(found.rejected)
        self._append_s.observe(append_s)

    def refused(self, status: int) -> None:
        """Count one request that was refused and not kept."""
        self._refused.labels(str(status)).inc()

    def dropped(self, feed: str, what: str, many: int) -> None:
        """Count values that a scrub removed from a message."""
        self._dropped.labels(feed, what).inc(many)

    def page(self) -> bytes:
        """The counters in Prometheus' text format."""
        return generate_latest(self._registry)
