"""Decode payloads without ever failing, split mixed messages by feed, and make the sender's receipt."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data_sources import VALUES_MAX
from data_sources.messages.parse import RefusalError, json_of, written
from domain.case import CaseEvent
from domain.feeds.feed import Decoded, Feed, Format, Payload
from domain.fleets.fleet import WAITING
from domain.fleets.identifier import wrong_id
from domain.imports.told import FileTold
from domain.observation import Fix, Observation, Rejection
from domain.reason import Reason
from intake.messages import unclaimed
from intake.messages.consistent import consistent
from intake.messages.fix_quality import refusal
from intake.messages.imported import figures_in
from intake.messages.placing import Registered, none_registered, placed
from intake.messages.refused import noted, refusal_in
from intake.messages.telling import Worth

_log = logging.getLogger(__name__)
_SHOWN = 20
_RAW_KEPT = 2_000
_ID_SHOWN = 64
# A well-formed message without a usable position is a tracker's sign of life. A phone that is answered 400
# sends it again and again and holds back everything behind it.
_SIGNS_OF_LIFE = frozenset(
    {Reason.NO_COORDINATES, Reason.ZERO_COORDINATES, Reason.FUTURE_TIME, Reason.INTERNAL}
    | {Reason.NO_POSITION_MESSAGE, Reason.ENCRYPTED, Reason.DEVICE_OFFLINE}
)


@dataclass(frozen=True, slots=True)
class FeedShare:
    """The share of one message that belongs to one feed; ``items`` are its items' numbers in the message."""

    payload: Payload
    items: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Counts of a message's items, accepted and refused; the first 20 refusals with their item numbers (from 0).

    ``device`` is the tracker of the first position; ``usable`` says that the sender should not send it again.
    ``observations`` are the accepted figures; ``worth`` counts how many correct or repeat stored ones, None = unknown.
    ``told`` is what a file said beside its figures.
    """

    accepted: int
    rejected: int
    rejections: tuple[tuple[int, Rejection], ...]
    usable: bool
    device: str = ""
    observations: tuple[Observation, ...] = ()
    worth: Worth | None = None
    told: FileTold | None = None

    def says(self, reason: Reason) -> bool:
        """Whether one of the listed refusals has this reason."""
        return any(refused.reason is reason for _, refused in self.rejections)


def decode(feed: Feed, payload: Payload, registered: Registered = none_registered) -> list[Decoded]:
    """Decode a payload, give each item the code of its subject, refuse what contradicts itself.

    At least one item, if it lies in one feed.

    An error inside a decoder becomes a Rejection INTERNAL.
    """
    if payload.format == Format.REFUSED:
        return [refusal_in(payload)]
    if payload.format == Format.IMPORTED:
        return list(figures_in(payload))
    try:
        found = judged(feed, payload, feed.decode(payload), registered)
    except Exception as error:
        _log.exception("decoder of %s failed", feed.key)
        found = [_refused(payload, Reason.INTERNAL, f"{type(error).__name__}: {error}"[:200])]
    found = found or [_refused(payload, Reason.EMPTY, "")]
    return [item for item in found if _belongs(item, payload)] if payload.apart else found


def judged(
    feed: Feed, payload: Payload, items: Iterable[Decoded], registered: Registered = none_registered
) -> list[Decoded]:
    """The items in order, each with the code of its subject or refused: who it is, where, against the others."""
    found: list[Decoded] = [
        placed(item, registered) if isinstance(item, Observation | CaseEvent) else item
        for item in (_readable(payload, item) for item in items)
    ]
    return consistent(feed, found, once=payload.format == Format.FILE)


def split(payload: Payload, feeds: Mapping[str, Feed]) -> list[FeedShare]:
    """Parts of an observations message, one per feed it names, in order of first appearance.

    A message for one feed stays unchanged. Items that name no known feed go to the feed "unknown".
    """
    try:
        items = json_of(payload.body, VALUES_MAX)
    except RefusalError:
        items = None
    if not isinstance(items, list) or not items:
        return [FeedShare(replace(payload, feed=unclaimed.KEY))]
    numbers: dict[str, list[int]] = {}
    for number, item in enumerate(items):
        numbers.setdefault(_feed_of(item, feeds), []).append(number)
    if len(numbers) == 1:
        return [FeedShare(replace(payload, feed=key)) for key in numbers]
    return [
        FeedShare(replace(payload, feed=key, body=b"[%b]" % b",".join(written(items[n]) for n in of_feed)), of_feed)
        for key, of_feed in numbers.items()
    ]


def examine(parts: Sequence[FeedShare], feeds: Mapping[str, Feed], registered: Registered = none_registered) -> Receipt:
    """Decode all parts and count items; fixes that any context would refuse (0,0, far future) count as refused."""
    return weighed((part, decode(feeds[part.payload.feed], part.payload, registered)) for part in parts)


def lightened(parts: Sequence[FeedShare], found: Receipt) -> Sequence[FeedShare]:
    """What to keep of a message: a note when it is one part of which nothing could be read, else all."""
    if len(parts) != 1 or found.accepted or found.rejected != 1:
        return parts
    return [replace(parts[0], payload=noted(parts[0].payload, found.rejections[0][1]))]


def weighed(given: Iterable[tuple[FeedShare, Sequence[Decoded]]]) -> Receipt:
    """The receipt for decoded parts."""
    accepted = rejected = 0
    usable = False
    device = ""
    observations: list[Observation] = []
    shown: list[tuple[int, Rejection]] = []
    told: FileTold | None = None
    for part, decoded in given:
        for number, item in enumerate(decoded):
            if isinstance(item, FileTold):
                told = item
                continue
            refused = refusal(item) if isinstance(item, Fix) else item if isinstance(item, Rejection) else None
            if isinstance(item, Fix) and not device:
                device = item.device
            if refused is None:
                accepted += 1
                if isinstance(item, Observation):
                    observations.append(item)
                continue
            rejected += 1
            usable = usable or refused.reason in _SIGNS_OF_LIFE
            if len(shown) < _SHOWN:
                # One refusal of a whole part carries the number of the part's first item.
                shown.append((part.items[number] if part.items and number < len(part.items) else number, refused))
    return Receipt(accepted, rejected, tuple(shown), usable or accepted > 0, device, tuple(observations), told=told)


def _readable(payload: Payload, item: Decoded) -> Decoded:
    """The item, or its refusal when its device or vehicle could be taken for another."""
    named = item.device if isinstance(item, Fix) else item.entity if isinstance(item, Observation) else ""
    wrong = wrong_id(named) if named else None
    if wrong is None:
        return item
    return _refused(payload, Reason.BAD_ID, f"{wrong.vi} / {wrong.en}: {named[:_ID_SHOWN]!a}")


def _belongs(item: Decoded, payload: Payload) -> bool:
    """Whether an item belongs to this payload's feed, when a message lies in several feeds."""
    named = isinstance(item, Fix) and item.device in payload.apart
    return not named if payload.feed == WAITING else named


def _feed_of(item: object, feeds: Mapping[str, Feed]) -> str:
    key = item.get("feed") if isinstance(item, dict) else None
    known = isinstance(key, str) and key in feeds and Format.OBSERVATIONS in feeds[key].decoders
    return str(key) if known else unclaimed.KEY


def _refused(payload: Payload, reason: Reason, detail: str) -> Rejection:
    return Rejection(
        feed=payload.feed,
        reason=reason,
        received_at=payload.received_at,
        detail=detail,
        source=payload.source,
        raw=payload.body[:_RAW_KEPT].decode("utf-8", "replace") or payload.query[:_RAW_KEPT],
    )
