"""Runs each feed's scrub on every message before it is appended; a message that fails is never kept."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from domain.feeds.feed import Feed, Payload
from domain.feeds.scrub import Secrets, unscrubbed
from domain.fleets.fleet import WAITING
from intake.messages import unclaimed, waiting

_log = logging.getLogger(__name__)


class UnscrubbedError(Exception):
    """A message that its feed's scrub failed on; ``args`` name the feed and the kind of error, never the message."""


def _uncounted(_feed: str, _what: str, _many: int) -> None:
    """For callers without counters."""


class Scrubber:
    """Scrubs messages for one process; ``count`` gets (feed, what, how many) for dropped values."""

    def __init__(
        self, feeds: Mapping[str, Feed], secrets: Secrets, count: Callable[[str, str, int], None] = _uncounted
    ) -> None:
        self._scrubs = {key: feed.scrub for key, feed in {**feeds, WAITING: waiting.FEED}.items()}
        self._secrets = secrets
        self._count = count

    def __call__(self, payload: Payload) -> Payload:
        """``payload`` as it may be kept. Raises UnscrubbedError when its feed's scrub fails on it."""
        scrub = self._scrubs.get(payload.feed, unclaimed.scrub)
        if scrub is unscrubbed:
            return payload
        try:
            scrubbed = scrub(payload, self._secrets)
        except Exception as error:
            # Log neither the error's text nor its traceback: they may repeat data that must not be kept.
            _log.error("scrub of %s failed: %s", payload.feed, type(error).__name__)
            raise UnscrubbedError(payload.feed, type(error).__name__) from None
        for what, many in scrubbed.dropped.items():
            self._count(payload.feed, what, many)
        return replace(scrubbed.payload, feed=payload.feed, format=payload.format)
