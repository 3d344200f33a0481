"""Finds the parts of a feed that a message belongs to, from the identities whose items must stay in order."""

from collections.abc import Mapping

from domain.feeds.feed import Feed, Payload
from domain.feeds.part import number_of, ordered_by
from intake.messages.decoding import decode
from intake.messages.placing import Registered, none_registered


class Sharing:
    """The parts of raw messages (store.valkey.raw_stream.Shares), found by decoding them."""

    def __init__(self, feeds: Mapping[str, Feed], registered: Registered = none_registered) -> None:
        self._feeds = feeds
        self._registered = registered

    def __call__(self, payload: Payload, of: int) -> tuple[int, ...]:
        """Part numbers out of ``of`` parts, in order of first appearance; without identities the sender's part."""
        feed = self._feeds.get(payload.feed)
        items = decode(feed, payload, self._registered) if feed else []
        named = [identity for identity in map(ordered_by, items) if identity is not None]
        return tuple(dict.fromkeys(number_of(one, of) for one in named or [payload.source]))
